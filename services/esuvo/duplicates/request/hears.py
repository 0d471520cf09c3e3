"""What ESUVO makes of the messages it hears and of its timers."""

from collections.abc import Callable, Sequence
from typing import Any

from contracts import portal_applications, shep_deliveries, university_cases
from contracts.common import PublicService, Refusal
from services._chassis import ids
from services._chassis.aggregate import Message, Timer
from services._eds.signed import SignedForms, require_evidence
from services.esuvo.duplicates.blanks import decide as blanks
from services.esuvo.duplicates.blanks.decide import BLANK_REQUEST
from services.esuvo.duplicates.request import decide as request
from services.esuvo.duplicates.request.decide import REQUEST
from services.esuvo.duplicates.request.events import RequestEvent, Status
from services.esuvo.duplicates.request.state import State
from services.esuvo.notices import decide as notices
from services.esuvo.notices.decide import NOTICE, NoticeEvent
from services.esuvo.simulated.ministry import Ministry
from services.esuvo.universities.directory import Directory

# Heard from the portal


def take(
    directory: Directory, forms: SignedForms, state: State, message: Message[portal_applications.ApplicationSubmitted]
) -> Sequence[RequestEvent]:
    data = message.data
    signed = forms.application(
        data.signed, data.application_id, data.request, data.channel, data.submitted_at, message.at
    )
    require_evidence(signed, data.signature)
    command = request.Take(
        application_id=data.application_id,
        request=data.request,
        channel=data.channel,
        filed_at=data.submitted_at,
        unroutable=directory.why_unroutable(data.request.university),
        notice_id=ids.derive(message.at, data.application_id, "refused", 1),
        at=message.at,
        terms=directory.terms(data.request.university, data.submitted_at),
        signed=data.signed,
    )
    return REQUEST.decide(command, state)


def correct(
    forms: SignedForms, state: State, message: Message[portal_applications.ApplicationCorrected]
) -> Sequence[RequestEvent]:
    data = message.data
    signed = forms.correction(
        data.signed, data.application_id, data.specialty, data.graduation_year, data.corrected_at, message.at
    )
    require_evidence(signed, data.signature)
    signer = signed.signer.iin if signed else None
    command = request.Correct(data.specialty, data.graduation_year, data.corrected_at, message.at, data.signed, signer)
    return REQUEST.decide(command, state)


def withdraw(
    forms: SignedForms, state: State, message: Message[portal_applications.WithdrawalRequested]
) -> Sequence[RequestEvent]:
    data = message.data
    signed = forms.withdrawal(data.signed, data.application_id, data.requested_at, message.at)
    signer = signed.signer.iin if signed else None
    return REQUEST.decide(request.Withdraw(data.requested_at, message.at, data.signed, signer), state)


def close(state: State, message: Message[portal_applications.ApplicationClosed]) -> Sequence[RequestEvent]:
    """Of a grant the register itself knows the end: the portal repeats what it was told."""
    if message.data.service is PublicService.GRANT:
        return []
    return REQUEST.decide(request.Close(message.data.outcome, message.data.refusal_code, message.at), state)


# Heard from the university


def progress(
    status: Status, mark: Callable[[Any], str], state: State, message: Message[university_cases.CaseEvent]
) -> Sequence[RequestEvent]:  # Any: each row of the table ties the mark to its event
    said = message.data
    return REQUEST.decide(request.Progress(said.university, status, message.at, mark(said)), state)


def issue(state: State, message: Message[university_cases.DuplicateIssued]) -> Sequence[RequestEvent]:
    return _end(Status.ISSUED, state, message, mark=blanks_of(message.data))


def refuse(state: State, message: Message[university_cases.CaseRefused]) -> Sequence[RequestEvent]:
    refusal = message.data.refusal
    return _end(Status.REFUSED, state, message, refusal, refusal.code)


def withdrawn(state: State, message: Message[university_cases.CaseWithdrawn]) -> Sequence[RequestEvent]:
    return _end(Status.WITHDRAWN, state, message)


def _end(
    status: Status, state: State, message: Message[Any], refusal: Refusal | None = None, mark: str = ""
) -> Sequence[RequestEvent]:  # Any: a message of any of the events that end a case
    command = request.End(message.data.university, status, refusal, message.at, message.id, mark)
    return REQUEST.decide(command, state)


def decline_withdrawal(state: State, message: Message[university_cases.WithdrawalDeclined]) -> Sequence[RequestEvent]:
    return REQUEST.decide(request.DeclineWithdrawal(message.data.university, message.at), state)


# What tells a repeated message of a step from another one


def unmarked(_said: university_cases.CaseEvent) -> str:
    return ""


def moment_of(said: university_cases.CaseReturned) -> str:
    """A case may be returned again, after a correction."""
    return said.at.isoformat()


def blanks_of(said: university_cases.DuplicatePrepared | university_cases.DuplicateIssued) -> str:
    return " ".join(sorted(each.serial for each in said.blanks))


def forward(state: notices.State, message: Message[university_cases.NoticeSent]) -> Sequence[NoticeEvent]:
    data = message.data
    return NOTICE.decide(notices.Forward(data.application_id, data.university, data.notice, message.at), state)


def ask_ministry(
    state: blanks.State, message: Message[university_cases.BlankFormRequested]
) -> Sequence[blanks.BlankEvent]:
    data = message.data
    return BLANK_REQUEST.decide(
        blanks.Ask(data.application_id, data.university, data.kinds, requested_at=data.at, at=message.at), state
    )


# Heard from the gateway


def accept(state: notices.State, message: Message[shep_deliveries.DeliveryAccepted]) -> Sequence[NoticeEvent]:
    return NOTICE.decide(notices.Accept(message.data.application_id, message.at), state)


def confirm(state: notices.State, message: Message[shep_deliveries.DeliveryConfirmed]) -> Sequence[NoticeEvent]:
    data = message.data
    return NOTICE.decide(notices.Confirm(data.application_id, data.kind, message.at), state)


def abandon(state: notices.State, message: Message[shep_deliveries.DeliveryAbandoned]) -> Sequence[NoticeEvent]:
    data = message.data
    return NOTICE.decide(notices.Abandon(data.application_id, data.kind, message.at), state)


# Timers


def watch(state: State, timer: Timer) -> Sequence[RequestEvent]:
    return REQUEST.decide(request.Watch(timer.at), state)


def resend(state: notices.State, timer: Timer) -> Sequence[NoticeEvent]:
    return NOTICE.decide(notices.Resend(timer.at), state)


def supply(policy: Ministry | None, state: blanks.State, timer: Timer) -> Sequence[blanks.BlankEvent]:
    if policy is None:
        return []  # set by an earlier run; since then people have taken the desk over
    if not isinstance(state, blanks.Asked):
        return []
    answer = policy.answer(state.application_id, state.ordinal, state.kinds, timer.at)
    return BLANK_REQUEST.decide(answer, state)


def deliver(state: blanks.State, timer: Timer) -> Sequence[blanks.BlankEvent]:
    return BLANK_REQUEST.decide(blanks.Deliver(timer.at), state)
