"""What ESUVO decides about a notice on its way to the gateway."""

import pytest

from services._chassis.retry import MOST_ATTEMPTS
from services.esuvo.domain.notices import (
    NOTICE,
    Abandon,
    Accept,
    Confirm,
    Forward,
    NoticeAccepted,
    NoticeDelivered,
    NoticeForwarded,
    NoticeRepeated,
    NoticeUndeliverable,
    Resend,
)
from tests.support.scenario import Scenario
from tests.unit.esuvo.examples import ID, NOON, OTHER_ID, WORDS, notice

given = Scenario(NOTICE).given

forward = Forward(ID, "027", notice(), NOON)
forwarded = NoticeForwarded(notice=notice(), university="027", attempt=1, at=NOON)
accepted = NoticeAccepted(at=NOON)
delivered = NoticeDelivered(at=NOON)
undeliverable = NoticeUndeliverable(at=NOON)


def test_a_notice_is_forwarded() -> None:
    given().when(forward).then(forwarded)


def test_a_repeated_notice_is_answered_again_and_changes_nothing() -> None:
    repeated = NoticeRepeated(at=NOON)

    given(forwarded).when(forward).then(repeated)
    assert NOTICE.replay([forwarded, repeated]) == NOTICE.replay([forwarded])


def test_a_notice_that_changes_its_words_is_refused() -> None:
    changed = notice().model_copy(update={"text": WORDS.model_copy(update={"en": "Something else"})})

    given(forwarded).when(Forward(ID, "027", changed, NOON)).then_refused("notice.changed")


def test_a_notice_of_another_application_is_refused() -> None:
    given().when(Forward(ID, "027", notice(OTHER_ID), NOON)).then_refused("notice.other-application")


@pytest.mark.parametrize("answer", [Accept(NOON), Confirm(NOON), Abandon(NOON)], ids=repr)
def test_the_gateways_answers_for_an_unknown_notice_are_refused(answer: Accept | Confirm | Abandon) -> None:
    given().when(answer).then_refused("notice.unknown")


def test_a_notice_is_accepted_and_delivered_once() -> None:
    given(forwarded).when(Accept(NOON)).then(accepted)
    given(forwarded, accepted).when(Accept(NOON)).then_nothing()
    given(forwarded, accepted).when(Confirm(NOON)).then(delivered)
    given(forwarded, accepted, delivered).when(Confirm(NOON)).then_nothing()


def test_a_notice_that_was_reported_undeliverable_stays_so() -> None:
    given(forwarded, accepted).when(Abandon(NOON)).then(undeliverable)
    given(forwarded, undeliverable).when(Confirm(NOON)).then_nothing()


def test_an_accepted_notice_is_not_sent_again() -> None:
    given(forwarded, accepted).when(Resend(NOON)).then_nothing()


def test_edge_20_a_notice_that_nobody_accepts_is_given_up_after_the_last_attempt() -> None:
    last = NoticeForwarded(notice=notice(), university="027", attempt=MOST_ATTEMPTS, at=NOON)

    given(forwarded).when(Resend(NOON)).then(NoticeForwarded(notice=notice(), university="027", attempt=2, at=NOON))
    given(last).when(Resend(NOON)).then(undeliverable)
