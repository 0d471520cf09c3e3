"""The whole chain: five services, every message durable, from the applicant's HTTP to the duplicate in hand."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
import psutil
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.common import DocumentKind, Reason
from deploy.local.audit.ends import replay
from deploy.local.audit.report import report
from deploy.local.chain.chain import Chain, running_chain
from deploy.local.chain.plan import SERVICES, Plan, drop_databases
from deploy.local.errors import LauncherError
from deploy.local.files.applications import ApplicationRow
from deploy.local.made_up.people import People
from deploy.local.people.applicants import Applicant, equip
from deploy.local.people.demo import Demo, Filed, demo
from deploy.local.runs.demo import inspect
from deploy.local.servers.cache import silent
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.topics import delete_topics
from law.universities import Universities, load_universities

MONDAY: Final = datetime(2016, 2, 15, 10)  # noqa: DTZ001 - on the clock of the university's town
_BEGIN: Final = datetime(2016, 2, 15, 3, 59, tzinfo=UTC)
_LATER: Final = timedelta(weeks=16)
_SPREAD: Final = 4  # universities that share the applications
_CONNECTIONS: Final = 32
_PATH_PER_SECOND: Final = 50
_MOST_BLANKS: Final = 2_000
# One round trip through all of the chain without a timer: the wish to withdraw goes to the university, the notice back.
_PATH: Final = """
select extract(epoch from notice.recorded_at - wish.recorded_at)::float8 * 1000
from events wish join events notice using (stream)
where wish.name = 'withdrawal-asked' and notice.name = 'notice-arrived' and notice.data -> 'notice' ->> 'kind' = 'withdrawn'
"""


@dataclass(frozen=True, slots=True)
class ChainFigures:
    """`cpu_seconds` are of the timed part, by process; `path_ms` are single round trips at a steady rate."""

    applications: int
    instances: int
    partitions: int
    seconds: float
    applications_per_second: float
    filing_seconds: float
    messages: int
    clock_jumps: int
    cpu_seconds: Mapping[str, float]
    memory_mb: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    path_ms: Sequence[float] = ()

    def path(self, percent: int) -> float:
        """The path's duration in milliseconds that `percent` of 100 did not exceed."""
        return quantiles(self.path_ms, n=100)[percent - 1]


async def measure(
    running: RunningServers, directory: Path, applications: int, instances: int = 1, partitions: int = 4, paths: int = 0
) -> ChainFigures:
    """One chain, from nothing to its audit. `paths` round trips are timed at the end. Raises LauncherError if the audit
    finds anything: a figure counts only for a run in which nothing was lost.
    """
    universities = load_universities()
    plan = _plan(running, directory, instances, partitions)
    rows = list(islice(_rows(universities, 0), applications))
    try:
        async with (
            running_chain(plan) as chain,
            whole(chain),
            demo(chain, universities, nobody_watches) as story,
        ):
            await story.open(_BEGIN, silent)
            await _stock(story, rows)
            await story.learn(rows)
            await _register(story, rows)
            filed = story.filings(rows)
            await story.conductor.jump(filed[0].at)
            await story.conductor.quiescence()
            memory = {name: _memory(process.pid) for name, process in chain.processes.items()}
            watched = processes_of(running, chain)
            before, began = cpu_of(watched), time.perf_counter()
            await _file_all(story, filed)
            filing_seconds = time.perf_counter() - began
            await story.carry([])
            seconds = time.perf_counter() - began
            cpu = {name: round(after - before[name], 2) for name, after in cpu_of(watched).items()}
            jumps = story.conductor.jumps
            await _audit(plan, story, filed, universities)
            path_ms = await _paths(story, universities, paths) if paths else []
            _, ledger = await inspect(plan)
            return ChainFigures(
                applications=applications,
                instances=instances,
                partitions=partitions,
                seconds=round(seconds, 2),
                applications_per_second=round(applications / seconds, 1),
                filing_seconds=round(filing_seconds, 2),
                messages=sum(ledger.messages.values()),
                clock_jumps=jumps,
                cpu_seconds=cpu,
                memory_mb=memory,
                path_ms=path_ms,
            )
    finally:
        await drop_databases(plan)
        await delete_topics(plan.servers.bootstrap_servers, plan.topic_prefix)


@asynccontextmanager
async def whole(chain: Chain) -> AsyncIterator[None]:
    """A process that has ended is the reason, whatever failed for it: nothing is started again while it is measured."""
    try:
        yield
    except Exception as error:
        for process in chain.processes.values():
            if not process.alive:
                raise process.trouble(f"ended with code {process.returncode} while it was measured") from error
        raise


def _plan(running: RunningServers, directory: Path, instances: int, partitions: int) -> Plan:
    name = f"bench{secrets.token_hex(3)}"
    return Plan(
        servers=running.servers,
        directory=directory / name,
        run=name,
        seed="705",
        virtual_start=_BEGIN,
        topic_prefix=f"{name}.",
        environment={
            "ESUVO_SEED": "705",
            "UNIVERSITY_IS_SEED": "705",
            **{f"{service.upper()}_PARTITIONS": str(partitions) for service in SERVICES},
        },
        instances=dict.fromkeys(SERVICES, instances),
    )


def _rows(universities: Universities, number: int) -> Iterator[ApplicationRow]:
    """Endless: each person asks for each kind of document, all of them at one minute of the round's Monday."""
    people = People(Random(f"bench/{number}"))  # noqa: S311 - a sample that must repeat, no secret
    schools = cycle([each for each in universities.values() if each.zone == "Asia/Almaty"][:_SPREAD])
    line = 0
    for person, school in zip(people, schools, strict=False):
        specialty = school.specialties[0]
        for kind in DocumentKind:
            line += 1
            yield ApplicationRow(
                line=line,
                filed_at=MONDAY + _LATER * number,
                iin=person.iin,
                surname=person.surname,
                name=person.name,
                university=school.code,
                specialty=specialty.code,
                graduation_year=specialty.last_year,
                document_kind=kind,
                reason=Reason.LOSS,
            )


