"""The gateway's tables, driven in memory: what it tells others when it hears something or a timer comes due."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from contracts import esuvo_notifications, portal_applications, shep_deliveries, shep_requests
from contracts.common import NoticeKind
from contracts.event import Event
from contracts.generate.__main__ import ROOT
from services.shep_gateway import rows as projections
from services.shep_gateway.decide import Conversation
from services.shep_gateway.service import service
from tests.contracts.committed import read
from tests.support.memory import InMemory
from tests.unit.shep_gateway.examples import FIRST, ID, NOON, SECOND, notice


class Gateway(InMemory):
    def __init__(self) -> None:
        super().__init__(service(on_request_leg=False))

    def forward(self, notice_id: UUID = FIRST, attempt: int = 1, at: datetime = NOON) -> list[Event]:
        event = esuvo_notifications.NoticeForwarded(
            application_id=ID, notice=notice(notice_id), attempt=attempt, forwarded_at=at
        )
        self.hear(esuvo_notifications.TOPIC, event, ID, at)
        return self.take_published()

    def receive(self, notice_id: UUID = FIRST, at: datetime = NOON) -> list[Event]:
        event = portal_applications.NoticeReceived(
            application_id=ID, notice_id=notice_id, kind=NoticeKind.REGISTERED, received_at=at
        )
        self.hear(portal_applications.TOPIC, event, ID, at)
        return self.take_published()


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


def accepted(notice_id: UUID = FIRST) -> shep_deliveries.DeliveryAccepted:
    return shep_deliveries.DeliveryAccepted(application_id=ID, notice_id=notice_id, accepted_at=NOON)


def dispatched(notice_id: UUID = FIRST, attempt: int = 1, at: datetime = NOON) -> shep_deliveries.NoticeDispatched:
    return shep_deliveries.NoticeDispatched(
        application_id=ID, notice=notice(notice_id), attempt=attempt, dispatched_at=at
    )


def test_a_forwarded_notice_is_accepted_and_handed_to_the_portal(gateway: Gateway) -> None:
    assert gateway.forward() == [accepted(), dispatched()]


def test_a_receipt_is_a_confirmation_and_ends_the_retries(gateway: Gateway) -> None:
    gateway.forward()

    told = gateway.receive()

    assert told == [
        shep_deliveries.DeliveryConfirmed(
            application_id=ID, notice_id=FIRST, kind=NoticeKind.REGISTERED, confirmed_at=NOON
        )
    ]
    assert not gateway.timers


def test_a_notice_that_comes_again_is_accepted_again_as_it_was(gateway: Gateway) -> None:
    gateway.forward()
    timers = dict(gateway.timers)

    told = gateway.forward(attempt=2, at=NOON + timedelta(minutes=10))

    assert told == [accepted()]
    assert gateway.timers == timers


def test_a_second_receipt_tells_nobody(gateway: Gateway) -> None:
    gateway.forward()
    gateway.receive()

    assert gateway.receive() == []


def test_the_next_notice_is_accepted_at_once_and_handed_over_after_the_receipt(gateway: Gateway) -> None:
    gateway.forward(FIRST)
    waiting = gateway.forward(SECOND)
    after = gateway.receive(FIRST)

    assert waiting == [accepted(SECOND)]
    assert after[1:] == [dispatched(SECOND)]
    assert [key for _, key in gateway.timers] == [f"resend:{SECOND}"]


def test_edge_20_a_silent_portal_is_asked_six_times_and_then_given_up(gateway: Gateway) -> None:
    gateway.forward()
    while gateway.fire_next():
        pass
    told = gateway.take_published()
    end = NOON + timedelta(minutes=630, seconds=50)

    assert [each.attempt for each in told[:-1] if isinstance(each, shep_deliveries.NoticeDispatched)] == [2, 3, 4, 5, 6]
    assert told[-1] == shep_deliveries.DeliveryAbandoned(
        application_id=ID, notice_id=FIRST, kind=NoticeKind.REGISTERED, attempts=6, abandoned_at=end
    )
    assert not gateway.timers


def test_a_receipt_after_the_end_tells_nobody_and_stands_in_the_journal(gateway: Gateway) -> None:
    gateway.forward()
    while gateway.fire_next():
        pass
    gateway.take_published()
    later = NOON + timedelta(days=1)

    told = gateway.receive(at=later)
    (entry,) = journal(gateway)

    assert told == []
    assert (entry["state"], entry["attempts"], entry["confirmed_at"]) == ("abandoned", 6, later)


def test_the_journal_has_every_message_and_none_of_its_words(gateway: Gateway) -> None:
    gateway.forward(FIRST)
    gateway.forward(SECOND)
    entries = journal(gateway)

    assert [(each["notice_id"], each["state"], each["attempts"]) for each in entries] == [
        (FIRST, "dispatched", 1),
        (SECOND, "waiting", 0),
    ]
    assert "Registered" not in str(entries)


def journal(gateway: Gateway) -> list[dict[str, object]]:
    state = gateway.state(f"conversation:{ID}")
    assert isinstance(state, Conversation)
    row = projections.row(str(ID), state)
    assert row is not None
    assert set(row) == set(projections.JOURNAL.columns)
    entries = row["entries"]
    assert isinstance(entries, list)
    return entries


LATER = NOON + timedelta(days=365)  # when all that the samples tell has happened
SAID = [
    read(ROOT / "contracts" / "samples" / f"{each.type_name()}.json") | {"application_id": str(ID)}
    for each in shep_requests.CATALOGUE
]


def test_on_the_request_leg_all_that_the_portal_says_is_passed_on_as_it_was_inc_09() -> None:
    gateway = InMemory(service(on_request_leg=True))
    said = [
        shep_requests.CATALOGUE.decode(each.name, each.version, data)
        for each, data in zip(shep_requests.CATALOGUE, SAID, strict=True)
    ]
    for event in said:
        gateway.hear(portal_applications.TOPIC, event, ID, LATER)

    assert gateway.published == [(shep_requests.TOPIC, event) for event in said]


def test_on_the_way_back_only_the_gateway_passes_no_request_on(gateway: Gateway) -> None:
    assert [each for each in gateway.service.publishes if each == shep_requests.TOPIC] == []
    routed = {route.event for each in gateway.service.subscriptions for route in each.routes}
    assert routed & set(shep_requests.CATALOGUE) == set()
