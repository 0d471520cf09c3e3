"""A thousand duplicates over all three channels, from the doors to the hands, on a chain that is up."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from contracts.common import BlankKind, Channel, DocumentKind, Reason
from deploy.local.audit.ends import replay
from deploy.local.audit.report import report
from deploy.local.chain.chain import running_chain
from deploy.local.chain.plan import SERVICES, Plan, drop_databases
from deploy.local.errors import LauncherError
from deploy.local.files.applications import ApplicationRow
from deploy.local.people.applicants import Applicant, equip
from deploy.local.people.demo import Demo, demo
from deploy.local.runs.demo import inspect, virtual_start
from deploy.local.scenarios.applicants import rows_of
from deploy.local.scenarios.scenario import Arrivals, Period, Scenario, Spread
from deploy.local.servers.cache import silent
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.topics import delete_topics
from law.universities import load_universities
from tests.bench.chain import cpu_of, nobody_watches, processes_of, whole

_BLANKS: Final = 2_000


@dataclass(frozen=True, slots=True)
class ThreeChannels:
    """`seconds` from the first applicant at a door to the last duplicate in hand, on a chain that is up."""

    applications: int
    by_channel: dict[str, int]
    simulated_days: float
    seconds: float
    clock_jumps: int
    messages: int
    cpu_seconds: dict[str, float]


def scenario(applications: int) -> Scenario:
    """Two mornings and afternoons of one week, so that the moments at which people act are few."""
    return Scenario(
        story="a bench",
        period=Period(first_day=date(2016, 2, 15), last_day=date(2016, 2, 16)),
        arrivals=Arrivals(
            applicants=applications,
            channels={Channel.PORTAL: 2, Channel.PAPER: 1, Channel.CON: 1},
            reasons=dict.fromkeys(Reason, 1),
            documents=dict.fromkeys(DocumentKind, 1),
            spread=Spread(every_minutes=240),
        ),
    )


async def measure(running: RunningServers, directory: Path, applications: int) -> ThreeChannels:
    """Raises LauncherError if the audit finds anything, or an application did not come to its end."""
    universities = load_universities()
    rows = rows_of(scenario(applications), 705, universities)
    plan = _plan(running, directory, rows)
    try:
        async with running_chain(plan) as chain, whole(chain), demo(chain, universities, nobody_watches) as story:
            story.blanks = {code: dict.fromkeys(BlankKind, _BLANKS) for code in universities}
            begin = plan.virtual_start
            await story.open(begin, silent)
            await story.learn(rows)
            await _register(story, rows)
            filed = story.filings(rows)
            watched = processes_of(running, chain)
            before, began, jumps = cpu_of(watched), time.perf_counter(), story.conductor.jumps
            await story.carry(filed)
            seconds = time.perf_counter() - began
            used = {name: round(after - before[name], 2) for name, after in cpu_of(watched).items()}
            databases, ledger = await inspect(plan)
            found = report(story.story(filed, begin, seconds), 0, replay(databases), ledger, universities)
            if found.faults:
                raise LauncherError(f"The chain did not carry every application to its end: {found.faults[:3]}")
            return ThreeChannels(
                applications=applications,
                by_channel={channel: sum(counts.values()) for channel, counts in found.by_channel.items()},
                simulated_days=found.simulated_days,
                seconds=round(seconds, 2),
                clock_jumps=story.conductor.jumps - jumps,
                messages=sum(ledger.messages.values()),
                cpu_seconds=used,
            )
    finally:
        await drop_databases(plan)
        await delete_topics(plan.servers.bootstrap_servers, plan.topic_prefix)


def _plan(running: RunningServers, directory: Path, rows: list[ApplicationRow]) -> Plan:
    name = f"bench{secrets.token_hex(3)}"
    return Plan(
        servers=running.servers,
        directory=directory / name,
        run=name,
        seed="705",
        virtual_start=virtual_start(rows, load_universities()),
        topic_prefix=f"{name}.",
        environment={f"{service.upper()}_PARTITIONS": "4" for service in SERVICES},
    )


async def _register(story: Demo, rows: Sequence[ApplicationRow]) -> None:
    """With EC keys, which are made at once; the portal takes both kinds."""
    gate = asyncio.Semaphore(16)

    async def one(applicant: Applicant) -> None:
        async with gate:
            await applicant.register()

    story.people |= {
        row.iin: equip(
            row,
            story.chain.nca,
            ec.generate_private_key(ec.SECP256R1()),
            story.conductor.now,
            story.portal,
            lambda: story.conductor.now,
        )
        for row in rows
        if row.channel is Channel.PORTAL
    }
    await asyncio.gather(*(one(each) for each in story.people.values()))
