"""What the tests of ESUVO have in common: one application and what others say about it."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from contracts import portal_applications
from contracts.common import (
    Applicant,
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


def asked_to_withdraw(at: datetime = NOON) -> portal_applications.WithdrawalRequested:
    return portal_applications.WithdrawalRequested(application_id=ID, requested_at=at)


def closed(outcome: NoticeKind, at: datetime = NOON) -> portal_applications.ApplicationClosed:
    code = RefusalCode.UNRELIABLE_DATA if outcome is NoticeKind.REFUSED else None
    return portal_applications.ApplicationClosed(application_id=ID, outcome=outcome, refusal_code=code, closed_at=at)
