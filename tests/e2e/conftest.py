from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.servers.infra import RunningServers
from tests.support.chain import Outcome, rows, run_to_its_end, write_rows
from tests.support.servers import session_servers


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningServers]:
    async with session_servers(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("applications") / "applications.jsonl", rows())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def undisturbed(
    running_servers: RunningServers, applications: Path, tmp_path_factory: pytest.TempPathFactory
) -> Outcome:
    """The run that others are compared with."""
    return await run_to_its_end(running_servers, tmp_path_factory.mktemp("undisturbed"), applications)
