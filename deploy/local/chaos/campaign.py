"""A grant campaign under faults: made-up applicants in every way that a committee must get right, and too few seats."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.local.audit import campaign_report
from deploy.local.audit.campaign_ends import replay, rightful
from deploy.local.audit.ledger import Database, Ledger
from deploy.local.chain.chain import Chain
from deploy.local.chain.conductor import Conductor
from deploy.local.chaos.flow import Judged
from deploy.local.errors import LauncherError
from deploy.local.files.campaign import CampaignRow, read_campaign
from deploy.local.made_up.campaign import FIRST_DAY, generate, write, write_seats
from deploy.local.people.campaign import BEFORE, STAFF, Applied, Campaign, Story, campaign
from deploy.local.servers.cache import Progress
from law.specialties import load_specialties, load_state_order
from law.universities import Universities


@dataclass(frozen=True, slots=True)
class Made:
    """A campaign made for one run: who applies, and the file of the seats."""

    rows: Sequence[CampaignRow]
    seats: Path

    @property
    def environment(self) -> dict[str, str]:
        """Winners enrol as the rows say, and the commission has these seats."""
        return {"UNIVERSITY_IS_STAFF": STAFF, "ESUVO_STATE_ORDER": str(self.seats)}


def made(directory: Path, size: int, seed: int, universities: Universities) -> Made:
    """About `size` applications; the same for the same seed. Raises LauncherError where the file is not readable."""
    file, seats = directory / "campaign.csv", directory / "seats.csv"
    write(generate(seed, load_specialties(), size), file)
    rows, errors = read_campaign(file, universities)
    if errors:
        raise LauncherError(f"The made-up campaign is not readable: {errors[0]}")
    write_seats(seats, FIRST_DAY.year, len(rows))
    return Made(rows, seats)


@dataclass(slots=True)
class Grants:
    """One campaign from the first application to the last rector's order."""

    campaign: Campaign
    made: Made
    applied: list[Applied]
    goes_on: bool = False
    rounds: int = 0

    @property
    def conductor(self) -> Conductor:
        return self.campaign.conductor

    async def open(self, progress: Progress) -> None:
        await self.campaign.open(self._begin)
        progress("Applying for grants…")

    @property
    def _begin(self) -> datetime:
        return min(each.at for each in self.applied) - BEFORE

    async def prepare(self) -> None:
        """Nothing: nobody is known beforehand."""

    async def carry(self) -> None:
        await self.campaign.register(self.made.rows, self.conductor.now)
        await self.campaign.carry(self.applied)
        self.rounds += 1

    def judge(self, databases: Mapping[str, Database], ledger: Ledger, seconds: float) -> Judged:
        states = replay(databases)
        right = rightful(self.applied, states, self.campaign.universities, load_state_order(self.made.seats))
        story = Story(self.applied, self._begin, self.conductor.now, seconds, self.conductor.jumps)
        found = campaign_report.report(story, 0, states, right, ledger)
        ends = Counter[str]()
        for each in found.by_end.values():
            ends.update(each)
        return Judged(len(self.applied), dict(ends), 0, found.faults)


@asynccontextmanager
async def grants(
    chain: Chain, made_up: Made, universities: Universities, show: Callable[[datetime, int], Awaitable[None]]
) -> AsyncIterator[Grants]:
    async with campaign(chain, universities, show) as story:
        yield Grants(story, made_up, story.applications(made_up.rows))
