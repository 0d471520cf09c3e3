"""What the tests of ESUVO have in common: one application and what others say about it."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from contracts import portal, university
from contracts.common import (
    Applicant,
    BlankKind,
    Channel,
    DocumentKind,
    DuplicateRequest,
    Notice,
    NoticeKind,
    Reason,
)
from contracts.event import Text
from contracts.staffing import MinistryPolicy
from contracts.universities import load_universities
from services.esuvo.directory import Directory
from services.esuvo.ministry import Ministry

NOON: Final = datetime(2016, 2, 15, 6, 0, tzinfo=UTC)
ONE_SECOND: Final = timedelta(seconds=1)
ID: Final = UUID("0152e3a0-0000-8000-8000-000000000001")
OTHER_ID: Final = UUID("0152e3a0-0000-8000-8000-000000000002")
NOTICE_ID: Final = UUID("0152e3a0-0000-8000-9000-000000000001")
WORDS: Final = Text(kk="Тіркелді", ru="Зарегистрировано", en="Registered")

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

_SIGNATURE: Final = portal.Signature(certificate_serial="01", digest="00", signed_at=NOON)


def submitted(application_id: UUID = ID, code: str = "027") -> portal.ApplicationSubmitted:
    return portal.ApplicationSubmitted(
        application_id=application_id,
        request=REQUEST.model_copy(update={"university": code}),
        channel=Channel.PORTAL,
        signature=_SIGNATURE,
        submitted_at=NOON,
    )


def corrected(year: int = 2011) -> portal.ApplicationCorrected:
    return portal.ApplicationCorrected(
        application_id=ID, specialty="5B070300", graduation_year=year, signature=_SIGNATURE, corrected_at=NOON
    )


def notice(application_id: UUID = ID, notice_id: UUID = NOTICE_ID) -> Notice:
    return Notice(notice_id=notice_id, application_id=application_id, kind=NoticeKind.REGISTERED, text=WORDS, at=NOON)


def notice_sent(sent: Notice | None = None, attempt: int = 1, code: str = "027") -> university.NoticeSent:
    sent = sent or notice()
    return university.NoticeSent(
        application_id=sent.application_id, university=code, at=NOON, notice=sent, attempt=attempt
    )


def blanks_wanted(
    application_id: UUID = ID, *kinds: BlankKind, at: datetime = NOON, code: str = "027"
) -> university.BlankFormRequested:
    wanted = kinds or (BlankKind.DIPLOMA, BlankKind.SUPPLEMENT)
    return university.BlankFormRequested(application_id=application_id, university=code, at=at, kinds=wanted)
