"""A paper case and a case from the service centre at the university, on a real broker and database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from contracts import con_applications, university_cases
from contracts.common import (
    Applicant,
    Blank,
    BlankKind,
    Channel,
    Collector,
    CollectorKind,
    DocumentKind,
    DuplicateRequest,
    NoticeKind,
    PowerOfAttorney,
    Reason,
)
from contracts.package import PackageDocument
from deploy.local.servers.processes import wait_until
from law.universities import load_universities
from services._chassis.aggregate import Decide
from services._chassis.migrate import upgrade
from services.university_is import streams
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.case.hears import open_command
from services.university_is.duplicates.case.state import Case, Status
from services.university_is.duplicates.ledger.commands import Receive
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.duplicates.register.decide import REGISTER, Enter, GraduateRecord
from services.university_is.service import service
from tests.support.process import NOON, WITHIN, Stand, stand
from tests.support.servers import Place

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNIVERSITIES: Final = load_universities()
CODE: Final = "027"
ID: Final = UUID("0152e3b0-0000-8000-8000-000000000001")
IIN: Final = "711207100122"
MINUTE: Final = timedelta(minutes=1)
POWER: Final = PowerOfAttorney(number="17-204", notary="Сейтқали А.", issued_on=date(2016, 2, 1))
REPRESENTATIVE: Final = Collector(kind=CollectorKind.REPRESENTATIVE, name="Өмірбекова", power_of_attorney=POWER)
RECORD: Final = GraduateRecord(surname="Өмірбеков", name="Қайрат", specialty="050301", graduation_year=2010)
REQUEST: Final = DuplicateRequest(
    number="20160215000000000001",
    applicant=Applicant(iin=IIN, surname="Өмірбеков", name="Қайрат"),
    university=CODE,
    specialty="050301",
    graduation_year=2010,
    document_kind=DocumentKind.DIPLOMA,
    reason=Reason.LOSS,
)


class University:
    """One instance whose desks the test sits at."""

    def __init__(self, instance: Stand) -> None:
        self.instance = instance

    async def execute(self, stream: str, decide: Decide) -> None:
        await self.instance.parts.commands.execute(stream, decide, cause=uuid4(), correlation=ID)

    async def act(self, command: c.Command) -> None:
        await self.execute(streams.case(ID), lambda case, _at: CASE.decide(command, case))

    async def case(self) -> Case | None:
        state = (await self.instance.parts.store.read(streams.case(ID))).state
        return state if isinstance(state, Case) else None

    async def reaches(self, status: Status) -> None:
        async def there() -> bool:
            case = await self.case()
            return case is not None and case.status is status

        await wait_until(there, WITHIN, f"the case to be {status}")

    async def supply(self) -> None:
        """A graduate and a blank form, from before the case."""
        blanks = (Blank(kind=BlankKind.DIPLOMA, serial="ЖБ0000001"),)
        await self.execute(streams.graduate(CODE, IIN), lambda state, at: REGISTER.decide(Enter(RECORD, at), state))
        await self.execute(streams.blanks(CODE), lambda state, at: LEDGER.decide(Receive(blanks, at), state))
        await self.instance.jump(NOON + MINUTE)

    async def write_the_duplicate(self) -> None:
        at = self.instance.parts.clock.now()
        for command in (c.ConsultRegister(at), c.Consider(at), c.Prepare(at)):
            await self.act(command)

    async def told(self, count: int) -> list[str]:
        read = await self.instance.read(university_cases.TOPIC, count)
        return [each.event_name.removeprefix("kz.egov.university.") for each in read]


@pytest_asyncio.fixture(loop_scope="session")
async def desks(corner: Place) -> AsyncIterator[University]:
    await asyncio.to_thread(upgrade, "university_is", corner.database_url)
    async with stand(service(UNIVERSITIES), corner) as instance:
        yield University(instance)


@pytest.mark.step("DUP-PAPER-1", "DUP-PAPER-2", "DUP-PAPER-3", "DUP-PAPER-5", "DUP-PAPER-6", "DUP-PAPER-7")
async def test_a_paper_case_from_the_counter_to_the_hand_over(desks: University) -> None:
    """Letters, and not a word to ESUVO."""
    await desks.supply()
    at = desks.instance.parts.clock.now()

    await desks.act(open_command(ID, REQUEST, Channel.PAPER, at, UNIVERSITIES[CODE], at))
    await desks.act(c.Register("027-1", at))
    await desks.write_the_duplicate()
    await desks.act(c.Announce(at))
    await desks.act(c.HandOver(at, REPRESENTATIVE))

    assert await desks.told(9) == [
        "case-opened",
        "case-registered",
        "notice-posted",
        "case-verified",
        "case-considered",
        "duplicate-prepared",
        "notice-posted",
        "duplicate-issued",
        "notice-posted",
    ]
    case = await desks.case()
    assert case
    assert case.issued
    assert (case.issued.number, case.issued.collector) == (1, REPRESENTATIVE)
    assert [each.kind for each in case.notices] == [NoticeKind.REGISTERED, NoticeKind.READY, NoticeKind.ISSUED]


@pytest.mark.step("DUP-CON-6", "DUP-CON-7", "DUP-CON-9")
async def test_a_case_from_the_service_centre_until_its_operator_hands_the_duplicate_over(desks: University) -> None:
    """The package comes over Kafka, and so does the end of the step that includes the delivery."""
    await desks.supply()
    at = desks.instance.parts.clock.now()
    document = con_applications.AcceptedDocument(
        kind=PackageDocument.STATEMENT, paper_present=True, scan_digest="0" * 64
    )
    package = con_applications.PackageDelivered(
        application_id=ID,
        request=REQUEST,
        channel=Channel.CON,
        filed_at=NOON,
        regulation="KZ-MES-705-DUP",
        documents=(document,),
        delivered_at=at,
    )

    await desks.instance.send(con_applications.TOPIC, package, ID)
    await desks.reaches(Status.REGISTERED)
    await desks.write_the_duplicate()
    received = con_applications.DuplicateReceived(application_id=ID, university=CODE, received_at=at)
    await desks.instance.send(con_applications.TOPIC, received, ID)
    collected = con_applications.DuplicateHandedOver(
        application_id=ID, university=CODE, collector=REPRESENTATIVE, handed_over_at=at
    )
    await desks.instance.send(con_applications.TOPIC, collected, ID)
    await desks.reaches(Status.ISSUED)

    assert await desks.told(6) == [
        "case-opened",
        "case-verified",
        "case-considered",
        "duplicate-prepared",
        "duplicate-dispatched",
        "duplicate-issued",
    ]
    case = await desks.case()
    assert case
    assert [each.step for each in case.steps if each.done] == ["DUP-CON-6", "DUP-CON-7", "DUP-CON-9"]
    assert not case.notices
