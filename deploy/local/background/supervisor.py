"""`egov up` in the background: one process that holds servers and services, and the file that says where they are."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import psutil
from pydantic import TypeAdapter

from contracts.generate import plainly
from deploy.local.authority import http as nca_http
from deploy.local.background import outside
from deploy.local.chain.chain import SERVICES, Plan, chain_behind, doors_of
from deploy.local.chain.conductor import conductor
from deploy.local.chain.services import BOTH_LEGS
from deploy.local.errors import LauncherError, known
from deploy.local.servers.cache import cache_dir
from deploy.local.servers.identities import AUTHORITY, CONDUCTOR
from deploy.local.servers.infra import RunningServers, Servers, alone_in, is_in_use, servers_in
from deploy.local.servers.kafka import cluster_at
from deploy.local.servers.ports import HOST, Door
from deploy.local.servers.postgres import outside_data_are_gone
from deploy.local.servers.private import keep_private, write_private
from deploy.local.servers.processes import started_then, wait_until
from services._chassis.broker import Broker

READY_SECONDS: Final = 300.0
STOP_SECONDS: Final = 60.0
PORT_BASE: Final = 8700
KAFKA_PORT: Final = 9092
FOREIGN_PREFIX: Final = "egov-up."
NCA_OFFSET: Final = 6
_POSTGRES_OFFSET: Final = 32
_NOTICES: Final = "notices"
_ALL: Final = "requests and notices"
STARTING: Final = "--- egov up ---"
_LAST_LINES: Final = 15


def home() -> Path:
    """Where the chain of `egov up` keeps its data, logs and state."""
    return cache_dir() / "chain"


@dataclass(frozen=True, slots=True)
class State:
    """What `egov status` and the clock commands need to know; readable by its owner alone, as it holds the token.

    `published` says where the same addresses are found from elsewhere: from outside of containers.
    """

    pid: int
    started: float
    urls: dict[str, str]
    bootstrap_servers: str
    postgres_url: str
    topic_prefix: str
    operator_token: str
    directory: str
    nca_url: str = ""
    published: dict[str, str] = field(default_factory=dict)
    chain_id: str = ""
    cluster_id: str = ""
    kafka_user: str = ""
    kafka_password: str = ""

    @property
    def broker(self) -> Broker:
        """How the commands of `egov` come to the broker."""
        return Broker(self.bootstrap_servers, self.kafka_user, self.kafka_password)

    @classmethod
    def read(cls) -> "State":
        """Raises LauncherError when no chain runs."""
        state = cls.found()
        if state is None:
            outside.refuse("The chain is not ready yet", "logs egov")
            raise LauncherError("No chain runs. Start one with `egov up`.")
        if not state.alive:
            raise LauncherError("The chain of the last `egov up` has ended. Start one with `egov up`.")
        return state

    @classmethod
    def found(cls) -> "State | None":
        """What the file says, whether or not that chain still runs."""
        try:
            return _STATE.validate_json((home() / "state.json").read_bytes())
        except (OSError, ValueError):
            return None

    @property
    def alive(self) -> bool:
        """Whether its supervisor runs: a process of that number and start, in the directory that it holds locked."""
        return self.process is not None and (outside.held() or is_in_use(home()))

    @property
    def process(self) -> psutil.Process | None:
        return started_then(self.pid, self.started)

    def write(self) -> None:
        write_private(home() / "state.json", json.dumps(asdict(self), indent=2).encode())

    @staticmethod
    def forget() -> None:
        (home() / "state.json").unlink(missing_ok=True)


_STATE: Final = TypeAdapter(State)


@dataclass(frozen=True, slots=True)
class Wish:
    """How the chain shall start: the virtual moment, virtual seconds per second of the wall clock, ports, the services
    that are left out because somebody else plays them, whether requests go over the gateway as well (INC-09),
    whether the portal asks the certification authority at each signature (OCSP), and whether the broker asks who comes.

    The services listen on `port_base` + 1 to + 5, the authority on + 6 and PostgreSQL on + 32; 0 means any free ports,
    for Kafka too.
    """

    virtual_start: datetime
    rate: float
    seed: int
    port_base: int = PORT_BASE
    kafka_port: int = KAFKA_PORT
    without: tuple[str, ...] = ()
    gateway_on_request_leg: bool = False
    ocsp: bool = False
    secure: bool = False

    @property
    def ports(self) -> dict[str, int]:
        return {name: self.port_base + number for number, name in enumerate(SERVICES, 1)} if self.port_base else {}

    @property
    def nca_port(self) -> int:
        return self.port_base + NCA_OFFSET if self.port_base else 0

    @property
    def postgres_port(self) -> int:
        return self.port_base + _POSTGRES_OFFSET if self.port_base else 0

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "virtual_start": self.virtual_start.isoformat()})

    @classmethod
    def from_json(cls, text: str) -> Self:
        fields = json.loads(text)
        fields["virtual_start"] = datetime.fromisoformat(fields["virtual_start"])
        return cls(**{**fields, "without": tuple(fields["without"])})


async def hold(wish: Wish) -> None:
    """Run the chain until SIGTERM; a service that dies is started again. The state file appears when all are ready."""
    directory = home()
    stopping = told_to_stop()
    _require_whole(directory)
    # All ports are ours before anything is started or changed: one that is taken leaves everything as it was.
    with (
        alone_in(directory, _say),
        doors_of(plan(wish, Servers("", ""), "")) as doors,
        closing(Door.claim(wish.nca_port, "the certification authority")) as nca_door,
    ):
        async with servers_in(
            directory, _say, wish.kafka_port, wish.postgres_port, keep=True, secure=wish.secure
        ) as servers:
            require_same_wiring(directory, wish)
            await _hold_on(wish, servers, doors, nca_door, stopping)


async def _hold_on(
    wish: Wish, servers: RunningServers, doors: Mapping[str, Door], nca_door: Door, stopping: asyncio.Event
) -> None:
    State.forget()
    prefix, nca_url = "" if servers.kafka else FOREIGN_PREFIX, f"http://{HOST}:{nca_door.port}"
    wished = plan(wish, servers.servers, prefix, nca_url)
    broker = servers.servers.broker(AUTHORITY)
    async with (
        nca_http.shown(home() / "nca", nca_door.listener(), broker, prefix, wished.chain_id),
        chain_behind(doors, wished, _say) as chain,
        time_runs(wish, chain.plan, chain.urls),
    ):
        await chain.ready()
        cluster = await cluster_at(broker)
        replace(state_of(chain.plan, chain.urls, nca_url), cluster_id=cluster or "").write()
        watching = asyncio.create_task(chain.watch())
        await _first(watching, stopping)
        State.forget()
        _say("Stopping…")


def told_to_stop() -> asyncio.Event:
    """Set once SIGTERM or SIGINT comes."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


