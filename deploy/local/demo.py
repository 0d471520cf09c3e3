"""The demo: the applicants of a file use the portal, virtual time is fast-forwarded, a report follows."""

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx

from contracts.universities import Universities
from deploy.local.applications import ApplicationRow, instant
from deploy.local.cache import Progress, cache_dir
from deploy.local.chain import Chain
from deploy.local.conductor import Conductor, conductor
from deploy.local.nca import KeyStore
from deploy.local.patience import client
from deploy.local.people import Answer, Applicant, equip
from deploy.local.processes import LauncherError
from deploy.local.reference import enter_graduates, stock

_BEFORE: Final = timedelta(hours=1)  # the clock starts this long before the first application
_MAILBOX: Final = timedelta(hours=19, minutes=7)  # after UTC midnight: when applicants look for returned applications
_AT_ONCE: Final = 16  # applicants who use the portal at the same moment
_LONGEST: Final = timedelta(days=400)
_RETURNED: Final = "returned-for-correction"


@dataclass(slots=True)
class Filed:
    """What became of one row: the portal's answer, and the application that it led to."""

    row: ApplicationRow
    at: datetime
    application_id: str = ""
    first: bool = False
    rejected: str = ""
    corrected: bool = False


@dataclass(slots=True)
class Story:
    """A run as it went."""

    filed: list[Filed]
    started: datetime
    ended: datetime
    wall_seconds: float
    jumps: int


