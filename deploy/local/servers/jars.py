"""The broker's jars: fetched once from Maven Central by whichever client is there, each checked against a lock file.

`python -m deploy.local.servers.jars` writes the lock file anew from pom.xml; it needs `mvn`.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contracts.generate import plainly
from deploy.local.errors import LauncherError, known
from deploy.local.servers.cache import Progress, cache_dir, locked, silent, staged

POM: Final = Path(__file__).with_name("pom.xml")
LOCK: Final = Path(__file__).with_name("kafka-jars.lock")
_HEADER: Final = (
    "# sha256 group:artifact:version of each jar of the local broker; "
    "written by `python -m deploy.local.servers.jars`.\n"
)
_COPY: Final = "dependency:copy-dependencies"
_LIST: Final = "dependency:list"
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock file."""

    sha256: str
    group: str
    artifact: str
    version: str

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


Fetcher = Callable[[Sequence[Jar], Path, Progress], None]
"""Puts the jars into a directory; raises LauncherError if it cannot."""


def locked_jars(lock: Path = LOCK) -> list[Jar]:
    """The jars of the lock file. Raises LauncherError for a malformed line."""
    lines = [line.split() for line in lock.read_text().splitlines() if line and not line.startswith("#")]
    try:
        return [Jar(digest, *coordinate.split(":")) for digest, coordinate in lines]
    except (TypeError, ValueError) as error:
        raise LauncherError(
            f"{lock}: each line must read `sha256 group:artifact:version`. Restore the file from the repository."
        ) from error


def broker_version(jars: Sequence[Jar]) -> str:
    return next(jar.version for jar in jars if jar.artifact == "kafka_2.13")


def broker_jars(progress: Progress = silent, fetchers: Sequence[Fetcher] | None = None, lock: Path = LOCK) -> Path:
    """The directory with all checked jars; only the first call on a machine downloads anything."""
    jars = locked_jars(lock)
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:8]
    directory = cache_dir() / f"kafka-{broker_version(jars)}-{digest}"
    with locked(cache_dir() / "kafka.lock", "fetching Apache Kafka", progress):
        if not directory.exists():
            with staged(directory) as partial:
                _fetch(jars, partial, progress, fetchers or available_fetchers())
                verify(jars, partial)
        else:
            _verify_cached(jars, directory)
    return directory


def _verify_cached(jars: Sequence[Jar], directory: Path) -> None:
    """What was damaged in the cache is fetched anew by the next start, not repaired in silence."""
    try:
        verify(jars, directory)
    except LauncherError:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def available_fetchers() -> list[Fetcher]:
    """`mvn` first, since it knows the user's mirrors and proxies; jgo needs nothing but Python."""
    return [fetch_with_mvn, fetch_with_jgo] if shutil.which("mvn") else [fetch_with_jgo]


def verify(jars: Sequence[Jar], directory: Path) -> None:
    """Raises LauncherError unless the directory holds exactly these jars; a jar with a wrong sum is deleted."""
    for jar in jars:
        _verify_one(jar, directory / jar.file_name)
    unknown = {path.name for path in directory.glob("*.jar")} - {jar.file_name for jar in jars}
    if unknown:
        raise LauncherError(
            f"{', '.join(sorted(unknown))} in {directory}: every jar must be in {LOCK.name}. "
            f"Start again; after a change of {POM.name} run `python -m deploy.local.servers.jars` first."
        )


def _verify_one(jar: Jar, path: Path) -> None:
    if not path.exists():
        raise LauncherError(
            f"{path}: {LOCK.name} lists this jar, but it is not there. Start again to fetch all jars anew."
        )
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if actual != jar.sha256:
        path.unlink()
        raise LauncherError(
            f"{path.name}: its sha256 is {actual}, but {LOCK.name} says {jar.sha256}; a jar that differs is not run. "
            "It was deleted: start again to fetch it anew. If this happens twice, your mirror or proxy alters files."
        )


def _fetch(jars: Sequence[Jar], directory: Path, progress: Progress, fetchers: Sequence[Fetcher]) -> None:
    """Try one client after the other; the last one's failure is ours."""
    for fetch in fetchers[:-1]:
        try:
            return fetch(jars, directory, progress)
        except LauncherError as error:
            progress(f"{error} Trying without it…")
            for leftover in directory.glob("*.jar"):
                leftover.unlink()
    return fetchers[-1](jars, directory, progress)


