"""An application for a duplicate at the portal: which notices concern it."""

from datetime import UTC, datetime
from uuid import UUID

from contracts.common import Applicant, DocumentKind, DuplicateRequest, Notice, NoticeKind, Reason
from services.portal.duplicates.decide import APPLICATION, Filed
from services.portal.notices import Ended, NoticeArrived, ReceiveNotice
from tests.support.scenario import Scenario
from tests.unit.portal.examples import EVIDENCE, ID, WORDS

given = Scenario(APPLICATION).given
NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
OTHER = UUID(int=7)

REQUEST = DuplicateRequest(
    number="20160215000001",
    applicant=Applicant(iin="890101100129", surname="Әлімов", name="Нұрлан"),
    university="027",
    specialty="5B070300",
    graduation_year=2012,
    document_kind=DocumentKind.DIPLOMA,
    reason=Reason.LOSS,
)
filed = Filed(application_id=ID, request=REQUEST, evidence=EVIDENCE, at=NOON)


def issued(application_id: UUID) -> Notice:
    return Notice(notice_id=UUID(int=1), application_id=application_id, kind=NoticeKind.ISSUED, text=WORDS, at=NOON)


def test_a_notice_of_another_application_neither_arrives_nor_ends_this_one() -> None:
    own = issued(ID)
    history = (NoticeArrived(notice=own, at=NOON), Ended(outcome=own.kind, refusal_code=None, at=NOON))

    given(filed).when(ReceiveNotice(own, NOON)).then(*history)
    given(filed).when(ReceiveNotice(issued(OTHER), NOON)).then_refused("notice.other-application")
    given(filed, *history).when(ReceiveNotice(issued(OTHER), NOON)).then_refused("notice.other-application")
