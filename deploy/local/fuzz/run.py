"""`egov fuzz`: applications flow through a chain while hostile records come on all its topics; then the ledger decides."""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain as in_turn
from pathlib import Path
from random import Random
from typing import Any, Final

import psutil
from aiokafka.admin import AIOKafkaAdminClient
from rich.console import Console

from contracts.topics import all_topics
from deploy.local.audit.ledger import Database, Ledger, audit, read_database
from deploy.local.chain.chain import Chain, running_chain, watched
from deploy.local.chain.conductor import Conductor
from deploy.local.chain.patience import client
from deploy.local.chain.plan import SERVICES, Plan
from deploy.local.chain.services import definitions
from deploy.local.chaos.flow import Duplicates, duplicates
from deploy.local.errors import LauncherError
from deploy.local.files.applications import default_file, good_applications
from deploy.local.fuzz import contents, packing
from deploy.local.fuzz.account import Account, Hearing, Letter, account, hearing, letters, set_aside_of
from deploy.local.fuzz.fire import Fire, Sent, firing
from deploy.local.fuzz.law import Law
from deploy.local.fuzz.read import Said, read
from deploy.local.fuzz.report import Finding
from deploy.local.fuzz.shots import Family, shots
from deploy.local.fuzz.stock import Stock
from deploy.local.fuzz.wire import Record, wire
from deploy.local.runs.demo import run_directory
from deploy.local.servers.cache import Progress
from deploy.local.servers.infra import local_servers_async
from deploy.local.servers.processes import wait_until
from deploy.local.servers.topics import ends
from law.universities import load_universities

_VOLLEYS: Final = 150  # about as often does the chain come to rest while the applicants of one round come
_LEFT_OPEN: Final = 2  # transactions: each holds a partition back until the broker's patience ends
_SETTLE_SECONDS: Final = 60.0
_PLAIN_SECONDS: Final = 15.0
_MOST_MEMORY: Final = 2 * 1024**3  # of one service: records that unfold to 100 MB are among what is sent
_VIRTUAL_START: Final = "2016-02-14T06:00+06:00"
_AHEAD: Final = timedelta(minutes=5)
_SAMPLE: Final = re.compile(
    r'^egov_messages_consumed_total\{result="(\w+)",topic="([^"]+)"\} ([0-9.e+]+)$', re.MULTILINE
)


@dataclass(slots=True)
class Options:
    """What the command line chose; `size` applications in a round. `families`: only these, all if none is named."""

    messages: int = 20_000
    seed: int = 705
    size: int = 100
    applications: Path = field(default_factory=default_file)
    keep: bool = False
    families: tuple[str, ...] = ()


async def run(options: Options, console: Console) -> Finding:
    """Raises LauncherError and TimeoutError with what did not come back."""
    law = Law()
    law.judge(next(all_topics()).name, Record(None, b"{}"))  # that the judge is there is known before anything starts
    say: Progress = lambda text: console.print(text, highlight=False, soft_wrap=True)  # noqa: E731 - used in many places
    async with (
        run_directory("egov-fuzz-", say, keep=options.keep) as directory,
        # Servers that the environment names are not ours to fill with rubbish.
        local_servers_async(directory, say, environ={}) as running,
    ):
        plan = Plan(
            servers=running.servers,
            directory=directory / "fuzz",
            run="fuzz",
            seed=str(options.seed),
            virtual_start=datetime.fromisoformat(_VIRTUAL_START),
            topic_prefix="fuzz.",
            environment={f"{each}_SEED": str(options.seed) for each in ("ESUVO", "UNIVERSITY_IS", "CON")},
        )
        async with running_chain(plan, say) as chain, watched(chain):
            return await _Rig(options, chain, law, say).run()


# What the broker had at the end: of each topic (without its prefix) the records of others.
_Stood = Mapping[str, Sequence[Said]]


