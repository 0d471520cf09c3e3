"""The gateway's HTTP: what it asks of the journal, and for whom."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from httpx import AsyncClient
from pydantic import SecretStr

from services._chassis.aggregate import Row
from services.shep_gateway import http as api
from services.shep_gateway.settings import Settings
from tests.support.routes import OPERATOR, client_of
from tests.unit.shep_gateway.examples import FIRST, ID, NOON, SECOND

SETTINGS = Settings(database_url=SecretStr("postgresql://unused"), operator_token=SecretStr("open sesame"))


class Store:
    """Answers with one entry, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: tuple[object, ...] = ()

    async def rows(self, _query: str, *arguments: object) -> list[Row]:
        self.asked = arguments
        entry: Row = {"application_id": ID, "notice_id": SECOND, "kind": "ready", "state": "waiting", "attempts": 0}
        return [{**entry, "accepted_at": NOON, "confirmed_at": None, "abandoned_at": None}]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
async def client(store: Store) -> AsyncIterator[AsyncClient]:
    async with client_of("shep_gateway", SimpleNamespace(store=store), api.routers(SETTINGS)) as opened:
        yield opened


async def test_the_journal_is_shut_without_the_operators_token(client: AsyncClient, store: Store) -> None:
    answer = await client.get("/journal")

    assert answer.status_code == 401
    assert store.asked == ()


async def test_the_journal_is_asked_for_what_the_operator_wants(client: AsyncClient, store: Store) -> None:
    wanted = {"application_id": str(ID), "state": "waiting", "after": str(FIRST), "limit": "1"}
    answer = await client.get("/journal", params=wanted, headers=OPERATOR)
    page = answer.json()

    assert store.asked == (ID, "waiting", FIRST, 1)
    assert page["entries"][0]["state"] == "waiting"
    assert page["next"] == str(SECOND)


async def test_the_last_page_says_so(client: AsyncClient) -> None:
    answer = await client.get("/journal", headers=OPERATOR)

    assert answer.json()["next"] is None


async def test_an_unknown_state_is_named_with_those_that_exist(client: AsyncClient) -> None:
    answer = await client.get("/journal", params={"state": "lost"}, headers=OPERATOR)
    (violation,) = answer.json()["violations"]

    assert answer.status_code == 422
    assert violation["field"] == "/query/state"
    assert "abandoned" in violation["rule"]
