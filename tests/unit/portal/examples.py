"""A person who applies for a grant in the summer of 2016, and what she is told."""

from datetime import UTC, datetime
from uuid import UUID

from contracts.common import Notice, NoticeKind, PublicService, RefusalCode
from contracts.event import Text
from contracts.grants import REQUIRED_ATTACHMENTS, Attachment, AttachmentKind, GrantRequest
from services.portal.forms.evidence import Evidence
from tests.support.chain import iin

ID = UUID("01561e3b-0000-8000-8000-000000000001")
OTHER_ID = UUID("01561e3b-0000-8000-8000-000000000002")
JULY = datetime(2016, 7, 25, 5, tzinfo=UTC)
AUGUST = datetime(2016, 8, 8, 5, tzinfo=UTC)
YEAR = 2016
WORDS = Text(kk="Хабарлама", ru="Уведомление", en="Notice")
EVIDENCE = Evidence(certificate_serial="0a", digest="d" * 64, signed_at=JULY, jws="e30.e30.x")
DIGESTS = {kind: f"{number:064x}" for number, kind in enumerate(AttachmentKind, 1)}
ATTACHMENTS = tuple(
    Attachment(kind=kind, digest=DIGESTS[kind], media_type="image/jpeg", size=100) for kind in REQUIRED_ATTACHMENTS
)


def statement(number: int = 1, *specialties: str) -> dict[str, object]:
    """What the form states, as JSON has it."""
    return {
        "applicant": {"iin": iin(number), "surname": "Есқалиева", "name": "Гауһар"},
        "language": "kk",
        "certificate": {
            "kind": "ent",
            "number": "0012345",
            "scores": {
                "language": 20,
                "history": 21,
                "mathematics": 22,
                "elective": 23,
                "elective_subject": "physics",
            },
        },
        "certificate_average": "4.75",
        "choices": [{"specialty": each, "university": "017"} for each in specialties or ("5B070400", "5B070300")],
    }


REQUEST = GrantRequest.model_validate(statement())


def notice(kind: NoticeKind, number: int = 1, application_id: UUID = ID) -> Notice:
    refused = kind in {NoticeKind.REFUSED, NoticeKind.NOT_AWARDED}
    code = RefusalCode.THRESHOLD_NOT_MET if kind is NoticeKind.REFUSED else RefusalCode.NO_SEAT
    return Notice.model_validate(
        {
            "notice_id": UUID(int=number),
            "application_id": application_id,
            "kind": kind,
            "text": WORDS,
            "at": AUGUST,
            "service": PublicService.GRANT,
            "refusal": {"code": code, "reason": WORDS} if refused else None,
        }
    )
