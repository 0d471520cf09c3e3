"""A dead letter holds what came, why nobody could use it, and fits into a Kafka message whatever came."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.dead_letter import CATALOGUE, DeadLettered, DeadReason
from contracts.envelope import Envelope
from services._chassis.aggregate import Timer
from services._chassis.batch import OutboxRow
from services._chassis.dead_letters import DeadLetters, Position
from services._chassis.decider import Refused
from services._chassis.errors import Violation
from services._chassis.metrics import Metrics

WALL = datetime(2026, 1, 1, tzinfo=UTC)
MOST_BYTES = 1024 * 1024  # Kafka's own bound of a message, on both sides
VIOLATION = Violation("/data/x", "the rule", "the remedy")


@pytest.fixture
def letters() -> DeadLetters:
    return DeadLetters("desk", "own.out", Metrics("desk"), lambda: WALL)


def position(value: bytes | None = b"{}", key: bytes | None = b"a") -> Position:
    return Position("own.in", 2, 7, key, value)


def opened(row: OutboxRow) -> DeadLettered:
    message = Envelope.model_validate_json(row.value)
    letter = CATALOGUE.decode(message.event_name, message.event_version, message.data)
    assert isinstance(letter, DeadLettered)
    return letter


def test_a_letter_names_reason_rule_remedy_consumer_and_position(letters: DeadLetters) -> None:
    row = letters.of_message(position(), DeadReason.INVALID_DATA, VIOLATION, None)

    assert (row.topic, row.key) == ("own.in.dead", b"a")
    assert opened(row) == DeadLettered(
        reason=DeadReason.INVALID_DATA,
        field="/data/x",
        rule="the rule",
        remedy="the remedy",
        consumer="desk",
        topic="own.in",
        partition=2,
        offset=7,
        key="a",
        value="{}",
        value_encoding="utf-8",
        headers=(),
        at=WALL,
    )


@pytest.mark.parametrize(
    ("value", "text", "encoding"),
    [
        (None, None, "none"),
        (b"", "", "utf-8"),
        ("қазақ".encode(), "қазақ", "utf-8"),
        (b"\xff\x00", base64.b64encode(b"\xff\x00").decode(), "base64"),
    ],
)
def test_a_value_is_kept_as_it_came(letters: DeadLetters, value: bytes | None, text: str | None, encoding: str) -> None:
    letter = opened(letters.of_message(position(value), DeadReason.NOT_AN_ENVELOPE, VIOLATION, None))

    assert (letter.value, letter.value_encoding) == (text, encoding)


@pytest.mark.parametrize("key", [None, b"", b"\xff\xfe", "кілт".encode()])
def test_a_letter_keeps_the_key_and_always_has_a_subject(letters: DeadLetters, key: bytes | None) -> None:
    row = letters.of_message(position(key=key), DeadReason.NOT_AN_ENVELOPE, VIOLATION, None)

    assert row.key == key
    assert Envelope.model_validate_json(row.value).subject


@pytest.mark.parametrize("piece", [b"\xff", b'"', b"\x01", "қ".encode()])
def test_a_letter_fits_into_a_kafka_message_however_large_the_dead_message_was(
    letters: DeadLetters, piece: bytes
) -> None:
    large = piece * (1_000_000 // len(piece))
    row = letters.of_failure(position(large, key=large[:400_000]), ValueError("x" * 1_000_000))

    assert len(row.value) + len(row.key or b"") < MOST_BYTES
    assert opened(row).value_encoding.endswith(", cut")


def test_a_bug_is_told_with_the_end_of_its_stack(letters: DeadLetters) -> None:
    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        raise ZeroDivisionError("the bug " + "x" * 20_000)

    with pytest.raises(ZeroDivisionError) as bug:
        deep(50)
    letter = opened(letters.of_failure(position(), bug.value))

    assert letter.reason is DeadReason.HANDLER_ERROR
    assert letter.rule.startswith("ZeroDivisionError: the bug")
    assert letter.stack is not None
    assert len(letter.stack) == 8_000
    assert letter.stack.endswith("xxx\n")


def test_a_refusal_is_told_with_its_code_and_without_a_stack(letters: DeadLetters) -> None:
    letter = opened(letters.of_failure(position(), Refused("desk.shut", "come later", field="/time", remedy="wait")))

    assert (letter.reason, letter.field, letter.rule) == (DeadReason.REFUSED, "/time", "desk.shut: come later")
    assert (letter.remedy, letter.stack) == ("wait", None)


def test_a_refusal_without_a_remedy_gets_one(letters: DeadLetters) -> None:
    assert opened(letters.of_failure(position(), Refused("desk.shut", "come later"))).remedy


def test_a_timer_that_failed_stands_on_the_services_own_dead_letter_topic(letters: DeadLetters) -> None:
    timer = Timer(UUID(int=5), "parcel:a", "remind", WALL, {})
    row = letters.of_timer(timer, ZeroDivisionError("bug"))
    letter = opened(row)

    assert row.topic == "own.out.dead"
    assert (letter.partition, letter.offset, letter.key) == (-1, -1, "parcel:a")
    assert Envelope.model_validate_json(row.value).causationid == timer.id


def test_letters_are_counted_by_topic_and_reason(letters: DeadLetters) -> None:
    letters.of_failure(position(), Refused("desk.shut", "come later"))

    assert letters.metrics.registry.get_sample_value(
        "egov_dead_letters_total", {"topic": "own.in", "reason": "refused"}
    )
