"""The ledger can fail: each kind of harm, done to an otherwise sound run, is found and named."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.dead_letter import DeadReason
from contracts.envelope import Envelope
from deploy.local.audit.ledger import Database, Ledger, Stored, audit, differences, log_hash, log_of
from services._chassis.batch import Batch, Loaded, OutboxRow
from services._chassis.dead_letters import DeadLetters, Position
from services._chassis.errors import Violation
from services._chassis.ids import of_message
from services._chassis.inbound import Reader, Understood
from services._chassis.metrics import Metrics
from tests.support.tally import IN, OUT, SERVICE, Number

PREFIX = "run."
NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)


@dataclass
class World:
    """What a run of the tallying service left: what it had heard, what it stored, what stands on its topic."""

    heard: list[bytes] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    dead: list[bytes] = field(default_factory=list)
    streams: dict[str, list[Stored]] = field(default_factory=dict)
    inbox: set[UUID] = field(default_factory=set)
    outbox: int = 0

    @property
    def database(self) -> Database:
        return Database(SERVICE, self.streams, frozenset(self.inbox), self.outbox, timers=0)

    def audited(self) -> Ledger:
        topics = {PREFIX + IN: self.heard, PREFIX + OUT: self.said, f"{PREFIX}{IN}.dead": self.dead}
        return audit([self.database], topics, PREFIX)


def message(value: int, subject: str) -> Envelope:
    identity = uuid4()
    event = Number(value=value)
    return Envelope(
        specversion="1.0",
        id=identity,
        source="/test",
        type=event.type_name(),
        subject=subject,
        time=NOON,
        correlationid=identity,
        causationid=identity,
        data=event.model_dump(mode="json"),
    )


def act(world: World, loaded: dict[str, Loaded], batch: Batch, each: Envelope, tx: str) -> None:
    """One message, decided and written as the engine does it."""
    read = Reader(SERVICE, PREFIX).read(Position(PREFIX + IN, 0, 0, each.subject.encode(), each.to_bytes()), NOON)
    assert isinstance(read, Understood)
    plan = batch.decide([read.input], loaded, {})
    loaded |= plan.streams
    world.heard.append(each.to_bytes())
    world.inbox.add(read.id)
    world.said += [row.value for row in plan.outbox]
    for row in plan.events:
        stored = Stored(row.stream, row.version, row.id, row.event, row.at, row.correlation, row.causation, tx)
        world.streams.setdefault(row.stream, []).append(stored)


@pytest.fixture
def world() -> World:
    """Three numbers for each of two subjects, counted and told."""
    found, batch = World(), Batch(SERVICE, lambda topic: PREFIX + topic)
    loaded: dict[str, Loaded] = {}
    for number in range(6):
        subject = "ab"[number % 2]
        loaded.setdefault(f"tally:{subject}", Loaded(0, 0))
        act(found, loaded, batch, message(number + 1, subject), f"tx-{number}")
    return found


def forget_the_first_words(world: World) -> None:
    world.said.pop(0)


def leave_a_row_in_the_outbox(world: World) -> None:
    world.outbox = 1


def never_take_a_message_in(world: World) -> None:
    first = Envelope.model_validate_json(world.heard[0])
    world.inbox.remove(of_message(first.source, first.id))


def say_what_nobody_decided(world: World) -> None:
    told = Envelope.model_validate_json(world.said[0])
    world.said.append(told.model_copy(update={"id": uuid4()}).to_bytes())


def act_again_in_another_transaction(world: World) -> None:
    rows = world.streams["tally:a"]
    again = replace(rows[-1], version=len(rows) + 1, id=uuid4(), causation=rows[0].causation, tx="tx-later")
    world.streams["tally:a"] = [*rows, again]


def tell_one_subject_backwards(world: World) -> None:
    world.said.reverse()


HARMS: list[tuple[Callable[[World], None], str, str]] = [
    (forget_the_first_words, "lost", "was decided and is not there"),
    (leave_a_row_in_the_outbox, "lost", "1 rows never left the outbox"),
    (never_take_a_message_in, "lost", "tally never took test.number.v1"),
    (say_what_nobody_decided, "unaccounted", "stands there and nobody decided it"),
    (act_again_in_another_transaction, "duplicated_effects", "acted on tally:a in 2 transactions"),
    (tell_one_subject_backwards, "out_of_order", "came after a later one"),
]


def test_a_sound_run_has_no_fault(world: World) -> None:
    ledger = world.audited()

    assert ledger.faults == []
    assert ledger.messages == {IN: 6, OUT: 6}


@pytest.mark.parametrize(("harm", "where", "words"), HARMS, ids=lambda each: getattr(each, "__name__", None))
def test_a_harm_is_found_and_named(world: World, harm: Callable[[World], None], where: str, words: str) -> None:
    harm(world)
    found = getattr(world.audited(), where)

    assert any(words in fault for fault in found), found


def test_a_message_delivered_again_is_counted_and_is_no_fault(world: World) -> None:
    world.said.append(world.said[0])
    ledger = world.audited()

    assert ledger.faults == []
    assert ledger.repeated[OUT] == 1
    assert ledger.messages[OUT] == 6


def test_another_order_of_different_subjects_is_no_disorder(world: World) -> None:
    world.said.sort(key=lambda value: Envelope.model_validate_json(value).subject)

    assert world.audited().out_of_order == []


def test_a_dead_letter_is_counted(world: World) -> None:
    letters = DeadLetters("tally", PREFIX + OUT, Metrics("tally"))
    position = Position(PREFIX + IN, 0, 0, b"a", b"\xff")
    row: OutboxRow = letters.of_message(position, DeadReason.NOT_AN_ENVELOPE, Violation("", "rule", "remedy"), None)
    world.dead.append(row.value)

    assert world.audited().dead == {f"{IN}.dead": 1}


def test_the_log_hash_sees_what_was_decided_and_when_and_not_in_which_transaction(world: World) -> None:
    before = log_hash(log_of([world.database]))
    rows = world.streams["tally:a"]
    world.streams["tally:a"] = [replace(each, tx="another") for each in rows]
    same = log_hash(log_of([world.database]))
    world.streams["tally:a"] = [replace(rows[0], at=rows[0].at + timedelta(seconds=1)), *rows[1:]]
    later = log_hash(log_of([world.database]))
    world.streams["tally:a"] = rows[:-1]
    shorter = log_hash(log_of([world.database]))

    assert same == before
    assert len({before, later, shorter}) == 3


def test_where_two_logs_part_is_told_by_stream_and_first_line() -> None:
    log = {"portal/a": ("1 filed", "2 closed"), "portal/b": ("1 filed",), "portal/c": ("1 filed",)}
    other = {"portal/a": ("1 filed", "3 closed"), "portal/b": ("1 filed",)}

    assert differences(log, other) == [
        "portal/a: 2 closed; undisturbed: 3 closed",
        "portal/c: 1 filed; undisturbed: nothing",
    ]
    assert differences(log, log) == []
