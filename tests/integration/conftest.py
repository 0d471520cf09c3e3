from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.local.servers.infra import RunningServers
from deploy.local.servers.kafka import Kafka
from deploy.local.servers.postgres import Postgres
from tests.support.servers import Place, place, session_servers

_NOT_OURS = (
    "this test kills the {}, and the environment names one that is not ours: unset it, or use -m 'not own_servers'"
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "own_servers: kills and restarts servers, so they must be the test session's own"
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningServers]:
    async with session_servers(tmp_path_factory.mktemp("servers")) as running:
        yield running


@pytest.fixture
def own_kafka(running_servers: RunningServers) -> Kafka:
    if running_servers.kafka is None:
        pytest.fail(_NOT_OURS.format("broker"))
    return running_servers.kafka


@pytest.fixture
def own_postgres(running_servers: RunningServers) -> Postgres:
    if running_servers.postgres is None:
        pytest.fail(_NOT_OURS.format("database"))
    return running_servers.postgres


@pytest_asyncio.fixture(loop_scope="session")
async def corner(running_servers: RunningServers) -> AsyncIterator[Place]:
    async with place(running_servers.servers) as own:
        yield own
