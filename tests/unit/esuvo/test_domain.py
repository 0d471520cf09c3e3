"""What ESUVO decides about a request."""

from datetime import timedelta

import pytest

from contracts.common import Channel, NoticeKind, RefusalCode
from services.esuvo.domain.events import (
    CaseProgressed,
    CorrectionRouted,
    RequestClosed,
    RequestEnded,
    RequestRouted,
    RoutingFailed,
    Status,
    WithdrawalRouted,
)
from services.esuvo.domain.notices import (
    MOST_ATTEMPTS,
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
    next_attempt_at,
)
from services.esuvo.domain.request import REQUEST as DECIDER
from services.esuvo.domain.request import Close, Correct, End, Progress, Take, Withdraw
from services.esuvo.domain.state import Known
from tests.support.scenario import Scenario
from tests.unit.esuvo.examples import ID, NOON, NOTICE_ID, OTHER_ID, REQUEST, WORDS, notice

given = Scenario(DECIDER).given

take = Take(ID, REQUEST, Channel.PORTAL, NOON, None, NOTICE_ID, NOON)
take_unroutable = Take(ID, REQUEST, Channel.PORTAL, NOON, WORDS, NOTICE_ID, NOON)
routed = RequestRouted(application_id=ID, request=REQUEST, channel=Channel.PORTAL, filed_at=NOON, at=NOON)
failed = RoutingFailed(
    application_id=ID,
    request=REQUEST,
    channel=Channel.PORTAL,
    filed_at=NOON,
    code=RefusalCode.UNKNOWN_UNIVERSITY,
    at=NOON,
)
correct = Correct("5B070300", 2011, NOON, NOON)
correction = CorrectionRouted(specialty="5B070300", graduation_year=2011, corrected_at=NOON, at=NOON)
withdraw = Withdraw(NOON, NOON)
withdrawal = WithdrawalRouted(requested_at=NOON, at=NOON)
issued = RequestEnded(status=Status.ISSUED, at=NOON)
forward = Forward("027", notice(), NOON)
forwarded = NoticeForwarded(notice=notice(), attempt=1, at=NOON)
accepted = NoticeAccepted(notice_id=NOTICE_ID, at=NOON)
delivered = NoticeDelivered(notice_id=NOTICE_ID, at=NOON)
undeliverable = NoticeUndeliverable(notice_id=NOTICE_ID, at=NOON)


def test_a_request_goes_to_its_university() -> None:
    given().when(take).then(routed)


def test_a_request_taken_twice_is_routed_once() -> None:
    given(routed).when(take).then_nothing()


def test_the_first_message_of_a_corrected_request_changes_nothing_when_it_comes_again() -> None:
    given(routed, correction).when(take).then_nothing()


def test_other_particulars_under_the_same_id_are_refused() -> None:
    other = REQUEST.model_copy(update={"graduation_year": 1999})

    given(routed).when(Take(ID, other, Channel.PORTAL, NOON, None, NOTICE_ID, NOON)).then_refused("request.changed")


def test_a_request_that_no_university_takes_is_refused_with_the_reason_in_a_notice() -> None:
    first, second = DECIDER.decide(take_unroutable, DECIDER.initial)

    assert first == failed
    assert isinstance(second, NoticeForwarded)
    assert second.notice.kind is NoticeKind.REFUSED
    assert second.notice.refusal is not None
    assert (second.notice.refusal.code, second.notice.refusal.reason) == (RefusalCode.UNKNOWN_UNIVERSITY, WORDS)


def test_a_correction_is_routed_once() -> None:
    given(routed).when(correct).then(correction)
    given(routed, correction).when(correct).then_nothing()


def test_a_second_correction_is_routed_too() -> None:
    later = NOON + timedelta(days=1)
    again = Correct("5B070300", 2010, later, later)

    given(routed, correction).when(again).then(
        CorrectionRouted(specialty="5B070300", graduation_year=2010, corrected_at=later, at=later)
    )


def test_a_withdrawal_is_routed_once() -> None:
    given(routed).when(withdraw).then(withdrawal)
    given(routed, withdrawal).when(withdraw).then_nothing()


@pytest.mark.parametrize("late", [correct, withdraw, Progress("027", Status.PREPARED, NOON)], ids=repr)
def test_what_comes_after_the_end_changes_nothing(late: Correct | Withdraw | Progress) -> None:
    given(routed, issued).when(late).then_nothing()


@pytest.mark.parametrize("early", [correct, withdraw, Close(NoticeKind.ISSUED, None, NOON), forward], ids=repr)
def test_what_concerns_no_request_is_refused(early: Correct | Withdraw | Close | Forward) -> None:
    given().when(early).then_refused("request.unknown")


def test_a_case_that_was_filed_at_a_counter_is_no_concern_of_the_portals_requests() -> None:
    given().when(Progress("027", Status.REGISTERED, NOON)).then_nothing()
    given().when(End("027", Status.ISSUED, None, NOON)).then_nothing()


def test_the_status_follows_the_case() -> None:
    given(routed).when(Progress("027", Status.REGISTERED, NOON)).then(CaseProgressed(status=Status.REGISTERED, at=NOON))