def _require_whole(directory: Path) -> None:
    if outside_data_are_gone(directory / "postgres"):
        raise LauncherError(
            "The databases of the last `egov up` lay in the system's temporary directory and were removed there; "
            "a chain goes on from all of its data or from none. Forget the rest with `egov reset`, then start again."
        )


def require_same_wiring(directory: Path, wish: Wish, forgetting: str = "`egov reset`") -> None:
    """Refuse to go on with data of a chain in which requests took the other way: some would be heard by nobody (ADR 0024)."""
    noted, wired = directory / "wiring", _ALL if wish.gateway_on_request_leg else _NOTICES
    before = noted.read_text().strip() if noted.exists() else _NOTICES if (directory / "nca").exists() else wired
    if before != wired:
        raise LauncherError(
            f"The data here are of a chain whose gateway carries {before}, and this one's would carry {wired}. "
            f"Start it as before, or forget its data with {forgetting}."
        )
    directory.mkdir(parents=True, exist_ok=True)
    noted.write_text(wired + "\n")


def plan(wish: Wish, servers: Servers, topic_prefix: str, nca_url: str = "") -> Plan:
    """The chain of `egov up`: on servers of others its topics have a prefix, its databases always."""
    return Plan(
        servers=servers,
        directory=home(),
        run="up",
        seed=str(wish.seed),
        virtual_start=wish.virtual_start,
        topic_prefix=topic_prefix,
        ports=wish.ports,
        environment={
            "ESUVO_SEED": str(wish.seed),
            "UNIVERSITY_IS_SEED": str(wish.seed),
            **(BOTH_LEGS if wish.gateway_on_request_leg else {}),
            **({"PORTAL_OCSP_URL": nca_url + nca_http.OCSP_PATH} if wish.ocsp else {}),
        },
        instances=dict.fromkeys(wish.without, 0),
    )


