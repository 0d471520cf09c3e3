"""The register on a real database: applications of one instant, and the queries behind the operator's pages."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest_asyncio

from contracts.common import Channel
from services._chassis.migrate import upgrade
from services.esuvo.grants.application import rows as queries
from services.esuvo.grants.application.commands import Forward
from services.esuvo.grants.application.decide import GRANT
from services.esuvo.grants.contender.rows import ITS_CONTENDER, competitor
from services.esuvo.streams import grant_stream
from tests.integration.esuvo.test_campaign import SERVICE
from tests.support.process import Stand, stand
from tests.support.servers import Place
from tests.unit.esuvo.campaign_examples import FORWARDED_AT, YEAR, forwarded, id_of, iin_of


@pytest_asyncio.fixture(loop_scope="session")
async def esuvo(corner: Place) -> AsyncIterator[Stand]:
    await asyncio.to_thread(upgrade, "esuvo", corner.database_url)
    async with stand(SERVICE, corner, running=False) as own:
        await own.jump(FORWARDED_AT)
        committing = asyncio.create_task(own.parts.commands.run())
        yield own
        committing.cancel()


async def forward(own: Stand, number: int) -> None:
    """The one person hands in application `number` on paper; a committee sends it on."""
    standing = forwarded(1, 20).standing
    command = Forward(id_of(number), "027", Channel.PAPER, YEAR, standing, FORWARDED_AT)
    await own.parts.commands.execute(
        grant_stream(id_of(number)),
        lambda state, _at: GRANT.decide(command, state),
        cause=uuid4(),
        correlation=id_of(number),
    )


async def test_edge_28_of_one_instant_the_lower_id_counts_and_both_lead_to_it(esuvo: Stand) -> None:
    await forward(esuvo, 2)
    await forward(esuvo, 1)
    store = esuvo.parts.store
    before = await store.rows(queries.ONE, id_of(2))
    await esuvo.jump(FORWARDED_AT + timedelta(seconds=5))
    await esuvo.timers.fire()

    late = await store.rows(queries.PAGE, None, None, None, 10, True)  # noqa: FBT003 - an argument of the query
    page = await store.rows(queries.PAGE, "in-register", "027", None, 10, None)
    keys = {(await store.rows(queries.ONE, each["application_id"]))[0]["contender"] for each in page}
    (person,) = await store.rows(ITS_CONTENDER, *keys)

    assert late == []
    assert before[0]["status"] == "forwarded"
    assert [each["application_id"] for each in page] == [id_of(1), id_of(2)]
    assert (person["application_id"], person["status"], person["iin"]) == (id_of(1), "entered", iin_of(1))
    assert competitor(person).choices == tuple(each.specialty for each in forwarded(1, 20).standing.request.choices)
