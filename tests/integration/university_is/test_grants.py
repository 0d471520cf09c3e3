"""A package for a grant at a committee of people, on a real broker and database: its tasks in pages, done over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from contracts.desks import DeskTasks
from contracts.grants import REQUIRED_ATTACHMENTS
from contracts.issued_documents import PaperKind
from deploy.local.people.doors import conductor_of
from deploy.local.servers.infra import RunningServers
from services._chassis import http
from services._chassis.metrics import Metrics
from services._chassis.migrate import upgrade
from services.university_is import http as api
from services.university_is.grants.application import commands as c
from services.university_is.grants.application.decide import GRANT
from services.university_is.grants.application.state import State
from services.university_is.service import service
from services.university_is.streams import grant
from tests.support.chain import chain_of, plan_for
from tests.support.papers import CODES
from tests.support.process import Stand, stand
from tests.support.routes import OPERATOR
from tests.support.servers import Place
from tests.unit.university_is.grants import ID, NUMBER, OTHER_ID, STUDENT, UNIVERSITIES, WINNING, august, request
from tests.unit.university_is.test_grant_api import SETTINGS

MONDAY = datetime(2016, 7, 25, 4, tzinfo=UTC)
ALONE = {"portal": 0, "esuvo": 0, "shep_gateway": 0, "con": 0}
TOKENS = {"admission_committee": "token-of-committee", "rector": "token-of-rector"}


class Committee:
    """A university whose committee and rector are people."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def get(self, path: str, desk: str = "admission_committee", **query: str) -> Any:  # Any: a JSON answer
        answer = await self.http.get(path, params=query, headers={"authorization": f"Bearer {TOKENS[desk]}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, body: object = None, desk: str = "admission_committee") -> httpx.Response:
        return await self.http.post(path, json=body, headers={"authorization": f"Bearer {TOKENS[desk]}"})

    async def tasks(self, **query: str) -> DeskTasks:
        return DeskTasks.model_validate(await self.get("/tasks", **query))


@pytest_asyncio.fixture
async def committee(running_servers: RunningServers, tmp_path: Path) -> AsyncIterator[Committee]:
    plan = plan_for(running_servers, tmp_path, MONDAY)
    tokens = '{"admission_committee@*": "token-of-committee", "rector@*": "token-of-rector"}'
    settings = {"UNIVERSITY_IS_STAFF": "none", "UNIVERSITY_IS_DESK_TOKENS": tokens}
    plan = replace(plan, instances=ALONE, environment={**plan.environment, **settings})
    async with (
        chain_of(plan) as chain,
        conductor_of(chain) as leader,
        httpx.AsyncClient(base_url=chain.url("university_is"), timeout=30.0, trust_env=False) as http,
    ):
        await leader.set_clock(MONDAY, rate=0)
        await chain.ready()
        yield Committee(http)


@pytest.mark.step("GRANT-P-1", "GRANT-P-1b", "GRANT-P-2")
async def test_a_package_has_two_tasks_that_are_found_in_pages_and_done_over_http(committee: Committee) -> None:
    """INC-11."""
    package = {
        "university": "027",
        "request": request().model_dump(mode="json"),
        "presented": list(REQUIRED_ATTACHMENTS),
    }
    short = await committee.post("/grants", {**package, "presented": ["photo"]})
    entered = await committee.post("/grants", package)
    again = await committee.post("/grants", package)
    first = await committee.tasks(desk="admission_committee", limit="1")
    second = await committee.tasks(desk="admission_committee", limit="1", after=first.next_page or "")
    third = await committee.tasks(desk="admission_committee", limit="1", after=second.next_page or "")
    tasks = [*first.tasks, *second.tasks, *third.tasks]
    done = [await committee.post(each.act.removeprefix("POST ")) for each in tasks]
    order = await committee.post("/universities/027/scholarship-orders", desk="rector")
    view = await committee.get(f"/grants/{entered.json()['application_id']}", desk="rector")

    assert (short.status_code, entered.status_code, again.status_code) == (422, 201, 200), entered.text
    assert [each.step for each in tasks] == ["GRANT-P-1b", "GRANT-P-2"]
    assert [each.status_code for each in done] == [200, 200]
    assert (order.status_code, order.json()["assigned"]) == (200, 0)
    assert view["status"] == "forwarded"
    assert [each["met"] for each in view["steps"]] == [True, True]
    assert [each["event"] for each in view["history"]] == [
        "grant-turned-away",
        "grant-registered",
        "grant-participation-certified",
        "grant-forwarded",
    ]
    assert not (await committee.tasks()).tasks


def obey(command: c.Command, state: State, _at: datetime) -> Any:  # Any: as Decide has it
    return GRANT.decide(command, state)


async def student(own: Stand, who: UUID, surname: str) -> None:
    """Somebody who won a grant and was enrolled, and waits for the rector's order."""
    for command in STUDENT:
        if isinstance(command, c.Register):
            particulars = command.request
            named = particulars.applicant.model_copy(update={"surname": surname})
            asked = particulars.model_copy(update={"applicant": named})
            command = replace(command, application_id=who, request=asked)  # noqa: PLW2901 - the same, of this one
        await own.parts.commands.execute(grant(who), partial(obey, command), cause=uuid4(), correlation=who)


@pytest.mark.step("GRANT-C-9s")
async def test_a_rectors_order_is_printed_with_all_whom_it_names(corner: Place) -> None:
    await asyncio.to_thread(upgrade, "university_is", corner.database_url)
    app = FastAPI()
    http.install(app, Metrics("university_is"))
    for router in api.routers(SETTINGS, UNIVERSITIES):
        app.include_router(router)
    async with (
        stand(service(UNIVERSITIES, codes=CODES), corner, running=False) as own,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://university", headers=OPERATOR) as client,
    ):
        app.state.running = own.parts
        committing = asyncio.create_task(own.parts.commands.run())
        await own.jump(august(24, 12))
        await student(own, ID, "Әбдіқадыр")
        await student(own, OTHER_ID, "Бекмұрат")
        signed = await client.post(f"/universities/{WINNING}/scholarship-orders")
        number = signed.json()["order_number"]
        printed = await client.get(f"/universities/{WINNING}/scholarship-orders/{quote(number)}")
        elsewhere = await client.get(f"/universities/027/scholarship-orders/{quote(number)}")
        certificate = await client.get(f"/grants/{ID}/documents/participation_certificate")
        committing.cancel()

    assert signed.json()["assigned"] == 2
    assert printed.status_code == 200, printed.text
    code = CODES.of(PaperKind.SCHOLARSHIP_ORDER, number, WINNING)
    assert all(each in printed.text for each in (number, code, "Әбдіқадыр", "Бекмұрат", "5B050600"))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "order.unknown")
    assert certificate.status_code == 404  # what came over the portal has none (INC-23)
    assert NUMBER not in certificate.text
