"""The token of a desk of one university opens nothing of another: every route that a desk's token opens is tried."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from pydantic import SecretStr

from law.universities import load_universities
from services._chassis.batch import Loaded
from services.university_is import http as api
from services.university_is import streams
from services.university_is.duplicates.case.state import Case
from services.university_is.grants.application.state import Grant
from services.university_is.settings import OURS, Settings
from tests.support.papers import DOCUMENT_SECRET
from tests.support.routes import client_of

ID = UUID("0152e3b0-0000-8000-8000-000000000001")
SETTINGS = Settings(
    database_url=SecretStr("postgresql://unused"),
    document_secret=DOCUMENT_SECRET,
    operator_token=SecretStr("open sesame"),
    desk_tokens={f"{desk}@{code}": SecretStr(f"{desk} of {code}") for desk in OURS for code in ("027", "049")},
)
ROUTERS = api.routers(SETTINGS, load_universities())


class Of027:
    """Whatever is asked for, it is of university 027."""

    clock = SimpleNamespace(now=lambda: datetime(2016, 2, 15))  # noqa: DTZ001 - nobody gets so far as to look

    async def read(self, stream: str) -> Loaded:
        kind = Grant if stream == streams.grant(ID) else Case
        state: Case | Grant = object.__new__(type("Of027", (kind,), {"university": "027"}))
        return Loaded(state, 1)

    @property
    def store(self) -> "Of027":
        return self


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    async with client_of("university_is", Of027(), ROUTERS, raises=False) as opened:
        yield opened


def _routes() -> list[tuple[str, str]]:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    found = []
    for path, methods in app.openapi()["paths"].items():
        there = path.replace("{application_id}", str(ID)).replace("{code}", "027").replace("{university}", "027")
        there = there.replace("{kind}", "reference_note" if "/cases/" in path else "grant_receipt")
        if there != path:
            found += [(method.upper(), re.sub(r"\{.*?\}", "1", there)) for method in methods]
    return found


ROUTES = _routes()


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[" ".join(each) for each in ROUTES])
async def test_a_route_is_shut_to_the_desks_of_another_university(client: AsyncClient, method: str, path: str) -> None:
    for desk in OURS:
        answer = await client.request(method, path, headers={"authorization": f"Bearer {desk} of 049"}, json={})

        assert answer.status_code in (401, 403), answer.text
        assert answer.json()["code"] in {"desk.not-yours", "operator.token-wrong"}


def test_there_are_routes() -> None:
    assert len(ROUTES) > 20


@pytest.mark.parametrize("path", ["/tasks?university=027", "/tasks?university=027&desk=rector"])
async def test_a_desk_lists_no_tasks_of_another_university(client: AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"authorization": "Bearer management of 049"})

    assert (answer.status_code, answer.json()["code"]) == (403, "desk.not-yours")
