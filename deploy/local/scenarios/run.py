"""`egov run`: a scenario on a chain of its own, from nothing to its report; whatever happens, nothing is left behind."""

import os
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console

from contracts.common import BlankKind
from deploy.local.audit.ends import replay
from deploy.local.audit.report import Report, report
from deploy.local.chain.chain import running_chain
from deploy.local.chain.services import BOTH_LEGS
from deploy.local.chaos.faults import Card, Fault, Faults
from deploy.local.errors import LauncherError
from deploy.local.people.demo import Demo
from deploy.local.runs.demo import cleaned_up, inspect, plan_of, run_directory, told, virtual_start
from deploy.local.scenarios.applicants import rows_of
from deploy.local.scenarios.scenario import FaultKind, Scenario, ScenarioFault
from deploy.local.servers.cache import Progress
from deploy.local.servers.infra import RunningServers, local_servers_async
from law.universities import Universities, load_universities
from services._actors.policy import MinistryPolicy, StaffPolicy

_ZONE: Final = ZoneInfo("Asia/Almaty")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose; without a seed, the scenario's own."""

    scenario: Scenario
    seed: int | None = None
    keep: bool = False
    secure: bool = False


async def run(options: Options, console: Console) -> Report:
    """Raises LauncherError and TimeoutError with what went wrong."""
    say: Progress = lambda text: console.print(text, highlight=False)  # noqa: E731 - one listener, used twice
    # Servers that the environment names are not ours to kill.
    environ = {} if options.scenario.faults else os.environ
    async with (
        run_directory("egov-run-", say, keep=options.keep) as directory,
        local_servers_async(directory, say, environ=environ, secure=options.secure) as servers,
    ):
        return await run_on(options, servers, directory, console, say)


async def run_on(options: Options, servers: RunningServers, directory: Path, console: Console, say: Progress) -> Report:
    """The scenario on servers that run already."""
    scenario, universities = options.scenario, load_universities()
    seed = scenario.seed if options.seed is None else options.seed
    rows = rows_of(scenario, seed, universities)
    plan = plan_of(seed, settings(scenario), directory, servers, virtual_start(rows, universities))
    async with cleaned_up(plan, servers), running_chain(plan, say) as chain:
        story = await told(chain, universities, rows, console, say, partial(_prepared, scenario, servers, universities))
        say("Auditing databases and topics…")
        databases, ledger = await inspect(plan)
        return report(story, 0, replay(databases), ledger, universities, judged=False)


def settings(scenario: Scenario) -> dict[str, str]:
    """What the services are told of the scenario. What is as usual is not said."""
    said: dict[str, str] = {}
    if scenario.staff != StaffPolicy():
        policy = scenario.staff.model_dump_json()
        said |= {"UNIVERSITY_IS_STAFF": policy, "CON_STAFF": policy}
    if scenario.ministry != MinistryPolicy():
        said["ESUVO_MINISTRY"] = scenario.ministry.model_dump_json()
    return said | (dict(BOTH_LEGS) if scenario.gateway_on_request_leg else {})


def blanks(scenario: Scenario, universities: Universities) -> dict[str, dict[BlankKind, int]]:
    return {
        code: {kind: scenario.blanks.of(code, kind, usual) for kind, usual in university.blanks.items()}
        for code, university in universities.items()
    }


def _prepared(scenario: Scenario, servers: RunningServers, universities: Universities, demo: Demo) -> None:
    end = scenario.period.last_day + timedelta(days=scenario.period.days_after)
    demo.blanks = blanks(scenario, universities)
    demo.agenda.horizon = datetime.combine(end, time(23, 59), _ZONE)
    for fault in scenario.faults:
        _plan_fault(fault, servers, demo)


def _plan_fault(fault: ScenarioFault, servers: RunningServers, demo: Demo) -> None:
    at = fault.at.replace(tzinfo=_ZONE)
    if fault.kind is FaultKind.OUTAGE and fault.until:
        until = fault.until.replace(tzinfo=_ZONE)
        demo.agenda.later(at, partial(_away, demo, fault.victim), first=True)
        demo.agenda.later(until, partial(_back, demo, fault.victim), first=True)
        return
    if servers.kafka is None or servers.postgres is None:
        raise LauncherError("A scenario with faults needs servers of its own, and these are not.")
    chance = Random(0)  # noqa: S311 - nothing is drawn
    faults = Faults(demo.chain, demo.conductor, servers.kafka, servers.postgres, None, [], chance, between=1)
    demo.agenda.later(at, partial(faults.strike, Card(Fault.KILL, fault.victim)))


async def _away(demo: Demo, victim: str) -> None:
    """What is sent to it waits on its topics; who wants an answer asks again, or writes a letter (EDGE-20)."""
    demo.conductor.leave_out(demo.chain.url(victim))
    await demo.chain.halt(victim)


async def _back(demo: Demo, victim: str) -> None:
    await demo.chain.resume(victim)
    demo.conductor.take_in(demo.chain.url(victim))
