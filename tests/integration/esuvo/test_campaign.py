"""A campaign on a real database: the surveys' query, the tables that are shown, and a process that dies on the way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final
from uuid import uuid4

import pytest
import pytest_asyncio

from law.regulation.campaign import ZONE
from law.specialties import load_specialties
from services._chassis.migrate import upgrade
from services.esuvo.grants.campaign import rows as queries
from services.esuvo.grants.campaign.competition import Competition, applicants, digest_of
from services.esuvo.grants.campaign.state import Campaign, Phase
from services.esuvo.grants.campaign.views import Holder, sheets_of
from services.esuvo.grants.contender import decide as contender
from services.esuvo.grants.contender.commands import Enter
from services.esuvo.grants.contender.register import usual
from services.esuvo.grants.contender.state import key_of
from services.esuvo.grants.schedule import schedule
from services.esuvo.streams import campaign_stream, contender_stream
from tests.support.process import Stand, stand
from tests.support.servers import Place
from tests.unit.esuvo.campaign_examples import FORWARDED_AT, PHYSICS, SEATS, YEAR, described, forwarded, iin_of
from tests.unit.esuvo.examples import UNIVERSITIES

PEOPLE: Final = 7
COMPETITION: Final = Competition(lambda _year: SEATS, per_annex=2)
REGISTER: Final = usual(UNIVERSITIES)
SERVICE: Final = described()


@pytest_asyncio.fixture(loop_scope="session")
async def esuvo(corner: Place) -> AsyncIterator[Stand]:
    """ESUVO with seven people in its register; the tests fire its timers."""
    await asyncio.to_thread(upgrade, "esuvo", corner.database_url)
    async with stand(SERVICE, corner, running=False) as own:
        await own.jump(FORWARDED_AT)
        committing = asyncio.create_task(own.parts.commands.run())
        for number in range(1, PEOPLE + 1):
            await enter(own, number)
        yield own
        committing.cancel()


async def enter(own: Stand, number: int) -> None:
    standing = forwarded(number, 24 - number).standing
    command = Enter(
        application_id=forwarded(number, 20).application_id,
        university="027",
        channel=forwarded(number, 20).channel,
        campaign=YEAR,
        standing=standing,
        counted=REGISTER.count(standing, YEAR, FORWARDED_AT),
        at=FORWARDED_AT,
    )
    await own.parts.commands.execute(
        contender_stream(key_of(YEAR, iin_of(number))),
        lambda state, _at: contender.decide(command, state),
        cause=uuid4(),
        correlation=uuid4(),
    )


async def run(own: Stand, until: datetime) -> int:
    """Fire all timers of the campaign due until then, jump by jump; how many batches that took."""
    batches = 0
    while True:
        await own.pool.execute("delete from timers where key = 'resend'")  # nobody answers for the gateway here
        _, due = await own.parts.store.pending()
        if due is None or due > until:
            return batches
        await own.jump(max(due, own.parts.clock.now()))
        await own.timers.fire()
        batches += 1


async def statuses(own: Stand) -> list[str]:
    rows = await own.parts.store.rows("select status from contenders order by registration_number")
    return [str(row["status"]) for row in rows]


async def state_of(own: Stand) -> Campaign:
    state = (await own.parts.store.read(campaign_stream(YEAR))).state
    assert isinstance(state, Campaign)
    return state


@pytest.mark.step("GRANT-C-5")
async def test_a_campaign_is_decided_from_the_register_and_carried_out_annex_by_annex(esuvo: Stand) -> None:
    await run(esuvo, schedule(YEAR).enrolment_closes)
    state, rows = await state_of(esuvo), await esuvo.parts.store.rows(queries.EVERYBODY, YEAR)
    protocol = state.round(1).protocol

    assert await statuses(esuvo) == ["awarded"] * 3 + ["not-awarded"] * 4
    assert protocol is not None
    assert (protocol.awarded, protocol.refused, protocol.annexes) == (3, 4, 4)
    assert state.sheets is not None
    assert state.sheets.digest == digest_of(applicants(rows))


@pytest.mark.step("GRANT-P-3", "GRANT-E-4")
async def test_what_is_shown_comes_from_the_register_by_sql(esuvo: Stand) -> None:
    await run(esuvo, schedule(YEAR).enrolment_closes)
    store = esuvo.parts.store
    sheets = sheets_of(await store.rows(queries.SHEETS, YEAR), load_specialties(), SEATS)
    holders = [Holder.model_validate(row) for row in await store.rows(queries.LIST, YEAR, None, None, None, 0, 100)]
    chosen = await store.rows(queries.LIST, YEAR, 1, PHYSICS, "027", 1, 1)
    counts = await store.rows(queries.COUNTS, YEAR)

    assert sheets[0].specialties[0].lines[0].applicants == PEOPLE
    assert sheets[0].specialties[0].lines[0].first_choices == PEOPLE
    assert [(each.surname, each.specialty) for each in holders][:2] == [("Тегі1", PHYSICS), ("Тегі2", PHYSICS)]
    assert len(chosen) == 1
    assert {row["status"]: row["people"] for row in counts} == {"awarded": 3, "not-awarded": 4}


async def test_a_process_that_dies_between_annexes_leaves_the_rest_to_the_next_one(esuvo: Stand) -> None:
    """A transaction that was not committed never was: the next process decides the same again."""
    plan = schedule(YEAR)
    await run(esuvo, plan.order.at)
    await esuvo.jump(plan.publication.at)
    for _ in range(3):  # the list, and the first two annexes
        await esuvo.timers.fire()
    halfway = await statuses(esuvo)
    async with stand(SERVICE, esuvo.place, instance="2", running=False) as other:
        await other.jump(plan.publication.at)
        await run(other, plan.enrolment_closes)

    assert halfway.count("entered") == PEOPLE - 4
    assert await statuses(esuvo) == ["awarded"] * 3 + ["not-awarded"] * 4


async def test_a_decision_that_could_not_be_committed_is_taken_again_with_the_same_result(esuvo: Stand) -> None:
    plan = schedule(YEAR)
    await run(esuvo, plan.sheets.at)
    decided = COMPETITION.decide(await esuvo.parts.store.rows(queries.EVERYBODY, YEAR), YEAR, 1, plan.protocol.at)
    await run(esuvo, plan.protocol.at)
    protocol = (await state_of(esuvo)).round(1).protocol

    assert protocol is not None
    assert protocol.digest == decided.digest
    assert protocol.at.astimezone(ZONE).date() == plan.protocol.at.astimezone(ZONE).date()


async def test_a_campaign_ends_where_no_seat_came_free_edge_35(esuvo: Stand) -> None:
    await run(esuvo, datetime(2016, 9, 10, tzinfo=ZONE))

    assert (await state_of(esuvo)).phase is Phase.CLOSED
