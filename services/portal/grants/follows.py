"""Applications for a grant: what follows from their events."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from contracts import portal_applications
from contracts.common import NoticeKind, PublicService
from contracts.event import Event
from services._chassis import ids
from services._chassis.aggregate import Aggregate, Effect, Publish, Recorded, Tell
from services.portal import holder, notices
from services.portal.forms.follows import application_ended, form_taken
from services.portal.grants import decide as grant
from services.portal.grants import rows
from services.portal.grants.decide import Application, GrantFiled, State
from services.portal.notices import Ended


def contest_of(year: int, iin: str) -> str:
    """The stream of a person's part in a year's competition: one application is open in it at a time."""
    return CONTEST.stream(f"{year}-{ids.fingerprint(iin)}")


def _said(event: Event, application_id: UUID) -> Event | None:
    """The contract event that tells others of a private one, if any."""
    if not isinstance(event, GrantFiled):
        return notices.told(event, application_id, PublicService.GRANT)
    return portal_applications.GrantApplicationSubmitted(
        application_id=application_id,
        request=event.request,
        attachments=event.attachments,
        signature=event.evidence.told,
        submitted_at=event.at,
        signed=event.evidence.jws,
    )


def react(state: State, recorded: Recorded) -> Iterable[Effect]:
    application_id = UUID(recorded.stream.partition(":")[2])
    said = _said(recorded.event, application_id)
    if said:
        yield Publish(portal_applications.TOPIC, str(application_id), said)
    match recorded.event, state:
        case GrantFiled(evidence=evidence), Application():
            yield Tell(
                contest_of(state.year, state.request.applicant.iin),
                lambda held, _at: holder.take(state.application_id, held, holder.Entered),
            )
            yield form_taken(state.request.applicant.iin, application_id, evidence, opens=True)
        case Ended(outcome=outcome), Application():
            yield application_ended(state.request.applicant.iin, application_id)
            if outcome is NoticeKind.REFUSED:
                # Who was awarded a grant, or none, has taken part; who was refused before may still put it right.
                contest = contest_of(state.year, state.request.applicant.iin)
                yield Tell(contest, lambda held, _at: holder.free(state.application_id, held, holder.Left))


GRANT: Final = Aggregate[State](
    category="grant",
    initial=grant.GRANT.initial,
    evolve=grant.evolve,
    events=grant.EVENTS,
    react=react,
    projection=rows.GRANT_APPLICATIONS,
)
CONTEST: Final = Aggregate[UUID | None](
    category="contest", initial=None, evolve=holder.holds, events=holder.CONTEST_EVENTS
)
