"""Applications for a duplicate: what follows from their events."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from contracts import portal_applications
from contracts.common import Channel, DuplicateRequest
from contracts.event import Event
from services._chassis import ids
from services._chassis.aggregate import Aggregate, Effect, Publish, Recorded, Tell
from services.portal import holder, notices
from services.portal.duplicates import decide as application
from services.portal.duplicates import rows
from services.portal.duplicates.decide import State
from services.portal.forms.evidence import Evidence
from services.portal.forms.follows import application_ended, form_taken


def document_of(request: DuplicateRequest) -> str:
    """The stream of the document that a request is about: same person, same document, same reason (EDGE-11)."""
    parts = (
        request.applicant.iin,
        request.university,
        request.specialty,
        request.document_kind,
        request.reason,
    )
    return DOCUMENT.stream(ids.fingerprint(*parts))


def _said(event: Event, application_id: UUID) -> Event | None:
    """The contract event that tells others of a private one, if any."""
    match event:
        case application.Filed():
            return portal_applications.ApplicationSubmitted(
                application_id=application_id,
                request=event.request,
                channel=Channel.PORTAL,
                signature=event.evidence.told,
                submitted_at=event.at,
                signed=event.evidence.jws,
            )
        case application.Corrected():
            return portal_applications.ApplicationCorrected(
                application_id=application_id,
                specialty=event.specialty,
                graduation_year=event.graduation_year,
                signature=event.evidence.told,
                corrected_at=event.at,
                signed=event.evidence.jws,
            )
        case application.WithdrawalAsked(evidence=evidence):
            signed = evidence.jws if evidence else None
            return portal_applications.WithdrawalRequested(
                application_id=application_id, requested_at=event.at, signed=signed
            )
        case _:
            return notices.told(event, application_id)


def react(state: State, recorded: Recorded) -> Iterable[Effect]:
    application_id = UUID(recorded.stream.partition(":")[2])
    said = _said(recorded.event, application_id)
    if said:
        yield Publish(portal_applications.TOPIC, str(application_id), said)
    match recorded.event, state:
        case application.Filed(), application.Open():
            yield Tell(document_of(state.request), lambda held, _at: holder.take(state.application_id, held))
            yield form_taken(state.request.applicant.iin, application_id, state.evidence, opens=True)
        case application.Corrected(evidence=evidence) | application.WithdrawalAsked(
            evidence=Evidence() as evidence
        ), application.Open():
            yield form_taken(state.request.applicant.iin, application_id, evidence, opens=False)
        case notices.Ended(), application.Closed():
            # As first filed: a correction may have changed the specialty, not which document was taken.
            # An end that is put right frees nothing that another application has taken since.
            mine = state.application.application_id
            yield Tell(document_of(state.application.filed), lambda held, _at: holder.free(mine, held))
            yield application_ended(state.application.request.applicant.iin, application_id)


APPLICATION: Final = Aggregate[State](
    category="application",
    initial=application.APPLICATION.initial,
    evolve=application.evolve,
    events=application.EVENTS,
    react=react,
    projection=rows.APPLICATIONS,
)
DOCUMENT: Final = Aggregate[UUID | None](
    category="document", initial=None, evolve=holder.holds, events=holder.DOCUMENT_EVENTS
)
