"""The chain without its simulated people: their rooms are out of reach, and people do every step over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.desks import Action, DeskTask, DeskTasks
from contracts.package import PackageDocument
from deploy.local.chain import chain as launcher
from deploy.local.chain.chain import Chain
from deploy.local.chain.patience import client
from deploy.local.files.applications import ApplicationRow
from deploy.local.files.campaign import CampaignRow, Door, read_campaign
from deploy.local.made_up.campaign import ordinary, write
from deploy.local.people.applicants import equip
from deploy.local.people.campaign import BEFORE, campaign
from deploy.local.people.doors import Doors, doors
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.processes import Process
from law.specialties import load_specialties
from law.universities import load_universities
from tests.support.chain import SCARCE, SCARCE_SPECIALTY, chain_of, iin, plan_for, row

pytestmark = pytest.mark.asyncio(loop_scope="session")

SERVICES: Final = ("esuvo", "university_is", "con")  # those that have simulated people
PACKAGE: Final = "tests.support.without_people"
MONDAY: Final = datetime(2016, 2, 15, 4, tzinfo=UTC)
PERSON: Final = {"surname": "Қоңырбай", "name": "Әйгерім"}
OPERATOR: Final = {"operator": "Ахметова Ә. Б."}
GRADUATED: Final = {"specialty": SCARCE_SPECIALTY, "graduation_year": 2010}

# What a person at the desk says, by what is to be done; nothing where there is nothing to choose.
WORDS: Final[Mapping[Action, object]] = {
    Action.REGISTER: {},
    Action.VERIFY: {"decision": "check"},
    Action.CONSIDER: {"decision": "approve"},
    Action.VERIFY_APPLICATION: {"decision": "check"},
}


def without_people(start: Callable[..., Process]) -> Callable[..., Process]:
    def starting(*args: Any) -> Process:  # Any: what the launcher gives
        process = start(*args)
        service = process.name.partition("-")[0]
        if service in SERVICES:
            process.argv = [process.argv[0], "-m", f"{PACKAGE}.{service}"]
        return process

    return starting


@dataclass(slots=True)
class Desks:
    """All who work in the chain: what they find on their desks they do over HTTP, and nothing else happens."""

    doors: Doors
    esuvo: httpx.AsyncClient
    done: list[tuple[str, str]] = field(default_factory=list)
    """The step and what was done in it, in order."""

    async def post(self, http: httpx.AsyncClient, path: str, body: object = None) -> Any:  # Any: a JSON answer
        answer = await http.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json()

    async def get(self, http: httpx.AsyncClient, path: str) -> Any:  # Any: a JSON answer
        return (await http.get(path)).raise_for_status().json()

    async def serve(self) -> None:
        """Until nothing lies on a desk of the universities or of the service centre."""
        while True:
            await self.doors.conductor.quiescence()
            tasks = [
                (http, each)
                for http in (self.doors.university_is, self.doors.con)
                for each in DeskTasks.model_validate(await self.get(http, "/tasks")).tasks
            ]
            if not tasks and not await self._courier():
                return
            for http, task in tasks:
                await self._do(http, task)

    async def _do(self, http: httpx.AsyncClient, task: DeskTask) -> None:
        self.done.append((task.step, task.task))
        at_centre = http is self.doors.con
        body = self._at_centre(task) if at_centre else WORDS.get(task.task)
        await self.post(http, task.act.removeprefix("POST "), body)
        if task.task is Action.REQUEST_BLANK:
            await self.doors.conductor.quiescence()
            await self.post(self.esuvo, f"/blank-requests/{task.application_id}/supply")

    def _at_centre(self, task: DeskTask) -> dict[str, object]:
        match task.task:
            case Action.FILL_REQUEST_FORM:
                paper = {"paper_present": True, "scan_digest": "0" * 64}
                return OPERATOR | {"documents": [{"kind": kind, **paper} for kind in _PRESENTED]}
            case Action.HAND_OVER:
                return OPERATOR | {"collector": {"kind": "applicant"}}
            case _:
                return dict(OPERATOR)

    async def _courier(self) -> bool:
        """Whether there was anything to carry."""
        carried = False
        for status, act in (("dispatched", "delivery"), ("duplicate-dispatched", "duplicate-arrival")):
            page = await self.get(self.doors.con, f"/applications?status={status}")
            for each in page["applications"]:
                await self.post(self.doors.con, f"/applications/{each['id']}/{act}", {})
                carried = True
        return carried

    async def live_until(self, reached: Callable[[], Awaitable[bool]]) -> None:
        """Everybody works on, and time goes on from timer to timer, until this is so."""
        while True:
            await self.serve()
            if await reached():
                return
            following = await self.doors.conductor.quiescence()
            assert following, "nothing more happens"
            await self.doors.conductor.jump(following)


_PRESENTED: Final = (PackageDocument.STATEMENT, PackageDocument.IDENTITY_DOCUMENT)


@pytest_asyncio.fixture(loop_scope="session")
async def bare(running_servers: RunningServers, tmp_path: Path) -> AsyncIterator[tuple[Chain, AsyncExitStack]]:
    """Five services without their simulated people; the clock was never set."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(launcher, "service_process", without_people(launcher.service_process))
        async with chain_of(plan_for(running_servers, tmp_path, MONDAY)) as chain, AsyncExitStack() as stack:
            yield chain, stack


