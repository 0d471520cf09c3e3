"""A notice arrives in the personal account, and what others are told of that: the same for both services."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts import portal_applications
from contracts.common import Notice, NoticeKind, PublicService, RefusalCode
from contracts.event import Event
from services._chassis.decider import Refused


class NoticeArrived(Event):
    name: ClassVar[str] = "notice-arrived"

    notice: Notice
    at: AwareDatetime


class NoticeRepeated(Event):
    """The gateway asked again for a confirmation that it had not seen."""

    name: ClassVar[str] = "notice-repeated"

    notice_id: UUID
    kind: NoticeKind
    at: AwareDatetime


class Ended(Event):
    name: ClassVar[str] = "application-ended"

    outcome: NoticeKind
    refusal_code: RefusalCode | None
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class ReceiveNotice:
    notice: Notice
    at: AwareDatetime


def ended(notice: Notice, at: AwareDatetime) -> Ended:
    """The end that `notice` tells of."""
    return Ended(outcome=notice.kind, refusal_code=notice.refusal.code if notice.refusal else None, at=at)


def require_own(notice: Notice, application_id: UUID) -> None:
    """A notice goes into the account of the application that it is about, and into no other."""
    if notice.application_id != application_id:
        raise Refused(
            "notice.other-application",
            f"the notice is of application {notice.application_id}",
            field="/data/notice/application_id",
            remedy="send a notice under the id of its own application",
        )


def unfiled(announced_by: str) -> Refused:
    """Nothing was filed here under the notice's application; `announced_by` is the event that would have said so."""
    return Refused(
        "application.unknown",
        "a notice concerns an application that was filed here",
        field="/data/notice/application_id",
        remedy=f"send the id that {announced_by} carried",
    )


def told(event: Event, application_id: UUID, service: PublicService = PublicService.DUPLICATE) -> Event | None:
    """The contract event that tells others of a notice or of an end, if it is about one."""
    match event:
        case NoticeArrived(notice=notice):
            return portal_applications.NoticeReceived(
                application_id=application_id, notice_id=notice.notice_id, kind=notice.kind, received_at=event.at
            )
        case NoticeRepeated():
            return portal_applications.NoticeReceived(
                application_id=application_id, notice_id=event.notice_id, kind=event.kind, received_at=event.at
            )
        case Ended():
            return portal_applications.ApplicationClosed(
                application_id=application_id,
                outcome=event.outcome,
                refusal_code=event.refusal_code,
                closed_at=event.at,
                service=service,
            )
        case _:
            return None