def fetch_with_mvn(jars: Sequence[Jar], directory: Path, progress: Progress) -> None:
    """By the machine's Maven, with the user's settings."""
    wanted = {jar.file_name for jar in jars}
    report = _Report(broker_version(jars), len(jars), progress)
    report(0)
    seen: set[str] = set()
    for line in _mvn(_COPY, f"-DoutputDirectory={directory}", "-DincludeScope=runtime"):
        if match := re.search(r"Downloaded .*/([^/ ]+\.jar)", line):
            seen |= {match[1]} & wanted
            report(len(seen))
    report(len(jars))


def fetch_with_jgo(jars: Sequence[Jar], directory: Path, progress: Progress) -> None:
    """By jgo, in pure Python, where there is no Maven."""
    from jgo.config import GlobalSettings  # noqa: PLC0415 - slow to import, and needed once per machine
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
    from jgo.maven import MavenContext  # noqa: PLC0415

    report = _Report(broker_version(jars), len(jars), progress)
    remotes = GlobalSettings.load().repositories or {"central": MAVEN_CENTRAL_URL}
    with tempfile.TemporaryDirectory(dir=directory) as repository:
        maven = MavenContext(repo_cache=Path(repository), remote_repos=remotes, timeout=60)
        for count, jar in enumerate(jars):
            report(count)
            artifact = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact()
            fetched = _with_retries(jar, artifact.resolve)
            fetched.rename(directory / fetched.name)
    report(len(jars))


def _with_retries(jar: Jar, fetch: Callable[[], Path]) -> Path:
    failure: Exception | None = None
    for _ in range(_TRIES):
        try:
            return fetch()
        except (OSError, RuntimeError) as error:  # requests raises OSErrors, jgo RuntimeErrors
            failure = error
    raise LauncherError(
        f"{jar.group}:{jar.artifact}:{jar.version} could not be fetched from Maven Central: {failure}. "
        "The first start needs the network: check it, or set KAFKA_BOOTSTRAP_SERVERS to use an existing Kafka."
    ) from failure


@dataclass(slots=True)
class _Report:
    version: str
    total: int
    progress: Progress
    last: int = -1

    def __call__(self, count: int) -> None:
        if count != self.last:
            self.last = count
            self.progress(f"Fetching Apache Kafka {self.version} ({count} of {self.total} jars)…")


def _mvn(goal: str, *options: str) -> Iterator[str]:
    """The output of mvn, line by line. Raises LauncherError if it fails."""
    command = ["mvn", "--batch-mode", "--file", str(POM), goal, *options]
    lines: list[str] = []
    with _running(command) as process:
        for line in process.stdout or ():
            lines.append(line)
            yield line
    if process.returncode:
        errors = [line.strip() for line in lines if line.startswith("[ERROR]")] or ["no reason given"]
        raise LauncherError(f"mvn could not fetch Apache Kafka: {errors[0]}")


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Kill it if we are interrupted: mvn must not go on alone."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def write_lock() -> None:
    """Resolve pom.xml and note the sum of every jar that this machine's mirror delivers: review the difference."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        listing = directory / "listing.txt"
        list(_mvn(_LIST, f"-DoutputFile={listing}", "-DincludeScope=runtime"))
        list(_mvn(_COPY, f"-DoutputDirectory={directory}", "-DincludeScope=runtime"))
        found = re.findall(r"^\s+([\w.\-]+):([\w.\-]+):jar:([\w.\-]+):\w+", listing.read_text(), re.MULTILINE)
        LOCK.write_text(_HEADER + "".join(_lock_line(Jar("", *names), directory) for names in sorted(found)))


def _lock_line(jar: Jar, directory: Path) -> str:
    digest = hashlib.sha256((directory / jar.file_name).read_bytes()).hexdigest()
    return f"{digest} {jar.group}:{jar.artifact}:{jar.version}\n"


if __name__ == "__main__":
    sys.exit(plainly.run(write_lock, known))
