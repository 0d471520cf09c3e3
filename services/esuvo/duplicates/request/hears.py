"""What ESUVO makes of what it hears of a request from the portal and from the university."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from contracts import portal_applications as portal
from contracts import university_cases as university
from contracts.common import PublicService, Refusal
from services._chassis import ids
from services._chassis.aggregate import Message, Route, on
from services._chassis.decider import Ignored
from services._eds.signed import SignedForms, require_evidence
from services.esuvo.duplicates.request.commands import Close, Correct, DeclineWithdrawal, End, Progress, Take, Withdraw
from services.esuvo.duplicates.request.decide import REQUEST
from services.esuvo.duplicates.request.events import RequestEvent, Status
from services.esuvo.duplicates.request.state import State
from services.esuvo.streams import request_stream
from services.esuvo.universities.directory import Directory

C = TypeVar("C", bound=university.CaseEvent)

# Heard from the portal


def take(
    directory: Directory, forms: SignedForms, state: State, message: Message[portal.ApplicationSubmitted]
) -> Sequence[RequestEvent]:
    data = message.data
    signed = forms.application(
        data.signed, data.application_id, data.request, data.channel, data.submitted_at, message.at
    )
    require_evidence(signed, data.signature)
    command = Take(
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


def correct(forms: SignedForms, state: State, message: Message[portal.ApplicationCorrected]) -> Sequence[RequestEvent]:
    data = message.data
    signed = forms.correction(
        data.signed, data.application_id, data.specialty, data.graduation_year, data.corrected_at, message.at
    )
    require_evidence(signed, data.signature)
    signer = signed.signer.iin if signed else None
    command = Correct(data.specialty, data.graduation_year, data.corrected_at, message.at, data.signed, signer)
    return REQUEST.decide(command, state)


def withdraw(forms: SignedForms, state: State, message: Message[portal.WithdrawalRequested]) -> Sequence[RequestEvent]:
    data = message.data
    signed = forms.withdrawal(data.signed, data.application_id, data.requested_at, message.at)
    signer = signed.signer.iin if signed else None
    return REQUEST.decide(Withdraw(data.requested_at, message.at, data.signed, signer), state)


def close(state: State, message: Message[portal.ApplicationClosed]) -> Sequence[RequestEvent]:
    """Of a grant the register itself knows the end: the portal repeats what it was told."""
    if message.data.service is PublicService.GRANT:
        return Ignored("of-a-grant")
    return REQUEST.decide(Close(message.data.outcome, message.data.refusal_code, message.at), state)


# Heard from the university


def progress(
    status: Status, mark: Callable[[Any], str], state: State, message: Message[university.CaseEvent]
) -> Sequence[RequestEvent]:  # Any: each row of the table ties the mark to its event
    said = message.data
    return REQUEST.decide(Progress(said.university, status, message.at, mark(said)), state)


def issue(state: State, message: Message[university.DuplicateIssued]) -> Sequence[RequestEvent]:
    return _end(Status.ISSUED, state, message, mark=_blanks_of(message.data))


def refuse(state: State, message: Message[university.CaseRefused]) -> Sequence[RequestEvent]:
    refusal = message.data.refusal
    return _end(Status.REFUSED, state, message, refusal, refusal.code)


def withdrawn(state: State, message: Message[university.CaseWithdrawn]) -> Sequence[RequestEvent]:
    return _end(Status.WITHDRAWN, state, message)


def _end(
    status: Status, state: State, message: Message[Any], refusal: Refusal | None = None, mark: str = ""
) -> Sequence[RequestEvent]:  # Any: a message of any of the events that end a case
    return REQUEST.decide(End(message.data.university, status, refusal, message.at, message.id, mark), state)


def decline_withdrawal(state: State, message: Message[university.WithdrawalDeclined]) -> Sequence[RequestEvent]:
    return REQUEST.decide(DeclineWithdrawal(message.data.university, message.at), state)


# What tells a repeated message of a step from another one


def _unmarked(_said: university.CaseEvent) -> str:
    return ""


def _moment_of(said: university.CaseReturned) -> str:
    """A case may be returned again, after a correction."""
    return said.at.isoformat()


def _blanks_of(said: university.DuplicatePrepared | university.DuplicateIssued) -> str:
    return " ".join(sorted(each.serial for each in said.blanks))


# The tables


def _request_of(message: Message[Any]) -> str:  # Any: every event heard here names its application
    return request_stream(message.data.application_id)


def from_portal(directory: Directory, forms: SignedForms) -> tuple[Route, ...]:
    return (
        on(portal.ApplicationSubmitted, stream=_request_of, handle=partial(take, directory, forms)),
        on(portal.ApplicationCorrected, stream=_request_of, handle=partial(correct, forms)),
        on(portal.WithdrawalRequested, stream=_request_of, handle=partial(withdraw, forms)),
        on(portal.ApplicationClosed, stream=_request_of, handle=close),
    )


def _step(event: type[C], status: Status, mark: Callable[[C], str]) -> Route:
    return on(event, stream=_request_of, handle=partial(progress, status, mark))


FROM_UNIVERSITY: Final = (
    _step(university.CaseOpened, Status.OPENED, lambda said: f"{said.regulation} {said.channel}"),
    _step(university.CaseRegistered, Status.REGISTERED, lambda said: said.incoming_number),
    _step(university.CaseReturned, Status.RETURNED, _moment_of),
    _step(university.HearingAppointed, Status.HEARING, lambda said: said.held_at.isoformat()),
    _step(university.CaseVerified, Status.VERIFIED, lambda said: said.reference_note),
    _step(university.CaseConsidered, Status.CONSIDERED, _unmarked),
    _step(university.DuplicatePrepared, Status.PREPARED, _blanks_of),
    on(university.DuplicateIssued, stream=_request_of, handle=issue),
    on(university.CaseRefused, stream=_request_of, handle=refuse),
    on(university.CaseWithdrawn, stream=_request_of, handle=withdrawn),
    on(university.WithdrawalDeclined, stream=_request_of, handle=decline_withdrawal),
)
