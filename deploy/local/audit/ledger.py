"""An independent ledger of a run: it reads the databases and the topics, never the services' own word.

What each service should have said follows from its stored events by its own pure table, so what is missing on a topic
was lost, what stands there without an event is unaccounted for, and a cause that acted in two transactions acted twice.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

import asyncpg

from contracts.envelope import Envelope
from contracts.event import Event
from services._chassis.aggregate import Publish, Recorded, Service
from services._chassis.batch import message_id
from services._chassis.dead_letters import SUFFIX
from services._chassis.ids import of_message

_BREACH: Final = "deadline-breached"
_EVENTS: Final = """
select stream, version, id, name, schema_version, data, at, correlation, causation, tx::text as tx
from events order by stream, version
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of a service's events."""

    stream: str
    version: int
    id: UUID
    event: Event
    at: datetime
    correlation: UUID
    causation: UUID
    tx: str


@dataclass(frozen=True, slots=True)
class Database:
    """What one service's database holds."""

    service: Service
    streams: Mapping[str, Sequence[Stored]]
    inbox: frozenset[UUID]
    outbox: int
    timers: int


@dataclass(slots=True)
class Ledger:
    """The finding. Each list names what it counts, so that a failure can be looked up.

    `events` counts messages by the event's name, `breaches` the announced ones by the regulation's step.
    """

    messages: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    breaches: dict[str, int] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    dead: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    unaccounted: list[str] = field(default_factory=list)
    duplicated_effects: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    log: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    log_hash: str = ""

    @property
    def faults(self) -> list[str]:
        return [*self.lost, *self.unaccounted, *self.duplicated_effects, *self.out_of_order]


async def read_database(service: Service, url: str) -> Database:
    """One service's whole store, its events as their current classes."""
    catalogues = {each.category: each.events for each in service.aggregates}
    connection = await asyncpg.connect(url)
    try:
        streams: dict[str, list[Stored]] = {}
        for row in await connection.fetch(_EVENTS):
            catalogue = catalogues[row["stream"].partition(":")[0]]
            event = catalogue.decode_json(row["name"], row["schema_version"], row["data"])
            stored = Stored(
                row["stream"],
                row["version"],
                row["id"],
                event,
                row["at"],
                row["correlation"],
                row["causation"],
                row["tx"],
            )
            streams.setdefault(row["stream"], []).append(stored)
        inbox = frozenset(row[0] for row in await connection.fetch("select message_id from inbox"))
        outbox, timers = await connection.fetchrow(
            "select (select count(*) from outbox), (select count(*) from timers)"
        )
        return Database(service, streams, inbox, outbox, timers)
    finally:
        await connection.close()


def audit(databases: Sequence[Database], topics: Mapping[str, Sequence[bytes]], prefix: str) -> Ledger:
    """Hold what the services decided against what stands on the topics and what was taken in."""
    ledger = Ledger()
    said = {topic: [_message(value) for value in values] for topic, values in topics.items() if _is_live(topic)}
    ledger.dead = {
        topic.removeprefix(prefix): len(values) for topic, values in topics.items() if not _is_live(topic) and values
    }
    for topic, messages in said.items():
        counted = Counter(each.id for each in messages)
        ledger.messages[topic.removeprefix(prefix)] = len(counted)
        ledger.repeated[topic.removeprefix(prefix)] = len(messages) - len(counted)
        _count_events(ledger, messages)
    for database in databases:
        _audit_outgoing(ledger, database, said, prefix)
        _audit_incoming(ledger, database, said, prefix)
        _audit_effects(ledger, database)
    ledger.log = log_of(databases)
    ledger.log_hash = log_hash(ledger.log)
    return ledger


def _count_events(ledger: Ledger, messages: Sequence[Envelope]) -> None:
    for each in {message.id: message for message in messages}.values():
        ledger.events[each.event_name] = ledger.events.get(each.event_name, 0) + 1
        if each.event_name.endswith(_BREACH):
            step = str(each.data["step"])
            ledger.breaches[step] = ledger.breaches.get(step, 0) + 1


def log_of(databases: Sequence[Database]) -> dict[str, tuple[str, ...]]:
    """Every stream of every service that counts in the log: what was decided and when, in each stream's own order.

    Keys and signatures, which no seed makes again, are left out.
    """
    log: dict[str, tuple[str, ...]] = {}
    for database in sorted(databases, key=lambda each: each.service.name):
        logged = {each.category for each in database.service.aggregates if each.logged}
        for stream in sorted(database.streams):
            if stream.partition(":")[0] in logged:
                log[f"{database.service.name}/{stream}"] = tuple(
                    f"{each.at.timestamp()} {each.event.name} {settled(each.event)}"
                    for each in database.streams[stream]
                )
    return log


