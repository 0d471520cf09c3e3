"""A whole chain for tests: five real processes on the session's servers, under names of its own, and its applications."""

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from contracts.iin import check_digit
from deploy.local.audit.ends import replay
from deploy.local.audit.ledger import Database, Ledger
from deploy.local.audit.report import Report, report
from deploy.local.chain.chain import Chain, running_chain, watched
from deploy.local.chain.plan import SERVICES, Plan, drop_databases
from deploy.local.files.applications import ApplicationRow, read_applications
from deploy.local.people.demo import Story, demo
from deploy.local.runs.demo import inspect, virtual_start
from deploy.local.servers.cache import silent
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.topics import delete_topics
from law.universities import load_universities

SCARCE = "020"  # Kyzylorda: six blank diplomas, see law/data/universities.json
PLENTY = "017"
SCARCE_SPECIALTY = "5B011700"
PLENTY_SPECIALTY = "050109"
NO_UNIVERSITY = "998"

OnShow = Callable[[Chain, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that came to its end, as the ledger and the report see it."""

    story: Story
    databases: Mapping[str, Database]
    ledger: Ledger
    report: Report
    restarts: Mapping[str, int]


def iin(number: int) -> str:
    """A made-up person's: century digit 1, a true check digit; the same for the same number."""
    for serial in range(10):
        first = f"{80 + number % 20:02}0{1 + number % 9}1{number % 9}1{number:03}{serial}"
        digit = check_digit(first)
        if digit is not None:
            return f"{first}{digit}"
    raise AssertionError(f"no IIN can be made of {number}")


def row(number: int, filed_at: str, **fields: object) -> dict[str, object]:
    """One line of an applications file; `fields` replaces what is ordinary about it."""
    ordinary: dict[str, object] = {
        "filed_at": filed_at,
        "iin": iin(number),
        "surname": "Қоңырбай",
        "name": "Әйгерім",
        "university": PLENTY,
        "specialty": PLENTY_SPECIALTY,
        "graduation_year": 2009,
        "document_kind": "diploma",
        "reason": "loss",
    }
    return ordinary | fields


def rows() -> list[dict[str, object]]:
    """Every kind of fate, in few virtual days: what a run costs is its jumps of the clock."""
    monday, scarce = "2016-02-15T10:00", {"university": SCARCE, "specialty": SCARCE_SPECIALTY, "graduation_year": 2010}
    return [
        *(row(number, monday) for number in range(1, 6)),
        # Seven at one instant for six blank diplomas: the last one is contested, the seventh waits for the Ministry.
        *(row(number, monday, **scarce) for number in range(10, 17)),
        *(row(number, monday, in_register=False) for number in (20, 21)),
        *(row(number, monday, register_graduation_year=2010) for number in (30, 31)),
        row(40, monday, withdraw_at="2016-02-16T10:00"),
        row(41, "2016-02-20T23:30", withdraw_at="2016-02-22T10:00"),
        row(50, monday, document_kind="supplement", reason="damage"),
        row(50, "2016-02-16T10:00", document_kind="supplement", reason="damage"),
        row(60, monday, university=NO_UNIVERSITY),
    ]


def write_rows(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines), encoding="utf-8")
    return path


def read_rows(path: Path) -> list[ApplicationRow]:
    found, errors = read_applications(path, load_universities())
    assert errors == []
    return found


def plan_for(servers: RunningServers, directory: Path, start: datetime, seed: int = 705) -> Plan:
    name = f"t{secrets.token_hex(4)}"
    seeds = {"ESUVO_SEED": str(seed), "UNIVERSITY_IS_SEED": str(seed)}
    # A killed member's place is taken by its successor at once; this bounds what waits for the session to end.
    sessions = {f"{service.upper()}_SESSION_TIMEOUT_MS": "3000" for service in SERVICES}
    return Plan(
        servers=servers.servers,
        directory=directory,
        run=name,
        seed=str(seed),
        virtual_start=start,
        topic_prefix=f"{name}.",
        environment={**seeds, **sessions},
    )


@asynccontextmanager
async def chain_of(plan: Plan) -> AsyncIterator[Chain]:
    """The five processes; at the end they, their databases and their topics are gone."""
    try:
        async with running_chain(plan) as chain:
            yield chain
    finally:
        await drop_databases(plan)
        await delete_topics(plan.servers.bootstrap_servers, plan.topic_prefix)


async def nothing(_chain: Chain, _filed: int) -> None:
    """What an undisturbed run has done to it."""


async def run_to_its_end(
    servers: RunningServers, directory: Path, applications: Path, seed: int = 705, disturb: OnShow = nothing
) -> Outcome:
    """A demo on a chain of its own; `disturb` is called whenever the chain is at rest. What dies is started again."""
    universities, lines = load_universities(), read_rows(applications)
    plan = plan_for(servers, directory, virtual_start(lines, universities), seed)
    async with chain_of(plan) as chain:

        async def show(_virtual: datetime, filed: int) -> None:
            await disturb(chain, filed)

        async with watched(chain), demo(chain, universities, show) as run:
            story = await run.run(lines, silent)
        databases, ledger = await inspect(plan)
        found = report(story, 0, replay(databases), ledger, universities)
        return Outcome(story, databases, ledger, found, dict(chain.restarts))
