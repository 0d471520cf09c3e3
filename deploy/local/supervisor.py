"""`egov up` in the background: one process that holds servers and services, and the file that says where they are."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import psutil

from deploy.local.cache import cache_dir
from deploy.local.chain import Plan, running_chain
from deploy.local.conductor import conductor
from deploy.local.infra import local_servers_async
from deploy.local.nca import write_private
from deploy.local.processes import LauncherError, wait_until

READY_SECONDS: Final = 300.0
STOP_SECONDS: Final = 60.0
PORTS: Final = {"portal": 8701, "esuvo": 8702, "university_is": 8703, "shep_gateway": 8704, "con": 8705}
KAFKA_PORT: Final = 9092
POSTGRES_PORT: Final = 8732


def home() -> Path:
    """Where the chain of `egov up` keeps its data, logs and state."""
    return cache_dir() / "chain"


@dataclass(frozen=True, slots=True)
class State:
    """What `egov status` and the clock commands need to know; readable by its owner alone, as it holds the token."""

    pid: int
    started: float
    urls: dict[str, str]
    bootstrap_servers: str
    postgres_url: str
    topic_prefix: str
    operator_token: str
    directory: str

    @classmethod
    def read(cls) -> Self:
        """Raises LauncherError when no chain runs."""
        try:
            state = cls(**json.loads((home() / "state.json").read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            raise LauncherError("No chain runs. Start one with `egov up`.") from None
        if not state.alive:
            raise LauncherError("The chain of the last `egov up` has ended. Start one with `egov up`.")
        return state

    @property
    def alive(self) -> bool:
        with contextlib.suppress(psutil.NoSuchProcess):
            return abs(psutil.Process(self.pid).create_time() - self.started) < 1.0
        return False

    def write(self) -> None:
        write_private(home() / "state.json", json.dumps(asdict(self), indent=2).encode())


@dataclass(frozen=True, slots=True)
class Wish:
    """How the chain shall start: the virtual moment, and virtual seconds per second of the wall clock."""

    virtual_start: datetime
    rate: float
    seed: int


async def hold(wish: Wish) -> None:
    """Run the chain until SIGTERM; whatever dies is started again. The state file appears when the chain is ready."""
    directory = home()
    (directory / "state.json").unlink(missing_ok=True)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with local_servers_async(directory, _say, KAFKA_PORT, POSTGRES_PORT) as servers:
        plan = Plan(
            servers=servers.servers,
            directory=directory,
            run="up",
            seed=str(wish.seed),
            virtual_start=wish.virtual_start,
            topic_prefix="" if servers.kafka else "egov-up.",
            ports=PORTS,
            environment={"ESUVO_SEED": str(wish.seed), "UNIVERSITY_IS_SEED": str(wish.seed)},
        )
        async with running_chain(plan, _say) as chain:
            token, bootstrap_servers = plan.operator_token, plan.servers.bootstrap_servers
            async with conductor(list(chain.urls.values()), bootstrap_servers, plan.topic_prefix, token) as leader:
                if leader.state is None:
                    await leader.set_clock(wish.virtual_start, wish.rate)
            await chain.ready()
            State(
                pid=os.getpid(),
                started=psutil.Process().create_time(),
                urls=chain.urls,
                bootstrap_servers=bootstrap_servers,
                postgres_url=plan.servers.postgres_url,
                topic_prefix=plan.topic_prefix,
                operator_token=token,
                directory=str(directory),
            ).write()
            watching = asyncio.create_task(chain.watch())
            await stopping.wait()
            watching.cancel()
            _say("Stopping…")
    (directory / "state.json").unlink(missing_ok=True)


def stop(state: State) -> None:
    """Ask the supervisor to stop and wait until it, and so everything, is gone."""
    process = psutil.Process(state.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        raise LauncherError(
            f"The chain (pid {state.pid}) did not stop within {STOP_SECONDS:g} s. See {home() / 'supervisor.log'}."
        ) from None


async def wait_for_state(process: psutil.Popen) -> State:
    """The state of a supervisor that was just started. Raises LauncherError with its last words if it ends first."""
    log = home() / "supervisor.log"

    def ready() -> bool:
        if process.poll() is not None:
            raise LauncherError(f"The chain did not start. {log} ends with:\n{_last_words(log)}")
        return (home() / "state.json").exists()

    await wait_until(ready, READY_SECONDS, "the chain to be ready", every_seconds=0.1)
    return State.read()


def _last_words(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])


def _say(text: str) -> None:
    print(text, flush=True)  # standard output is the supervisor's log


def main() -> None:
    """`python -m deploy.local.supervisor VIRTUAL_START RATE SEED`, as `egov up` starts it."""
    _, start, rate, seed = sys.argv
    try:
        asyncio.run(hold(Wish(datetime.fromisoformat(start), float(rate), int(seed))))
    except (LauncherError, TimeoutError) as error:
        _say(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
