"""What flows through a chain under faults: the same people ask again in round after round, and others come to the counter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from random import Random
from typing import Final

import httpx

from contracts.common import Channel
from contracts.package import PackageDocument
from contracts.universities import Universities
from deploy.local.applications import ApplicationRow
from deploy.local.chain import Chain
from deploy.local.counters import ServiceCentre
from deploy.local.demo import Demo, Filed
from deploy.local.generate_people import People, Person
from deploy.local.patience import client
from deploy.local.people import Answer
from deploy.local.processes import LauncherError

FIRST_MONDAY: Final = date(2016, 2, 15)
_FILING: Final = tuple((day, time(hour)) for day in range(5) for hour in (9, 11, 15, 17))
_COUNTER: Final = tuple((day, time(hour, 30)) for day in range(5) for hour in (6, 10))  # UTC, in ЦОН's hours


def rows_of(number: int, monday: date, file: Sequence[ApplicationRow], size: int, seed: int) -> list[ApplicationRow]:
    """The applications of round `number` as the file has them, in the five days from `monday`.

    Each document is asked for once in a round, so that no two rows compete for being the first.
    """
    random = Random(f"{seed}/{number}")  # noqa: S311 - a sample that must repeat, no secret
    at_portal = [row for row in reversed(file) if row.channel is Channel.PORTAL]
    documents = {(row.iin, row.university, row.specialty, row.document_kind): row for row in at_portal}
    chosen = random.sample(sorted(documents.values(), key=lambda row: row.line), min(size, len(documents)))
    return [_moved(row, random.choice(_FILING), monday) for row in chosen]


def _moved(row: ApplicationRow, moment: tuple[int, time], monday: date) -> ApplicationRow:
    filed_at = datetime.combine(monday + timedelta(days=moment[0]), moment[1])
    withdraw_at = filed_at + (row.withdraw_at - row.filed_at) if row.withdraw_at else None
    return row.model_copy(update={"filed_at": filed_at, "withdraw_at": withdraw_at})


@dataclass(slots=True)
class Flow:
    """Rounds of applications over the portal and of visits to the counter, through one demo."""

    demo: Demo
    con: httpx.AsyncClient
    file: Sequence[ApplicationRow]
    size: int
    seed: int
    universities: Universities
    monday: date = FIRST_MONDAY
    rounds: int = 0
    filed: list[Filed] = field(default_factory=list)
    receipts: int = 0
    visits: int = 0

    async def rest(self) -> None:
        """Between two rounds: to the Sunday before the next one's days."""
        self.monday = self.demo.conductor.now.date() + timedelta(days=3)
        self.monday += timedelta(days=-self.monday.weekday() % 7)
        await self.demo.conductor.jump(self.begin)

    @property
    def begin(self) -> datetime:
        return datetime.fromisoformat(f"{self.monday - timedelta(days=1)}T06:00+06:00")

    async def prepare(self) -> list[Filed]:
        """The universities learn whom they know, and the applicants get new certificates."""
        rows = rows_of(self.rounds, self.monday, self.file, self.size, self.seed)
        await self.demo.learn(rows)
        filed = self.demo.filings(rows)
        self._plan_visits(rows)
        return filed

    async def carry(self, filed: Sequence[Filed]) -> None:
        """One round to its end."""
        await self.demo.register([each.row for each in filed], self.demo.conductor.now)
        await self.demo.carry(filed)
        self.filed += filed
        self.rounds += 1

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


def counter_of(chain: Chain) -> httpx.AsyncClient:
    """The operator's way to the service centre of this chain."""
    return client(chain.url("con"), token=chain.plan.operator_token)
