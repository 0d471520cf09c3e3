"""`egov chaos` at CI's size: processes, broker and database are killed at random while applications flow."""

import pytest
import pytest_asyncio
from rich.console import Console

from deploy.local.chain.plan import SERVICES
from deploy.local.chaos.faults import KAFKA, POSTGRES, Fault
from deploy.local.chaos.run import Finding, Options, run

KILLS = 21
FAULTS = {Fault.KILL: KILLS, Fault.PAUSE: 2, Fault.RESTART: 1, Fault.CLOCK_BACK: 1}
VICTIMS = (*SERVICES, KAFKA, POSTGRES)

pytestmark = pytest.mark.timeout(600)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def found() -> Finding:
    """On servers of its own, whatever the environment names: it kills them."""
    return await run(Options(FAULTS, size=20, between=1.2), Console(quiet=True))


def test_every_service_the_broker_and_the_database_were_killed_at_least_three_times(found: Finding) -> None:
    assert sum(found.done[Fault.KILL].values()) == KILLS
    assert {victim: found.done[Fault.KILL][victim] >= 3 for victim in VICTIMS} == dict.fromkeys(VICTIMS, True)


def test_what_was_killed_was_started_again(found: Finding) -> None:
    assert all(found.restarts[service] >= found.done[Fault.KILL][service] for service in SERVICES)


def test_members_were_paused_and_all_services_restarted_in_turn(found: Finding) -> None:
    assert sum(found.done[Fault.PAUSE].values()) == 2
    assert found.done[Fault.RESTART] == {"all": 1}
    assert found.done[Fault.CLOCK_BACK] == {"all": 1}


def test_nothing_is_lost_and_nothing_stands_there_that_nobody_decided(found: Finding) -> None:
    assert (found.lost, found.unaccounted) == (0, 0)


def test_nothing_happens_twice(found: Finding) -> None:
    assert found.duplicated_effects == 0


def test_the_messages_of_each_application_keep_their_order(found: Finding) -> None:
    assert found.out_of_order == 0


def test_nothing_is_set_aside(found: Finding) -> None:
    assert found.dead_letters == {}


def test_every_application_and_every_visit_to_the_counter_came_to_its_rightful_end(found: Finding) -> None:
    assert found.faults == []
    assert found.applications == 20 * found.rounds
    assert found.counter_visits == 10 * found.rounds


def test_nobody_can_tell_from_the_log_that_anything_happened(found: Finding) -> None:
    assert found.log_hash == found.calm_log_hash
