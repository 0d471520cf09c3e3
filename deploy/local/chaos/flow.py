"""What flows through a chain under faults: the same people ask again in round after round, and others come to the counter."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from random import Random
from typing import Final, Protocol

import httpx

from contracts.common import Channel
from contracts.package import PackageDocument
from deploy.local.audit.ends import replay
from deploy.local.audit.ledger import Database, Ledger
from deploy.local.audit.report import report
from deploy.local.chain.chain import Chain
from deploy.local.chain.conductor import Conductor
from deploy.local.chain.patience import client
from deploy.local.errors import LauncherError
from deploy.local.files.applications import ApplicationRow
from deploy.local.made_up.people import People, Person
from deploy.local.people.applicants import Answer
from deploy.local.people.counters import ServiceCentre
from deploy.local.people.demo import Demo, Filed, demo
from deploy.local.servers.cache import Progress
from law.universities import Universities

FIRST_MONDAY: Final = date(2016, 2, 15)
_FILING: Final = tuple((day, time(hour)) for day in range(5) for hour in (9, 11, 15, 17))
_COUNTER: Final = tuple((day, time(hour, 30)) for day in range(5) for hour in (6, 10))  # UTC, in ЦОН's hours


def rows_of(number: int, monday: date, file: Sequence[ApplicationRow], size: int, seed: int) -> list[ApplicationRow]:
    """The applications of round `number` as the file has them, in the five days from `monday`.

    Each document is asked for once in a round, so that no two rows compete for being the first.
    """
    random = Random(f"{seed}/{number}")  # noqa: S311 - a sample that must repeat, no secret
    # Who goes to the service centre comes besides, act by act, since a visit that lost an answer must still end in a receipt.
    others = [row for row in reversed(file) if row.channel is not Channel.CON]
    documents = {(row.iin, row.university, row.specialty, row.document_kind): row for row in others}
    chosen = random.sample(sorted(documents.values(), key=lambda row: row.line), min(size, len(documents)))
    return [_moved(row, random.choice(_FILING), monday) for row in chosen]


def _moved(row: ApplicationRow, moment: tuple[int, time], monday: date) -> ApplicationRow:
    filed_at = datetime.combine(monday + timedelta(days=moment[0]), moment[1])
    withdraw_at = filed_at + (row.withdraw_at - row.filed_at) if row.withdraw_at else None
    return row.model_copy(update={"filed_at": filed_at, "withdraw_at": withdraw_at})


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of all that flowed; `faults` is empty if everybody came to the rightful end."""

    applications: int
    outcomes: Mapping[str, int]
    visits: int
    faults: Sequence[str]


class Course(Protocol):
    """What flows through a chain whose clock was never set: one round after another, or, unless it `goes_on`, only one."""

    goes_on: bool
    rounds: int

    @property
    def conductor(self) -> Conductor: ...

    async def open(self, progress: Progress) -> None: ...

    async def prepare(self) -> None:
        """Make the next round ready, on a chain that nobody disturbs."""

    async def carry(self) -> None:
        """The round to its end."""

    def judge(self, databases: Mapping[str, Database], ledger: Ledger, seconds: float) -> Judged: ...


@dataclass(slots=True)
class Duplicates:
    """Rounds of applications over the portal and the universities' counters, and of visits to ЦОН, through one demo."""

    demo: Demo
    con: httpx.AsyncClient
    file: Sequence[ApplicationRow]
    size: int
    seed: int
    universities: Universities
    monday: date = FIRST_MONDAY
    goes_on: bool = True
    rounds: int = 0
    filed: list[Filed] = field(default_factory=list)
    receipts: int = 0
    visits: int = 0
    _next: Sequence[Filed] = ()

    @property
    def conductor(self) -> Conductor:
        return self.demo.conductor

    async def open(self, progress: Progress) -> None:
        await self.demo.open(self._begin, progress)

    @property
    def under_way(self) -> Sequence[Filed]:
        """The applications of the round that is carried."""
        return self._next

    @property
    def _begin(self) -> datetime:
        return datetime.fromisoformat(f"{self.monday - timedelta(days=1)}T06:00+06:00")

    async def prepare(self) -> None:
        """The universities learn whom they know; between two rounds on the Sunday before the next one's days."""
        if self.rounds:
            self.monday = self.demo.conductor.now.date() + timedelta(days=3)
            self.monday += timedelta(days=-self.monday.weekday() % 7)
            await self.demo.conductor.jump(self._begin)
        rows = rows_of(self.rounds, self.monday, self.file, self.size, self.seed)
        await self.demo.learn(rows)
        self._next = self.demo.filings(rows)
        self._plan_visits(rows)

    async def carry(self) -> None:
        """The applicants get new certificates, and apply."""
        await self.demo.register([each.row for each in self._next], self.demo.conductor.now)
        await self.demo.carry(self._next)
        self.filed += self._next
        self.rounds += 1

    def judge(self, databases: Mapping[str, Database], ledger: Ledger, seconds: float) -> Judged:
        story = self.demo.story(self.filed, self.filed[0].at, seconds)
        found = report(story, 0, replay(databases), ledger, self.universities)
        faults = list(found.faults)
        if self.receipts != self.visits:
            faults.append(f"{self.visits} people came to the counter, {self.receipts} left with a receipt")
        outcomes = {outcome: count for outcome, count in found.by_outcome.items() if count}
        return Judged(len(self.filed), outcomes, self.visits, faults)

    def _plan_visits(self, rows: Sequence[ApplicationRow]) -> None:
        """Strangers bring papers of the same schools to the counter, each moment one."""
        known = [row for row in rows if row.university in self.universities]
        for person, row, (day, moment) in zip(_strangers(self.seed, self.rounds), known, _COUNTER, strict=False):
            at = datetime.combine(self.monday + timedelta(days=day), moment)
            visit = Visit(self.con, person, row)
            self.visits += 1
            self.demo.agenda.later(at.replace(tzinfo=self.demo.conductor.now.tzinfo), partial(self._visit, visit))

    async def _visit(self, visit: "Visit") -> None:
        await visit.make()
        self.receipts += 1


def _strangers(seed: int, number: int) -> Iterator[Person]:
    return islice(People(Random(f"counter/{seed}/{number}")), len(_COUNTER))  # noqa: S311 - as above


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at the counter of the service centre, from the hand-in to the receipt (DUP-CON-1 to -4)."""

    http: httpx.AsyncClient
    person: Person
    row: ApplicationRow

    async def make(self) -> None:
        """Raises LauncherError unless a receipt is given."""
        documents = frozenset(PackageDocument)
        row = self.row.model_copy(update={**self.person._asdict(), "patronymic": self.person.patronymic or None})
        centre = ServiceCentre(self.http)
        laid_down = _accepted(await centre.lay_down(row, documents))
        _accepted(await centre.serve(laid_down.body["id"], documents))


def _accepted(answer: Answer) -> Answer:
    if not answer.accepted:
        raise LauncherError(f"con refused a package or an act on it: {answer.body}. Its log says more.")
    return answer


@asynccontextmanager
async def duplicates(
    chain: Chain,
    file: Sequence[ApplicationRow],
    size: int,
    seed: int,
    universities: Universities,
    show: Callable[[datetime, int], Awaitable[None]],
) -> AsyncIterator[Duplicates]:
    """Rounds of `size` applications each, drawn from `file` by the seed."""
    operator = client(chain.url("con"), token=chain.plan.operator_token)
    async with operator as con, demo(chain, universities, show) as story:
        yield Duplicates(story, con, file, size, seed, universities)