async def _stock(story: Demo, rows: Sequence[ApplicationRow]) -> None:
    """Blank forms for all: what runs out is another story."""
    for code in sorted({row.university for row in rows}):
        kinds = story.universities[code].blanks
        for kind in kinds:
            left = 2 * len(rows)
            while left > 0:
                body = {"kind": kind, "count": min(left, _MOST_BLANKS)}
                (await story.university_is.post(f"/universities/{code}/blanks", json=body)).raise_for_status()
                left -= _MOST_BLANKS


async def _register(story: Demo, rows: Sequence[ApplicationRow]) -> None:
    """With EC keys, which are made at once; the portal takes both kinds."""
    gate = asyncio.Semaphore(16)

    async def one(applicant: Applicant) -> None:
        async with gate:
            await applicant.register()

    now = story.conductor.now
    newcomers = {
        row.iin: equip(
            row,
            story.chain.nca,
            ec.generate_private_key(ec.SECP256R1()),
            now,
            story.portal,
            lambda: story.conductor.now,
        )
        for row in {row.iin: row for row in rows}.values()
    }
    story.people |= newcomers
    await asyncio.gather(*(one(each) for each in newcomers.values()))


async def _file_all(story: Demo, filed: Sequence[Filed]) -> None:
    """Everybody at once, over few connections, with forms that were signed before: the applicants have computers of
    their own, and what they cost here is kept small.
    """
    queue = iter([(each, _request(story, each)) for each in filed])
    host, port = urlsplit(story.chain.url("portal")).netloc.split(":")

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            for each, request in queue:
                writer.write(request)
                each.application_id = json.loads(await _answer(reader))["id"]
                each.first = True
        finally:
            writer.close()

    await asyncio.gather(*(one() for _ in range(_CONNECTIONS)))


def _request(story: Demo, each: Filed) -> bytes:
    """An HTTP/1.1 request as it goes over the wire."""
    applicant = story.people[each.row.iin]
    body = json.dumps(applicant.signed_form(each.row)).encode()
    head = (
        f"POST /applications HTTP/1.1\r\nhost: portal\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer {applicant.token}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """The body of an answer of status 201; the portal always announces its length."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 201"):
        raise LauncherError(f"The portal did not take an application: {body.decode()}")
    return body


async def _audit(plan: Plan, story: Demo, filed: Sequence[Filed], universities: Universities) -> None:
    databases, ledger = await inspect(plan)
    found = report(story.story(filed, _BEGIN, 0), 0, replay(databases), ledger, universities)
    if found.faults or found.by_outcome["issued"] != len(filed):
        raise LauncherError(
            f"The chain did not carry every application to its end: {found.by_outcome}, {found.faults[:3]}"
        )


async def _paths(story: Demo, universities: Universities, count: int) -> list[float]:
    rows = list(islice(_rows(universities, 1), count))
    await story.conductor.jump(_BEGIN + _LATER)
    await story.learn(rows)
    await _register(story, rows)
    filed = story.filings(rows)
    await story.conductor.jump(filed[0].at)
    await story.conductor.quiescence()
    await _paced([_file(story, each) for each in filed])
    await story.conductor.quiescence()
    await _paced([_withdraw(story, each) for each in filed])
    await story.conductor.quiescence()
    connection = await asyncpg.connect(story.chain.plan.database_url("portal"))
    try:
        found = [row[0] for row in await connection.fetch(_PATH)]
    finally:
        await connection.close()
    if len(found) != count:
        raise LauncherError(f"{count} people withdrew, {len(found)} were told")
    return found


async def _file(story: Demo, each: Filed) -> None:
    each.application_id = (await story.people[each.row.iin].file(each.row)).body["id"]


async def _withdraw(story: Demo, each: Filed) -> None:
    await story.people[each.row.iin].withdraw(each.application_id)


async def _paced(acts: Sequence[Coroutine[Any, Any, None]]) -> None:  # Any: what coroutines send
    """One after another at a steady rate, whether or not the one before has ended."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    running = []
    for number, act in enumerate(acts):
        await asyncio.sleep(max(0.0, begin + number / _PATH_PER_SECOND - loop.time()))
        running.append(asyncio.create_task(act))
    await asyncio.gather(*running)


async def nobody_watches(_virtual: datetime, _filed: int) -> None:
    """Nobody watches a measurement."""


def _memory(pid: int | None) -> dict[str, float]:
    used = psutil.Process(pid).memory_full_info()
    return {name: round(getattr(used, name) / 1024**2, 1) for name in ("rss", "pss", "uss")}


def processes_of(running: RunningServers, chain: Chain) -> dict[str, int | None]:
    found = {name: process.pid for name, process in chain.processes.items()}
    found["applicants and conductor"] = None
    if running.kafka and running.postgres:
        found |= {"kafka": running.kafka.process.pid, "postgres": running.postgres.process.pid}
    return found


def cpu_of(watched: Mapping[str, int | None]) -> dict[str, float]:
    """Seconds of both cores so far; a server's children that have ended are counted by it."""
    used: dict[str, float] = {}
    for name, pid in watched.items():
        process = psutil.Process(pid)
        own = process.cpu_times()
        children = process.children(recursive=True) if name == "postgres" else []
        used[name] = own.user + own.system + sum(sum(each.cpu_times()[:2]) for each in children)
        used[name] += own.children_user + own.children_system if name == "postgres" else 0
    return used
