"""One node of Apache Kafka on loopback, broker and controller in one, for as long as a run lasts."""

import asyncio
import base64
import hashlib
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.errors import LauncherError
from deploy.local.servers.cache import Progress, keep_copy, silent
from deploy.local.servers.identities import BROKER, Identities, broker_settings
from deploy.local.servers.jars import broker_jars
from deploy.local.servers.java import Java, java_runtime
from deploy.local.servers.ports import HOST, Door, PortTaken, answered, holder
from deploy.local.servers.private import private_directory, write_private
from deploy.local.servers.processes import Process, run_to_end, wait_ready
from services._chassis.broker import Broker as Place
from services._chassis.broker import client_options

_CLIENTS: Final = "CLIENTS"
READY_SECONDS: Final = 60.0
_FORMAT_SECONDS: Final = 60.0
_ARCHIVING_STOP_SECONDS: Final = 30.0
_ENDED_BY_SIGTERM: Final = 143

_LOGGING: Final = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = INFO
rootLogger.appenderRef.out.ref = out
# It repeats all settings, several times.
logger.settings.name = org.apache.kafka.common.config
logger.settings.level = WARN
"""

_SETTINGS: Final = """\
process.roles = broker,controller
node.id = 1
listeners = {name}://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners = {name}://{host}:{port},CONTROLLER://{host}:{controller_port}
controller.listener.names = CONTROLLER
controller.quorum.bootstrap.servers = {host}:{controller_port}
log.dirs = {data}

auto.create.topics.enable = false
num.partitions = 4
# A run keeps all its messages: the report is computed from them.
log.retention.ms = -1
log.retention.bytes = -1
offsets.retention.minutes = 525600

# One node holds the only copy of everything.
default.replication.factor = 1
min.insync.replicas = 1
offsets.topic.replication.factor = 1
offsets.topic.num.partitions = 4
transaction.state.log.replication.factor = 1
transaction.state.log.min.isr = 1
transaction.state.log.num.partitions = 4
share.coordinator.state.topic.replication.factor = 1
share.coordinator.state.topic.min.isr = 1
share.coordinator.state.topic.num.partitions = 4

# Groups form at once; tests may choose short sessions.
group.initial.rebalance.delay.ms = 0
group.min.session.timeout.ms = 1000

# A controller waits for the session of a killed broker to end before it lets the broker in again.
broker.heartbeat.interval.ms = 500
broker.session.timeout.ms = 3000

# Nobody follows the metadata but this node: no empty records for them, twice a second.
metadata.max.idle.interval.ms = 0