class _Rig:
    def __init__(self, options: Options, chain: Chain, law: Law, say: Progress) -> None:
        self._options = options
        self._chain = chain
        self._law = law
        self._say = say
        self._universities = load_universities()
        self._fire: Fire | None = None
        self._said_at = 0.0
        self._started = time.monotonic()
        self._memory: dict[str, int] = {}

    async def run(self) -> Finding:
        chain, options, plan = self._chain, self._options, self._chain.plan
        rows = good_applications(options.applications, self._universities)
        async with duplicates(chain, rows, options.size, options.seed, self._universities, self._volley) as course:
            await course.open(self._say)
            partitions = await _partitions(plan.servers.bootstrap_servers, plan.topic_prefix)
            random = Random(options.seed)  # noqa: S311 - one seed, one series of records; no secret
            stock = Stock(random, partitions, lambda: course.conductor.now)
            families = self._families(stock, course)
            held = [packing.left_open(stock) for _ in range(_LEFT_OPEN)] if not options.families else []
            series = in_turn(held, shots(stock, families, options.messages))
            servers = plan.servers.bootstrap_servers
            async with firing(series, servers, plan.topic_prefix, partitions, self._law) as self._fire:
                fire = self._fire
                await self._flow(course, fire)
            faults = await self._places("before the restart")
            counted = await self._consumed()
            virtual_end = course.conductor.now
            await self._again(course.conductor)
            self._say("Auditing databases and topics…")
            stood = await self._read(fire.sent)
            faults += [*await self._places("after it"), *self._health(), *await self._clocks(course.conductor)]
            return await self._judge(course, fire.sent, stock, stood, counted, virtual_end, faults)

    def _families(self, stock: Stock, course: Duplicates) -> list[Family]:
        families = [*packing.families(), *contents.families(stock, lambda: _real(course))]
        wanted = self._options.families
        unknown = set(wanted) - {each.name for each in families}
        if unknown:
            names = ", ".join(each.name for each in families)
            raise LauncherError(f"{', '.join(sorted(unknown))}: no such family of records. There are {names}.")
        return [each for each in families if not wanted or each.name in wanted]

    async def _flow(self, course: Duplicates, fire: Fire) -> None:
        """Rounds of applications until all is sent, and then to the end of what it led to."""
        while course.rounds == 0 or not fire.done:
            await course.prepare()
            await course.carry()
        await course.demo.carry([])

    async def _volley(self, virtual: datetime, filed: int) -> None:
        """Each time the chain has come to rest, and before people act again."""
        if self._fire and not self._fire.done:
            await self._fire.volley(max(1, self._options.messages // _VOLLEYS))
        if self._fire and time.monotonic() - self._said_at >= _PLAIN_SECONDS:
            self._said_at = time.monotonic()
            self._say(f"  {virtual:%Y-%m-%d %H:%M} UTC: {len(self._fire.sent)} hostile records, {filed} people came")
        self._measure()

    def _measure(self) -> None:
        for name, process in self._chain.processes.items():
            if process.pid:
                memory = psutil.Process(process.pid).memory_info().rss
                self._memory[name] = max(memory, self._memory.get(name, 0))

    async def _consumed(self) -> dict[str, dict[tuple[str, str], float]]:
        """What each service says that it took in, by topic and result."""
        found = {}
        async with client(timeout=10.0) as http:
            for name, url in self._chain.urls.items():
                text = (await http.get(f"{url}/metrics")).text
                found[name] = {(topic, result): float(count) for result, topic, count in _SAMPLE.findall(text)}
        return found

    async def _again(self, conductor: Conductor) -> None:
        """All services stop and start once more on what stands there now."""
        self._say("Starting all services again on the poisoned topics…")
        names = list(self._chain.processes)
        await asyncio.gather(*(self._chain.halt(name) for name in names))
        await asyncio.gather(*(self._chain.resume(name) for name in names))
        await conductor.quiescence()

    async def _read(self, sent: Iterable[Sent]) -> dict[str, list[Said]]:
        plan = self._chain.plan
        ours: dict[tuple[str, int], set[int]] = {}
        for each in sent:
            ours.setdefault((each.topic, each.partition), set()).update((each.base, each.offset))
        stood: dict[str, list[Said]] = {}
        partitions = await _partitions(plan.servers.bootstrap_servers, plan.topic_prefix)
        async with wire(plan.servers.bootstrap_servers) as lane:
            for topic, count in partitions.items():
                for number in range(count):
                    _, said = await read(lane, plan.topic_prefix + topic, number, ours.get((topic, number), ()))
                    stood.setdefault(topic, []).extend(said)
        return stood

    async def _places(self, when: str) -> list[str]:
        """Who does not come to the end of what he hears, as the broker knows it. What a transaction that nobody ended holds
        back is heard only when the broker's patience ends, after all else has come to rest.
        """
        plan = self._chain.plan
        behind: list[str] = []

        async def all_there() -> bool:
            now = await self._ends()
            behind[:] = [f"{each}, {when}" for name in SERVICES async for each in self._behind(admin, name, now)]
            return not behind

        admin = AIOKafkaAdminClient(bootstrap_servers=plan.servers.bootstrap_servers)
        await admin.start()
        try:
            await wait_until(all_there, _SETTLE_SECONDS, "the services to come to the ends of their topics")
        except (LauncherError, TimeoutError):
            return behind
        finally:
            await admin.close()
        return []

    async def _ends(self) -> dict[str, dict[int, int]]:
        """Where each partition of each topic (without its prefix) ends, control records and open transactions included."""
        plan = self._chain.plan
        there = await _partitions(plan.servers.bootstrap_servers, plan.topic_prefix)
        named = {plan.topic_prefix + topic: count for topic, count in there.items()}
        found = await ends(plan.servers.bootstrap_servers, named)
        return {topic.removeprefix(plan.topic_prefix): each for topic, each in found.items()}

    async def _behind(
        self, admin: Any, name: str, until: Mapping[str, Mapping[int, int]]
    ) -> AsyncIterator[str]:  # Any: aiokafka ships no types
        prefix = self._chain.plan.topic_prefix
        told = await admin.list_consumer_group_offsets(f"{prefix}{name}")
        reached = {(each.topic.removeprefix(prefix), each.partition): place.offset for each, place in told.items()}
        for subscription in definitions(self._chain.plan.environment)[name].subscriptions:
            for number, end in until[subscription.topic].items():
                place = reached.get((subscription.topic, number), 0)
                if place != end:
                    yield f"{name} stands at {place} of {subscription.topic}/{number}, which ends at {end}"

    def _health(self) -> list[str]:
        chain = self._chain
        faults = [f"{name} ended and was started again {count} times" for name, count in chain.restarts.items()]
        faults += [f"{name} is not running" for name, process in chain.processes.items() if not process.alive]
        return faults + [
            f"{name} took {memory >> 20} MiB of memory"
            for name, memory in self._memory.items()
            if memory > _MOST_MEMORY
        ]

    async def _clocks(self, conductor: Conductor) -> list[str]:
        """Who is not ready, or has another virtual time than the conductor's."""
        wanted = conductor.state.sequence if conductor.state else 0
        faults = []
        token = self._chain.plan.operator_token
        for name, url in self._chain.urls.items():
            async with client(url, token=token, timeout=10.0) as http:
                ready = await http.get("/health/ready")
                if not ready.is_success:
                    faults.append(f"{name} is not ready: {ready.text[:300]}")
                clock = (await http.get("/internal/activity")).json()["clock"]
                if clock != wanted:
                    faults.append(f"{name} obeys state {clock} of the clock, the conductor's is {wanted}")
        return faults

    async def _judge(
        self,
        course: Duplicates,
        sent: Sequence[Sent],
        stock: Stock,
        stood: _Stood,
        counted: Mapping[str, Mapping[tuple[str, str], float]],
        virtual_end: datetime,
        faults: list[str],
    ) -> Finding:
        plan = self._chain.plan
        wired = definitions(plan.environment)
        databases = {name: await read_database(each, plan.database_url(name)) for name, each in wired.items()}
        told = letters(stood, plan.topic_prefix)
        ledger = _ledger(databases, stood, told, plan.topic_prefix)
        judged = course.judge(databases, ledger, time.monotonic() - self._started)
        services = [hearing(each, databases[name].inbox) for name, each in wired.items()]
        found = account(sent, services, told, stock.strangers)
        faults += [*judged.faults, *found.faults, *_unlawful(self._law, stood), *_late(found, virtual_end)]
        faults += _unsaid(counted, found, services, stood, plan)
        return Finding(
            seed=self._options.seed,
            records=len(sent),
            by_topic=dict(Counter(each.topic for each in sent)),
            fates={name: dict(fates) for name, fates in sorted(found.fates.items())},
            set_aside_for=dict(found.reasons.most_common()),
            consequences=found.consequences,
            applications=judged.applications,
            outcomes=dict(judged.outcomes),
            counter_visits=judged.visits,
            messages=sum(ledger.messages.values()),
            restarts=dict(self._chain.restarts),
            memory_mib={name: memory >> 20 for name, memory in self._memory.items()},
            virtual_end=virtual_end.isoformat(),
            seconds=round(time.monotonic() - self._started, 1),
            faults=faults,
        )


def _real(course: Duplicates) -> list[str]:
    return [each.application_id for each in course.under_way if each.application_id]


async def _partitions(bootstrap_servers: str, prefix: str) -> dict[str, int]:
    """Of every topic that this chain has, without its prefix; once the broker tells of all."""
    found: dict[str, int] = {}

    async def known() -> bool:
        there = set(await admin.list_topics())
        names = [prefix + each.name for each in all_topics() if prefix + each.name in there]
        told = await admin.describe_topics(names)
        found.update({each["topic"].removeprefix(prefix): len(each["partitions"]) for each in told})
        return len(found) > 0 and all(found.values())

    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        await wait_until(known, _SETTLE_SECONDS, "the topics of the chain to be there")
    finally:
        await admin.close()
    return found


def _ledger(databases: Mapping[str, Database], stood: _Stood, told: Sequence[Letter], prefix: str) -> Ledger:
    """As if nobody but the services had spoken; what one of them set aside is not lost."""
    live = [topic for each in databases.values() for topic in each.service.publishes]
    values = {prefix + topic: [each.value or b"" for each in stood[topic]] for topic in live}
    seen = [replace(each, inbox=each.inbox | set_aside_of(each.service, stood, told)) for each in databases.values()]
    return audit(seen, values, prefix)


def _unlawful(law: Law, stood: _Stood) -> list[str]:
    """What the services, the conductor and their dead letters say against the contract."""
    return [
        f"{topic}/{each.partition}/{each.offset}, a service's own, breaks the published contract: {verdict.why}"
        for topic, records in stood.items()
        for each in records
        if (verdict := law.judge(topic, Record(each.key, each.value))).why and not verdict.doubt
    ]


def _late(found: Account, virtual_end: datetime) -> list[str]:
    return [
        f"{each} was acted on, and tells of {each.verdict.latest}; it is {virtual_end}"
        for each in found.acted
        if each.verdict.latest and each.verdict.latest > virtual_end + _AHEAD
    ]


def _unsaid(
    consumed: Mapping[str, Mapping[tuple[str, str], float]],
    found: Account,
    services: Sequence[Hearing],
    stood: _Stood,
    plan: Plan,
) -> list[str]:
    """Where a service has skipped fewer records, by its own metrics, than we say it did."""
    faults = []
    for service in services:
        for topic, events in service.routes.items():
            others = sum(_event(each) not in events for each in stood[topic])
            wanted = found.skipped[service.name, topic] + others
            told = consumed[service.name].get((plan.topic_prefix + topic, "skipped"), 0)
            if told < wanted:
                faults.append(
                    f"{service.name} says that it skipped {told:g} records of {topic}, and {wanted} are to skip"
                )
    return faults


def _event(said: Said) -> str:
    return str(json.loads(said.value or b"{}").get("type", "")).rpartition(".v")[0]
