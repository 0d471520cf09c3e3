"""A chain that is measured says why it could not be: which of its processes ended, and with what last words."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.authority.nca import Nca
from deploy.local.chain.chain import Chain
from deploy.local.chain.plan import Plan
from deploy.local.errors import LauncherError
from deploy.local.servers.infra import Servers
from deploy.local.servers.processes import Process, wait_until
from tests.bench.chain import whole

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)


def chain_of(directory: Path, script: str) -> Chain:
    process = Process(
        name="portal", argv=[sys.executable, "-c", script], env={}, log_path=directory / "portal.log", pid_path=None
    )
    plan = Plan(Servers("", ""), directory, run="test", seed="705", virtual_start=NOON)
    return Chain(plan, Nca.create("705", NOON), {"portal": process}, {})


async def test_a_process_that_ended_is_named_with_its_last_words(tmp_path: Path) -> None:
    chain = chain_of(tmp_path, "raise SystemExit('no more partitions')")
    process = chain.processes["portal"]
    process.start()
    await wait_until(lambda: not process.alive, 20, "it to end")

    with pytest.raises(LauncherError, match=r"portal ended with code 1[\s\S]+no more partitions"):
        async with whole(chain):
            raise TimeoutError


async def test_while_all_are_there_the_failure_is_told_as_it_was(tmp_path: Path) -> None:
    chain = chain_of(tmp_path, "import time; time.sleep(60)")
    chain.processes["portal"].start()
    try:
        with pytest.raises(TimeoutError):
            async with whole(chain):
                raise TimeoutError
    finally:
        chain.processes["portal"].kill()