# Small enough for a laptop.
num.network.threads = 2
num.io.threads = 4
log.cleaner.dedupe.buffer.size = 16777216
"""


@dataclass(frozen=True, slots=True)
class Broker:
    """What is needed to start brokers: a Java runtime and the checked jars."""

    java: Java
    jars: Path

    @property
    def archive(self) -> Path:
        """The classes that a broker loads, as this Java build likes them best: halves the start-up time."""
        build = hashlib.sha256(f"{self.java.executable}\n{self.java.text}".encode()).hexdigest()[:12]
        return self.jars / f"classes-{build}.jsa"


def fetch_broker(progress: Progress = silent) -> Broker:
    """All that must be downloaded, from the cache if it is there. Takes minutes the first time on a slow line."""
    return Broker(java_runtime(progress), broker_jars(progress))


@dataclass(frozen=True, slots=True)
class Kafka:
    """A broker that may be stopped or killed and started again on the same data and port.

    `secure`: it asks who comes and knows what each may do; else it takes whoever reaches it on loopback.
    """

    directory: Path
    door: Door
    controller_door: Door
    broker: Broker
    process: Process
    secure: bool = False

    @property
    def port(self) -> int:
        return self.door.port

    @property
    def controller_port(self) -> int:
        return self.controller_door.port

    @property
    def bootstrap_servers(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def identities(self) -> Identities | None:
        """Those that it asks for; None if it asks nobody."""
        return Identities.drawn(self._logins) if self.secure else None

    @property
    def _logins(self) -> Path:
        return self.directory / "identities"

    @property
    def _as_itself(self) -> Place:
        known = self.identities
        return known.broker(BROKER, self.bootstrap_servers) if known else Place(self.bootstrap_servers)

    @property
    def log_path(self) -> Path:
        return self.process.log_path

    async def start(self, within_seconds: float = READY_SECONDS) -> None:
        """Start it and return once it answers. Raises LauncherError with its last log lines if it does not.

        PortTaken where another program was faster at one of its ports: what answers there is not ours.
        """
        made = self._identity.exists()
        if made and self.secure and not self._logins.exists():
            raise LauncherError(
                f"{self.directory}: these data were made by a release whose broker knew nobody, and users are entered when "
                "they are made. Start without --secure, or forget the data with `egov reset`."
            )
        self._write_settings()
        if not made:
            await self._format()
        ours = cluster_of(self._identity)
        for door in (self.door, self.controller_door):
            door.lend()
        self.process.start()
        try:
            await wait_ready(self.process, lambda: answers(self._as_itself, cluster=ours), within_seconds)
        except BaseException as failed:
            self.process.kill()
            if isinstance(failed, LauncherError):
                self._require_own_ports()
            raise

    def _require_own_ports(self) -> None:
        for port in (self.port, self.controller_port):
            if answered(port):
                raise PortTaken(
                    f"Kafka could not have port {port}: another program{holder(port)} took it. Start again."
                )

    @property
    def _identity(self) -> Path:
        return self.directory / "data" / "meta.properties"

    def elsewhere(self) -> "Kafka":
        """The same broker on other ports. This one must not run."""
        self.release()
        return kafka_node(self.broker, self.directory.parent, secure=self.secure)

    def release(self) -> None:
        """Its ports are anybody's again."""
        for door in (self.door, self.controller_door):
            door.close()

    def terminate(self) -> None:
        """Ask it to stop, without waiting."""
        self.process.terminate()

    def stop(self) -> None:
        """Stop it in order; the data stay. After the first stop of a Java build, later starts are faster."""
        self.process.stop(_ARCHIVING_STOP_SECONDS)
        written = self.directory / "classes.jsa"
        if written.exists() and self.process.returncode == _ENDED_BY_SIGTERM:
            with suppress(OSError):  # only speed is lost
                keep_copy(written, self.broker.archive)
        written.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it as a crash would (SIGKILL). Gone on return."""
        self.process.kill()

    def _write_settings(self) -> None:
        private_directory(self.directory / "tmp")
        (self.directory / "log4j2.properties").write_text(_LOGGING)
        known = self.identities
        settings = _SETTINGS.format(
            name=_CLIENTS if known else "PLAINTEXT",
            host=HOST,
            port=self.port,
            controller_port=self.controller_port,
            data=self.directory / "data",
        )
        settings += broker_settings(_CLIENTS, known.passwords[BROKER]) if known else ""
        write_private(self.directory / "server.properties", settings.encode())

    async def _format(self) -> None:
        """With everybody who may log in, whether or not this start asks for it: the next one may. What the tool is told
        it reads from a file, since a command line is there for all to see.
        """
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        told = self.directory / "format.arguments"
        users = [word for each in Identities.drawn(self._logins).scram() for word in ("--add-scram", each)]
        config = ["--config", str(self.directory / "server.properties")]
        arguments = ["format", "--standalone", f"--cluster-id={cluster}", *config, *users]
        write_private(told, "\n".join(arguments).encode())
        formatting = Process(
            name="Kafka's storage tool",
            argv=[
                *java_command(self.broker, self.directory),
                *_shared_classes(self.broker),
                "kafka.tools.StorageTool",
                f"@{told}",
            ],
            env=os.environ,
            log_path=self.directory / "format.log",
        )
        try:
            await run_to_end(formatting, _FORMAT_SECONDS)
        finally:
            told.unlink()


def kafka_node(broker: Broker, run_dir: Path, port: int = 0, *, secure: bool = False) -> Kafka:
    """A broker, not yet started, with its data in `run_dir`/kafka. Raises LauncherError if the port is taken."""
    directory = run_dir / "kafka"
    door = Door.claim(port, "Kafka")
    process = Process(
        name="Kafka",
        argv=[
            *java_command(broker, directory),
            *(_shared_classes(broker) or [f"-XX:ArchiveClassesAtExit={directory / 'classes.jsa'}"]),
            "kafka.Kafka",
            str(directory / "server.properties"),
        ],
        env=os.environ,
        log_path=directory / "kafka.log",
        pid_path=run_dir / "kafka.pid",
    )
    return Kafka(directory, door, Door.claim(0, "Kafka's controller"), broker, process, secure)


def java_command(broker: Broker, directory: Path) -> list[str]:
    """Java with flags for a small heap and a fast start; a main class follows."""
    flags = [
        "-Xms256m",
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",  # it would leave files in the system's temporary directory after a kill
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.awt.headless=true",
        "-Djava.net.preferIPv4Stack=true",
        f"-Djava.io.tmpdir={directory / 'tmp'}",
        f"-Dlog4j2.configurationFile={directory / 'log4j2.properties'}",
    ]
    if broker.java.major >= 24:  # noqa: PLR2004 - since then Java warns of what Kafka and its codecs do
        flags += ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
    jars = sorted(str(path) for path in broker.jars.glob("*.jar"))
    return [str(broker.java.executable), *flags, "-classpath", os.pathsep.join(jars)]


def _shared_classes(broker: Broker) -> list[str]:
    return [f"-XX:SharedArchiveFile={broker.archive}"] if broker.archive.exists() else []


async def answers(place: Place | str, within_seconds: float = 3.0, *, cluster: str | None = None) -> bool:
    """Whether a Kafka there tells who its brokers are; with `cluster`, whether it is a broker of that cluster."""
    found = await cluster_at(place, within_seconds)
    return found is not None if cluster is None else found == cluster


async def cluster_at(place: Place | str, within_seconds: float = 3.0) -> str | None:
    """The id of the cluster that answers there; None where no Kafka does."""
    options = client_options(place)
    if not await _accepts_connections(options["bootstrap_servers"]):
        return None
    admin = AIOKafkaAdminClient(**options, request_timeout_ms=int(within_seconds * 1000))
    try:
        async with asyncio.timeout(2 * within_seconds):  # what is no Kafka may take the connection and say nothing
            await admin.start()
            found = await admin.describe_cluster()
        return str(found["cluster_id"]) if found["brokers"] else None
    except (KafkaError, OSError):  # a TimeoutError is an OSError
        return None
    finally:
        await admin.close()


def cluster_of(identity: Path) -> str:
    """The id that this data directory was formatted for, from its meta.properties."""
    settings = dict(line.split("=", 1) for line in identity.read_text().splitlines() if "=" in line)
    return settings["cluster.id"].strip()


async def _accepts_connections(bootstrap_servers: str) -> bool:
    """Asked first, since the client reports each failed attempt in its log."""
    for server in bootstrap_servers.split(","):
        host, _, port = server.strip().rpartition(":")
        with suppress(OSError, ValueError):
            _, writer = await asyncio.open_connection(host, int(port))
            writer.close()
            await writer.wait_closed()
            return True
    return False
