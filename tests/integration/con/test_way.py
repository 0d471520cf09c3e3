"""The service centre on a real broker and database, from the hand-in to the hand-over; the test plays the university."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from contracts import con_applications, university_cases
from contracts.common import Applicant, DocumentKind, Reason
from contracts.envelope import Envelope
from contracts.package import PackageDocument
from deploy.local.servers.processes import wait_until
from law.universities import load_universities
from services._actors.policy import StaffPolicy
from services._chassis.migrate import upgrade
from services.con.application import streams
from services.con.application import use_cases as app
from services.con.application.events import Particulars
from services.con.application.state import Package, Status
from services.con.service import SERVICE as CENTRE
from services.con.simulated.actors import actors
from services.con.simulated.staff import Simulated
from tests.support.process import NOON, WITHIN, Stand, everything, once, stand
from tests.support.servers import Place

DAY = timedelta(days=1)
OPERATOR = "Ахметова Ә. Б."
PRESENTED = frozenset({PackageDocument.STATEMENT, PackageDocument.IDENTITY_DOCUMENT})
IN_TIME = StaffPolicy.model_validate(
    {
        "work": {act: {"late_share": 0.0} for act in ("register", "fill_request_form", "issue_receipt", "dispatch")},
        "courier": {"hours_min": 2, "hours_max": 6},
    }
)
SERVICE = CENTRE.with_actors(actors(Simulated(705, IN_TIME), load_universities()))
ASKED = Particulars(
    applicant=Applicant(iin="900101100123", surname="Қасымов", name="Ерлан"),
    university="027",
    specialty="5B070400",
    graduation_year=2012,
    document_kind=DocumentKind.DIPLOMA,
    reason=Reason.LOSS,
)


@dataclass(slots=True)
class Way:
    """One application of a centre whose operator, courier and applicant act by themselves."""

    own: Stand
    id: UUID

    async def status(self) -> Status:
        state = (await self.own.parts.store.read(streams.application(self.id))).state
        assert isinstance(state, Package)
        return state.status

    async def until(self, status: Status, moment: datetime) -> None:
        """Virtual time goes on to `moment`, from timer to timer; by then the application stands at `status`."""
        store = self.own.parts.store
        await self.own.settled()
        while (due := (await store.pending())[1]) is not None and due <= moment:
            await self.own.jump(max(due, self.own.parts.clock.now()))

            async def fired(due: datetime = due) -> bool:
                return (await store.pending())[1] != due

            await wait_until(fired, WITHIN, f"the timer of {due} to fire", every_seconds=0.02)
            await self.own.settled()
        await self.own.jump(moment)

        async def there() -> bool:
            return await self.status() is status

        await wait_until(there, WITHIN, f"the application to be {status}", every_seconds=0.05)
        await self.own.settled()

    async def says(
        self, event: type[university_cases.CaseEvent], at: datetime, identity: UUID | None = None, **more: object
    ) -> UUID:
        told = event.model_validate({"application_id": self.id, "university": "027", "at": at, **more})
        return await self.own.send(university_cases.TOPIC, told, self.id, identity)


async def hand_in(own: Stand) -> Way:
    handing_in = app.hand_in(ASKED, PRESENTED, OPERATOR, None, own.parts.clock.now())
    application_id = handing_in.application_id
    await own.parts.commands.execute(
        streams.application(application_id), handing_in.decide, cause=uuid4(), correlation=application_id
    )
    return Way(own, application_id)


@pytest_asyncio.fixture(loop_scope="session")
async def centre(corner: Place) -> AsyncIterator[Stand]:
    async with stand(SERVICE, await migrated(corner)) as own:
        yield own


async def migrated(corner: Place) -> Place:
    await asyncio.to_thread(upgrade, "con", corner.database_url)
    return corner


async def told(place: Place) -> list[Envelope]:
    return once(await everything(place, con_applications.TOPIC))


def names(messages: list[Envelope]) -> list[str]:
    return [each.event_name.removeprefix("kz.egov.con.") for each in messages]


WHOLE_WAY = [
    "application-accepted",
    "package-dispatched",
    "package-delivered",
    "duplicate-received",
    "applicant-notified",
    "duplicate-handed-over",
]


async def rows(own: Stand) -> list[Mapping[str, object]]:
    return [dict(each) for each in await own.parts.store.rows("select * from applications order by id")]


@pytest.mark.step("DUP-CON-5", "DUP-CON-9", "DUP-CON-10")
async def test_an_application_goes_from_the_hand_in_to_the_hand_over(centre: Stand) -> None:
    way = await hand_in(centre)
    await way.until(Status.AT_UNIVERSITY, NOON + 4 * DAY)
    await way.says(university_cases.CaseOpened, NOON + 4 * DAY, channel="con", regulation="KZ-MES-705-DUP")
    await way.says(university_cases.CaseConsidered, NOON + 4 * DAY)
    await way.says(university_cases.DuplicateDispatched, NOON + 4 * DAY, waybill="UNI-0000000001")
    await way.until(Status.DUPLICATE_DISPATCHED, NOON + 4 * DAY)
    await way.until(Status.HANDED_OVER, NOON + 30 * DAY)

    messages = await told(centre.place)
    (row,) = await rows(centre)
    assert names(messages) == WHOLE_WAY
    assert {each.subject for each in messages} == {str(way.id)}
    assert (row["status"], row["task"], row["deadlines_missed"]) == ("handed-over", None, 0)
    assert (await centre.parts.store.pending())[1] is None


async def test_a_message_that_comes_twice_and_a_process_that_dies_change_nothing(corner: Place) -> None:
    await migrated(corner)
    async with stand(SERVICE, corner, instance="1") as first:
        way = await hand_in(first)
        await way.until(Status.AT_UNIVERSITY, NOON + 4 * DAY)
        said = await way.says(university_cases.DuplicateDispatched, NOON + 4 * DAY, waybill="UNI-0000000001")
        await first.crash()
    async with stand(SERVICE, corner, instance="2") as second:
        way = Way(second, way.id)
        await second.jump(NOON + 4 * DAY)
        await way.says(university_cases.DuplicateDispatched, NOON + 4 * DAY, said, waybill="UNI-0000000001")
        await way.says(university_cases.DuplicateDispatched, NOON + 4 * DAY, waybill="UNI-0000000001")
        await way.until(Status.DUPLICATE_DISPATCHED, NOON + 4 * DAY)
        await way.until(Status.HANDED_OVER, NOON + 30 * DAY)

        assert names(await told(corner)) == WHOLE_WAY
        assert await everything(corner, f"{university_cases.TOPIC}.dead") == []
