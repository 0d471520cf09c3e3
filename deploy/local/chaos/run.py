"""`egov chaos`: a chain at work while its processes are killed, paused, starved; then the ledger, and a calm run to compare."""

import asyncio
import json
import time
from collections import Counter
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from deploy.local.audit.ledger import Ledger, differences
from deploy.local.chain.chain import Chain, running_chain, watched
from deploy.local.chain.conductor import Conductor
from deploy.local.chain.plan import SERVICES, Plan
from deploy.local.chaos.campaign import grants, made
from deploy.local.chaos.faults import KAFKA, POSTGRES, Card, Fault, Faults, deal
from deploy.local.chaos.flow import Course, Judged, duplicates
from deploy.local.chaos.small_disk import SmallDisk, on_small_disk
from deploy.local.errors import LauncherError
from deploy.local.files.applications import ApplicationRow, default_file, good_applications
from deploy.local.runs.demo import inspect, run_directory
from deploy.local.servers.cache import Progress
from deploy.local.servers.infra import Servers, local_servers_async
from deploy.local.servers.kafka import Kafka
from deploy.local.servers.postgres import Postgres
from law.universities import load_universities

_SESSION_MS: Final = 3_000  # short, so that a paused member is put out of its group
_PATIENCE_SECONDS: Final = 600.0
_PLAIN_SECONDS: Final = 15.0


@dataclass(slots=True)
class Options:
    """What the command line chose. `instances` of every service; `size` applications in a round, for duplicates or, with
    `campaign`, for grants in one campaign; at most `between` seconds from one fault to the next.
    """

    faults: dict[Fault, int]
    seed: int = 705
    size: int = 60
    applications: Path = field(default_factory=default_file)
    instances: int = 1
    campaign: bool = False
    between: float = 3.0
    compare: bool = True
    keep: bool = False
    secure: bool = False


@dataclass(slots=True)
class Finding:
    """What a run under faults came to; `faults` is empty if nothing was wrong. The calm run's hash is empty if there was none."""

    seed: int
    done: dict[str, dict[str, int]]
    rounds: int
    applications: int
    outcomes: dict[str, int]
    counter_visits: int
    messages: int
    repeated_deliveries: int
    lost: int
    unaccounted: int
    duplicated_effects: int
    out_of_order: int
    dead_letters: dict[str, int]
    restarts: dict[str, int]
    clock_jumps: int
    seconds: float
    calm_seconds: float
    log_hash: str
    calm_log_hash: str
    faults: list[str]

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        return asdict(self)


async def run(options: Options, console: Console) -> Finding:
    """Raises LauncherError and TimeoutError with what did not come back."""
    rows = [] if options.campaign else good_applications(options.applications, load_universities())
    say: Progress = lambda text: console.print(text, highlight=False, soft_wrap=True)  # noqa: E731 - used in many places
    async with run_directory("egov-chaos-", say, keep=options.keep) as directory, AsyncExitStack() as stack:
        # Servers that the environment names are not ours to kill.
        running = await stack.enter_async_context(
            local_servers_async(directory, say, environ={}, secure=options.secure)
        )
        if running.kafka is None or running.postgres is None:
            raise LauncherError("Chaos needs servers of its own, and these are not.")
        disk = None
        if options.faults.get(Fault.FULL_DISK):
            disk = await stack.enter_async_context(on_small_disk(running.postgres))
        return await _Rig(
            options, rows, directory, _Ours(running.servers, running.kafka, running.postgres, disk), say
        ).run()


@dataclass(frozen=True, slots=True)
class _Ours:
    """Servers that may be killed; `disk` is there if the database's may run full."""

    servers: Servers
    kafka: Kafka
    postgres: Postgres
    disk: SmallDisk | None


@dataclass(slots=True)
class _Past:
    """A run that came to its end."""

    rounds: int
    judged: Judged
    ledger: Ledger
    restarts: dict[str, int]
    jumps: int
    seconds: float


