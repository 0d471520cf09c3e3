"""What is done before the services start, at every start: what is there already stays as it is."""

from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError

from deploy.containers.place import Settings, plan
from deploy.containers.secrets import ROOMS, Secrets, draw, furnish_kafka
from deploy.local.authority.nca import CERTIFICATE_FILE, CRL_FILE
from deploy.local.background.outside import AUTHORITY, compose
from deploy.local.background.state import home
from deploy.local.background.supervisor import require_same_wiring
from deploy.local.chain.plan import create_databases
from deploy.local.chain.settings import authority
from deploy.local.errors import LauncherError
from deploy.local.servers.private import write_private
from deploy.local.servers.rights import open_broker


def draw_secrets(settings: Settings, rooms: Path = ROOMS, published: Path = AUTHORITY) -> None:
    """Passwords and tokens made at random, each container's share of them in its own volume, and the certification
    authority, whose certificate the portal trusts.

    Raises LauncherError if the data are of a chain that was wired otherwise.
    """
    require_same_wiring(home(), settings.wish, compose("down --volumes"))
    drawn = draw(rooms)
    furnish_kafka(rooms / "kafka", drawn.identities)
    chain = plan(settings, drawn)
    nca_directory = chain.directory / "nca"
    authority(chain, nca_directory)
    for file in (CERTIFICATE_FILE, CRL_FILE):
        write_private(published / file, (nca_directory / file).read_bytes())


async def make_databases(settings: Settings) -> None:
    """A database and a role for each service, at its newest revision. Raises LauncherError if the server's password is
    another.
    """
    try:
        await create_databases(plan(settings, Secrets.read("databases")))
    except asyncpg.InvalidPasswordError:
        raise LauncherError(_other("PostgreSQL", "postgres")) from None


async def make_topics(settings: Settings) -> None:
    """Who may do what at the broker, and the topics. Raises LauncherError if the broker does not know our password."""
    try:
        await open_broker(plan(settings, Secrets.read("topics")).servers, "")
    except KafkaError as reason:
        raise LauncherError(f"{_other('Kafka', 'kafka')} ({type(reason).__name__}: {reason})") from None


def _other(server: str, volume: str) -> str:
    return (
        f"{server} refuses the password of the volume `secrets`: that of the volume `{volume}` is older. "
        f"The two belong together: restore the missing one, or forget both with {compose('down --volumes')}."
    )
