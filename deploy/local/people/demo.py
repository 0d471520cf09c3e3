"""The demo: applicants use the portal and the counters, virtual time is fast-forwarded, a report follows."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import httpx

from contracts.common import BlankKind, Channel, CollectorKind
from deploy.local.authority.keys import KeyStore
from deploy.local.chain.chain import Chain
from deploy.local.chain.conductor import Conductor
from deploy.local.errors import LauncherError
from deploy.local.files.applications import ApplicationRow, instant
from deploy.local.files.columns import Collects
from deploy.local.people.agenda import Agenda, at_once
from deploy.local.people.applicants import Answer, Applicant, equip
from deploy.local.people.counters import TURNED_AWAY, Counter, counters
from deploy.local.people.doors import doors
from deploy.local.people.reference import enter_graduates, stock
from deploy.local.servers.cache import Progress, cache_dir
from law.universities import Universities

_BEFORE: Final = timedelta(hours=1)  # the clock starts this long before the first application
_MAILBOX: Final = timedelta(hours=19, minutes=7)  # after UTC midnight: when applicants look for returned applications
_ERRANDS: Final = timedelta(hours=4, minutes=7)  # after UTC midnight, in office hours: when they ask at a counter
_DOORS: Final = ("portal", "university_is", "con")
_SUNDAY: Final = 7
_SATURDAY: Final = 6
_LONGEST: Final = timedelta(days=400)
# As the portal, the university and the service centre call it.
_RETURNED: Final = frozenset({"returned-for-correction", "returned"})
_UNDECIDED: Final = frozenset({"submitted", "registered", "opened", "awaiting-dispatch", "dispatched", "at-university"})
_READY: Final = frozenset({"prepared", "ready"})
_ENDED: Final = frozenset(
    {"issued", "refused", "withdrawn", "handed-over", "issued-at-university", "refused-by-university"}
)


@dataclass(slots=True)
class Filed:
    """What became of one row: the portal's or the counter's answer, and the application that it led to."""

    row: ApplicationRow
    at: datetime
    application_id: str = ""
    first: bool = False
    rejected: str = ""
    corrected: bool = False
    turned_away: bool = False


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
    """One run of the demo on a chain. `show` is told of progress: virtual time and how many rows have been filed.

    `blanks` is the stock to start with, by university, if it is not the usual one.
    """

    chain: Chain
    conductor: Conductor
    universities: Universities
    portal: httpx.AsyncClient
    university_is: httpx.AsyncClient
    counters: Mapping[Channel, Counter]
    show: Callable[[datetime, int], Awaitable[None]]
    blanks: Mapping[str, Mapping[BlankKind, int]] | None = None
    people: dict[str, Applicant] = field(default_factory=dict)
    agenda: Agenda = field(init=False)
    _filed: Sequence[Filed] = ()
    _ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.agenda = Agenda(self.chain, self.conductor, _DOORS, self._show)

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
        await stock(self.university_is, self.blanks or {each.code: each.blanks for each in self.universities.values()})

    async def learn(self, rows: Sequence[ApplicationRow]) -> None:
        """The universities learn whom they know."""
        await enter_graduates(self.university_is, self.universities, rows)

    async def carry(self, filed: Sequence[Filed]) -> None:
        """File each application at its moment and go on until nothing is left to do."""
        for each in filed:
            self._plan(each)
        self._filed = filed
        await self.agenda.live(self.conductor.now + _LONGEST)

    def story(self, filed: Sequence[Filed], begin: datetime, wall_seconds: float) -> Story:
        return Story(list(filed), begin, self.conductor.now, wall_seconds, self.conductor.jumps)

    async def _show(self, now: datetime) -> None:
        await self.show(now, sum(bool(each.application_id or each.rejected) for each in self._filed))

    def _plan(self, each: Filed) -> None:
        self.agenda.later(each.at, lambda: self._file(each))
        if each.row.withdraw_at:
            self.agenda.later(
                instant(each.row.withdraw_at, each.row.university, self.universities), lambda: self._withdraw(each)
            )

    async def _file(self, each: Filed) -> None:
        counter = self.counters.get(each.row.channel)
        presented = each.row.presented
        answer = (
            await counter.hand_in(each.row, presented) if counter else await self.people[each.row.iin].file(each.row)
        )
        if not answer.accepted:
            each.rejected = answer.problem
            return
        if counter and str(answer.body.get("status")) in TURNED_AWAY and not each.turned_away:
            each.turned_away = True
            self.agenda.later(self._next_working_day(each.at), lambda: self._come_again(each, counter))
            return
        self._taken(each, answer)

    async def _come_again(self, each: Filed, counter: Counter) -> None:
        """With all that was missing (DUP-GEN-6)."""
        answer = await counter.hand_in(each.row, each.row.presented | each.row.left_out)
        if answer.accepted:
            self._taken(each, answer)
        else:
            each.rejected = answer.problem

    def _taken(self, each: Filed, answer: Answer) -> None:
        each.application_id = answer.body["id"]
        each.first = each.application_id not in self._ids  # a repeated request may be answered as one that is open
        self._ids.add(each.application_id)
        if each.first and (each.row.register_graduation_year or each.row.collects is Collects.REPRESENTATIVE):
            self._look_later(each)

    def _look_later(self, each: Filed) -> None:
        """At the portal in the evening; at a counter on a morning from Monday to Friday."""
        now = self.conductor.now
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + (_MAILBOX if each.row.channel is Channel.PORTAL else _ERRANDS)
        if at <= now:
            at += timedelta(days=1)
        if each.row.channel is not Channel.PORTAL:
            at = _working(at)
        self.agenda.later(at, lambda: self._look(each))

    async def _look(self, each: Filed) -> None:
        """Correct the year once the university has asked for it; collect what is ready; else look again tomorrow."""
        door: Counter | Applicant = self.counters.get(each.row.channel) or self.people[each.row.iin]
        year = each.row.register_graduation_year
        answer = _must(await door.look(each.application_id), "show an application")
        status = str(answer.body["status"])
        if status in _RETURNED and year:
            corrected = await door.correct(each.application_id, each.row.specialty, year)
            each.corrected = _must(corrected, "correct an application").accepted
            if each.row.collects is Collects.REPRESENTATIVE:
                self._look_later(each)
        elif status in _READY and each.row.collects is Collects.REPRESENTATIVE:
            await self._send_a_representative(each)
        elif status not in _ENDED and (each.row.collects is Collects.REPRESENTATIVE or status in _UNDECIDED):
            self._look_later(each)

    async def _send_a_representative(self, each: Filed) -> None:
        """With a notary's power of attorney (EDGE-19). That the applicant was there before is an answer, not a fault."""
        counter = self.counters[each.row.channel]
        power = {
            "number": f"{each.row.line}-{self.conductor.now:%Y}",
            "notary": "Нотариус Сәрсенова Г. А.",
            "issued_on": f"{self.conductor.now:%Y-%m-%d}",
        }
        collector = {
            "kind": CollectorKind.REPRESENTATIVE,
            "name": f"{each.row.surname} Бауыржан",
            "power_of_attorney": power,
        }
        await counter.hand_over(each.application_id, collector)

    async def _withdraw(self, each: Filed) -> None:
        """The portal or the counter itself may say that it is too late; that is an answer, not a fault."""
        if each.application_id:
            await (self.counters.get(each.row.channel) or self.people[each.row.iin]).withdraw(each.application_id)

    def _next_working_day(self, at: datetime) -> datetime:
        return _working(at + timedelta(days=1))

    async def register(self, rows: Sequence[ApplicationRow], at: datetime) -> None:
        """Give the applicants certificates in force at `at`, and accounts at the portal."""
        first_rows = {row.iin: row for row in reversed(rows) if row.channel is Channel.PORTAL}
        keys = await asyncio.to_thread(KeyStore(cache_dir() / "applicant-keys").keys, first_rows)
        newcomers = {
            iin: equip(row, self.chain.nca, keys[iin], at, self.portal, lambda: self.conductor.now)
            for iin, row in sorted(first_rows.items())
        }
        self.people |= newcomers
        await at_once([each.register for each in newcomers.values()])


def _working(at: datetime) -> datetime:
    """The same time on a day from Monday to Friday."""
    while at.isoweekday() in (_SATURDAY, _SUNDAY):
        at += timedelta(days=1)
    return at


def _must(answer: Answer, what: str) -> Answer:
    if not answer.accepted:
        raise LauncherError(f"The portal or a counter refused to {what}: {answer.body}. Its log says more.")
    return answer


@asynccontextmanager
async def demo(
    chain: Chain, universities: Universities, show: Callable[[datetime, int], Awaitable[None]]
) -> AsyncIterator[Demo]:
    """A demo on a running chain whose clock was never set."""
    async with doors(chain) as found:
        staff = found.university_is
        yield Demo(chain, found.conductor, universities, found.portal, staff, counters(staff, found.con), show)
