"""Every service is killed once, at work, in the middle of a run: nothing is lost, nothing happens twice."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from deploy.local.chain.chain import Chain
from deploy.local.chain.plan import SERVICES
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.processes import wait_until
from tests.support.chain import Outcome, run_to_its_end

WITHIN = 60.0
IDLE = "con"  # nobody comes to the service centre in these runs
STORED = "select count(*) from events"


class Killer:
    """Kills one service after another, each as soon as it has committed something that it has yet to tell others."""

    def __init__(self) -> None:
        self.waiting = list(SERVICES)
        self.hunt: asyncio.Task[None] | None = None

    async def at_rest(self, chain: Chain, _filed: int) -> None:
        """The chain is about to go on: the next one is to die in what follows."""
        if self.waiting and (self.hunt is None or self.hunt.done()):
            self.hunt = asyncio.create_task(self._kill(chain, self.waiting.pop(0)))

    async def _kill(self, chain: Chain, service: str) -> None:
        if service != IDLE:
            await self._at_work(chain.plan.database_url(service), service)
        chain.processes[service].kill()

    async def _at_work(self, url: str, service: str) -> None:
        connection = await asyncpg.connect(url)
        before = await connection.fetchval(STORED)

        async def committed() -> bool:
            return bool(await connection.fetchval(STORED) > before)

        try:
            await wait_until(committed, WITHIN, f"{service} to work", every_seconds=0.001)
        finally:
            await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def killed(
    running_servers: RunningServers, applications: Path, tmp_path_factory: pytest.TempPathFactory
) -> Outcome:
    killer = Killer()
    outcome = await run_to_its_end(
        running_servers, tmp_path_factory.mktemp("killed"), applications, disturb=killer.at_rest
    )
    assert killer.hunt is not None
    await killer.hunt
    return outcome


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_was_killed_at_work_and_started_again(killed: Outcome, service: str) -> None:
    assert killed.restarts.get(service) == 1


def test_no_message_is_lost(killed: Outcome) -> None:
    assert killed.ledger.lost == []
    assert killed.ledger.unaccounted == []


def test_nothing_happens_twice(killed: Outcome) -> None:
    assert killed.ledger.duplicated_effects == []


def test_the_messages_of_each_application_keep_their_order(killed: Outcome) -> None:
    assert killed.ledger.out_of_order == []


def test_every_application_reaches_its_rightful_end_in_every_service(killed: Outcome) -> None:
    outcomes = {name: count for name, count in killed.report.by_outcome.items() if count}

    assert killed.report.faults == []
    assert outcomes == {"already_open": 1, "issued": 15, "refused": 3, "withdrawn": 2}


def test_nobody_can_tell_from_the_log_that_anything_died(killed: Outcome, undisturbed: Outcome) -> None:
    assert killed.ledger.log_hash == undisturbed.ledger.log_hash