@contextlib.asynccontextmanager
async def time_runs(wish: Wish, plan: Plan, urls: Mapping[str, str]) -> AsyncIterator[None]:
    """Virtual time goes on where it was, and stands still while the chain does: no deadline is breached because of `down`."""
    async with conductor(
        list(urls.values()), plan.servers.broker(CONDUCTOR), plan.topic_prefix, plan.operator_token
    ) as leader:
        if leader.passed_over:
            _say(leader.passed_over)
        await leader.set_clock(leader.now if leader.state else wish.virtual_start, wish.rate)
    try:
        yield
    finally:
        # Anew: the commands of `egov clock` have moved time since.
        async with conductor([], plan.servers.broker(CONDUCTOR), plan.topic_prefix, plan.operator_token) as leader:
            await leader.set_clock(leader.now, rate=0)


def state_of(plan: Plan, urls: Mapping[str, str], nca_url: str, published: Mapping[str, str] | None = None) -> State:
    """What this process has to say of a chain that it holds."""
    leader = plan.servers.broker(CONDUCTOR)
    return State(
        pid=os.getpid(),
        started=psutil.Process().create_time(),
        urls=dict(urls),
        bootstrap_servers=plan.servers.bootstrap_servers,
        postgres_url=plan.servers.postgres_url,
        topic_prefix=plan.topic_prefix,
        operator_token=plan.operator_token,
        directory=str(plan.directory),
        nca_url=nca_url,
        published=dict(published or {}),
        chain_id=plan.chain_id,
        kafka_user=leader.user,
        kafka_password=leader.password,
    )


async def _first(watching: asyncio.Task[None], stopping: asyncio.Event) -> None:
    """Until told to stop, or until watching fails, which then is raised."""
    told = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((told, watching), return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
    finally:
        told.cancel()
        watching.cancel()


def stop(state: State) -> None:
    """Ask the supervisor to stop and wait until it, and so everything, is gone."""
    outside.refuse("A container cannot stop the chain", "down")
    process = state.process
    if process is None:
        raise LauncherError("The chain of the last `egov up` has ended.")
    try:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        raise LauncherError(
            f"The chain (pid {state.pid}) did not stop within {STOP_SECONDS:g} s. See {home() / 'supervisor.log'}."
        ) from None


async def wait_for_state(process: psutil.Popen) -> State:
    """The state of a supervisor that was just started. Raises LauncherError with its last words if it ends first."""
    log = home() / "supervisor.log"
    state: State | None = None

    def ready() -> bool:
        nonlocal state
        if process.poll() is not None:
            raise LauncherError(f"The chain did not start. {log} ends with:\n{_last_words(log)}")
        state = State.found()
        return state is not None and state.pid == process.pid

    await wait_until(ready, READY_SECONDS, "the chain to be ready", every_seconds=0.1)
    return State.read()


def _last_words(log: Path) -> str:
    """What the last start wrote, or the end of it: the file goes on from one start to the next."""
    return "\n".join(log.read_text(errors="replace").rpartition(STARTING)[2].splitlines()[-_LAST_LINES:])


def _say(text: str) -> None:
    print(text, flush=True)  # standard output is the supervisor's log


def main() -> None:
    """`python -m deploy.local.background.supervisor WISH`, as `egov up` starts it; WISH is `Wish.to_json`."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it reports what it is about to try again
    keep_private()
    _say(STARTING)
    sys.exit(plainly.run(_supervise, known, lambda: cache_dir() / "mistakes.log"))


def _supervise() -> None:
    match sys.argv[1:]:
        case [wish]:
            asyncio.run(hold(Wish.from_json(wish)))
        case _:
            raise LauncherError(
                "`python -m deploy.local.background.supervisor` is for `egov up`, which says what it wishes."
            )


if __name__ == "__main__":
    main()
