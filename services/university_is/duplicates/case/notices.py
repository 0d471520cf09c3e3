"""A case's notice as others see it: its id, its words, and when it is sent again."""

from typing import Final
from uuid import UUID

from contracts.common import Notice, NoticeKind
from law.universities import University
from services._chassis import ids
from services.university_is.duplicates.case.state import Case, NoticeRecord
from services.university_is.duplicates.case.texts import notice_text

_MOMENT: Final = "%d.%m.%Y %H:%M"


def notice_id(case: Case, notice: NoticeRecord) -> UUID:
    """The same over all hops and attempts."""
    return ids.derive(notice.at, case.application_id, notice.kind, notice.number)


def number_of(case: Case, wanted: UUID) -> int | None:
    """Which of the case's notices has that id; None when it is not one of ours (ESUVO originates some)."""
    return next((each.number for each in case.notices if notice_id(case, each) == wanted), None)


def notice(case: Case, record: NoticeRecord, university: University) -> Notice:
    """Built from what the record holds, so that every attempt says the same. READY names the place (DUP-GEN-5)."""
    place = university.collection_place
    return Notice(
        notice_id=notice_id(case, record),
        application_id=case.application_id,
        kind=record.kind,
        at=record.at,
        text=notice_text(
            record.kind,
            channel=case.opened.channel,
            number=case.request.number,
            university=university.name,
            place=place,
            incoming=case.incoming_number,
            refusal=record.refusal,
            corrections=record.corrections,
            hearing=record.held_at.astimezone(case.calendar.zone).strftime(_MOMENT) if record.held_at else "",
        ),
        collection_place=place if record.kind in {NoticeKind.READY, NoticeKind.REMINDER} else None,
        refusal=record.refusal,
        corrections=record.corrections,
    )
