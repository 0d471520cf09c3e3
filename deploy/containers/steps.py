"""What is done before the services start, at every start: what is there already stays as it is."""

import secrets
from dataclasses import fields
from pathlib import Path

import asyncpg

from deploy.containers.outside import AUTHORITY, compose
from deploy.containers.place import SECRETS, Secrets, Settings, plan, secret_file
from deploy.local.chain import authority, create_databases
from deploy.local.nca import CERTIFICATE_FILE, CRL_FILE
from deploy.local.private import write_private
from deploy.local.processes import LauncherError
from deploy.local.supervisor import home, require_same_wiring


def draw_secrets(settings: Settings, directory: Path = SECRETS, published: Path = AUTHORITY) -> None:
    """Passwords and tokens drawn by lot, and the certification authority, whose certificate the portal trusts.

    Raises LauncherError if the data are of a chain that was wired otherwise.
    """
    require_same_wiring(home(), settings.wish, compose("down --volumes"))
    for each in fields(Secrets):
        path = secret_file(each.name, directory)
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32).encode())
    chain = plan(settings, Secrets.read(directory))
    nca_directory = chain.directory / "nca"
    authority(chain, nca_directory)
    for file in (CERTIFICATE_FILE, CRL_FILE):
        write_private(published / file, (nca_directory / file).read_bytes())


async def make_databases(settings: Settings) -> None:
    """A database for each service, at its newest revision. Raises LauncherError if the server's password is another."""
    try:
        await create_databases(plan(settings, Secrets.read()))
    except asyncpg.InvalidPasswordError:
        raise LauncherError(
            "PostgreSQL refuses the password of the volume `secrets`: that of the volume `postgres` is older. "
            f"The two belong together: restore the missing one, or forget both with {compose('down --volumes')}."
        ) from None