def test_another_university_does_not_speak_for_the_case() -> None:
    for command in (
        Progress("013", Status.REGISTERED, NOON),
        End("013", Status.ISSUED, None, NOON),
        Forward("013", notice(), NOON),
    ):
        given(routed).when(command).then_refused("request.other-university")


def test_a_case_ends_once() -> None:
    refused = End("027", Status.REFUSED, RefusalCode.UNRELIABLE_DATA, NOON)

    given(routed).when(refused).then(
        RequestEnded(status=Status.REFUSED, refusal_code=RefusalCode.UNRELIABLE_DATA, at=NOON)
    )
    given(routed, issued).when(End("027", Status.ISSUED, None, NOON)).then_nothing()
    given(routed, issued).when(refused).then_refused("request.already-ended")


def test_the_portal_closes_a_request_once() -> None:
    closed = RequestClosed(outcome=NoticeKind.ISSUED, at=NOON)
    close = Close(NoticeKind.ISSUED, None, NOON)

    given(routed, issued).when(close).then(closed)
    given(routed, issued, closed).when(close).then_nothing()
    given(routed).when(Close(NoticeKind.READY, None, NOON)).then_refused("request.outcome-unknown")


@pytest.mark.parametrize("told_by_portal", [None, RefusalCode.UNRELIABLE_DATA])
def test_a_closed_request_keeps_the_universitys_reason(told_by_portal: RefusalCode | None) -> None:
    refused = RequestEnded(status=Status.REFUSED, refusal_code=RefusalCode.REQUIREMENTS_NOT_MET, at=NOON)
    closed = RequestClosed(outcome=NoticeKind.REFUSED, refusal_code=told_by_portal, at=NOON)
    state = DECIDER.replay([routed, refused, closed])

    assert isinstance(state, Known)
    assert state.refusal_code is RefusalCode.REQUIREMENTS_NOT_MET


def test_a_case_whose_university_only_sent_notices_ends_as_the_portal_closed_it() -> None:
    code = RefusalCode.UNRELIABLE_DATA
    state = DECIDER.replay([routed, RequestClosed(outcome=NoticeKind.REFUSED, refusal_code=code, at=NOON)])

    assert isinstance(state, Known)
    assert (state.status, state.refusal_code) == (Status.REFUSED, code)


def test_a_notice_is_forwarded_even_after_the_end_of_the_case() -> None:
    given(routed, issued).when(forward).then(forwarded)


def test_a_repeated_notice_is_answered_again_and_changes_nothing() -> None:
    repeated = NoticeRepeated(notice_id=NOTICE_ID, at=NOON)

    given(routed, forwarded).when(forward).then(repeated)
    assert DECIDER.replay([routed, forwarded, repeated]) == DECIDER.replay([routed, forwarded])


def test_a_notice_that_changes_its_words_is_refused() -> None:
    changed = notice().model_copy(update={"text": WORDS.model_copy(update={"en": "Something else"})})

    given(routed, forwarded).when(Forward("027", changed, NOON)).then_refused("notice.changed")


def test_a_notice_of_another_application_is_refused() -> None:
    given(routed).when(Forward("027", notice(OTHER_ID), NOON)).then_refused("notice.other-application")


def test_the_gateways_answers_for_an_unknown_notice_are_refused() -> None:
    given(routed).when(Confirm(NOTICE_ID, NOON)).then_refused("notice.unknown")


def test_a_notice_is_accepted_and_delivered_once() -> None:
    given(routed, forwarded).when(Accept(NOTICE_ID, NOON)).then(accepted)
    given(routed, forwarded, accepted).when(Accept(NOTICE_ID, NOON)).then_nothing()
    given(routed, forwarded, accepted).when(Confirm(NOTICE_ID, NOON)).then(delivered)
    given(routed, forwarded, accepted, delivered).when(Confirm(NOTICE_ID, NOON)).then_nothing()


def test_a_notice_that_was_reported_undeliverable_stays_so() -> None:
    given(routed, forwarded, accepted).when(Abandon(NOTICE_ID, NOON)).then(undeliverable)
    given(routed, forwarded, undeliverable).when(Confirm(NOTICE_ID, NOON)).then_nothing()


def test_an_accepted_notice_is_not_sent_again() -> None:
    given(routed, forwarded, accepted).when(Resend(NOTICE_ID, NOON)).then_nothing()


def test_a_notice_that_nobody_accepts_is_given_up_after_the_last_attempt() -> None:
    last = NoticeForwarded(notice=notice(), attempt=MOST_ATTEMPTS, at=NOON)

    given(routed, forwarded).when(Resend(NOTICE_ID, NOON)).then(NoticeForwarded(notice=notice(), attempt=2, at=NOON))
    given(routed, last).when(Resend(NOTICE_ID, NOON)).then(undeliverable)


def test_the_wait_doubles_and_ends_at_second_fifty() -> None:
    at = NOON + timedelta(seconds=20)
    waits = [next_attempt_at(at, attempt) - NOON for attempt in range(1, MOST_ATTEMPTS + 1)]

    assert waits == [timedelta(minutes=minutes, seconds=50) for minutes in (10, 20, 40, 80, 160, 320)]
