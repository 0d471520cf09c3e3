"""The committee's counter, the desks of committee and rector and what they read, over the service in memory."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from httpx import AsyncClient, Response
from pydantic import SecretStr

from contracts.common import Channel
from services._actors.policy import StaffPolicy
from services.university_is import http as api
from services.university_is.grants.application.rows import grant_row
from services.university_is.grants.application.state import Status
from services.university_is.settings import Settings
from tests.support.papers import DOCUMENT_SECRET
from tests.support.routes import OPERATOR, Parts, client_of
from tests.unit.university_is.grants import (
    FILED,
    GOLDEN,
    ID,
    IIN,
    UNIVERSITIES,
    WHOLE,
    Admission,
    august,
    dispatched,
    grant_awarded,
    july,
    register,
    request,
    routed,
)

DESKS = {desk: f"the token of {desk}" for desk in ("chancellery", "admission_committee", "rector")}
SETTINGS = Settings(
    database_url=SecretStr("postgresql://unused"),
    document_secret=DOCUMENT_SECRET,
    operator_token=SecretStr("open sesame"),
    desk_tokens={f"{desk}@*": SecretStr(token) for desk, token in DESKS.items()},
)
GRANT = f"/grants/{ID}"


class Committee(Parts[Admission]):
    """The committee's and the rector's desks."""

    def __init__(self) -> None:
        super().__init__(Admission(StaffPolicy.manual()), FILED)


@pytest.fixture
def parts() -> Committee:
    return Committee()


@pytest.fixture
async def client(parts: Committee) -> AsyncIterator[AsyncClient]:
    async with client_of("university_is", parts, api.routers(SETTINGS, UNIVERSITIES), OPERATOR) as opened:
        yield opened


def as_(desk: str) -> dict[str, str]:
    return {"authorization": f"Bearer {DESKS[desk]}"}


def package(**changes: Any) -> dict[str, Any]:  # Any: a JSON body
    whole = {"university": "027", "request": request().model_dump(mode="json"), "presented": list(WHOLE)}
    return {**whole, **changes}


def refusal(answer: Response) -> tuple[int, str, list[str]]:
    body = answer.json()
    assert all(each["rule"] and each["remedy"] for each in body["violations"])
    return answer.status_code, body["code"], [each["field"] for each in body["violations"]]


@pytest.mark.step("GRANT-P-1", "GRANT-P-1a")
async def test_a_package_is_entered_once_and_answered_with_its_number_and_receipt(
    client: AsyncClient, parts: Committee
) -> None:
    first = await client.post("/grants", json=package(accepted_by="Сәрсенбай Г. Қ."))
    again = await client.post("/grants", json=package())
    told = parts.memory.take_published()

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    body = first.json()
    assert body["receipt"] == {
        "accepted_by": "Сәрсенбай Г. Қ.",
        "stamp": "Қабылдау комиссиясы / Приёмная комиссия № 027",
        "incoming_number": body["registration_number"],
        "accepted_on": "2016-07-25",
    }
    assert first.headers["location"] == f"/grants/{body['application_id']}"
    assert [each.name for each in told] == ["kz.egov.university.grant-application-registered"]


async def test_the_committees_people_enter_data_and_other_desks_do_not(client: AsyncClient) -> None:
    committee = await client.post("/grants", json=package(), headers=as_("admission_committee"))
    chancellery = await client.post("/grants", json=package(), headers=as_("chancellery"))

    assert committee.status_code == 201
    assert refusal(chancellery)[:2] == (403, "desk.not-yours")


async def test_an_incomplete_package_is_refused_and_says_what_is_lacking(client: AsyncClient, parts: Committee) -> None:
    answer = await client.post("/grants", json=package(presented=["photo", "identity_document", "medical_form"]))
    complete = await client.post("/grants", json=package())

    assert refusal(answer) == (422, "grant.package-incomplete", ["/body/presented", "/body/presented"])
    assert "points_certificate" in answer.text
    assert [each.name for each in parts.memory.take_published()] == [
        "kz.egov.university.grant-intake-refused",
        "kz.egov.university.grant-application-registered",
    ]
    assert complete.status_code == 201


async def test_edge_26_a_total_of_57_with_6_in_the_profile_subject_is_refused(client: AsyncClient) -> None:
    answer = await client.post("/grants", json=package(request=GOLDEN.model_dump(mode="json")))

    assert refusal(answer) == (422, "grant.threshold-not-met", ["/body/request/certificate/scores"])
    assert "profile subject" in answer.json()["detail"]


async def test_edge_27_wrong_choices_are_named_one_by_one_and_nothing_is_entered(
    client: AsyncClient, parts: Committee
) -> None:
    choices = [{"specialty": code, "university": "027"} for code in ("5B050900", "5B060400", "5B999999")]
    answer = await client.post("/grants", json=package(request=request(choices=choices).model_dump(mode="json")))

    assert refusal(answer) == (
        422,
        "grant.choices-invalid",
        ["/body/request/choices/1/specialty", "/body/request/choices/2/specialty"],
    )
    assert not parts.memory.events


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (july(22, 23, 59), "grant.too-early"),
        (august(1, 0), "grant.too-late"),
        (datetime.fromisoformat("2031-07-25T10:00+06:00"), "grant.no-campaign"),
    ],
)
async def test_outside_the_window_nothing_is_taken(
    client: AsyncClient, parts: Committee, now: datetime, code: str
) -> None:
    parts.now = now
    answer = await client.post("/grants", json=package())

    assert refusal(answer) == (422, code, [""])
    assert not parts.memory.events


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"university": "999"}, "/body/university"),
        ({"presented": ["diary"]}, "/body/presented/0"),
        ({"accepted_by": "<script>"}, "/body/accepted_by"),
        ({"wishes": 1}, "/body/wishes"),
    ],
)
async def test_a_package_that_cannot_be_meant_is_refused_by_field(
    client: AsyncClient, wrong: dict[str, object], field: str
) -> None:
    answer = await client.post("/grants", json=package(**wrong))

    assert refusal(answer)[0] == 422
    assert refusal(answer)[2] == [field]


@pytest.mark.step("GRANT-E-2", "GRANT-E-3", "GRANT-C-9", "GRANT-C-9s")
async def test_every_desk_of_the_grants_by_hand(client: AsyncClient, parts: Committee) -> None:
    parts.memory.tell(routed(), FILED)
    committee, rector = as_("admission_committee"), as_("rector")
    for act, body in (("verification", {"decision": "check"}), ("forwarding", None)):
        assert (await client.post(f"{GRANT}/{act}", json=body, headers=committee)).status_code == 200
    parts.now = august(10, 12)
    parts.memory.tell(dispatched(at=parts.now), parts.now)
    parts.memory.tell(grant_awarded(at=parts.now), parts.now)
    for act in ("certificate-handover", "enrolment"):
        answer = await client.post(f"{GRANT}/{act}", headers=committee)
        assert answer.status_code == 200, answer.text
    parts.found = [{"application_id": ID}]
    strange = await client.post("/universities/017/scholarship-orders", headers=committee)
    order = await client.post("/universities/017/scholarship-orders", headers=rector)
    again = await client.post("/universities/017/scholarship-orders", headers=rector)

    assert answer.json()["status"] == "enrolled"
    assert refusal(strange)[:2] == (403, "desk.not-yours")
    assert order.json() == {
        "university": "017",
        "order_number": "017-2016-08-10/С",
        "order_date": "2016-08-10",
        "paid_from": "2016-09-01",
        "assigned": 1,
    }
    assert again.json()["assigned"] == 0
    assert parts.memory.grant().status is Status.ASSIGNED


@pytest.mark.step("GRANT-P-1b")
async def test_the_view_has_the_certificate_of_participation_the_receipt_and_the_history(
    client: AsyncClient,
) -> None:
    claimed = request(quota="orphan", preferential_right="altyn_belgi")
    registered = await client.post(
        "/grants",
        json=package(request=claimed.model_dump(mode="json"), presented=[*WHOLE, "benefit_proof"]),
    )
    grant = f"/grants/{registered.json()['application_id']}"
    await client.post(f"{grant}/participation-certificate")
    view = (await client.get(grant, headers=as_("admission_committee"))).json()
    certificate = view["participation"]

    assert view["receipt"] == registered.json()["receipt"]
    assert (certificate["applicant"]["iin"], certificate["issued_at"]) == (IIN, "2016-07-25T03:00:00Z")
    assert [each["specialty_name"]["en"] for each in certificate["choices"]] == ["Finance", "Economics"]
    assert (certificate["quota"], certificate["preferential_right"], certificate["benefits_proven"]) == (
        "orphan",
        "altyn_belgi",
        True,
    )
    assert [each["step"] for each in view["steps"]] == ["GRANT-P-1b", "GRANT-P-2"]
    assert [each["event"] for each in view["history"]] == ["grant-registered", "grant-participation-certified"]


async def test_a_person_may_refuse_with_a_reason(client: AsyncClient, parts: Committee) -> None:
    parts.memory.tell(routed(), FILED)
    reason = {"kk": "күмәнді", "ru": "сомнительно", "en": "doubtful"}
    body = {"decision": "refuse", "refusal": {"code": "unreliable-data", "reason": reason}}
    answer = await client.post(f"{GRANT}/verification", json=body)

    assert answer.json()["status"] == "refused"
    assert (await client.get(GRANT)).json()["refusal"]["reason"] == reason


@pytest.mark.parametrize("path", ["verification", "forwarding", "enrolment", "certificate-handover"])
async def test_an_unknown_application_is_not_found(client: AsyncClient, path: str) -> None:
    body = {"decision": "check"} if path == "verification" else None

    assert refusal(await client.post(f"{GRANT}/{path}", json=body))[:2] == (404, "grant.unknown")
    assert refusal(await client.get(GRANT))[:2] == (404, "grant.unknown")


async def test_an_order_of_a_university_that_is_not_run_here_is_not_found(client: AsyncClient) -> None:
    assert refusal(await client.post("/universities/999/scholarship-orders"))[:2] == (404, "university.unknown")


async def test_applications_are_listed_in_pages(client: AsyncClient, parts: Committee) -> None:
    parts.memory.tell(routed(), FILED)
    row = grant_row(str(ID), parts.memory.grant())
    assert row
    parts.found = [row]
    page = (await client.get("/grants", params={"university": "027", "status": "registered", "limit": "1"})).json()

    assert parts.asked[-1] == ("027", Status.REGISTERED, None, 1)
    assert (page["grants"][0]["committee"], page["next"]) == ("027", str(ID))


@pytest.mark.parametrize(
    ("desk", "task", "act"),
    [
        ("admission_committee", "verify_application", f"POST /grants/{ID}/verification"),
        ("admission_committee", "enrol", f"POST /grants/{ID}/enrolment"),
        ("rector", "assign_scholarship", "POST /universities/027/scholarship-orders"),
    ],
)
async def test_a_task_names_the_request_that_does_it(
    client: AsyncClient, parts: Committee, desk: str, task: str, act: str
) -> None:
    step = {"verify_application": "GRANT-E-2", "enrol": "enrolment", "assign_scholarship": "GRANT-C-9s"}[task]
    parts.found = [
        {
            "application_id": ID,
            "university": "027",
            "regulation": "KZ-MES-705-GRANT",
            "channel": "portal",
            "desk": desk,
            "step": step,
            "task": task,
            "started_at": FILED,
            "due_at": july(26, 18, 30),
        }
    ]
    [found] = (await client.get("/tasks", headers=as_("rector"))).json()["tasks"]

    assert found["act"] == act
    assert found["title"]["ru"]


def test_inc_11_a_paper_application_lies_on_its_desk_twice() -> None:
    committee = Admission(StaffPolicy.manual())
    committee.act(register(channel=Channel.PAPER))
    row = grant_row(str(ID), committee.grant())

    assert row
    assert row["desk"] == "admission_committee"
    assert [each["step"] for each in row["tasks"]] == ["GRANT-P-1b", "GRANT-P-2"]  # type: ignore[attr-defined]  # a list of dicts
