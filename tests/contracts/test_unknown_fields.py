"""What a producer adds within a version is ignored: it is read over, and never carried on into what a service says next."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from contracts import esuvo_notifications, portal_applications, shep_deliveries, shep_requests
from contracts.envelope import Envelope
from contracts.event import Text
from services.shep_gateway.service import service
from tests.contracts.committed import ENVELOPES, catalogue, read
from tests.support.memory import InMemory

UNKNOWN: Final = "added_later"
ID: Final = UUID("0152e31a-a400-852c-a979-6735e9df72c6")
LATER: Final = datetime(2020, 1, 1, tzinfo=UTC)
FORWARDED: Final = "kz.egov.esuvo.notice-forwarded.v1"
PASSED_ON: Final = [each.type_name() for each in shep_requests.CATALOGUE]


def with_unknown_fields(part: Any) -> Any:  # Any: JSON
    """The same with one more field in every object but the texts, which have their three languages and no other field."""
    if isinstance(part, list):
        return [with_unknown_fields(each) for each in part]
    if not isinstance(part, dict) or set(part) == set(Text.model_fields):
        return part
    return {name: with_unknown_fields(value) for name, value in part.items()} | {UNKNOWN: {"deep": [UNKNOWN]}}


def envelope(name: str) -> Any:  # Any: JSON
    return read(next(path for path in ENVELOPES if path.stem == name))


def said_next(gateway: InMemory, topic: str, name: str) -> list[bytes]:
    """The records that the gateway publishes when it hears the sample of this name, with unknown fields everywhere."""
    sample = with_unknown_fields(envelope(name))
    plan = gateway.hear_bytes(topic, json.dumps(sample).encode(), sample["subject"], LATER)
    return [row.value for row in plan.outbox]


@pytest.mark.parametrize("path", ENVELOPES, ids=lambda path: path.stem)
def test_what_is_read_and_written_again_has_no_unknown_fields(path: Path) -> None:
    plain = Envelope.read(path.read_bytes())
    known = catalogue(plain.event_name)
    message = Envelope.read(json.dumps(with_unknown_fields(read(path))).encode())
    event = message.event(known)
    written = Envelope.wrap(
        event, identity=ID, source="/esuvo", subject=str(ID), time=LATER, correlation=ID, causation=ID
    )

    assert event == plain.event(known)
    assert UNKNOWN in str(message.data)
    assert UNKNOWN.encode() not in written.to_bytes()


def test_a_notice_reaches_the_portal_without_its_unknown_fields() -> None:
    told = said_next(InMemory(service(on_request_leg=False)), esuvo_notifications.TOPIC, FORWARDED)

    assert [json.loads(each)["type"] for each in told] == [
        shep_deliveries.DeliveryAccepted.type_name(),
        shep_deliveries.NoticeDispatched.type_name(),
    ]
    assert not any(UNKNOWN.encode() in each for each in told)


@pytest.mark.parametrize("name", PASSED_ON)
def test_a_request_is_passed_on_without_its_unknown_fields(name: str) -> None:
    told = said_next(InMemory(service(on_request_leg=True)), portal_applications.TOPIC, name)

    assert [json.loads(each)["type"] for each in told] == [name]
    assert UNKNOWN.encode() not in told[0]
