"""A record is understood, skipped, or unusable with a pointer, a rule and a remedy."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.dead_letter import DeadReason
from contracts.event import Catalogue, Event, JsonObject
from services._chassis.aggregate import Message, Route, Service, Subscription, on
from services._chassis.dead_letters import Position
from services._chassis.inbound import Reader, Reading, Skipped, Understood, Unusable

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
TOPIC = "test.parcels.v1"
NAME = "test.parcel-sent"
ID = "018e0000-0000-8000-8000-000000000001"


class ParcelSent(Event):
    name: ClassVar[str] = NAME
    version: ClassVar[int] = 2

    weight: int
    unit: str


class ParcelLost(Event):
    name: ClassVar[str] = "test.parcel-lost"


def _sent_v1(data: JsonObject) -> JsonObject:
    return {"weight": data["grams"], "unit": "g"}


def stream_of(message: Message[ParcelSent]) -> str:
    return f"parcel:{100 // message.data.weight and message.subject}"


def handle(state: str, message: Message[ParcelSent]) -> Sequence[Event]:
    return [message.data] if state == "open" else []


CATALOGUE = Catalogue([ParcelSent, ParcelLost], {(NAME, 1): _sent_v1})
ROUTES: tuple[Route, ...] = (on(ParcelSent, stream=stream_of, handle=handle),)
READER = Reader(Service("desk", (), (Subscription(TOPIC, CATALOGUE, ROUTES),), {}), "own.")


def envelope(**changes: object) -> dict[str, object]:
    whole = {
        "specversion": "1.0",
        "id": ID,
        "source": "/test",
        "type": f"{NAME}.v2",
        "subject": "a",
        "time": NOON.isoformat(),
        "correlationid": ID,
        "causationid": ID,
        "data": {"weight": 5, "unit": "kg"},
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def read_bytes(value: bytes | None, key: bytes | None = b"a", now: datetime = NOON) -> Reading:
    return READER.read(Position(f"own.{TOPIC}", 2, 7, key, value), now)


def read(**changes: object) -> Reading:
    return read_bytes(json.dumps(envelope(**changes)).encode())


def unusable(reading: Reading) -> Unusable:
    assert isinstance(reading, Unusable), reading
    assert reading.violation.rule
    assert reading.violation.remedy
    return reading


def understood(reading: Reading) -> Understood:
    assert isinstance(reading, Understood), reading
    return reading


def test_a_message_with_a_route_concerns_its_stream_and_its_handler_gets_it() -> None:
    found = understood(read())

    assert found.id == UUID(ID)
    assert found.input.stream == "parcel:a"
    assert found.input.cause == found.input.correlation == UUID(ID)
    assert found.input.decide("open", NOON) == [ParcelSent(weight=5, unit="kg")]
    assert found.input.decide("shut", NOON) == []


def test_a_message_in_an_old_version_is_lifted_to_the_current_one() -> None:
    found = understood(read(type=f"{NAME}.v1", data={"grams": 70}))

    assert found.input.decide("open", NOON) == [ParcelSent(weight=70, unit="g")]


def test_an_event_without_a_route_is_skipped_on_purpose() -> None:
    assert isinstance(read(type="test.parcel-lost.v1", data={}), Skipped)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_decision_is_never_before_its_message_nor_before_now(hours: int) -> None:
    now = NOON + timedelta(hours=hours)
    found = understood(read_bytes(json.dumps(envelope()).encode(), now=now))

    assert found.input.at == max(NOON, now)


@pytest.mark.parametrize(
    "value", [None, b"", b"\xff\xfe", b"[]", b"null", b"12", b"{", b'{"a": NaN}', b'"\xed\xa0\x80"']
)
def test_what_is_no_cloud_event_is_unusable_and_its_place_stands_in_for_its_id(value: bytes | None) -> None:
    found = unusable(read_bytes(value))

    assert found.reason is DeadReason.NOT_AN_ENVELOPE
    assert found.id == Position(f"own.{TOPIC}", 2, 7, None, None).id
    assert found.id != Position(f"own.{TOPIC}", 2, 8, None, None).id


@given(st.binary(max_size=200))
def test_no_bytes_whatever_stop_the_reader(value: bytes) -> None:
    assert isinstance(read_bytes(value), Unusable)


@pytest.mark.parametrize(
    "name", ["specversion", "id", "source", "type", "subject", "time", "correlationid", "causationid", "data"]
)
def test_a_missing_attribute_is_named(name: str) -> None:
    found = unusable(read(**{name: None}))

    assert found.reason is DeadReason.NOT_AN_ENVELOPE
    assert found.violation.field == f"/{name}"
    assert found.violation.remedy == "add this field"


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("id", "7", "write a UUID, for example"),
        ("specversion", "0.3", "use one of the values that the rule lists"),
        ("time", "2016-02-15T06:00:00", "add the offset from UTC"),
        ("type", NAME, "correct the value so that the rule holds"),
        ("type", f"{NAME}.v0", "correct the value so that the rule holds"),
        ("traceparent", "00-1-2-3", "write the value in the form that the rule shows"),
    ],
)
def test_a_wrong_attribute_is_named_with_its_remedy(name: str, value: str, remedy: str) -> None:
    found = unusable(read(**{name: value}))

    assert found.violation.field == f"/{name}"
    assert found.violation.remedy.startswith(remedy)


@pytest.mark.parametrize("key", [b"b", b"", None])
def test_a_key_that_is_not_the_subject_is_unusable_since_the_order_would_be_lost(key: bytes | None) -> None:
    found = unusable(read_bytes(json.dumps(envelope()).encode(), key))

    assert found.reason is DeadReason.NOT_AN_ENVELOPE
    assert found.violation.field == "/subject"
    assert "key" in found.violation.remedy


@pytest.mark.parametrize("kind", ["test.unheard-of.v1", f"{NAME}.v3", f"{NAME}.v9999"])
def test_an_unknown_event_and_a_version_newer_than_ours_are_unusable(kind: str) -> None:
    found = unusable(read(type=kind))

    assert found.reason is DeadReason.UNKNOWN_EVENT
    assert found.violation.field == "/type"
    assert found.id == UUID(ID)


@pytest.mark.parametrize(
    ("data", "field"), [({"unit": "kg"}, "/data/weight"), ({"weight": "x", "unit": "kg"}, "/data/weight")]
)
def test_wrong_data_is_named_from_the_root_of_the_envelope(data: JsonObject, field: str) -> None:
    found = unusable(read(data=data))

    assert found.reason is DeadReason.INVALID_DATA
    assert found.violation.field == field


def test_old_data_that_cannot_be_lifted_is_unusable_and_does_not_stop_the_reader() -> None:
    found = unusable(read(type=f"{NAME}.v1", data={}))

    assert found.reason is DeadReason.INVALID_DATA
    assert found.violation.field == "/data"
    assert "grams" in found.violation.rule


def test_a_table_row_that_cannot_name_the_stream_is_a_bug_of_the_handler_and_does_not_stop_the_reader() -> None:
    found = unusable(read(data={"weight": 0, "unit": "kg"}))

    assert found.reason is DeadReason.HANDLER_ERROR
    assert "ZeroDivisionError" in found.violation.rule
