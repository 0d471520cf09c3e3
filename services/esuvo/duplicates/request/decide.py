"""A request on its way from the portal to a university and back. Pure: no clock, no ids, no I/O."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from contracts.common import (
    NoticeKind,
    Refusal,
    RefusalCode,
)
from services._chassis.decider import Decider, Ignored, Refused
from services.esuvo.duplicates.request import order, watch
from services.esuvo.duplicates.request.commands import (
    Close,
    Command,
    Correct,
    DeclineWithdrawal,
    End,
    Hear,
    Progress,
    Take,
    Watch,
    Withdraw,
    _OfUniversity,
)
from services.esuvo.duplicates.request.events import (
    ApplicantTold,
    CaseProgressed,
    ContradictionFound,
    CorrectionRouted,
    RequestClosed,
    RequestEnded,
    RequestEvent,
    RequestRouted,
    RoutingFailed,
    Status,
    WithdrawalDeclined,
    WithdrawalRouted,
)
from services.esuvo.duplicates.request.state import ENDS, OUTCOMES, Ending, Known, State, Told, Unheard, evolve
from services.esuvo.notices.own import refusal_notice

_KINDS: Final = {status: kind for kind, status in OUTCOMES.items()}


# By these an applicant knows an end, or that it is time to come.
_TELLING: Final = frozenset({NoticeKind.READY, *OUTCOMES})


def decide(command: Command, state: State) -> Sequence[RequestEvent]:
    match state, command:
        case _, Take():
            return _take(command, state)
        case Unheard(), Progress() | End() | DeclineWithdrawal():
            return Ignored("filed-at-a-counter")  # such a case never passes ESUVO
        case Unheard(), _:
            detail, remedy = "no application of this id has come from the portal", "submit the application first"
            raise Refused("request.unknown", detail, field="/data/application_id", remedy=remedy)
        case Known(), _:
            return _follow(command, state)
        case _:
            assert_never(state)


def _take(command: Take, state: State) -> Sequence[RequestEvent]:
    if isinstance(state, Known):
        if command.request == state.request or state.corrected_at:
            return Ignored("already-taken")
        detail = "this application was taken before with other particulars"
        remedy = "file another application under an id of its own, or correct this one"
        raise Refused("request.changed", detail, field="/data/request", remedy=remedy)
    if command.unroutable is None:
        return [
            RequestRouted(
                application_id=command.application_id,
                request=command.request,
                channel=command.channel,
                filed_at=command.filed_at,
                at=command.at,
                **(command.terms.fields() if command.terms else {}),
                signed=command.signed,
            )
        ]
    return [_failed(command, Refusal(code=RefusalCode.UNKNOWN_UNIVERSITY, reason=command.unroutable))]


def _failed(command: Take, refusal: Refusal) -> RoutingFailed:
    return RoutingFailed(
        application_id=command.application_id,
        request=command.request,
        channel=command.channel,
        filed_at=command.filed_at,
        code=refusal.code,
        notice=refusal_notice(command.notice_id, command.application_id, refusal, command.at),
        at=command.at,
    )


def _follow(command: Correct | Withdraw | _OfUniversity | Watch | Close, state: Known) -> Sequence[RequestEvent]:
    match command:
        case Correct():
            return _correct(command, state)
        case Withdraw():
            return _withdraw(command, state)
        case Watch():
            return watch.passed(state, command.at) or Ignored("no-term-has-passed")
        case Close():
            return _close(command, state)
        case _:
            _check_university(command.university, state)
            return _listen(command, state)


def _listen(command: _OfUniversity, state: Known) -> Sequence[RequestEvent]:
    match command:
        case Progress():
            return _progress(command, state)
        case End():
            return _end(command, state)
        case DeclineWithdrawal():
            return _decline_withdrawal(command, state)
        case Hear():
            return _hear(command, state)
        case _:
            assert_never(command)


def _check_university(university: str, state: Known) -> None:
    if university != state.request.university:
        detail = f"the request went to university {state.request.university}, not to {university}"
        remedy = "only the university that a request was routed to speaks for its case"
        raise Refused("request.other-university", detail, field="/data/university", remedy=remedy)


def _correct(command: Correct, state: Known) -> Sequence[RequestEvent]:
    _check_signer(command.signer, state)
    if state.is_over:
        return Ignored("already-ended")
    if state.corrected_at and command.corrected_at <= state.corrected_at:
        return Ignored("already-corrected")
    return [
        CorrectionRouted(
            specialty=command.specialty,
            graduation_year=command.graduation_year,
            corrected_at=command.corrected_at,
            at=command.at,
            signed=command.signed,
        )
    ]


def _withdraw(command: Withdraw, state: Known) -> Sequence[RequestEvent]:
    _check_signer(command.signer, state)
    before = state.withdrawal_requested_at
    if state.is_over:
        return Ignored("already-ended")
    if before and command.requested_at <= before:
        return Ignored("withdrawal-already-asked")
    return [WithdrawalRouted(requested_at=command.requested_at, at=command.at, signed=command.signed)]


def _check_signer(signer: str | None, state: Known) -> None:
    if signer is not None and signer != state.request.applicant.iin:
        detail = "the form is signed by somebody else than the applicant (EDGE-05)"
        remedy = "send the form that the applicant signed with their own certificate"
        raise Refused("request.other-signer", detail, field="/data/signed", remedy=remedy)


def _progress(command: Progress, state: Known) -> Sequence[RequestEvent]:
    if state.marks.get(command.status) == command.mark and command.status is not Status.AWAITING_BLANK:
        return Ignored("step-already-said")
    order.check(command.status, command.mark, state)
    if state.case is command.status:
        return Ignored("blanks-asked-again")
    return [CaseProgressed(status=command.status, at=command.at, mark=command.mark)]


def _end(command: End, state: Known) -> Sequence[RequestEvent]:
    if state.case is command.status and state.marks.get(command.status) == command.mark:
        return Ignored("end-already-said")
    order.check(command.status, command.mark, state)
    ended = RequestEnded(
        status=command.status,
        refusal_code=command.refusal.code if command.refusal else None,
        at=command.at,
        mark=command.mark,
        refusal=command.refusal,
        event_id=command.event_id,
    )
    ending = Ending(_KINDS[command.status], command.event_id, command.at)
    wrong = [each for each in state.told if not _agree(each.kind, ending)]
    return [ended, *(_contradiction(each, ending, command.at) for each in wrong)]


def _decline_withdrawal(command: DeclineWithdrawal, state: Known) -> Sequence[RequestEvent]:
    order.check_withdrawal_asked(state)
    return Ignored("already-declined") if state.withdrawal_declined else [WithdrawalDeclined(at=command.at)]


def _hear(command: Hear, state: Known) -> Sequence[RequestEvent]:
    """What the case has come to already, its notice tells in agreement, and nothing need be kept of it."""
    if command.kind in {NoticeKind.WITHDRAWN, NoticeKind.WITHDRAWAL_DECLINED}:
        order.check_withdrawal_asked(state)
    if command.kind is NoticeKind.READY:
        order.check_ready(state)
    if command.kind not in _TELLING:
        return Ignored("tells-no-end")
    if state.ending is None:
        if state.case in ENDS or (command.kind is NoticeKind.READY and state.ready_told):
            return Ignored("already-told")
        return [ApplicantTold(kind=command.kind, notice_id=command.notice_id, corrects=command.corrects, at=command.at)]
    if _agree(command.kind, state.ending):
        return Ignored("agrees-with-the-case")
    return [_contradiction(Told(command.kind, command.notice_id, command.at), state.ending, command.at)]


def _agree(told: NoticeKind, ending: Ending) -> bool:
    """That a duplicate is ready agrees with its issue."""
    return told is ending.outcome or (told is NoticeKind.READY and ending.outcome is NoticeKind.ISSUED)


def _contradiction(told: Told, ending: Ending, at: datetime) -> ContradictionFound:
    return ContradictionFound(
        kind=told.kind,
        notice_id=told.notice_id,
        told_at=told.at,
        outcome=ending.outcome,
        event_id=ending.event_id,
        ended_at=ending.at,
        at=at,
    )


def _close(command: Close, state: Known) -> Sequence[RequestEvent]:
    if state.closed_as is command.outcome:
        return Ignored("already-closed")
    if command.outcome not in OUTCOMES:
        allowed = ", ".join(OUTCOMES)
        raise Refused(
            "request.outcome-unknown",
            f"an application is not closed as {command.outcome}",
            field="/data/outcome",
            remedy=f"use one of {allowed}",
        )
    return [RequestClosed(outcome=command.outcome, refusal_code=command.refusal_code, at=command.at)]


REQUEST: Final[Decider[State, Command, RequestEvent]] = Decider(Unheard(), decide, evolve)
