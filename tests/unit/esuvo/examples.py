"""What the tests of ESUVO have in common: one application and what others say about it."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from contracts import portal_applications, university_cases
from contracts.common import (
    Applicant,
    BlankKind,
    Channel,
    DocumentKind,
    DuplicateRequest,
    Notice,
    NoticeKind,
    Reason,
    Refusal,
    RefusalCode,
)
from contracts.event import Text
from law.universities import load_universities
from services._actors.policy import MinistryPolicy
from services.esuvo.simulated.ministry import Ministry
from services.esuvo.universities.directory import Directory

NOON: Final = datetime(2016, 2, 15, 6, 0, tzinfo=UTC)
ONE_SECOND: Final = timedelta(seconds=1)
ID: Final = UUID("0152e3a0-0000-8000-8000-000000000001")
OTHER_ID: Final = UUID("0152e3a0-0000-8000-8000-000000000002")
NOTICE_ID: Final = UUID("0152e3a0-0000-8000-9000-000000000001")
WORDS: Final = Text(kk="Тіркелді", ru="Зарегистрировано", en="Registered")

REFUSAL: Final = Refusal(code=RefusalCode.UNRELIABLE_DATA, reason=WORDS)
REQUEST: Final = DuplicateRequest(
    number="20160215000001",
    applicant=Applicant(iin="890101100129", surname="Әлімов", name="Нұрлан"),
    university="027",
    specialty="5B070300",
    graduation_year=2012,
    document_kind=DocumentKind.DIPLOMA_WITH_SUPPLEMENT,
    reason=Reason.LOSS,
)
UNIVERSITIES: Final = load_universities()
DIRECTORY: Final = Directory(UNIVERSITIES)
MINISTRY: Final = Ministry(seed=705, policy=MinistryPolicy())

_SIGNATURE: Final = portal_applications.Signature(certificate_serial="01", digest="00", signed_at=NOON)


def submitted(application_id: UUID = ID, code: str = "027") -> portal_applications.ApplicationSubmitted:
    return portal_applications.ApplicationSubmitted(
        application_id=application_id,
        request=REQUEST.model_copy(update={"university": code}),
        channel=Channel.PORTAL,
        signature=_SIGNATURE,
        submitted_at=NOON,
    )


def corrected(year: int = 2011) -> portal_applications.ApplicationCorrected:
    return portal_applications.ApplicationCorrected(
        application_id=ID, specialty="5B070300", graduation_year=year, signature=_SIGNATURE, corrected_at=NOON
    )


def notice(application_id: UUID = ID, notice_id: UUID = NOTICE_ID) -> Notice:
    return Notice(notice_id=notice_id, application_id=application_id, kind=NoticeKind.REGISTERED, text=WORDS, at=NOON)


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


def asked_to_withdraw(at: datetime = NOON) -> portal_applications.WithdrawalRequested:
    return portal_applications.WithdrawalRequested(application_id=ID, requested_at=at)


def closed(outcome: NoticeKind, at: datetime = NOON) -> portal_applications.ApplicationClosed:
    code = RefusalCode.UNRELIABLE_DATA if outcome is NoticeKind.REFUSED else None
    return portal_applications.ApplicationClosed(application_id=ID, outcome=outcome, refusal_code=code, closed_at=at)
