"""The operator's HTTP, over the service's own table in memory."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from contracts import university_cases
from law.universities import load_universities
from services._chassis.aggregate import Decide, Row
from services._chassis.batch import Decision
from services._chassis.store import Story
from services.con.application import http as api
from services.con.application import rows as projections
from services.con.service import SERVICE
from services.con.settings import Settings
from tests.support.memory import InMemory
from tests.support.routes import client_of

NINE = datetime(2016, 2, 15, 3, 0, tzinfo=UTC)
OPERATOR = "Ахметова Ә. Б."
DESKS = {"con_operator@*": SecretStr("desk-token"), "courier@*": SecretStr("courier-token")}
UNKNOWN = "0153d3f0-0000-8000-8000-000000000009"
PACKAGE: dict[str, Any] = {  # Any: a JSON body
    "operator": OPERATOR,
    "applicant": {"iin": "900101100123", "surname": "Қасымов", "name": "Ерлан"},
    "university": "027",
    "specialty": "5B070400",
    "graduation_year": 2012,
    "document_kind": "diploma",
    "reason": "loss",
    "presented": ["statement", "identity_document"],
}
FORM = {
    "operator": OPERATOR,
    "documents": [
        {"kind": kind, "paper_present": True, "scan_digest": "0f" * 32} for kind in ("statement", "identity_document")
    ],
}


@dataclass
class Running:
    """As much of a running service as the routes use: its clock, its commands and its store."""

    memory: InMemory = field(default_factory=lambda: InMemory(SERVICE))
    at: datetime = NINE

    @property
    def clock(self) -> "Running":
        return self

    commands = store = clock

    def now(self) -> datetime:
        return self.at

    async def execute(self, stream: str, decide: Decide, **origin: object) -> Decision:
        assert set(origin) == {"cause", "correlation", "traceparent"}
        decision = self.memory.command(stream, decide, self.at).results[0]
        assert isinstance(decision, Decision)
        return decision

    async def story(self, stream: str) -> Story:
        events = [each for each in self.memory.events if stream.startswith("application") and hasattr(each, "at")]
        return Story(self.memory.loaded(stream).state, [(getattr(each, "at"), each) for each in events])  # noqa: B009 - not every event has it

    async def rows(self, query: str, *arguments: object) -> list[Row]:
        projection = SERVICE.aggregates[0].projection
        assert projection
        found = [
            projection.row(stream.partition(":")[2], loaded.state)
            for stream, loaded in self.memory.streams.items()
            if stream.startswith("application:")
        ]
        if query == projections.TASKS:
            return [row for row in found if row and row["task"] and arguments[0] in {None, row["university"]}]
        return [row for row in found if row and arguments[0] in {None, row["status"]}]


@pytest.fixture
def running() -> Running:
    return Running()


@pytest.fixture
async def client(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(
        database_url=SecretStr("postgresql://nobody@127.0.0.1/none"),
        operator_token=SecretStr("operator-token"),
        desk_tokens=DESKS,
    )
    routers, headers = api.routers(settings, load_universities()), {"authorization": "Bearer operator-token"}
    async with client_of("con", running, routers, headers) as opened:
        yield opened


def without(name: str) -> dict[str, Any]:  # Any: a JSON body
    return {**PACKAGE, "presented": [each for each in PACKAGE["presented"] if each != name]}


@pytest.mark.step("DUP-CON-1", "DUP-CON-2", "DUP-CON-3", "DUP-CON-4")
async def test_a_package_goes_from_the_counter_to_its_receipt(client: httpx.AsyncClient, running: Running) -> None:
    handed_in = await client.post("/applications", json=PACKAGE)
    here = handed_in.headers["location"]
    answers = []
    for act, body in (("registration", {"operator": OPERATOR}), ("form", FORM), ("receipt", {"operator": OPERATOR})):
        running.at += timedelta(minutes=10)
        answers.append(await client.post(f"{here}/{act}", json=body))
    last = (await client.get(here)).json()

    assert handed_in.status_code == 201
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.json()["status"] for answer in answers] == ["registered", "form-filled", "awaiting-dispatch"]
    assert [(step["step"], step["met"]) for step in last["steps"]] == [
        *((f"DUP-CON-{n}", True) for n in (1, 2, 3, 4)),
        ("DUP-CON-5", None),
        ("DUP-CON-10", None),
    ]
    assert last["receipt"]["receipt"] == {
        "number": last["number"],
        "operator": OPERATOR,
        "issued_at": "2016-02-15T03:30:00Z",
    }
    assert [entry["what"] for entry in last["history"]] == [
        "package-handed-in",
        "application-registered",
        "form-filled",
        "receipt-issued",
    ]
    assert all(set(entry["title"]) == {"kk", "ru", "en"} for entry in last["history"])


async def test_an_incomplete_package_gets_a_receipt_of_refusal_and_no_steps(client: httpx.AsyncClient) -> None:
    answer = await client.post("/applications", json=without("statement"))
    body = answer.json()
    registration = await client.post(f"{answer.headers['location']}/registration", json={"operator": OPERATOR})

    assert answer.status_code == 201
    assert (body["status"], body["number"], body["steps"]) == ("refused", None, [])
    assert [each["kind"] for each in body["receipt"]["missing"]] == ["statement"]
    assert body["receipt"]["receipt"]["operator"] == OPERATOR
    assert (registration.status_code, registration.json()["code"]) == (409, "application.refused")


async def test_a_repeated_hand_in_answers_the_first_application(client: httpx.AsyncClient, running: Running) -> None:
    first = await client.post("/applications", json=PACKAGE)
    at_once = await client.post("/applications", json=PACKAGE)
    running.at += timedelta(minutes=1)
    later = await client.post("/applications", json=PACKAGE)

    assert [each.status_code for each in (first, at_once, later)] == [201, 200, 200]
    assert len({each.json()["id"] for each in (first, at_once, later)}) == 1
    assert later.headers["location"] == first.headers["location"]


async def test_the_list_is_by_status_and_names_nobody(client: httpx.AsyncClient) -> None:
    await client.post("/applications", json=PACKAGE)
    await client.post("/applications", json={**without("statement"), "reason": "damage"})
    everything = await client.get("/applications")
    refused = await client.get("/applications", params={"status": "refused"})

    assert len(everything.json()["applications"]) == 2
    assert [each["status"] for each in refused.json()["applications"]] == ["refused"]
    assert "900101100123" not in everything.text
    assert "Қасымов" not in everything.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/applications"),
        ("GET", "/applications"),
        ("GET", f"/applications/{UNKNOWN}"),
        ("POST", f"/applications/{UNKNOWN}/registration"),
        ("POST", f"/applications/{UNKNOWN}/form"),
        ("POST", f"/applications/{UNKNOWN}/receipt"),
        *(
            ("POST", f"/applications/{UNKNOWN}/{act}")
            for act in (
                "dispatch",
                "delivery",
                "correction",
                "withdrawal",
                "duplicate-arrival",
                "handover",
                "duplicate-return",
            )
        ),
        ("GET", "/tasks"),
    ],
)
async def test_every_route_is_shut_to_whoever_is_not_the_operator(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, path, json=PACKAGE, headers={"authorization": "Bearer wrong"})

    assert (answer.status_code, answer.json()["code"]) == (401, "operator.token-wrong")


@pytest.mark.parametrize("act", ["registration", "form", "receipt"])
async def test_acts_on_an_application_that_nobody_handed_in_are_not_found(client: httpx.AsyncClient, act: str) -> None:
    body = FORM if act == "form" else {"operator": OPERATOR}
    answer = await client.post(f"/applications/{UNKNOWN}/{act}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (404, "application.unknown")


Change = Callable[[dict[str, Any]], dict[str, Any]]  # Any: a JSON body


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("/body/applicant/iin", lambda body: {**body, "applicant": {**body["applicant"], "iin": "900101100124"}}),
        ("/body/university", lambda body: {**body, "university": "999"}),
        ("/body/reason", lambda body: {**body, "reason": "boredom"}),
        ("/body/operator", lambda body: {**body, "operator": "ахметова"}),
        ("/body/called_at", lambda body: {**body, "called_at": "2016-02-15T09:00:00"}),
        ("/body/fee", lambda body: {**body, "fee": 0}),
    ],
)
async def test_a_body_that_breaks_a_rule_is_answered_with_its_field_and_changes_nothing(
    client: httpx.AsyncClient, running: Running, field: str, change: Change
) -> None:
    answer = await client.post("/applications", json=change(PACKAGE))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["violations"]] == [field]
    assert running.memory.events == []


async def test_an_operator_signs_with_surname_and_one_initial_or_two(client: httpx.AsyncClient) -> None:
    for operator in ("Ахметова Ә.", "Ахметова Ә.Б.", "Ахметова-Сейітова Ә. Б.", "O'Brien J. K."):
        answer = await client.post("/applications", json={**without("statement"), "operator": operator})

        assert answer.status_code in {200, 201}, operator


async def at_dispatch(client: httpx.AsyncClient) -> str:
    """The path of an application that waits for its dispatch."""
    here = str((await client.post("/applications", json=PACKAGE)).headers["location"])
    for act, body in (("registration", {"operator": OPERATOR}), ("form", FORM), ("receipt", {"operator": OPERATOR})):
        await client.post(f"{here}/{act}", json=body)
    return here


@pytest.mark.step("DUP-CON-5")
async def test_the_dispatch_is_done_by_hand_and_a_desk_sees_what_it_has_to_do(
    client: httpx.AsyncClient, running: Running
) -> None:
    here = await at_dispatch(client)
    (task,) = (await client.get("/tasks")).json()["tasks"]
    early = await client.post(f"{here}/delivery", json={})
    dispatched = await client.post(f"{here}/dispatch", json={"operator": OPERATOR})
    with_the_courier = (await client.get("/tasks")).json()["tasks"]
    running.at += timedelta(hours=3)
    delivered = await client.post(f"{here}/delivery", json={})

    assert (task["step"], task["task"], task["desk"]) == ("DUP-CON-5", "dispatch", "con_operator")
    assert task["act"] == f"POST {here}/dispatch"
    assert set(task["title"]) == {"kk", "ru", "en"}
    assert (early.status_code, early.json()["code"]) == (409, "application.out-of-order")
    assert dispatched.json()["status"] == "dispatched"
    assert dispatched.json()["waybill"].startswith("CON-")
    assert with_the_courier == []
    assert delivered.json()["status"] == "at-university"
    assert [each["met"] for each in delivered.json()["steps"]][4] is True


async def test_edge_21_a_withdrawal_at_the_counter_ends_the_application(client: httpx.AsyncClient) -> None:
    here = await at_dispatch(client)
    withdrawn = await client.post(f"{here}/withdrawal", json={"operator": OPERATOR})
    dispatch = await client.post(f"{here}/dispatch", json={"operator": OPERATOR})

    assert withdrawn.json()["status"] == "withdrawn"
    assert [each["kind"] for each in withdrawn.json()["notices"]] == ["withdrawn"]
    assert (dispatch.status_code, dispatch.json()["code"]) == (409, "application.ended")


@pytest.mark.step("DUP-CON-9", "DUP-CON-10")
async def test_edge_19_at_the_centre_a_representative_needs_a_power_of_attorney(
    client: httpx.AsyncClient, running: Running
) -> None:
    here = await at_dispatch(client)
    identity = here.rpartition("/")[2]
    await client.post(f"{here}/dispatch", json={"operator": OPERATOR})
    await client.post(f"{here}/delivery", json={})
    sent = university_cases.DuplicateDispatched.model_validate(
        {"application_id": identity, "university": "027", "at": NINE, "waybill": "UNI-0000000001"}
    )
    running.memory.hear(university_cases.TOPIC, sent, identity, NINE)
    arrived = await client.post(f"{here}/duplicate-arrival", json={})
    (waiting,) = (await client.get("/tasks")).json()["tasks"]
    nobody = await client.post(
        f"{here}/handover", json={"operator": OPERATOR, "collector": {"kind": "representative", "name": "Ахметов"}}
    )
    applicant = await client.post(f"{here}/handover", json={"operator": OPERATOR, "collector": {"kind": "applicant"}})

    assert arrived.json()["status"] == "ready"
    assert arrived.json()["kept_until"].startswith("2016-03-15")
    assert (waiting["task"], waiting["due_at"]) == ("hand_over", None)
    assert (nobody.status_code, nobody.json()["code"]) == (409, "collector.power-of-attorney")
    assert (applicant.status_code, applicant.json()["status"]) == (200, "handed-over")
    assert applicant.json()["collector"]["kind"] == "applicant"


@pytest.mark.parametrize(
    ("token", "path", "status"),
    [
        ("desk-token", "dispatch", 200),
        ("desk-token", "delivery", 403),
        ("courier-token", "dispatch", 403),
        ("courier-token", "delivery", 409),
    ],
)
async def test_the_token_of_a_desk_opens_that_desk_only(
    client: httpx.AsyncClient, token: str, path: str, status: int
) -> None:
    here = await at_dispatch(client)
    body = {"operator": OPERATOR} if path == "dispatch" else {}
    answer = await client.post(f"{here}/{path}", json=body, headers={"authorization": f"Bearer {token}"})

    assert answer.status_code == status
