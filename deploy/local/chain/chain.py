"""The five services as processes on this machine: databases, environment, start, readiness, restart, stop."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

import httpx

from deploy.local.authority.nca import CERTIFICATE_FILE, CRL_FILE, Nca
from deploy.local.chain.patience import client
from deploy.local.servers import databases
from deploy.local.servers.cache import Progress, silent
from deploy.local.servers.infra import Servers
from deploy.local.servers.ports import HOST, Door
from deploy.local.servers.private import write_private
from deploy.local.servers.processes import Process, wait_ready, wait_until
from deploy.local.servers.rights import open_broker
from services._chassis.settings import CHAIN_HEADER

SERVICES: Final = ("portal", "esuvo", "university_is", "shep_gateway", "con")
_JUDGE_SIGNATURES: Final = ("portal", "esuvo", "university_is")  # they hear or pass on what applicants sign
ISSUERS: Final = ("esuvo", "university_is")  # who give documents out
_READY_SECONDS: Final = 60.0
_WATCH_SECONDS: Final = 0.2


def _passwords() -> dict[str, str]:
    """Anew for each start: the launcher gives a role its password and the service its own, and nobody keeps them."""
    return {service: secrets.token_urlsafe(32) for service in SERVICES}


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a chain runs and under which names. `run` names its databases; `topic_prefix` its topics.

    `environment` is added to every service's, for example {"UNIVERSITY_IS_SEED": "1"}; `instances` says how many
    processes of each service there are, one where it says nothing, none of one that somebody else runs.
    """

    servers: Servers
    directory: Path
    run: str
    seed: str
    virtual_start: datetime
    topic_prefix: str = ""
    ports: Mapping[str, int] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    instances: Mapping[str, int] = field(default_factory=dict)
    operator_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    # Said back on /health by the processes of this chain, and by no others.
    chain_id: str = field(default_factory=lambda: secrets.token_hex(16))
    database_passwords: Mapping[str, str] = field(default_factory=_passwords, repr=False)

    def database_url(self, service: str) -> str:
        """As the service comes to it: under a role of its own, where the server has one for each."""
        parts, name = urlsplit(self.servers.postgres_url), self.database(service)
        if self.servers.own_roles:
            place = parts.netloc.rpartition("@")[2]
            parts = parts._replace(netloc=f"{name}:{quote(self.database_passwords[service], safe='')}@{place}")
        return urlunsplit(parts._replace(path=f"/{name}"))

    def database(self, service: str) -> str:
        """The name of its database, and of the role that owns it."""
        return f"egov_{self.run}_{service}"


@dataclass(slots=True)
class Chain:
    """A chain that runs. `urls` are base addresses by instance name: "portal", and "portal-2" for a second one."""

    plan: Plan
    nca: Nca
    processes: dict[str, Process]
    urls: dict[str, str]
    restarts: dict[str, int] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)

    def url(self, service: str) -> str:
        return self.urls[service]

    async def watch(self) -> None:
        """Start again whatever died, for ever: what a process had promised is in its database."""
        while True:
            for name, process in self.processes.items():
                if not process.alive and name not in self.retired:
                    self.restarts[name] = self.restarts.get(name, 0) + 1
                    process.start()
            await asyncio.sleep(_WATCH_SECONDS)

    def retire(self, name: str) -> None:
        """This instance dies as by a crash and is not started again."""
        self.retired.add(name)
        self.processes[name].kill()

    async def halt(self, name: str) -> None:
        """This instance is stopped and stays so, until it is resumed."""
        self.retired.add(name)
        await asyncio.to_thread(self.processes[name].stop)

    async def resume(self, name: str) -> None:
        """What was halted runs again; on return it is ready."""
        self.processes[name].start()
        self.retired.discard(name)
        await self.serving(name)
        await self.ready([name])

    async def serving(self, name: str) -> None:
        """Wait until this instance answers at all, ready or not, however often it dies meanwhile."""
        async with client(timeout=5.0) as http:
            await wait_until(self._answers(http, name, "live"), _READY_SECONDS, f"{name} to answer")

    async def restarted(self, name: str, after: int) -> None:
        """Wait until this instance has been started again more often than `after` times."""
        await wait_until(lambda: self.restarts.get(name, 0) > after, _READY_SECONDS, f"{name} to be started again")

    async def ready(self, names: Sequence[str] = ()) -> None:
        """Wait until these instances (all, if none is named) are ready to work."""
        async with client(timeout=5.0) as http:
            for name in names or list(self.processes):
                await wait_ready(self.processes[name], self._answers(http, name, "ready"), _READY_SECONDS)

    def _answers(self, http: httpx.AsyncClient, name: str, question: str) -> Callable[[], Awaitable[bool]]:
        return answers(http, f"{self.urls[name]}/health/{question}", self.plan.chain_id)

    async def alive(self) -> None:
        """Wait until all instances answer, ready or not, or one of them ends."""
        async with client(timeout=5.0) as http:
            for name, process in self.processes.items():
                await wait_ready(process, self._answers(http, name, "live"), _READY_SECONDS)


@asynccontextmanager
async def running_chain(plan: Plan, progress: Progress = silent) -> AsyncIterator[Chain]:
    """Databases made, services started and answering (not ready before the clock is set); stopped at the end."""
    with doors_of(plan) as doors:
        async with chain_behind(doors, plan, progress) as chain:
            yield chain


@contextmanager
def doors_of(plan: Plan) -> Iterator[dict[str, Door]]:
    """A port for each instance, held for the length of the block. Raises LauncherError if one is taken."""
    with ExitStack() as held:
        yield {
            name: held.enter_context(closing(Door.claim(plan.ports.get(name, 0), name)))
            for service in SERVICES
            for name in _instance_names(plan, service)
        }


