"""What ESUVO decides about a notice on its way to the gateway."""

from dataclasses import replace

import pytest

from contracts.common import NoticeKind, PublicService
from services._chassis.retry import MOST_ATTEMPTS
from services.esuvo.notices.decide import (
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

accept = Accept(ID, NOON)
confirm = Confirm(ID, NoticeKind.REGISTERED, NOON)
abandon = Abandon(ID, NoticeKind.REGISTERED, NOON)

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


@pytest.mark.parametrize("answer", [accept, confirm, abandon], ids=repr)
def test_the_gateways_answers_for_an_unknown_notice_are_refused(answer: Accept | Confirm | Abandon) -> None:
    given().when(answer).then_refused("notice.unknown")


def test_a_notice_is_accepted_and_delivered_once() -> None:
    given(forwarded).when(accept).then(accepted)
    given(forwarded, accepted).when(accept).then_ignored("already-accepted")
    given(forwarded, accepted).when(confirm).then(delivered)
    given(forwarded, accepted, delivered).when(confirm).then_ignored("already-settled")


def test_an_answer_for_a_notice_of_another_application_is_refused() -> None:
    for answer in (
        Accept(OTHER_ID, NOON),
        replace(confirm, application_id=OTHER_ID),
        replace(abandon, application_id=OTHER_ID),
    ):
        given(forwarded).when(answer).then_refused("notice.other-application")
        given(forwarded, accepted, delivered).when(answer).then_refused("notice.other-application")


def test_an_answer_for_a_notice_of_another_kind_is_refused() -> None:
    for answer in (replace(confirm, kind=NoticeKind.REFUSED), replace(abandon, kind=NoticeKind.READY)):
        given(forwarded, accepted).when(answer).then_refused("notice.other-kind")


def test_a_university_tells_no_result_of_the_grants_service() -> None:
    about_a_grant = notice().model_copy(update={"service": PublicService.GRANT})

    given().when(Forward(ID, "027", about_a_grant, NOON)).then_refused("notice.other-service")
    given().when(Forward(ID, None, about_a_grant, NOON)).then(
        NoticeForwarded(notice=about_a_grant, university=None, attempt=1, at=NOON)
    )


def test_a_notice_is_repeated_by_its_sender_alone() -> None:
    given(forwarded).when(Forward(ID, "020", notice(), NOON)).then_refused("notice.other-university")


def test_a_notice_that_was_reported_undeliverable_stays_so() -> None:
    given(forwarded, accepted).when(abandon).then(undeliverable)
    given(forwarded, undeliverable).when(confirm).then_ignored("already-settled")


def test_an_accepted_notice_is_not_sent_again() -> None:
    given(forwarded, accepted).when(Resend(NOON)).then_ignored("already-accepted")


def test_edge_20_a_notice_that_nobody_accepts_is_given_up_after_the_last_attempt() -> None:
    last = NoticeForwarded(notice=notice(), university="027", attempt=MOST_ATTEMPTS, at=NOON)

    given(forwarded).when(Resend(NOON)).then(NoticeForwarded(notice=notice(), university="027", attempt=2, at=NOON))
    given(last).when(Resend(NOON)).then(undeliverable)
