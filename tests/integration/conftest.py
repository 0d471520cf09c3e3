from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.local.infra import RunningServers
from tests.support.servers import Place, place, session_servers


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningServers]:
    async with session_servers(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def corner(running_servers: RunningServers) -> AsyncIterator[Place]:
    async with place(running_servers.servers) as own:
        yield own
