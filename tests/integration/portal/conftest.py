from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.local.servers.infra import RunningServers
from tests.support.desk import Desk, open_desk


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(running_servers: RunningServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with open_desk(running_servers, tmp_path_factory.mktemp("desk")) as own:
        yield own