class _Rig:
    def __init__(
        self, options: Options, rows: list[ApplicationRow], directory: Path, ours: _Ours, say: Progress
    ) -> None:
        self._options = options
        self._rows = rows
        self._directory = directory
        self._ours = ours
        self._say = say
        self._universities = load_universities()
        self._campaign = made(directory, options.size, options.seed, self._universities) if options.campaign else None
        self._said_at = 0.0
        self._done: Counter[Card] = Counter()

    async def run(self) -> Finding:
        past = await self._one("chaos", disturbed=True, rounds=0)
        calm: _Past | None = None
        if self._options.compare:
            self._say(f"The same {past.rounds} rounds again, undisturbed…")
            calm = await self._one("calm", disturbed=False, rounds=past.rounds)
        return self._finding(past, calm)

    async def _one(self, name: str, *, disturbed: bool, rounds: int) -> _Past:
        plan = self._plan(name)
        started = time.monotonic()
        async with running_chain(plan, self._say) as chain, watched(chain), self._course(chain) as course:
            await self._run(chain, course, disturbed=disturbed, rounds=rounds)
            self._say("Auditing databases and topics…")
            seconds = time.monotonic() - started
            databases, ledger = await inspect(plan)
            judged = course.judge(databases, ledger, seconds)
            return _Past(course.rounds, judged, ledger, dict(chain.restarts), course.conductor.jumps, seconds)

    def _plan(self, name: str) -> Plan:
        seeds = {"ESUVO_SEED": str(self._options.seed), "UNIVERSITY_IS_SEED": str(self._options.seed)}
        sessions = {f"{service.upper()}_SESSION_TIMEOUT_MS": str(_SESSION_MS) for service in SERVICES}
        return Plan(
            servers=self._ours.servers,
            directory=self._directory / name,
            run=name,
            seed=str(self._options.seed),
            virtual_start=datetime.fromisoformat("2016-02-14T06:00+06:00"),
            topic_prefix=f"{name}.",
            environment={**seeds, **sessions, **(self._campaign.environment if self._campaign else {})},
            instances=dict.fromkeys(SERVICES, self._options.instances),
        )

    def _course(self, chain: Chain) -> AbstractAsyncContextManager[Course]:
        options = self._options
        if self._campaign:
            return grants(chain, self._campaign, self._universities, self._show)
        return duplicates(chain, self._rows, options.size, options.seed, self._universities, self._show)

    async def _run(self, chain: Chain, course: Course, *, disturbed: bool, rounds: int) -> None:
        course.conductor.patience_seconds = _PATIENCE_SECONDS
        await course.open(self._say)
        if not disturbed:
            while course.rounds < rounds:
                await self._round(chain, course)
            return
        faults = self._faults(chain, course.conductor)
        harm = asyncio.create_task(faults.run())
        try:
            while course.rounds == 0 or (course.goes_on and not harm.done()):
                await self._round(chain, course, faults, harm)
            if course.goes_on or harm.done():
                await harm  # what did not come back is raised
        finally:
            harm.cancel()
            self._done = faults.done

    async def _round(
        self, chain: Chain, course: Course, faults: Faults | None = None, harm: asyncio.Task[None] | None = None
    ) -> None:
        """Faults come while applications flow, not while the round is made ready."""
        await chain.ready()
        await course.prepare()
        if faults is None or harm is None:
            await course.carry()
            return
        faults.flow()
        carrying = asyncio.create_task(course.carry())
        try:
            await asyncio.wait({carrying, harm}, return_when=asyncio.FIRST_COMPLETED)
            if harm.done():
                harm.result()  # what did not come back is raised at once
            await carrying
        finally:
            carrying.cancel()
        await faults.ebb()

    def _faults(self, chain: Chain, conductor: Conductor) -> Faults:
        ours = self._ours
        random = Random(self._options.seed)  # noqa: S311 - one seed, one series of faults; no secret
        victims = [*chain.processes, KAFKA, POSTGRES]
        cards = deal(self._options.faults, victims, random)
        return Faults(
            chain,
            conductor,
            ours.kafka,
            ours.postgres,
            ours.disk,
            cards,
            random,
            self._options.between,
            self._told,
        )

    def _told(self, card: Card, number: int) -> None:
        self._sometimes(f"  {number} faults so far; last: {card.fault} {card.victim}".rstrip())

    async def _show(self, virtual: datetime, filed: int) -> None:
        self._sometimes(f"  {virtual:%Y-%m-%d %H:%M} UTC: {filed} applications of this round filed")

    def _sometimes(self, text: str) -> None:
        if time.monotonic() - self._said_at >= _PLAIN_SECONDS:
            self._said_at = time.monotonic()
            self._say(text)

    def _finding(self, past: _Past, calm: _Past | None) -> Finding:
        done: dict[str, dict[str, int]] = {}
        for card, count in sorted(self._done.items()):
            done.setdefault(card.fault, {})[card.victim or "all"] = count
        ledger, judged = past.ledger, past.judged
        faults = list(judged.faults)
        if calm and calm.ledger.log_hash != ledger.log_hash:
            faults.append(f"the log differs from that of an undisturbed run, {calm.ledger.log_hash}")
            faults += differences(ledger.log, calm.ledger.log)
        faults += [f"undisturbed: {fault}" for fault in (calm.judged.faults if calm else ())]
        return Finding(
            seed=self._options.seed,
            done=done,
            rounds=past.rounds,
            applications=judged.applications,
            outcomes=dict(judged.outcomes),
            counter_visits=judged.visits,
            messages=sum(ledger.messages.values()),
            repeated_deliveries=sum(ledger.repeated.values()),
            lost=len(ledger.lost),
            unaccounted=len(ledger.unaccounted),
            duplicated_effects=len(ledger.duplicated_effects),
            out_of_order=len(ledger.out_of_order),
            dead_letters=ledger.dead,
            restarts=past.restarts,
            clock_jumps=past.jumps,
            seconds=round(past.seconds, 1),
            calm_seconds=round(calm.seconds, 1) if calm else 0.0,
            log_hash=ledger.log_hash,
            calm_log_hash=calm.ledger.log_hash if calm else "",
            faults=faults,
        )


