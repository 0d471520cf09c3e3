"""What is made at random at the first start, and which container gets what of it: each has a volume of its own."""

import secrets as lot
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from deploy.local.chain.plan import ISSUERS, SERVICES
from deploy.local.servers.identities import AUTHORITY, BROKER, CONDUCTOR, OPERATOR, USERS, Identities, broker_settings
from deploy.local.servers.private import write_private

ROOMS: Final = Path("/run/egov")
DRAWN: Final = "drawn"
"""The room that holds all; only the container that draws enters it."""
POSTGRES_PASSWORD: Final = "postgres-password"  # noqa: S105 - the name of a file
OPERATOR_TOKEN: Final = "operator-token"  # noqa: S105 - as above
SESSION_SECRET: Final = "session-secret"  # noqa: S105 - as above
_READ_BY_THE_GROUP: Final = 0o640
CLUSTER: Final = "ZWdvdi1jaGFpbi1jb21wbw"
LISTENERS: Final = "INSIDE,OUTSIDE"
ROOM_OF_KAFKA: Final = Path("/mnt/shared/config")
"""Where Kafka's image looks for settings beside its variables."""
DISK: Final = """\
process.roles=broker,controller
node.id=1
listeners=INSIDE://:19092,CONTROLLER://127.0.0.1:9093
advertised.listeners=INSIDE://kafka:19092
listener.security.protocol.map=INSIDE:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
inter.broker.listener.name=INSIDE
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:9093
log.dirs=/var/lib/kafka/data
"""


def login(user: str) -> str:
    """The name of a password of the broker's."""
    return f"kafka-{user}"


def database(service: str) -> str:
    """The name of the password of a role at the database."""
    return f"database-{service}"


def papers(service: str) -> str:
    """The name of the secret that the codes of a service's documents follow from."""
    return f"{service}-document-secret"


def _of_service(service: str) -> tuple[str, ...]:
    own = (OPERATOR_TOKEN, database(service), login(service))
    return (
        *own,
        *((SESSION_SECRET,) if service == "portal" else ()),
        *((papers(service),) if service in ISSUERS else ()),
    )


SHARES: Final[Mapping[str, tuple[str, ...]]] = {
    "postgres": (POSTGRES_PASSWORD,),
    "databases": (POSTGRES_PASSWORD, *map(database, SERVICES)),
    "topics": (login(BROKER), login(CONDUCTOR)),
    **{service: _of_service(service) for service in SERVICES},
    "nca": (login(AUTHORITY),),
    "egov": (OPERATOR_TOKEN, POSTGRES_PASSWORD, login(CONDUCTOR), login(OPERATOR)),
}
"""By room, which is a container's own volume, what is in it. Kafka's is another: its files are for the broker to read."""
ALL: Final = tuple(
    dict.fromkeys([*(name for names in SHARES.values() for name in names), *map(login, USERS)]),
)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Those of one room, by name."""

    values: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(cls, room: str, rooms: Path = ROOMS) -> Self:
        return cls({name: (rooms / room / name).read_text() for name in _in(room)})

    @property
    def identities(self) -> Identities:
        """The broker's users whose passwords are here."""
        return Identities({user: self.values[login(user)] for user in USERS if login(user) in self.values})

    @property
    def database_passwords(self) -> Mapping[str, str]:
        """By service, where they are here."""
        return {each: self.values[database(each)] for each in SERVICES if database(each) in self.values}

    @property
    def papers(self) -> Mapping[str, str]:
        """By service the secret that the codes of its documents follow from, where it is here."""
        return {each: self.values[papers(each)] for each in ISSUERS if papers(each) in self.values}

    def get(self, name: str) -> str:
        """Empty where this room does not have it."""
        return self.values.get(name, "")


def _in(room: str) -> tuple[str, ...]:
    return ALL if room == DRAWN else SHARES[room]


def draw(rooms: Path) -> Secrets:
    """What is missing is drawn; then each room gets its share."""
    for name in ALL:
        if not (rooms / DRAWN / name).exists():
            write_private(rooms / DRAWN / name, lot.token_urlsafe(32).encode())
    drawn = Secrets.read(DRAWN, rooms)
    for room, names in SHARES.items():
        mode = _READ_BY_THE_GROUP if room == "postgres" else 0o600
        for name in names:
            write_private(rooms / room / name, drawn.values[name].encode(), mode)
    (rooms / "postgres").chmod(0o750)
    return drawn


def furnish_kafka(room: Path, identities: Identities) -> None:
    """The files that Kafka's image reads: its listeners' logins, and what the storage tool is told when it formats.

    They are for the broker's account, which is in our group; the tool reads passwords from a file, as a command line is
    there for all to see.
    """
    disk = room / "format.properties"
    users = [word for each in identities.scram() for word in ("--add-scram", each)]
    arguments = [f"--cluster-id={CLUSTER}", "--config", str(ROOM_OF_KAFKA / disk.name), *users]
    files = {
        disk.name: DISK,
        "format.arguments": "\n".join(arguments),
        "server.properties": broker_settings(LISTENERS, identities.passwords[BROKER]),
    }
    for name, text in files.items():
        write_private(room / name, text.encode(), _READ_BY_THE_GROUP)
    room.chmod(0o750)
