"""The university of the examples, its messages one by one, and ESUVO after it has said some of them."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from contracts import university_cases
from contracts.common import (
    BlankKind,
    Channel,
    Notice,
    NoticeKind,
    RefusalCode,
)
from contracts.event import Event
from tests.unit.esuvo.examples import ID, NOON, NOTICE_ID, REFUSAL, WORDS, notice, submitted
from tests.unit.esuvo.in_memory import Esuvo


def notice_sent(sent: Notice | None = None, attempt: int = 1, code: str = "027") -> university_cases.NoticeSent:
    sent = sent or notice()
    return university_cases.NoticeSent(
        application_id=sent.application_id, university=code, at=NOON, notice=sent, attempt=attempt
    )


def blanks_wanted(
    application_id: UUID = ID, *kinds: BlankKind, at: datetime = NOON, code: str = "027"
) -> university_cases.BlankFormRequested:
    wanted = kinds or (BlankKind.DIPLOMA, BlankKind.SUPPLEMENT)
    return university_cases.BlankFormRequested(application_id=application_id, university=code, at=at, kinds=wanted)


BLANKS: Final = ({"kind": "diploma", "serial": "МД0000001"},)
_SAID: Final = {"application_id": ID, "university": "027"}


def opened(at: datetime = NOON) -> university_cases.CaseOpened:
    return university_cases.CaseOpened(**_SAID, at=at, channel=Channel.PORTAL, regulation="KZ-MES-705-DUP")


def registered(number: str = "1/2016", at: datetime = NOON) -> university_cases.CaseRegistered:
    return university_cases.CaseRegistered(**_SAID, at=at, incoming_number=number)


def verified(note: str = "2/2016", at: datetime = NOON) -> university_cases.CaseVerified:
    return university_cases.CaseVerified(**_SAID, at=at, reference_note=note)


def returned(at: datetime = NOON) -> university_cases.CaseReturned:
    return university_cases.CaseReturned(**_SAID, at=at, corrections=({"field": "graduation_year", "rule": WORDS},))


def hearing(at: datetime = NOON) -> university_cases.HearingAppointed:
    return university_cases.HearingAppointed(**_SAID, at=at, refusal=REFUSAL, held_at=at + timedelta(days=5))


def considered(at: datetime = NOON) -> university_cases.CaseConsidered:
    return university_cases.CaseConsidered(**_SAID, at=at)


def prepared(at: datetime = NOON) -> university_cases.DuplicatePrepared:
    return university_cases.DuplicatePrepared(**_SAID, at=at, blanks=BLANKS)


def issued(at: datetime = NOON) -> university_cases.DuplicateIssued:
    return university_cases.DuplicateIssued(**_SAID, at=at, blanks=BLANKS)


def refused(at: datetime = NOON, code: RefusalCode = RefusalCode.UNRELIABLE_DATA) -> university_cases.CaseRefused:
    return university_cases.CaseRefused(**_SAID, at=at, refusal=REFUSAL.model_copy(update={"code": code}))


def withdrawn(at: datetime = NOON) -> university_cases.CaseWithdrawn:
    return university_cases.CaseWithdrawn(**_SAID, at=at)


def withdrawal_declined(at: datetime = NOON) -> university_cases.WithdrawalDeclined:
    return university_cases.WithdrawalDeclined(**_SAID, at=at)


def telling(
    kind: NoticeKind, number: int = 1, at: datetime = NOON, corrects: UUID | None = None
) -> university_cases.NoticeSent:
    """A notice of the university that says `kind`, with all that it must say."""
    told = Notice(
        notice_id=UUID(int=NOTICE_ID.int + 100 + number),
        application_id=ID,
        kind=kind,
        text=WORDS,
        at=at,
        collection_place=WORDS if kind is NoticeKind.READY else None,
        refusal=REFUSAL if kind in {NoticeKind.REFUSED, NoticeKind.HEARING} else None,
        corrections=returned().corrections if kind is NoticeKind.RETURNED_FOR_CORRECTION else (),
        corrects=corrects,
    )
    return university_cases.NoticeSent(**_SAID, at=at, notice=told, attempt=1)


# What it has said by the time that it did a step

TO_REGISTERED: Final = (opened(), registered())
TO_VERIFIED: Final = (*TO_REGISTERED, verified())
TO_CONSIDERED: Final = (*TO_VERIFIED, considered())
TO_PREPARED: Final = (*TO_CONSIDERED, prepared())
TO_ISSUED: Final = (*TO_PREPARED, issued())
TO_REFUSED: Final = (*TO_VERIFIED, refused())


def after(*history: Event) -> Esuvo:
    """ESUVO after an application was routed and these were heard."""
    chain = Esuvo()
    chain.portal(submitted())
    for event in history:
        say(chain, event)
    return chain


def say(chain: Esuvo, event: Event) -> list[Event]:
    if event.name.startswith("kz.egov.portal."):
        return chain.portal(event)
    return chain.university(event)  # type: ignore[arg-type]  # what is not the portal's is a CaseEvent
