"""`egov eds`: electronic digital signatures of made-up people."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from deploy.local.background import eds as authority
from deploy.local.background.state import State
from deploy.local.cli.console import console, run
from deploy.local.errors import LauncherError
from deploy.local.files.reading import Unreadable, read_file

app = typer.Typer(no_args_is_help=True, help="electronic digital signatures of made-up people")
_MOST_SIGNED: Final = 50 * 1024**2


@app.command("issue")
def issue(
    iin: Annotated[str, typer.Option(help="of a made-up person: century digit 1 or 2")],
    surname: Annotated[str, typer.Option()],
    name: Annotated[str, typer.Option()],
    out: Annotated[Path, typer.Option(help="directory for sign.pem and auth.pem")],
    patronymic: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Issue a person's EDS certificates by the chain's certification authority."""
    authority.issue(iin, surname, name, patronymic, out)
    console.print(f"{out / 'sign.pem'} signs documents, {out / 'auth.pem'} signs in.", highlight=False)


@app.command("sign")
def sign(
    credential: Annotated[Path, typer.Argument(help="sign.pem or auth.pem")],
    file: Annotated[Path | None, typer.Argument(help="what to sign; standard input if none")] = None,
) -> None:
    """Sign a file as it stands: prints the compact JWS that the portal takes as `signed`."""
    try:
        payload = read_file(file, _MOST_SIGNED) if file else sys.stdin.buffer.read()
    except Unreadable as wrong:
        raise LauncherError(f"{file}: {wrong.rule}; {wrong.remedy}. Name a file to sign.") from None
    print(authority.sign(credential, payload))


@app.command("revoke")
def revoke(credential: Annotated[Path, typer.Argument(help="sign.pem or auth.pem of `egov eds issue`")]) -> None:
    """Revoke a certificate from now on, in virtual time: the portal confirms nothing that it signs later."""
    run(authority.revoke(State.read(), credential, console))
