"""What became of every hostile record at every service that hears its topic: exactly one thing, and a lawful one."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from contracts import sim_clock
from contracts.dead_letter import DeadReason
from contracts.topics import DEAD
from deploy.local.fuzz.fire import Sent
from deploy.local.fuzz.read import Said
from services._chassis.aggregate import Service
from services._chassis.ids import of_message

_THROUGH: Final = re.compile(r"offsets (\d+) to (\d+)")
# Reasons by which a service says that a record is not what the contract asks for.
_AGAINST_THE_CONTRACT: Final = frozenset({"not-an-envelope", "unknown-event", "invalid-data", "wrong-source"})
_ONLY_A_SERVICE_KNOWS: Final = "time-out-of-bounds"
_TWICE: Final = "id-reused"
_UNREADABLE: Final = "unreadable"


class Fate(StrEnum):
    """What may become of a record."""

    AT_THE_DOOR = "refused"  # by the broker
    INVISIBLE = "unseen"  # never committed
    NOBODY = "unheard"  # no service hears the topic
    ACTED_ON = "acted on"
    SKIPPED = "skipped"  # an event that the service has no use for
    REPEAT = "repeat"
    SET_ASIDE = "set aside"
    NOT_OBEYED = "ignored"  # by the clocks: a wrong state, or old news


class Letter(NamedTuple):
    """A dead letter as a service wrote it."""

    consumer: str
    topic: str
    partition: int
    offset: int
    reason: str
    rule: str
    key: str | None

    @property
    def through(self) -> int:
        """The last offset that it speaks of: a batch that cannot be unpacked is set aside as one."""
        found = _THROUGH.search(self.rule) if self.reason == _UNREADABLE else None
        return int(found[2]) if found else self.offset


@dataclass(slots=True)
class Account:
    """`fates` by family counts records and, where a topic is heard, the services that hear it; `faults` names what is wrong.

    `skipped` counts by service and topic.
    """

    fates: dict[str, Counter[str]] = field(default_factory=dict)
    acted: list[Sent] = field(default_factory=list)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    consequences: int = 0
    faults: list[str] = field(default_factory=list)

    def count(self, sent: Sent, fate: str) -> None:
        self.fates.setdefault(sent.family, Counter())[fate] += 1


@dataclass(frozen=True, slots=True)
class Hearing:
    """A service as it hears: the topics, and on each the events that it acts on."""

    name: str
    inbox: Collection[UUID]
    routes: Mapping[str, frozenset[str]]


def hearing(service: Service, inbox: Collection[UUID]) -> Hearing:
    routes = {each.topic: frozenset(route.event.name for route in each.routes) for each in service.subscriptions}
    return Hearing(service.name, inbox, routes)


def letters(said: Mapping[str, Sequence[Said]], prefix: str) -> list[Letter]:
    """Every letter that a service wrote; topics without their prefix."""
    return [_letter(each, prefix) for topic, records in said.items() if topic.endswith(DEAD) for each in records]


def _letter(said: Said, prefix: str) -> Letter:
    data = json.loads(said.value or b"")["data"]
    topic = str(data["topic"]).removeprefix(prefix)
    reason = DeadReason(data["reason"])
    return Letter(data["consumer"], topic, data["partition"], data["offset"], reason, data["rule"], data["key"])


def account(
    sent: Sequence[Sent],
    services: Sequence[Hearing],
    found: Sequence[Letter],
    strangers: Collection[str],
) -> Account:
    """`strangers`: whom hostile messages are about; what is set aside of the talk about them is a consequence, no fault."""
    result = Account()
    by_place: dict[tuple[str, str, int, int], list[Letter]] = {}
    for letter in found:
        by_place.setdefault((letter.consumer, letter.topic, letter.partition, letter.offset), []).append(letter)
    used: set[Letter] = set()
    _count_what_nobody_hears(result, sent, {topic for each in services for topic in each.routes})
    for service in services:
        heard = [each for each in sent if not each.turned and each.topic in service.routes]
        _settle(result, service, heard, by_place, used)
    result.faults += _of_others(result, found, used, strangers)
    return result


def _count_what_nobody_hears(result: Account, sent: Iterable[Sent], heard: Collection[str]) -> None:
    for each in sent:
        if each.turned:
            result.count(each, Fate.AT_THE_DOOR)
        elif each.topic == sim_clock.TOPIC:
            result.count(each, Fate.NOT_OBEYED if each.visible else Fate.INVISIBLE)
        elif each.topic not in heard:
            result.count(each, Fate.NOBODY)


def _settle(
    result: Account,
    service: Hearing,
    heard: Sequence[Sent],
    by_place: Mapping[tuple[str, str, int, int], list[Letter]],
    used: set[Letter],
) -> None:
    batches = {
        (each.topic, each.partition, offset): each
        for (consumer, *_), letters_there in by_place.items()
        if consumer == service.name
        for each in letters_there
        for offset in range(each.offset, each.through + 1)
    }
    left: dict[tuple[str, UUID], list[Sent]] = {}
    aside: set[tuple[UUID | None, bytes]] = set()
    for each in heard:
        there = by_place.get((service.name, each.topic, each.partition, each.offset), [])
        if not there and (whole := batches.get((each.topic, each.partition, each.offset))):
            there = [whole]
        used.update(there)
        if len(there) > 1:
            result.faults.append(f"{each}: {service.name} set it aside {len(there)} times")
        if not each.visible:
            result.count(each, Fate.INVISIBLE)
            result.faults += [f"{each}: {service.name} set it aside, though it was never committed"] if there else []
            result.faults += _acted_unseen(each, service)
        elif there:
            result.count(each, Fate.SET_ASIDE)
            aside.add((each.verdict.id, each.said))
            result.reasons[there[0].reason] += 1
            result.faults += _wrongly_set_aside(each, there[0])
        elif each.verdict.id is not None and _is_heard(each, service):
            left.setdefault((each.verdict.source, each.verdict.id), []).append(each)
        elif each.verdict.id is not None and not each.verdict.why:
            result.count(each, Fate.SKIPPED)
            result.skipped[service.name, each.topic] += 1
        else:
            result.faults.append(f"{each}: {service.name} neither acted on it nor set it aside ({each.verdict.why})")
    for same in left.values():
        _settle_what_is_left(result, service, same, aside)


def _settle_what_is_left(
    result: Account, service: Hearing, same: Sequence[Sent], aside: Collection[tuple[UUID | None, bytes]]
) -> None:
    """Repeats of what was set aside in the same breath are dropped with it."""
    again = [each for each in same if (each.verdict.id, each.said) in aside]
    for each in again:
        result.count(each, Fate.REPEAT)
    if len(again) < len(same):
        _settle_what_acted(result, service, [each for each in same if each not in again])


def _is_heard(sent: Sent, service: Hearing) -> bool:
    return sent.verdict.event in service.routes[sent.topic]


def _acted_unseen(sent: Sent, service: Hearing) -> Iterator[str]:
    if sent.verdict.id and of_message(sent.verdict.source, sent.verdict.id) in service.inbox:
        yield f"{sent}: {service.name} acted on it, though it was never committed"


def _wrongly_set_aside(sent: Sent, letter: Letter) -> Iterator[str]:
    if letter.reason == DeadReason.HANDLER_ERROR:
        yield f"{sent}: {letter.consumer} failed on it: {letter.rule[:200]}"
    elif sent.verdict.doubt or sent.verdict.why or letter.reason == _TWICE:
        return
    elif letter.reason in _AGAINST_THE_CONTRACT:
        yield f"{sent}: {letter.consumer} says {letter.reason}, the published contract takes it: {letter.rule[:200]}"


def _settle_what_acted(result: Account, service: Hearing, same: Sequence[Sent]) -> None:
    """Of records with one name, none of them set aside, one has acted and the others repeat it word for word."""
    first = same[0]
    assert first.verdict.id  # noqa: S101 - grouped by it
    if of_message(first.verdict.source, first.verdict.id) not in service.inbox:
        result.faults += [f"{each}: {service.name} neither acted on it nor set it aside" for each in same]
        return
    result.faults += [
        f"{each}: {service.name} acted on it, the published contract refuses it: {each.verdict.why}"
        for each in same
        if each.verdict.why and not each.verdict.doubt
    ]
    result.count(first, Fate.ACTED_ON)
    result.acted.append(first)
    for each in same[1:]:
        result.count(each, Fate.REPEAT)
        if each.said != first.said:
            result.faults.append(f"{each}: {service.name} dropped it in silence, since its id had said something else")


def set_aside_of(service: Service, said: Mapping[str, Sequence[Said]], found: Iterable[Letter]) -> frozenset[UUID]:
    """Messages of other services that this one set aside: it has seen them, though they have not acted."""
    places = {(each.topic, each.partition, each.offset) for each in found if each.consumer == service.name}
    heard = ((each.topic, record) for each in service.subscriptions for record in said[each.topic])
    values = (json.loads(each.value or b"") for topic, each in heard if (topic, each.partition, each.offset) in places)
    return frozenset(of_message(each["source"], UUID(each["id"])) for each in values)


def _of_others(
    result: Account, found: Iterable[Letter], used: Collection[Letter], strangers: Collection[str]
) -> Iterator[str]:
    for letter in found:
        if letter in used:
            continue
        about = (letter.key or "").rpartition(":")[2]  # of a timer the key is its stream
        if about in strangers and letter.reason != DeadReason.HANDLER_ERROR:
            result.consequences += 1
        else:
            place = f"{letter.topic}/{letter.partition}/{letter.offset}"
            yield f"{place}, which is no hostile record: {letter.consumer} says {letter.reason}: {letter.rule[:200]}"
        if letter.topic.endswith(DEAD):
            yield f"{letter.consumer} hears a dead-letter topic: {letter.topic}"
