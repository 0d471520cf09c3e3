from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.process import Stand, make_tables, stand
from tests.support.servers import Place
from tests.support.tally import SERVICE


@pytest_asyncio.fixture(loop_scope="session")
async def tables(corner: Place) -> Place:
    """A corner whose database has the chassis' tables."""
    await make_tables(corner.database_url)
    return corner


@pytest_asyncio.fixture(loop_scope="session")
async def service(tables: Place) -> AsyncIterator[Stand]:
    """One instance with its loops running."""
    async with stand(SERVICE, tables) as own:
        yield own


@pytest_asyncio.fixture(loop_scope="session")
async def still(tables: Place) -> AsyncIterator[Stand]:
    """One instance whose parts the test drives by hand."""
    async with stand(SERVICE, tables, running=False) as own:
        yield own