def log_hash(log: Mapping[str, Sequence[str]]) -> str:
    """SHA-256 over the log; how streams interleave does not count."""
    total = hashlib.sha256()
    for stream, lines in log.items():
        total.update(f"{stream}\n".encode())
        for line in lines:
            total.update(f"{line}\n".encode())
    return total.hexdigest()


def differences(log: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]]) -> list[str]:
    """Per stream that is not the same in both: its first line that differs, here and there."""
    found = []
    for stream in sorted(log.keys() | other.keys()):
        pairs = zip_longest(log.get(stream, ()), other.get(stream, ()), fillvalue="nothing")
        first = next(((here, there) for here, there in pairs if here != there), None)
        if first:
            found.append(f"{stream}: {first[0]}; undisturbed: {first[1]}")
    return found


def settled(event: Event) -> str:
    """What of an event counts in the log: all but its volatile fields."""
    data: dict[str, Any] = event.model_dump(mode="json")  # Any: JSON
    for path in event.volatile:
        *parents, last = path.split(".")
        place = data
        for parent in parents:
            place = place[parent] or {}
        place.pop(last, None)
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def _audit_outgoing(ledger: Ledger, database: Database, said: Mapping[str, Sequence[Envelope]], prefix: str) -> None:
    service = database.service
    expected = _expected(database)
    if database.outbox:
        ledger.lost.append(f"{service.name}: {database.outbox} rows never left the outbox")
    for topic in service.publishes:
        messages = said.get(prefix + topic, ())
        there = {each.id for each in messages}
        wanted = expected.get(topic, {})
        ledger.lost += [f"{topic}: {each} was decided and is not there" for each in wanted if each not in there]
        ledger.unaccounted += [
            f"{topic}: {each.type} {each.id} stands there and nobody decided it"
            for each in messages
            if each.id not in wanted and each.source == f"/{service.name}"
        ]
        ledger.out_of_order += _disorder(topic, messages, wanted)


def _expected(database: Database) -> dict[str, dict[UUID, tuple[str, int]]]:
    """Per topic the ids that the stored events should have led to, with the stream and version that each came from."""
    aggregates = {each.category: each for each in database.service.aggregates}
    found: dict[str, dict[UUID, tuple[str, int]]] = {}
    for stream, rows in database.streams.items():
        aggregate = aggregates[stream.partition(":")[0]]
        state = aggregate.initial
        for row in rows:
            state = aggregate.evolve(state, row.event)
            recorded = Recorded(row.id, stream, row.version, row.event, row.at, row.correlation, row.causation)
            published = (each for each in aggregate.react(state, recorded) if isinstance(each, Publish))
            for number, each in enumerate(published):
                found.setdefault(each.topic, {})[message_id(recorded, each.topic, number)] = (stream, row.version)
    return found


def _disorder(topic: str, messages: Sequence[Envelope], wanted: Mapping[UUID, tuple[str, int]]) -> Iterable[str]:
    """Messages of one key whose first appearance does not follow the order of their stream."""
    reached: dict[tuple[str, str], int] = {}
    seen: set[UUID] = set()
    for each in messages:
        if each.id in seen or each.id not in wanted:
            continue
        seen.add(each.id)
        stream, version = wanted[each.id]
        own = stream, each.subject  # a stream may speak of several things, each of them in order
        if version < reached.get(own, 0):
            yield f"{topic}: {each.type} {each.id} of {stream} came after a later one"
        reached[own] = max(version, reached.get(own, 0))


def _audit_incoming(ledger: Ledger, database: Database, said: Mapping[str, Sequence[Envelope]], prefix: str) -> None:
    for subscription in database.service.subscriptions:
        acted_on = {route.event.name for route in subscription.routes}
        for each in said.get(prefix + subscription.topic, ()):
            if each.event_name in acted_on and of_message(each.source, each.id) not in database.inbox:
                ledger.lost.append(f"{database.service.name} never took {each.type} {each.id} in")


def _audit_effects(ledger: Ledger, database: Database) -> None:
    transactions: dict[tuple[str, UUID], set[str]] = {}
    for stream, rows in database.streams.items():
        for row in rows:
            transactions.setdefault((stream, row.causation), set()).add(row.tx)
    ledger.duplicated_effects += [
        f"{database.service.name}: {cause} acted on {stream} in {len(acted)} transactions"
        for (stream, cause), acted in transactions.items()
        if len(acted) > 1
    ]


def _is_live(topic: str) -> bool:
    return not topic.endswith(SUFFIX)


def _message(value: bytes) -> Envelope:
    return Envelope.read(value)
