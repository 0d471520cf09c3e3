"""Signatures of made-up people, by the certification authority of the chain of `egov up`."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from rich.console import Console

from contracts.iin import IinInvalid, validate
from deploy.local.authority.holders import Person
from deploy.local.authority.keys import Credential, sign_jws
from deploy.local.authority.nca import Nca
from deploy.local.background import outside
from deploy.local.background.connections import conductor_of
from deploy.local.background.state import State, home
from deploy.local.errors import LauncherError
from deploy.local.files.reading import Unreadable, read_file
from deploy.local.servers.private import write_private
from services._eds.signature import Use

_MOST_OF_A_KEY: Final = 1024**2
_YEAR: Final = timedelta(days=365)


def issue(iin: str, surname: str, name: str, patronymic: str | None, out: Path) -> None:
    """Both certificates of a person, each with its key, in files that only their owner reads."""
    directory = home() / "nca"
    try:
        nca = Nca.load(directory)
    except FileNotFoundError:
        raise LauncherError("There is no certification authority yet. Start the chain with `egov up`.") from None
    person, since = _person(iin, surname, name, patronymic), nca.certificate.not_valid_before_utc
    out.mkdir(parents=True, exist_ok=True)
    key = None
    for use in Use:
        credential = nca.issue(person, use, since, since + 10 * _YEAR, key)
        key = credential.key
        write_private(out / f"{use.value}.pem", credential.to_pem())
    nca.save(directory)


async def revoke(state: State, credential: Path, console: Console) -> None:
    """Take a certificate back from this virtual moment on; the portal reads the new list before its next signature."""
    directory, serial = home() / "nca", _read(credential).certificate.serial_number
    async with conductor_of(state) as leader:
        nca, now = Nca.load(directory), leader.now
        try:
            nca.revoke(serial, now)
        except ValueError as wrong:
            raise LauncherError(f"{credential}: {wrong}. Name a file that `egov eds issue` wrote.") from None
        nca.save(directory)
        nca.publish(directory, now)
        if outside.held():
            nca.publish(outside.AUTHORITY, now)
        console.print(f"{credential}: revoked from {now.isoformat(timespec='seconds')} on", highlight=False)


def _read(credential: Path) -> Credential:
    try:
        return Credential.from_pem(read_file(credential, _MOST_OF_A_KEY))
    except (Unreadable, ValueError) as wrong:
        raise LauncherError(
            f"{credential}: no key with its certificate ({wrong}). Name a sign.pem or auth.pem of `egov eds issue`."
        ) from None


def _person(iin: str, surname: str, name: str, patronymic: str | None) -> Person:
    try:
        validate(iin)
    except IinInvalid as wrong:
        raise LauncherError(f"--iin: {wrong.rule}; {wrong.remedy}.") from None
    try:
        return Person(iin, surname, name, patronymic)
    except ValueError as wrong:
        raise LauncherError(f"--{wrong}.") from None


def sign(credential: Path, payload: bytes) -> str:
    """A compact JWS over exactly these bytes."""
    return sign_jws(payload, _read(credential))
