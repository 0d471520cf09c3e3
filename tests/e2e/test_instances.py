"""Two processes of a service share the work; one is killed at work and does not come back."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio

from deploy.local.audit.ends import replay
from deploy.local.audit.ledger import Ledger
from deploy.local.audit.report import Report, report
from deploy.local.chain.chain import Chain, watched
from deploy.local.people.demo import Demo, demo
from deploy.local.runs.demo import inspect, virtual_start
from deploy.local.servers.cache import silent
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.processes import wait_until
from law.universities import load_universities
from tests.support.chain import Outcome, chain_of, plan_for, read_rows

TWO = ("esuvo", "university_is")
WITHIN = 60.0


@dataclass
class Ended:
    ledger: Ledger
    report: Report
    events: dict[str, float]
    """Per process how many events it had appended when its twin was killed."""


class Killer:
    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.story: Demo | None = None
        self.events: dict[str, float] = {}
        self.hunts: list[asyncio.Task[None]] = []

    async def at_rest(self, filed: int) -> None:
        """When some have been filed the second process of each service is hunted down in what follows."""
        if filed < 15 or self.hunts:
            return
        for service in TWO:
            for name in (service, f"{service}-2"):
                self.events[name] = await appended(self.chain.urls[name])
            self.hunts.append(asyncio.create_task(self._kill(service)))

    async def _kill(self, service: str) -> None:
        connection = await asyncpg.connect(self.chain.plan.database_url(service))
        before = await connection.fetchval("select count(*) from events")

        async def at_work() -> bool:
            return bool(await connection.fetchval("select count(*) from events") > before)

        await wait_until(at_work, WITHIN, f"{service} to work", every_seconds=0.001)
        await connection.close()
        assert self.story is not None
        self.chain.retire(f"{service}-2")
        self.story.conductor.leave_out(self.chain.urls[f"{service}-2"])


async def appended(url: str) -> float:
    async with httpx.AsyncClient(trust_env=False) as http:
        lines = (await http.get(f"{url}/metrics")).text.splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("egov_events_total{"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ended(running_servers: RunningServers, applications: Path, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    universities, rows = load_universities(), read_rows(applications)
    directory = tmp_path_factory.mktemp("instances")
    plan = replace(
        plan_for(running_servers, directory, virtual_start(rows, universities)), instances=dict.fromkeys(TWO, 2)
    )
    async with chain_of(plan) as chain, watched(chain):
        killer = Killer(chain)

        async def show(_virtual: object, filed: int) -> None:
            await killer.at_rest(filed)

        async with demo(chain, universities, show) as killer.story:
            story = await killer.story.run(rows, silent)
        await asyncio.gather(*killer.hunts)
        assert not any(chain.processes[f"{service}-2"].alive for service in TWO)
        databases, ledger = await inspect(plan)
        return Ended(ledger, report(story, 0, replay(databases), ledger, universities), killer.events)


@pytest.mark.parametrize("service", TWO)
def test_both_processes_had_their_share_of_the_work(ended: Ended, service: str) -> None:
    assert ended.events[service] > 0
    assert ended.events[f"{service}-2"] > 0


def test_what_the_killed_ones_left_was_finished_once_and_in_order(ended: Ended) -> None:
    assert ended.ledger.faults == []
    assert ended.report.faults == []


def test_how_many_processes_there_are_makes_no_difference_to_what_is_decided(
    ended: Ended, undisturbed: Outcome
) -> None:
    assert ended.ledger.log_hash == undisturbed.ledger.log_hash
