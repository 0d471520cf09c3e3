"""What the portal hears and tells of applications for grants, over the service in memory."""

from uuid import UUID

import pytest

from contracts import portal_applications, shep_deliveries
from contracts.common import Notice, NoticeKind, PublicService, RefusalCode
from contracts.event import Event
from services._chassis.decider import Refused
from services.portal.grants import decide as grant
from services.portal.grants.decide import Status
from services.portal.grants.follows import GRANT, contest_of
from services.portal.holder import AlreadyOpen
from services.portal.service import SERVICE
from tests.support.chain import iin
from tests.support.memory import InMemory
from tests.unit.portal.examples import ATTACHMENTS, AUGUST, EVIDENCE, ID, JULY, OTHER_ID, REQUEST, YEAR, notice


@pytest.fixture
def memory() -> InMemory:
    return InMemory(SERVICE)


def file(memory: InMemory, application_id: UUID = ID, year: int = YEAR) -> list[Event]:
    evidence = EVIDENCE.model_copy(update={"nonce": f"{application_id}-{year}"})
    filing = grant.File(application_id, year, REQUEST, ATTACHMENTS, evidence, JULY)
    memory.command(GRANT.stream(application_id), lambda state, _at: grant.decide(filing, state), JULY)
    return memory.take_published()


def hear(memory: InMemory, each: Notice) -> list[Event]:
    event = shep_deliveries.NoticeDispatched(
        application_id=each.application_id, notice=each, attempt=1, dispatched_at=AUGUST
    )
    memory.hear(shep_deliveries.TOPIC, event, each.application_id, AUGUST)
    return memory.take_published()


def received(each: Notice) -> portal_applications.NoticeReceived:
    return portal_applications.NoticeReceived(
        application_id=each.application_id, notice_id=each.notice_id, kind=each.kind, received_at=AUGUST
    )


def closed(outcome: NoticeKind, code: RefusalCode | None = None) -> portal_applications.ApplicationClosed:
    return portal_applications.ApplicationClosed(
        application_id=ID, outcome=outcome, refusal_code=code, closed_at=AUGUST, service=PublicService.GRANT
    )


@pytest.mark.step("GRANT-E-1", "GRANT-PORTAL-4", "GRANT-PORTAL-5", "GRANT-PORTAL-7")
def test_a_filed_application_is_told_with_its_copies_and_its_signature(memory: InMemory) -> None:
    (told,) = file(memory)

    assert isinstance(told, portal_applications.GrantApplicationSubmitted)
    assert (told.application_id, told.request, told.attachments) == (ID, REQUEST, ATTACHMENTS)
    assert (told.signature.certificate_serial, told.signature.digest) == (EVIDENCE.certificate_serial, EVIDENCE.digest)
    assert told.submitted_at == JULY


def test_filing_writes_three_events_as_for_a_duplicate(memory: InMemory) -> None:
    file(memory)

    assert [each.name for each in memory.events] == ["grant-application-filed", "contest-entered", "form-taken"]


def test_edge_11_one_person_has_one_open_application_in_a_campaign(memory: InMemory) -> None:
    file(memory)
    with pytest.raises(AlreadyOpen) as first:
        file(memory, OTHER_ID)

    assert first.value.application_id == ID
    assert file(memory, OTHER_ID, YEAR + 1)


def test_who_was_refused_may_file_again_and_who_had_a_result_may_not(memory: InMemory) -> None:
    file(memory)
    hear(memory, notice(NoticeKind.REFUSED))
    assert file(memory, OTHER_ID)
    hear(memory, notice(NoticeKind.NOT_AWARDED, 2, OTHER_ID))

    with pytest.raises(AlreadyOpen):
        file(memory, UUID(int=3))


def test_the_contest_does_not_show_the_iin() -> None:
    assert iin(1) not in contest_of(YEAR, iin(1))
    assert contest_of(YEAR, iin(1)) != contest_of(YEAR, iin(2))


@pytest.mark.step("GRANT-PORTAL-8", "GRANT-PORTAL-9", "GRANT-C-8e")
def test_each_result_is_confirmed_to_the_gateway_and_the_second_closes(memory: InMemory) -> None:
    file(memory)
    accepted, awarded = notice(NoticeKind.ACCEPTED), notice(NoticeKind.AWARDED, 2)

    assert hear(memory, accepted) == [received(accepted)]
    assert hear(memory, awarded) == [received(awarded), closed(NoticeKind.AWARDED)]


def test_an_award_after_a_refusal_to_award_closes_again_with_the_new_outcome_edge_35(memory: InMemory) -> None:
    file(memory)
    none, awarded = notice(NoticeKind.NOT_AWARDED, 2), notice(NoticeKind.AWARDED, 3)

    assert hear(memory, none) == [received(none), closed(NoticeKind.NOT_AWARDED, RefusalCode.NO_SEAT)]
    assert hear(memory, awarded) == [received(awarded), closed(NoticeKind.AWARDED)]


def test_a_notice_finds_the_stream_of_its_own_service(memory: InMemory) -> None:
    file(memory)
    of_duplicates = notice(NoticeKind.ACCEPTED).model_copy(update={"service": PublicService.DUPLICATE})
    with pytest.raises(Refused, match=r"application\.unknown"):
        hear(memory, of_duplicates)
    state = memory.state(GRANT.stream(ID))

    assert isinstance(state, grant.Application)
    assert state.status is Status.SUBMITTED
