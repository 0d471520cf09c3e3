"""How the chain of `egov up` shall start, and the file that says where it is."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Self

import psutil
from pydantic import TypeAdapter

from deploy.local.background import outside
from deploy.local.chain.plan import SERVICES
from deploy.local.errors import LauncherError
from deploy.local.servers.cache import cache_dir
from deploy.local.servers.infra import is_in_use
from deploy.local.servers.private import write_private
from deploy.local.servers.processes import started_then
from services._chassis.broker import Broker

PORT_BASE: Final = 8700
KAFKA_PORT: Final = 9092
NCA_OFFSET: Final = 6
_POSTGRES_OFFSET: Final = 32


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
