"""A record is understood, skipped, or unusable with a pointer, a rule and a remedy."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import university_cases
from contracts.dead_letter import DeadReason
from contracts.event import Catalogue, Event, JsonObject
from contracts.generate.__main__ import ROOT
from services._chassis.aggregate import Message, Route, Service, Subscription, on
from services._chassis.dead_letters import Position
from services._chassis.ids import of_message
from services._chassis.inbound import MOST_BYTES, Reader, Reading, Skipped, Understood, Unusable, sort_out

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

    assert found.id == of_message("/test", UUID(ID))
    assert found.input.stream == "parcel:a"
    assert found.input.cause == found.input.correlation == UUID(ID)
    assert found.input.decide("open", NOON) == [ParcelSent(weight=5, unit="kg")]
    assert found.input.decide("shut", NOON) == []


def test_a_message_in_an_old_version_is_lifted_to_the_current_one() -> None:
    found = understood(read(type=f"{NAME}.v1", data={"grams": 70}))

    assert found.input.decide("open", NOON) == [ParcelSent(weight=70, unit="g")]


def test_an_event_without_a_route_is_skipped_on_purpose() -> None:
    assert isinstance(read(type="test.parcel-lost.v1", data={}), Skipped)


@pytest.mark.parametrize("minutes", [-4, 60])
def test_a_decision_is_never_before_its_message_nor_before_now(minutes: int) -> None:
    now = NOON + timedelta(minutes=minutes)
    found = understood(read_bytes(json.dumps(envelope()).encode(), now=now))

    assert found.input.at == max(NOON, now)


@pytest.mark.parametrize(
    "value", [None, b"", b"\xff\xfe", b"[]", b"null", b"12", b"{", b'{"a": NaN}', b'"\xed\xa0\x80"']
)
def test_what_is_no_cloud_event_is_unusable_and_its_place_stands_in_for_its_id(value: bytes | None) -> None:
    found = unusable(read_bytes(value))

    assert found.reason is DeadReason.NOT_AN_ENVELOPE
    assert found.position.id == Position(f"own.{TOPIC}", 2, 7, b"a", value).id
    assert found.position.id != Position(f"own.{TOPIC}", 2, 8, b"a", value).id


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


def test_a_table_row_that_cannot_name_the_stream_is_a_bug_and_reading_goes_on() -> None:
    found = unusable(read(data={"weight": 0, "unit": "kg"}))

    assert found.reason is DeadReason.HANDLER_ERROR
    assert "ZeroDivisionError" in found.violation.rule


def test_what_the_owner_of_a_topic_did_not_say_is_unusable() -> None:
    reader = Reader(Service("desk", (), (Subscription(TOPIC, CATALOGUE, ROUTES),), {}), "own.", {TOPIC: "/owner"})
    position = Position(f"own.{TOPIC}", 2, 7, b"a", json.dumps(envelope()).encode())
    found = unusable(reader.read(position, NOON))

    assert (found.reason, found.violation.field) == (DeadReason.WRONG_SOURCE, "/source")


@pytest.mark.parametrize("minutes", [6, 60 * 24 * 365 * 90])
def test_a_message_that_lies_ahead_of_the_clock_is_unusable(minutes: int) -> None:
    found = unusable(read_bytes(json.dumps(envelope()).encode(), now=NOON - timedelta(minutes=minutes)))

    assert (found.reason, found.violation.field) == (DeadReason.TIME_OUT_OF_BOUNDS, "/time")


def test_a_notice_that_tells_of_the_future_is_unusable_and_the_moment_is_named() -> None:
    sample = json.loads((ROOT / "contracts/samples/envelopes/kz.egov.university.notice-sent.v1.json").read_text())
    sample["data"]["notice"]["at"] = "2106-02-07T06:28:15Z"
    reader = Reader(
        Service("desk", (), (Subscription(university_cases.TOPIC, university_cases.CATALOGUE, ()),), {}), ""
    )
    position = Position(university_cases.TOPIC, 0, 0, sample["subject"].encode(), json.dumps(sample).encode())
    found = unusable(reader.read(position, datetime.fromisoformat("2017-01-01T00:00:00Z")))

    assert (found.reason, found.violation.field) == (DeadReason.TIME_OUT_OF_BOUNDS, "/data/notice/at")


def test_a_value_larger_than_any_message_is_not_even_read() -> None:
    assert unusable(read_bytes(b" " * (MOST_BYTES + 1))).reason is DeadReason.NOT_AN_ENVELOPE


def understood_twice(**second: object) -> tuple[list[Understood], list[Unusable]]:
    return sort_out([understood(read()), understood(read(**second))], {})


def test_of_two_messages_that_say_the_same_under_one_name_the_first_counts() -> None:
    new, set_aside = understood_twice()

    assert (len(new), set_aside) == (1, [])


def test_another_content_under_the_same_name_is_set_aside() -> None:
    new, set_aside = understood_twice(data={"weight": 8, "unit": "kg"})

    assert len(new) == 1
    assert [each.reason for each in set_aside] == [DeadReason.ID_REUSED]


def test_the_same_id_from_another_source_is_another_message() -> None:
    new, set_aside = understood_twice(source="/other", data={"weight": 8, "unit": "kg"})

    assert (len(new), set_aside) == (2, [])


def test_what_an_older_release_remembered_without_its_content_counts_as_a_repeat() -> None:
    first = understood(read())

    assert sort_out([first], {first.id: None}) == ([], [])
