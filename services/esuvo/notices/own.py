"""Notices of ESUVO's own: how a refusal is put into one, and how it sets out to the gateway."""

from datetime import datetime
from uuid import UUID

from contracts.common import Notice, NoticeKind, PublicService, Refusal
from services._chassis.aggregate import Tell
from services.esuvo.notices.decide import NOTICE, Forward
from services.esuvo.streams import notice_stream


def refusal_notice(
    notice_id: UUID,
    application_id: UUID,
    refusal: Refusal,
    at: datetime,
    service: PublicService = PublicService.DUPLICATE,
) -> Notice:
    """What the applicant is told of a refusal: its reason, word for word."""
    return Notice(
        notice_id=notice_id,
        application_id=application_id,
        kind=NoticeKind.REFUSED,
        text=refusal.reason,
        at=at,
        refusal=refusal,
        service=service,
    )


def forward_own(notice: Notice) -> Tell:
    """A notice of ESUVO's own sets out to the gateway."""
    command = Forward(notice.application_id, None, notice, notice.at)
    return Tell(notice_stream(notice.notice_id), lambda unsent, _at: NOTICE.decide(command, unsent))
