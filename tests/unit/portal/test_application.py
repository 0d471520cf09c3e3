"""An application for a duplicate at the portal: how it is filed, and which notices concern it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts import portal_applications
from contracts.common import Applicant, Channel, DocumentKind, DuplicateRequest, Notice, NoticeKind, Reason
from services.portal.duplicates import decide as application
from services.portal.duplicates import follows
from services.portal.duplicates.decide import APPLICATION, Filed, Submit
from services.portal.notices import Ended, NoticeArrived, ReceiveNotice
from services.portal.service import SERVICE
from tests.support.memory import InMemory
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
submit = Submit(ID, REQUEST, EVIDENCE, NOON)
filed = Filed(application_id=ID, request=REQUEST, evidence=EVIDENCE, at=NOON)


def issued(application_id: UUID) -> Notice:
    return Notice(notice_id=UUID(int=1), application_id=application_id, kind=NoticeKind.ISSUED, text=WORDS, at=NOON)


def test_a_notice_of_another_application_neither_arrives_nor_ends_this_one() -> None:
    own = issued(ID)
    history = (NoticeArrived(notice=own, at=NOON), Ended(outcome=own.kind, refusal_code=None, at=NOON))

    given(filed).when(ReceiveNotice(own, NOON)).then(*history)
    given(filed).when(ReceiveNotice(issued(OTHER), NOON)).then_refused("notice.other-application")
    given(filed, *history).when(ReceiveNotice(issued(OTHER), NOON)).then_refused("notice.other-application")


@pytest.mark.step("DUP-PORTAL-2")
def test_what_was_filled_in_and_signed_is_filed_once() -> None:
    given().when(submit).then(filed)
    given(filed).when(submit).then_ignored("already-filed")


@pytest.mark.step("DUP-PORTAL-2")
def test_a_filed_application_is_told_to_esuvo_with_its_signature() -> None:
    memory = InMemory(SERVICE)
    stream = follows.APPLICATION.stream(ID)
    memory.command(stream, lambda state, _at: application.decide(submit, state), NOON)
    [told] = memory.take_published()

    assert told == portal_applications.ApplicationSubmitted(
        application_id=ID,
        request=REQUEST,
        channel=Channel.PORTAL,
        signature=portal_applications.Signature(
            certificate_serial=EVIDENCE.certificate_serial, digest=EVIDENCE.digest, signed_at=EVIDENCE.signed_at
        ),
        submitted_at=NOON,
        signed=EVIDENCE.jws,
    )