async def desks_of(chain: Chain, stack: AsyncExitStack, found: Doors) -> Desks:
    token = chain.plan.operator_token
    return Desks(found, await stack.enter_async_context(client(chain.url("esuvo"), token=token)))


@pytest.mark.step(
    "DUP-PORTAL-4",
    "DUP-PORTAL-5",
    "DUP-PORTAL-6",
    "DUP-PORTAL-7",
    "DUP-PORTAL-8",
    "DUP-PORTAL-9",
    "DUP-CON-2",
    "DUP-CON-3",
    "DUP-CON-4",
    "DUP-CON-5",
    "DUP-CON-7",
    "DUP-CON-9",
    "DUP-CON-10",
)
async def test_people_issue_duplicates_without_any_simulated_actor(
    bare: tuple[Chain, AsyncExitStack], request: pytest.FixtureRequest
) -> None:
    chain, stack = bare
    desks = await desks_of(chain, stack, await stack.enter_async_context(doors(chain)))
    conductor = desks.doors.conductor
    await conductor.set_clock(MONDAY, rate=0)
    await chain.ready()

    graduates = [{"iin": iin(number), **PERSON, **GRADUATED} for number in (1, 2)]
    await desks.post(desks.doors.university_is, f"/universities/{SCARCE}/graduates", {"graduates": graduates})
    asked = {"university": SCARCE, **GRADUATED, "document_kind": "supplement", "reason": "loss"}
    line = ApplicationRow.model_validate({"line": 1, **row(1, "2016-02-15T10:00", **asked)})
    applicant = equip(
        line, chain.nca, ec.generate_private_key(ec.SECP256R1()), MONDAY, desks.doors.portal, lambda: conductor.now
    )
    await applicant.register()
    filed = str((await applicant.file(line)).body["id"])
    package = {
        **OPERATOR,
        **asked,
        "document_kind": "diploma",
        "applicant": {"iin": iin(2), **PERSON},
        "presented": list(_PRESENTED),
    }
    at_centre = (await desks.post(desks.doors.con, "/applications", package))["id"]

    async def both_issued() -> bool:
        seen = [await applicant.look(filed), await desks.get(desks.doors.con, f"/applications/{at_centre}")]
        return [seen[0].body["status"], seen[1]["status"]] == ["issued", "handed-over"]

    await desks.live_until(both_issued)

    assert marked(request) <= {step for step, _ in desks.done}


def marked(request: pytest.FixtureRequest) -> set[str]:
    """The steps that the test says it proves."""
    return {str(step) for marker in request.node.iter_markers("step") for step in marker.args}


def rows(directory: Path) -> list[CampaignRow]:
    """The first at each door, made winners by their scores."""
    file = directory / "campaign.csv"
    write(ordinary(705, load_specialties(), 40), file)
    found, errors = read_campaign(file, load_universities())
    firsts = [next(each for each in found if each.channel is door) for door in (Door.PORTAL, Door.PAPER)]
    best = {f"score_{each}": 25 for each in ("language", "history", "mathematics", "elective")}
    assert not errors
    return [each.model_copy(update=best) for each in firsts]


@pytest.mark.step("GRANT-P-1b", "GRANT-P-2", "GRANT-E-2", "GRANT-E-3", "GRANT-C-9", "GRANT-C-9s")
async def test_people_award_grants_without_any_simulated_actor(
    bare: tuple[Chain, AsyncExitStack], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    chain, stack = bare
    lines = rows(tmp_path)

    async def silent(_now: datetime, _filed: int) -> None:
        """Nobody looks on."""

    applying = await stack.enter_async_context(campaign(chain, load_universities(), silent))
    found = Doors(applying.conductor, applying.portal, applying.university_is, await _centre(chain, stack))
    desks = await desks_of(chain, stack, found)
    applied = applying.applications(lines)
    opened = min(each.at for each in applied) - BEFORE
    await applying.open(opened)
    await applying.register(lines, opened)
    for each in sorted(applied, key=lambda one: one.at):
        await applying.conductor.jump(max(each.at, applying.conductor.now))
        await applying.file(each)

    async def until(phase: str) -> None:
        async def reached() -> bool:
            answer = await desks.esuvo.get("/campaigns/2016")
            return answer.is_success and answer.json()["phase"] == phase

        await desks.live_until(reached)

    await until("sheets-prepared")
    meeting = await desks.post(desks.esuvo, "/campaigns/2016/protocol", {"present": 9})
    await until("decided")
    for act in ("order", "publication", "certificates"):
        await desks.post(desks.esuvo, f"/campaigns/2016/{act}")

    async def all_paid() -> bool:
        states = [await desks.get(applying.university_is, f"/grants/{each.application_id}") for each in applied]
        return {each["status"] for each in states} == {"assigned"}

    await desks.live_until(all_paid)

    assert [each.rejected for each in applied] == ["", ""]
    assert meeting["valid"]
    assert marked(request) <= {step for step, _ in desks.done}


async def _centre(chain: Chain, stack: AsyncExitStack) -> httpx.AsyncClient:
    return await stack.enter_async_context(client(chain.url("con"), token=chain.plan.operator_token))