@asynccontextmanager
async def chain_behind(doors: Mapping[str, Door], plan: Plan, progress: Progress = silent) -> AsyncIterator[Chain]:
    """`running_chain` on ports that are held already."""
    nca_directory = plan.directory / "nca"
    nca = authority(plan, nca_directory)
    progress("Making the databases…")
    await create_databases(plan)
    await open_broker(plan.servers, plan.topic_prefix)
    secret, papers = secrets.token_urlsafe(32), document_secrets(plan.directory)
    urls = {name: f"http://{HOST}:{door.port}" for name, door in doors.items()}
    processes = {name: service_process(plan, name, door, nca_directory, secret, papers) for name, door in doors.items()}
    chain = Chain(plan, nca, processes, urls)
    try:
        progress(f"Starting {', '.join(doors)}…")
        for process in processes.values():
            process.start()
        await chain.alive()
        yield chain
    finally:
        stop(chain.processes.values())


@asynccontextmanager
async def watched(chain: Chain) -> AsyncIterator[None]:
    """What dies is started again for the length of the block."""
    watching = asyncio.create_task(chain.watch())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


def stop(processes: Iterable[Process]) -> None:
    """Ask all, then wait for each."""
    stopping = list(processes)
    for process in stopping:
        process.terminate()
    for process in stopping:
        process.stop()


def authority(plan: Plan, directory: Path) -> Nca:
    """The certification authority of this chain, with a revocation list; one that is there already goes on."""
    try:
        nca = Nca.load(directory)
    except FileNotFoundError:
        nca = Nca.create(plan.seed, plan.virtual_start - timedelta(days=365))
        nca.save(directory)
    if not (directory / CRL_FILE).exists():
        nca.publish(directory, plan.virtual_start)
    return nca


def _instance_names(plan: Plan, service: str) -> list[str]:
    count = plan.instances.get(service, 1)
    return [service, *(f"{service}-{number}" for number in range(2, count + 1))][:count]


def document_secrets(directory: Path) -> dict[str, str]:
    """By service the secret that the codes of its documents follow from; made at random once, and kept with the data."""
    found = {}
    for service in ISSUERS:
        path = directory / f"{service}-document-secret"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32).encode())
        found[service] = path.read_text()
    return found


def service_settings(
    plan: Plan,
    service: str,
    instance: str,
    port: int,
    nca_directory: Path,
    session_secret: str,
    papers: Mapping[str, str],
) -> dict[str, str]:
    """The variables that a service's settings are read from."""
    own = {
        "DATABASE_URL": plan.database_url(service),
        "BOOTSTRAP_SERVERS": plan.servers.bootstrap_servers,
        **_login(plan, service),
        "TOPIC_PREFIX": plan.topic_prefix,
        "PORT": str(port),
        "INSTANCE": instance,
        "CHAIN_ID": plan.chain_id,
        "OPERATOR_TOKEN": plan.operator_token,
    }
    if service in _JUDGE_SIGNATURES:
        own |= {
            "TRUST_ANCHOR": str(nca_directory / CERTIFICATE_FILE),
            "REVOCATION_LIST": str(nca_directory / CRL_FILE),
        }
    if service == "portal":
        own["SESSION_SECRET"] = session_secret
    if service in papers:
        own["DOCUMENT_SECRET"] = papers[service]
    return {**{f"{service.upper()}_{key}": value for key, value in own.items()}, **plan.environment}


def _login(plan: Plan, service: str) -> dict[str, str]:
    broker = plan.servers.broker(service)
    return {"KAFKA_USER": broker.user, "KAFKA_PASSWORD": broker.password} if broker.user else {}


def service_process(
    plan: Plan, name: str, door: Door, nca_directory: Path, secret: str, papers: Mapping[str, str]
) -> Process:
    service, _, number = name.partition("-")
    own = service_settings(plan, service, number or "1", door.port, nca_directory, secret, papers)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(_OUR_PREFIXES)}
    environment = {**inherited, **own}
    return Process(
        name=name,
        argv=[sys.executable, "-m", f"services.{service}"],
        env=environment,
        log_path=plan.directory / "logs" / f"{name}.log",
        pid_path=plan.directory / f"{name}.pid",
        listener=door.listener,
        listener_variable=f"{service.upper()}_LISTEN_FD",
    )


_OUR_PREFIXES: Final = tuple(f"{service.upper()}_" for service in SERVICES)


def answers(http: httpx.AsyncClient, url: str, chain_id: str) -> Callable[[], Awaitable[bool]]:
    """Asks whether a process of this very chain says yes there: the address alone proves nothing."""

    async def check() -> bool:
        try:
            answer = await http.get(url)
        except httpx.HTTPError:
            return False
        return answer.is_success and answer.headers.get(CHAIN_HEADER) == chain_id

    return check


async def create_databases(plan: Plan) -> None:
    """One database per service, owned by its role, each at its newest schema; what is there already stays."""
    for service in SERVICES:
        if plan.servers.own_roles:
            password = plan.database_passwords[service]
            await databases.create(plan.servers.postgres_url, plan.database(service), password)
        else:
            await databases.create_shared(plan.servers.postgres_url, plan.database(service))
    from services._chassis.migrate import upgrade  # noqa: PLC0415 - Alembic is slow to load, and most commands migrate nothing

    for service in SERVICES:
        await asyncio.to_thread(upgrade, service, plan.database_url(service))


async def drop_databases(plan: Plan) -> None:
    """With their roles."""
    for service in SERVICES:
        await databases.drop(plan.servers.postgres_url, plan.database(service))


def run_name() -> str:
    """A name for a run on servers that are not its own."""
    return f"{datetime.now(UTC):%m%d%H%M%S}{secrets.token_hex(2)}"