def write(found: Finding, path: Path) -> None:
    path.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def show(found: Finding, console: Console) -> None:
    """The finding for people."""
    table = Table(title="What was done to the chain at work")
    for column in ("fault", "to", "times"):
        table.add_column(column, justify="right" if column == "times" else "left")
    for fault, victims in found.done.items():
        for victim, count in victims.items():
            table.add_row(fault, victim, str(count))
    console.print(table)
    outcomes = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in found.outcomes.items())
    console.print(
        f"{found.applications} applications in {found.rounds} rounds: {outcomes}; {found.counter_visits} visits to the "
        f"counter\n{found.messages} messages; delivered again and dropped {found.repeated_deliveries}\n"
        f"lost {found.lost}, unaccounted {found.unaccounted}, duplicated effects {found.duplicated_effects}, "
        f"out of order {found.out_of_order}\n"
        f"{found.seconds:g} s; undisturbed {found.calm_seconds:g} s\nlog hash {found.log_hash}",
        highlight=False,
        soft_wrap=True,
    )
    if found.calm_log_hash == found.log_hash:
        console.print("The log is that of the undisturbed run.", highlight=False)
    if not found.faults:
        console.print("[green]Nothing was lost, nothing happened twice, every application kept its order.[/]")
    for fault in found.faults[:20]:
        console.print(f"[red]{fault}[/]", highlight=False, soft_wrap=True)
    if len(found.faults) > 20:  # noqa: PLR2004 - as many as fit on a screen
        console.print(f"[red]… and {len(found.faults) - 20} more; --report lists them all[/]")
