"""`egov chaos --campaign` at CI's size: each process, broker and database too, is killed twice while people apply for grants."""

import pytest
import pytest_asyncio
from rich.console import Console

from deploy.local.chain.plan import SERVICES
from deploy.local.chaos.faults import KAFKA, POSTGRES, Fault
from deploy.local.chaos.run import Finding, Options, run

VICTIMS = (*SERVICES, KAFKA, POSTGRES)

pytestmark = pytest.mark.timeout(600)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def found() -> Finding:
    """Without a calm twin, which takes as long again: what every row should come to is reckoned from the rows."""
    wanted = {Fault.KILL: 2 * len(VICTIMS)}
    return await run(Options(wanted, size=40, campaign=True, between=1.0, compare=False), Console(quiet=True))


def test_everybody_was_killed_twice_while_the_campaign_went_on(found: Finding) -> None:
    assert found.done == {Fault.KILL: dict.fromkeys(sorted(VICTIMS), 2)}


def test_every_application_for_a_grant_came_to_its_rightful_end(found: Finding) -> None:
    assert found.faults == []
    assert sum(found.outcomes.values()) == found.applications
    assert found.outcomes["scholarship"] > found.applications / 4


def test_nothing_was_lost_or_done_twice_or_told_out_of_order(found: Finding) -> None:
    assert (found.lost, found.unaccounted, found.duplicated_effects, found.out_of_order) == (0, 0, 0, 0)
    assert found.dead_letters == {}
