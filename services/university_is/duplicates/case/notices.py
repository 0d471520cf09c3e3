"""Notices of a case: over ESUVO, sent, sent again, and at last posted on paper (EDGE-20); or posted at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from contracts.common import Channel, Correction, Notice, NoticeKind, Refusal
from law.universities import University
from services._chassis import ids
from services._chassis.decider import Ignored
from services._chassis.retry import MOST_ATTEMPTS
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case.state import Case, NoticeRecord, NoticeState
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


def raised(
    case: Case,
    kind: NoticeKind,
    at: datetime,
    *,
    refusal: Refusal | None = None,
    corrections: tuple[Correction, ...] = (),
    held_at: datetime | None = None,
) -> Sequence[e.CaseEvent]:
    """Letters in the paper channel; nothing in the service centre's, which tells its applicants itself (INC-08)."""
    number = len(case.notices) + 1
    notice = e.NoticeRaised(number=number, kind=kind, at=at, refusal=refusal, corrections=corrections, held_at=held_at)
    match case.opened.channel:
        case Channel.PORTAL:
            return [notice]
        case Channel.PAPER:
            return [notice, e.NoticePosted(number=number, at=at)]
        case Channel.CON:
            return []


def decide_notification(command: c.Notification, case: Case) -> Sequence[e.CaseEvent]:
    state = case.notice(command.number).state
    match command:
        case c.Resend():
            return _resend(command, case)
        case c.NoteForwarded():
            sent = state is NoticeState.SENT
            return (
                [e.NoticeForwarded(number=command.number, at=command.at)]
                if sent
                else Ignored("already-taken-or-posted")
            )
        case c.NoteDelivered():
            known = state in {NoticeState.DELIVERED, NoticeState.POSTED}
            return Ignored("already-delivered") if known else [e.NoticeDelivered(number=command.number, at=command.at)]
        case c.NoteUndeliverable():
            known = state in {NoticeState.DELIVERED, NoticeState.POSTED}
            return Ignored("already-delivered") if known else [e.NoticePosted(number=command.number, at=command.at)]
        case _:
            assert_never(command)


def _resend(command: c.Resend, case: Case) -> Sequence[e.CaseEvent]:
    notice = case.notice(command.number)
    if notice.state is not NoticeState.SENT:
        return Ignored("already-taken-or-posted")
    if notice.attempts >= MOST_ATTEMPTS:
        return [e.NoticePosted(number=command.number, at=command.at)]
    return [e.NoticeResent(number=command.number, attempt=notice.attempts + 1, at=command.at)]