@dataclass(slots=True)
class Demo:
    """One run of the demo on a chain. `show` is told of progress: virtual time and how many rows have been filed."""

    chain: Chain
    conductor: Conductor
    universities: Universities
    portal: httpx.AsyncClient
    university_is: httpx.AsyncClient
    show: Callable[[datetime, int], Awaitable[None]]
    people: dict[str, Applicant] = field(default_factory=dict)
    _agenda: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = field(default_factory=list)
    _entries: int = 0
    _ids: set[str] = field(default_factory=set)

    async def run(self, rows: Sequence[ApplicationRow], progress: Progress) -> Story:
        """Every application of `rows` to its end. Raises TimeoutError when the chain does not come to rest."""
        started = time.monotonic()
        filed = self.filings(rows)
        begin = min(each.at for each in filed) - _BEFORE
        await self.open(begin, progress)
        await self.learn(rows)
        progress("Registering the applicants with their EDS…")
        await self.register(rows, begin)
        progress("Filing applications and fast-forwarding virtual time…")
        await self.carry(filed)
        return self.story(filed, begin, time.monotonic() - started)

    def filings(self, rows: Sequence[ApplicationRow]) -> list[Filed]:
        return [Filed(row, instant(row.filed_at, row.university, self.universities)) for row in rows]

    async def open(self, at: datetime, progress: Progress) -> None:
        """Set the clock of a new chain, wait until all of it is ready, give the universities their blank forms."""
        await self.conductor.set_clock(at, rate=0)
        await self.chain.ready()
        progress("Entering graduates and blank forms at the universities…")
        await stock(self.university_is, self.universities)

    async def learn(self, rows: Sequence[ApplicationRow]) -> None:
        """The universities learn whom they know."""
        await enter_graduates(self.university_is, self.universities, rows)

    async def carry(self, filed: Sequence[Filed]) -> None:
        """File each application at its moment and go on until nothing is left to do."""
        for each in filed:
            self._plan(each)
        await self._live(filed, self.conductor.now + _LONGEST)

    def story(self, filed: Sequence[Filed], begin: datetime, wall_seconds: float) -> Story:
        return Story(list(filed), begin, self.conductor.now, wall_seconds, self.conductor.jumps)

    async def _live(self, filed: Sequence[Filed], until: datetime) -> None:
        while True:
            timer = await self.conductor.quiescence()
            await self.show(self.conductor.now, sum(bool(each.application_id or each.rejected) for each in filed))
            due = self._agenda[0][0] if self._agenda else None
            moments = [each for each in (timer, due) if each]
            if not moments:
                return
            moment = max(min(moments), self.conductor.now)
            if moment > until:
                raise LauncherError(f"The chain still has work at {moment}; something reschedules itself without end.")
            if moment > self.conductor.now:
                await self.conductor.jump(moment)
            if due is None or due > moment:
                continue
            if timer is not None and timer <= moment:
                await self.conductor.quiescence()  # timers first: one kind of actor at one instant
            await self.conductor.reached(self.chain.url("portal"))
            await self._do_what_is_due(moment)

    async def _do_what_is_due(self, moment: datetime) -> None:
        due = []
        while self._agenda and self._agenda[0][0] <= moment:
            due.append(heapq.heappop(self._agenda)[2])
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(act: Callable[[], Awaitable[None]]) -> None:
            async with gate:
                await act()

        await asyncio.gather(*(one(act) for act in due))

    def later(self, at: datetime, act: Callable[[], Awaitable[None]]) -> None:
        """Somebody acts at this virtual moment, once every timer of it has fired."""
        self._entries += 1
        heapq.heappush(self._agenda, (at, self._entries, act))

    def _plan(self, each: Filed) -> None:
        self.later(each.at, lambda: self._file(each))
        if each.row.withdraw_at:
            self.later(
                instant(each.row.withdraw_at, each.row.university, self.universities), lambda: self._withdraw(each)
            )

    async def _file(self, each: Filed) -> None:
        answer = await self.people[each.row.iin].file(each.row)
        if not answer.accepted:
            each.rejected = answer.problem
            return
        each.application_id = answer.body["id"]
        each.first = each.application_id not in self._ids  # a repeated request may be answered as one that is open
        self._ids.add(each.application_id)
        if each.row.register_graduation_year:
            self._look_tonight(each)

    def _look_tonight(self, each: Filed) -> None:
        now = self.conductor.now
        tonight = now.replace(hour=0, minute=0, second=0, microsecond=0) + _MAILBOX
        self.later(tonight if tonight > now else tonight + timedelta(days=1), lambda: self._answer_return(each))

    async def _answer_return(self, each: Filed) -> None:
        """Correct the year once the university has asked for it; until the case is decided, look again tomorrow."""
        applicant, year = self.people[each.row.iin], each.row.register_graduation_year
        answer = await applicant.look(each.application_id)
        status = answer.body["status"]
        if status == _RETURNED and year:
            corrected = await applicant.correct(each.application_id, each.row.specialty, year)
            each.corrected = _must(corrected, "correct an application").accepted
        elif status in {"submitted", "registered"}:
            self._look_tonight(each)

    async def _withdraw(self, each: Filed) -> None:
        """The portal itself may say that it is too late; that is an answer, not a fault."""
        if each.application_id:
            await self.people[each.row.iin].withdraw(each.application_id)

    async def register(self, rows: Sequence[ApplicationRow], at: datetime) -> None:
        """Give the applicants certificates in force at `at`, and accounts at the portal."""
        first_rows = {row.iin: row for row in reversed(rows)}
        keys = await asyncio.to_thread(KeyStore(cache_dir() / "applicant-keys").keys, first_rows)
        newcomers = {
            iin: equip(row, self.chain.nca, keys[iin], at, self.portal) for iin, row in sorted(first_rows.items())
        }
        self.people |= newcomers
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(applicant: Applicant) -> None:
            async with gate:
                await applicant.register()

        await asyncio.gather(*(one(each) for each in newcomers.values()))


def _must(answer: Answer, what: str) -> Answer:
    if not answer.accepted:
        raise LauncherError(f"The portal refused to {what}: {answer.body}. Its log says more.")
    return answer


@asynccontextmanager
async def demo(
    chain: Chain, universities: Universities, show: Callable[[datetime, int], Awaitable[None]]
) -> AsyncIterator[Demo]:
    """A demo on a running chain whose clock was never set."""
    plan = chain.plan
    async with AsyncExitStack() as stack:
        leader = await stack.enter_async_context(
            conductor(list(chain.urls.values()), plan.servers.bootstrap_servers, plan.topic_prefix, plan.operator_token)
        )
        portal = client(chain.url("portal"), connections=_AT_ONCE)
        staff = client(chain.url("university_is"), token=plan.operator_token, timeout=60.0, connections=_AT_ONCE)
        for http in (portal, staff):
            await stack.enter_async_context(http)
        yield Demo(chain, leader, universities, portal, staff, show)


def default_file() -> Path:
    return Path(__file__).with_name("data") / "applications.csv"
