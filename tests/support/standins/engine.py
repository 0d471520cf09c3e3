"""A Docker engine and Docker Compose, if this machine has them, and the images that the chain needs."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from tests.support.standins.build import BUILD_SECONDS, ROOT, build_kafka, build_postgres

COMPOSE_FILE: Final = ROOT / "deploy" / "compose.yaml"
COMPOSE_VARIABLE: Final = "EGOV_COMPOSE"
_BASE: Final = "python:3.11-slim"
_ANSWER_SECONDS: Final = 30.0
_STANDINS: Final[Mapping[str, Callable[[str, Mapping[str, str]], str]]] = {
    "kafka": build_kafka,
    "postgres": build_postgres,
}


class MissingError(Exception):
    """What this machine lacks to run containers, in words for a skipped test."""


@dataclass(frozen=True, slots=True)
class Tools:
    """`compose` is the words before a command's own: `docker compose`, or a program by its path."""

    compose: tuple[str, ...]
    environ: Mapping[str, str]
    base: str


def tools() -> Tools:
    """Raises MissingError that says what is not there."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("EGOV_")}
    if not _works(["docker", "info"], environ):
        raise MissingError("no Docker engine answers `docker info`; start one, or name its socket by DOCKER_HOST")
    named = os.environ.get(COMPOSE_VARIABLE)
    for words in [shlex.split(named)] if named else [["docker", "compose"], ["docker-compose"]]:
        if _works([*words, "version"], environ):
            return Tools(tuple(words), environ, os.environ.get("EGOV_BASE", _BASE))
    raise MissingError(
        f"no Docker Compose: neither `docker compose` nor `docker-compose`; name one by {COMPOSE_VARIABLE}"
    )


def substitutes(found: Tools) -> dict[str, str]:
    """The image to use instead, by service, of each that is neither here nor to be had. Raises MissingError without a base."""
    if not _to_be_had(found.base, found.environ):
        raise MissingError(f"the image {found.base} is neither here nor can be pulled; name another by EGOV_BASE")
    services = yaml.safe_load(COMPOSE_FILE.read_text())["services"]
    return {
        service: build(found.base, found.environ)
        for service, build in _STANDINS.items()
        if not _to_be_had(services[service]["image"], found.environ)
    }


def override(images: Mapping[str, str], directory: Path) -> Path:
    """A second file for Compose with these images."""
    path = directory / "standins.yaml"
    path.write_text(yaml.safe_dump({"services": {service: {"image": image} for service, image in images.items()}}))
    return path


def _to_be_had(image: str, environ: Mapping[str, str]) -> bool:
    return _works(["docker", "image", "inspect", image], environ) or _works(
        ["docker", "pull", "--quiet", image], environ, BUILD_SECONDS
    )


def _works(command: list[str], environ: Mapping[str, str], within: float = _ANSWER_SECONDS) -> bool:
    if shutil.which(command[0]) is None:
        return False
    try:
        done = subprocess.run(command, env=dict(environ), capture_output=True, timeout=within, check=False)  # noqa: S603 - fixed commands
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
