"""A desk that people have taken over, on a real broker and database: the case waits, and is done over HTTP."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from contracts.common import DocumentKind, Reason
from contracts.desks import Action, Desk, DeskTask, DeskTasks
from contracts.package import PackageDocument
from deploy.local.chain.conductor import Conductor
from deploy.local.people.doors import conductor_of
from deploy.local.servers.infra import RunningServers
from services._actors.policy import DeskPolicy, Mode, StaffPolicy
from tests.support.chain import PLENTY, PLENTY_SPECIALTY, chain_of, iin, plan_for
from tests.support.desk import MONDAY

TOKENS = {"management": "token-of-management", "chancellery": "token-of-chancellery"}
BY_HAND = StaffPolicy(desks={Desk.MANAGEMENT: DeskPolicy(mode=Mode.MANUAL)})
ALONE = {"portal": 0, "esuvo": 0, "shep_gateway": 0, "con": 0}
PERSON = {"iin": iin(1), "surname": "Қоңырбай", "name": "Әйгерім"}


class University:
    """A university whose management is a person."""

    def __init__(self, leader: Conductor, http: httpx.AsyncClient, operator: str) -> None:
        self.leader, self.http, self.operator = leader, http, operator

    async def post(self, path: str, body: object, token: str) -> httpx.Response:
        return await self.http.post(path, json=body, headers={"authorization": f"Bearer {token}"})

    async def tasks(self, **query: str) -> list[DeskTask]:
        headers = {"authorization": f"Bearer {TOKENS['management']}"}
        answer = await self.http.get("/tasks", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return DeskTasks.model_validate(answer.json()).tasks

    async def live_until(self, desk: str, **query: str) -> DeskTask:
        """Time goes on from timer to timer until a task lies there."""
        while True:
            following = await self.leader.quiescence(within_seconds=60)
            found = await self.tasks(desk=desk, **query)
            if found:
                return found[0]
            assert following, f"nothing more happens, and nothing lies at {desk}"
            await self.leader.jump(following)


@pytest_asyncio.fixture
async def university(running_servers: RunningServers, tmp_path: Path) -> AsyncIterator[University]:
    plan = plan_for(running_servers, tmp_path, MONDAY)
    settings = {
        "UNIVERSITY_IS_STAFF": BY_HAND.model_dump_json(),
        "UNIVERSITY_IS_DESK_TOKENS": json.dumps({f"{desk}@{PLENTY}": token for desk, token in TOKENS.items()}),
    }
    plan = replace(plan, instances=ALONE, environment={**plan.environment, **settings})
    async with (
        chain_of(plan) as chain,
        conductor_of(chain) as leader,
        httpx.AsyncClient(base_url=chain.url("university_is"), timeout=30.0, trust_env=False) as http,
    ):
        await leader.set_clock(MONDAY, rate=0)
        await chain.ready()
        yield University(leader, http, plan.operator_token)


@pytest.mark.step("DUP-PAPER-3")
async def test_a_case_waits_at_a_manual_desk_and_a_person_of_that_desk_does_it_over_http(
    university: University,
) -> None:
    graduate = {**PERSON, "specialty": PLENTY_SPECIALTY, "graduation_year": 2010}
    entered = await university.post(f"/universities/{PLENTY}/graduates", {"graduates": [graduate]}, university.operator)
    package = {
        "applicant": PERSON,
        "university": PLENTY,
        "specialty": PLENTY_SPECIALTY,
        "graduation_year": 2010,
        "document_kind": DocumentKind.DIPLOMA,
        "reason": Reason.LOSS,
        "presented": list(PackageDocument),
    }
    handed_in = await university.post("/cases", package, TOKENS["chancellery"])
    task = await university.live_until("management")
    act = task.act.removeprefix("POST ")
    strange = await university.post(act, {"decision": "approve"}, TOKENS["chancellery"])
    late = await university.live_until("management", overdue="true")
    done = await university.post(act, {"decision": "approve"}, TOKENS["management"])

    assert (entered.status_code, handed_in.status_code) == (200, 201), handed_in.text
    assert (task.task, task.step, str(task.application_id)) == (
        Action.CONSIDER,
        "DUP-PAPER-3",
        handed_in.json()["application_id"],
    )
    assert PERSON["iin"] not in task.model_dump_json()
    assert strange.status_code == 403
    assert strange.json()["code"] == "desk.not-yours"
    assert late == task
    assert done.status_code == 200, done.text
    assert await university.tasks(desk="management") == []
