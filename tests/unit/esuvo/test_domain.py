"""What ESUVO decides about a request."""

from datetime import timedelta

import pytest

from contracts.common import Channel, Notice, NoticeKind, Refusal, RefusalCode
from services.esuvo.duplicates.request.commands import Close, Correct, End, Hear, Progress, Take, Withdraw
from services.esuvo.duplicates.request.decide import REQUEST as DECIDER
from services.esuvo.duplicates.request.events import (
    CaseProgressed,
    CorrectionRouted,
    RequestClosed,
    RequestEnded,
    RequestRouted,
    RoutingFailed,
    Status,
    WithdrawalRouted,
)
from services.esuvo.duplicates.request.state import Known
from tests.support.scenario import Scenario
from tests.unit.esuvo.examples import ID, NOON, NOTICE_ID, OTHER_ID, REQUEST, WORDS

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
    notice=Notice(
        notice_id=NOTICE_ID,
        application_id=ID,
        kind=NoticeKind.REFUSED,
        text=WORDS,
        at=NOON,
        refusal=Refusal(code=RefusalCode.UNKNOWN_UNIVERSITY, reason=WORDS),
    ),
    at=NOON,
)
correct = Correct("5B070300", 2011, NOON, NOON)
correction = CorrectionRouted(specialty="5B070300", graduation_year=2011, corrected_at=NOON, at=NOON)
withdraw = Withdraw(NOON, NOON)
withdrawal = WithdrawalRouted(requested_at=NOON, at=NOON)
issued = RequestEnded(status=Status.ISSUED, at=NOON, event_id=OTHER_ID)
issue = End("027", Status.ISSUED, None, NOON, OTHER_ID)
prepared = CaseProgressed(status=Status.PREPARED, at=NOON)
hear = Hear("027", NoticeKind.REGISTERED, NOTICE_ID, None, NOON)
REFUSAL = Refusal(code=RefusalCode.UNRELIABLE_DATA, reason=WORDS)


@pytest.mark.step("DUP-PORTAL-3")
def test_a_request_goes_to_its_university() -> None:
    given().when(take).then(routed)


def test_a_request_taken_twice_is_routed_once() -> None:
    given(routed).when(take).then_ignored("already-taken")


def test_the_first_message_of_a_corrected_request_changes_nothing_the_second_time() -> None:
    given(routed, correction).when(take).then_ignored("already-taken")


def test_other_particulars_under_the_same_id_are_refused() -> None:
    other = REQUEST.model_copy(update={"graduation_year": 1999})

    given(routed).when(Take(ID, other, Channel.PORTAL, NOON, None, NOTICE_ID, NOON)).then_refused("request.changed")


def test_a_request_that_no_university_takes_is_refused_with_the_reason_in_a_notice() -> None:
    given().when(take_unroutable).then(failed)
    given(failed).when(take_unroutable).then_ignored("already-taken")


def test_a_request_that_no_university_takes_has_ended() -> None:
    given(failed).when(withdraw).then_ignored("already-ended")
    given(failed).when(Progress("027", Status.REGISTERED, NOON)).then_refused("request.already-ended")


def test_the_university_of_a_request_speaks_for_it_even_after_the_end() -> None:
    given(routed, issued).when(hear).then_ignored("tells-no-end")


def test_a_correction_is_routed_once() -> None:
    given(routed).when(correct).then(correction)
    given(routed, correction).when(correct).then_ignored("already-corrected")


def test_a_second_correction_is_routed_too() -> None:
    later = NOON + timedelta(days=1)
    again = Correct("5B070300", 2010, later, later)

    given(routed, correction).when(again).then(
        CorrectionRouted(specialty="5B070300", graduation_year=2010, corrected_at=later, at=later)
    )


def test_a_withdrawal_is_routed_once() -> None:
    given(routed).when(withdraw).then(withdrawal)
    given(routed, withdrawal).when(withdraw).then_ignored("withdrawal-already-asked")


@pytest.mark.parametrize("late", [correct, withdraw], ids=repr)
def test_what_the_applicant_asks_after_the_end_changes_nothing(late: Correct | Withdraw) -> None:
    given(routed, issued).when(late).then_ignored("already-ended")


@pytest.mark.parametrize("early", [correct, withdraw, Close(NoticeKind.ISSUED, None, NOON), hear], ids=repr)
def test_what_concerns_no_request_is_refused(early: Correct | Withdraw | Close | Hear) -> None:
    given().when(early).then_refused("request.unknown")


def test_a_case_that_was_filed_at_a_counter_is_no_concern_of_the_portals_requests() -> None:
    given().when(Progress("027", Status.REGISTERED, NOON)).then_ignored("filed-at-a-counter")
    given().when(issue).then_ignored("filed-at-a-counter")


def test_the_status_follows_the_case() -> None:
    given(routed).when(Progress("027", Status.REGISTERED, NOON)).then(CaseProgressed(status=Status.REGISTERED, at=NOON))


def test_another_university_does_not_speak_for_the_case() -> None:
    for command in (
        Progress("013", Status.REGISTERED, NOON),
        End("013", Status.ISSUED, None, NOON, OTHER_ID),
        Hear("013", NoticeKind.REGISTERED, NOTICE_ID, None, NOON),
    ):
        given(routed).when(command).then_refused("request.other-university")


def test_a_case_ends_once() -> None:
    refuse = End("027", Status.REFUSED, REFUSAL, NOON, OTHER_ID, "unreliable-data")
    refused = RequestEnded(
        status=Status.REFUSED,
        refusal_code=RefusalCode.UNRELIABLE_DATA,
        refusal=REFUSAL,
        event_id=OTHER_ID,
        mark="unreliable-data",
        at=NOON,
    )

    given(routed).when(refuse).then(refused)
    given(routed, refused).when(refuse).then_ignored("end-already-said")
    given(routed, prepared).when(issue).then(issued)
    given(routed, prepared, issued).when(issue).then_ignored("end-already-said")
    given(routed, prepared, issued).when(refuse).then_refused("request.already-ended")


def test_the_portal_closes_a_request_once() -> None:
    closed = RequestClosed(outcome=NoticeKind.ISSUED, at=NOON)
    close = Close(NoticeKind.ISSUED, None, NOON)

    given(routed, issued).when(close).then(closed)
    given(routed, issued, closed).when(close).then_ignored("already-closed")
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
