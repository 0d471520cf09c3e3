"""What the portal tells of an application, whichever of the two services it is about."""

from uuid import UUID

from contracts import portal_applications
from contracts.common import PublicService
from contracts.event import Event
from services.portal import notices
from services.portal.forms.evidence import Evidence


def signature(evidence: Evidence) -> portal_applications.Signature:
    return portal_applications.Signature.model_validate(evidence.model_dump())


def of_notices(event: Event, application_id: UUID, service: PublicService = PublicService.DUPLICATE) -> Event | None:
    """The contract event that tells others of a notice or of an end, if it is about one."""
    match event:
        case notices.NoticeArrived(notice=notice):
            return portal_applications.NoticeReceived(
                application_id=application_id, notice_id=notice.notice_id, kind=notice.kind, received_at=event.at
            )
        case notices.NoticeRepeated():
            return portal_applications.NoticeReceived(
                application_id=application_id, notice_id=event.notice_id, kind=event.kind, received_at=event.at
            )
        case notices.Ended():
            return portal_applications.ApplicationClosed(
                application_id=application_id,
                outcome=event.outcome,
                refusal_code=event.refusal_code,
                closed_at=event.at,
                service=service,
            )
        case _:
            return None
