"""/docs works without the net, and its policy lets nothing else in."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from fastapi import FastAPI

from services._chassis import pages

OURS = "http://desk"


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(title="egov-chain: desk", docs_url=None, redoc_url=None)
    app.include_router(pages.router(app.title))
    pages.with_token(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=OURS) as opened:
        yield opened


async def test_the_page_and_all_that_it_names_come_from_the_service_itself(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    answers = {each: await client.get(f"/{each}") for each in named if not each.startswith("data:")}

    assert page.status_code == 200
    assert sorted(answers) == ["docs/start.js", "docs/swagger-ui-bundle.js", "docs/swagger-ui.css"]
    assert all(each.status_code == 200 for each in answers.values())
    assert "//" not in "".join(named)
    assert len(answers["docs/swagger-ui-bundle.js"].content) > 1_000_000
    assert answers["docs/swagger-ui-bundle.js"].headers["content-type"].startswith("text/javascript")


async def test_its_policy_lets_only_scripts_of_the_service_run_and_nobody_frames_it(
    client: httpx.AsyncClient,
) -> None:
    headers = (await client.get("/docs")).headers
    policy = dict(each.strip().split(" ", 1) for each in headers["content-security-policy"].split(";"))

    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


async def test_there_is_no_inline_script(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text

    assert not re.search(r"<script(?![^>]*src=)|\son[a-z]+=", page)


async def test_the_description_offers_a_token(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()

    assert described["components"]["securitySchemes"]["HTTPBearer"] == {"type": "http", "scheme": "bearer"}
    assert {"HTTPBearer": []} in described["security"]


async def test_there_is_no_other_page_of_the_kind(client: httpx.AsyncClient) -> None:
    assert (await client.get("/redoc")).status_code == 404
