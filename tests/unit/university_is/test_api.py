"""The university's HTTP, over the service in memory."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient, Response
from pydantic import SecretStr

from contracts import esuvo_requests
from law.universities import load_universities
from services._chassis.aggregate import Row
from services.university_is import http as api
from services.university_is.duplicates.case.rows import case_row
from services.university_is.duplicates.case.state import Case
from services.university_is.service import service
from services.university_is.settings import Settings
from tests.support.memory import InMemory
from tests.support.papers import CODES, DOCUMENT_SECRET
from tests.support.routes import OPERATOR, Parts, client_of
from tests.unit.university_is.examples import FILED, ID, IIN, RECORD, diploma, local, routed, supplement

UNIVERSITIES = load_universities()
DESKS = {desk: f"the token of {desk}" for desk in ("chancellery", "academic_affairs", "management")}
SETTINGS = Settings(
    database_url=SecretStr("postgresql://unused"),
    document_secret=DOCUMENT_SECRET,
    operator_token=SecretStr("open sesame"),
    desk_tokens={f"{desk}@*": SecretStr(token) for desk, token in DESKS.items()},
)
GRADUATE = {"iin": IIN, **RECORD.model_dump(mode="json")}
CASE = f"/cases/{ID}"


class Desks(Parts[InMemory]):
    """The universities' desks, and ESUVO to route an application to them."""

    def __init__(self) -> None:
        super().__init__(InMemory(service(UNIVERSITIES, codes=CODES)), FILED)

    def route(self) -> None:
        self.memory.hear(esuvo_requests.TOPIC, routed(), ID, FILED)


@pytest.fixture
def parts() -> Desks:
    return Desks()


@pytest.fixture
async def client(parts: Desks) -> AsyncIterator[AsyncClient]:
    async with client_of("university_is", parts, api.routers(SETTINGS, UNIVERSITIES), OPERATOR) as opened:
        yield opened


def _violation(answer: Response) -> tuple[int, str, str]:
    body = answer.json()
    [violation] = body["violations"]
    assert violation["rule"]
    assert violation["remedy"]
    return answer.status_code, body["code"], violation["field"]


@pytest.mark.parametrize("path", ["/cases", CASE, "/deadlines", "/tasks", "/universities/027/blanks"])
async def test_everything_is_the_operators(client: AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"authorization": "Bearer guessed"})

    assert _violation(answer) == (401, "operator.token-wrong", "/header/authorization")


async def test_graduates_are_entered_once(client: AsyncClient) -> None:
    body = {"graduates": [GRADUATE, {**GRADUATE, "graduation_year": 2014}]}

    first = await client.post("/universities/027/graduates", json=body)
    again = await client.post("/universities/027/graduates", json=body)

    assert first.json() == {"received": 2, "new": 2}
    assert again.json() == {"received": 2, "new": 0}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"iin": "711207100123"}, "/body/graduates/0/iin"),
        ({"graduation_year": 1}, "/body/graduates/0/graduation_year"),
        ({"colour": "red"}, "/body/graduates/0/colour"),
    ],
)
async def test_a_wrong_record_is_named_and_nothing_is_entered(
    client: AsyncClient, parts: Desks, wrong: dict[str, object], field: str
) -> None:
    answer = await client.post("/universities/027/graduates", json={"graduates": [{**GRADUATE, **wrong}]})

    assert _violation(answer) == (422, "request.invalid", field)
    assert not parts.memory.events


async def test_an_unknown_university_is_named_with_those_that_are_known(client: AsyncClient) -> None:
    answer = await client.get("/universities/998/blanks")

    assert _violation(answer) == (404, "university.unknown", "/path/code")
    assert "027" in answer.json()["violations"][0]["remedy"]


async def test_blanks_are_received_by_serial_and_listed(client: AsyncClient) -> None:
    body = {"blanks": [diploma(1).model_dump(mode="json"), supplement(1).model_dump(mode="json")]}

    await client.post("/universities/027/blanks", json=body)
    await client.post("/universities/027/blanks", json=body)
    ledger = (await client.get("/universities/027/blanks", params={"serials": True})).json()

    assert ledger["counts"]["diploma"] == {"free": 1, "reserved": 0, "used": 0, "written-off": 0}
    assert [each["serial"] for each in ledger["serials"]] == [diploma(1).serial, supplement(1).serial]


async def test_blanks_received_by_count_have_serials_of_the_university_and_come_once(client: AsyncClient) -> None:
    await client.post("/universities/027/blanks", json={"kind": "diploma", "count": 3})
    ledger = (await client.post("/universities/027/blanks", json={"kind": "diploma", "count": 5})).json()
    other = await client.post("/universities/017/blanks", json={"kind": "diploma", "count": 5})

    assert ledger["counts"]["diploma"]["free"] == 5
    assert other.json()["counts"]["diploma"]["free"] == 5


async def test_a_spoilt_blank_is_written_off(client: AsyncClient) -> None:
    await client.post("/universities/027/blanks", json={"blanks": [diploma(1).model_dump(mode="json")]})

    ledger = await client.post(f"/universities/027/blanks/{diploma(1).serial}/write-off")
    unknown = await client.post(f"/universities/027/blanks/{diploma(2).serial}/write-off")

    assert ledger.json()["counts"]["diploma"]["written-off"] == 1
    assert _violation(unknown) == (409, "blank.not-free", "/serial")


@pytest.mark.step("DUP-PORTAL-4", "DUP-PORTAL-5", "DUP-PORTAL-6", "DUP-PORTAL-8", "DUP-PORTAL-9")
async def test_every_desk_can_be_done_by_hand(client: AsyncClient, parts: Desks) -> None:
    await client.post("/universities/027/graduates", json={"graduates": [GRADUATE]})
    for kind in ("diploma", "supplement"):
        await client.post("/universities/027/blanks", json={"kind": kind, "count": 1})
    parts.route()
    parts.now = local(15, 11)

    acts = [
        await client.post(f"{CASE}/registration", json={}),
        await client.post(f"{CASE}/verification", json={"decision": "check"}),
        await client.post(f"{CASE}/consideration", json={"decision": "approve"}),
        await client.post(f"{CASE}/preparation"),
        await client.post(f"{CASE}/handover"),
    ]
    case = (await client.get(CASE)).json()

    statuses = [each.json()["status"] for each in acts]
    assert statuses == ["registered", "verified", "preparing", "prepared", "issued"]
    assert [each["met"] for each in case["steps"]] == [True] * 6
    assert {each["serial"] for each in case["blanks"]} == {"ҚОРД027000001", "ҚОРҚ027000001"}
    assert [each["notice"]["kind"] for each in case["notices"]] == ["registered", "ready", "issued"]
    assert case["incoming_number"].startswith("027-2016-")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"decision": "accept", "reference_note": "agrees with the paper archive"}, "verified"),
        (
            {
                "decision": "return",
                "corrections": [{"field": "specialty", "rule": {"kk": "а", "ru": "б", "en": "c"}}],
            },
            "returned",
        ),
        (
            {
                "decision": "refuse",
                "refusal": {"code": "unreliable-data", "reason": {"kk": "а", "ru": "б", "en": "c"}},
            },
            "refused",
        ),
    ],
    ids=["accept", "return", "refuse"],
)
async def test_academic_affairs_decide_by_hand(
    client: AsyncClient, parts: Desks, body: dict[str, object], status: str
) -> None:
    parts.route()
    await client.post(f"{CASE}/registration", json={"incoming_number": "1/2016"})

    answer = await client.post(f"{CASE}/verification", json=body)

    assert answer.json()["status"] == status


async def test_management_refuses_by_hand(client: AsyncClient, parts: Desks) -> None:
    parts.route()
    await client.post(f"{CASE}/registration", json={})
    await client.post(f"{CASE}/verification", json={"decision": "accept", "reference_note": "seen"})
    refusal = {"code": "requirements-not-met", "reason": {"kk": "а", "ru": "б", "en": "c"}}

    answer = await client.post(f"{CASE}/consideration", json={"decision": "refuse", "refusal": refusal})

    assert answer.json()["status"] == "refused"


async def test_a_desk_act_out_of_turn_says_where_the_case_lies(client: AsyncClient, parts: Desks) -> None:
    parts.route()

    answer = await client.post(f"{CASE}/preparation")

    assert _violation(answer) == (409, "case.not-at-this-desk", "/application_id")


@pytest.mark.parametrize("method", ["get", "post"])
async def test_an_unknown_case_is_not_found(client: AsyncClient, method: str) -> None:
    answer = await (client.get(CASE) if method == "get" else client.post(f"{CASE}/preparation"))

    assert _violation(answer) == (404, "case.unknown", "/path/application_id")


async def test_the_list_of_cases_is_asked_for_by_university_status_and_page(client: AsyncClient, parts: Desks) -> None:
    query: dict[str, str | int] = {"university": "027", "status": "waiting", "after": str(ID), "limit": 5}

    answer = await client.get("/cases", params=query)
    wrong = await client.get("/cases", params={"status": "asleep"})

    assert answer.json() == {"cases": [], "next": None}
    assert parts.asked == [("027", "waiting", ID, 5)]
    assert _violation(wrong) == (422, "request.invalid", "/query/status")


def _as(desk: str) -> dict[str, str]:
    return {"authorization": f"Bearer {DESKS[desk]}"}


ACTS = {
    "registration": ({}, "chancellery"),
    "verification": ({"decision": "check"}, "academic_affairs"),
    "consideration": ({"decision": "approve"}, "management"),
    "blank-request": (None, "academic_affairs"),
    "preparation": (None, "academic_affairs"),
    "handover": (None, "academic_affairs"),
}


@pytest.mark.parametrize("act", ACTS)
async def test_a_desks_token_acts_at_its_own_desk_only(client: AsyncClient, parts: Desks, act: str) -> None:
    parts.route()
    body, own = ACTS[act]
    for desk in DESKS:
        answer = await client.post(f"{CASE}/{act}", json=body, headers=_as(desk))

        if desk == own:
            assert answer.status_code in {200, 409}  # the case may lie elsewhere
        else:
            assert _violation(answer) == (403, "desk.not-yours", "/header/authorization")


async def test_a_desk_reads_tasks_and_its_case_but_not_the_operators_lists(client: AsyncClient, parts: Desks) -> None:
    parts.route()

    assert (await client.get("/tasks", headers=_as("management"))).status_code == 200
    assert (await client.get(CASE, headers=_as("management"))).status_code == 200
    assert (await client.get("/cases", headers=_as("management"))).status_code == 401
    assert (await client.get("/universities/027/blanks", headers=_as("management"))).status_code == 401


@pytest.mark.step("DUP-PORTAL-4", "DUP-PORTAL-5", "DUP-PORTAL-6", "DUP-PORTAL-8", "DUP-PORTAL-9")
async def test_a_case_moves_from_desk_to_desk_as_one_task_with_its_term(client: AsyncClient, parts: Desks) -> None:
    await client.post("/universities/027/graduates", json={"graduates": [GRADUATE]})
    blanks = [diploma(1).model_dump(mode="json"), supplement(1).model_dump(mode="json")]
    await client.post("/universities/027/blanks", json={"blanks": blanks})
    parts.now = local(15, 10)
    parts.route()
    seen = [_at_desk(parts)]
    for act in ("registration", "verification", "consideration", "preparation", "handover"):
        answer = await client.post(f"{CASE}/{act}", json=ACTS[act][0])
        assert answer.status_code == 200, answer.text
        seen.append(_at_desk(parts))

    assert seen == [
        ("chancellery", "DUP-PORTAL-4", "register", True),
        ("academic_affairs", "DUP-PORTAL-5", "verify", True),
        ("management", "DUP-PORTAL-6", "consider", True),
        ("academic_affairs", "DUP-PORTAL-8", "prepare_duplicate", True),
        ("academic_affairs", "DUP-PORTAL-9", "hand_over", False),
        (None, None, None, False),
    ]


def _at_desk(parts: Desks) -> tuple[object, ...]:
    case = parts.memory.state(f"case:{ID}")
    assert isinstance(case, Case)
    row = case_row(str(ID), case)
    assert row
    return row["desk"], row["step"], row["task"], row["due_at"] is not None


async def test_tasks_say_what_to_do_by_when_and_how_in_pages(client: AsyncClient, parts: Desks) -> None:
    row: Row = {
        "application_id": ID,
        "university": "027",
        "regulation": "KZ-MES-705-DUP",
        "channel": "portal",
        "desk": "management",
        "step": "DUP-PORTAL-6",
        "task": "consider",
        "started_at": FILED,
        "due_at": local(17, 18, 30),
    }
    parts.found = [row]
    query = {"university": "027", "desk": "management", "overdue": "true", "limit": "1"}

    page = (await client.get("/tasks", params=query)).json()
    parts.found = []
    after = await client.get("/tasks", params={"after": page["next_page"]})

    assert page["tasks"][0]["act"] == f"POST /cases/{ID}/consideration"
    assert page["tasks"][0]["title"]["en"] == "Management considers the document package"
    assert parts.asked[0] == ("027", "management", FILED, None, None, None, 1)
    assert parts.asked[1] == (None, None, None, "2016-02-17T12:30:00.000000Z", ID, "DUP-PORTAL-6", 100)
    assert after.json() == {"tasks": [], "next_page": None}


@pytest.mark.parametrize("query", [{"desk": "archive"}, {"after": "yesterday"}, {"limit": 0}, {"university": "27"}])
async def test_a_wrong_question_for_tasks_is_named(client: AsyncClient, query: dict[str, str]) -> None:
    answer = await client.get("/tasks", params=query)

    assert _violation(answer) == (422, "request.invalid", f"/query/{next(iter(query))}")


def test_a_token_for_a_desk_of_another_service_is_refused() -> None:
    with pytest.raises(ValueError, match="no desk con_operator here: use chancellery"):
        Settings(
            database_url=SecretStr("postgresql://unused"),
            document_secret=DOCUMENT_SECRET,
            desk_tokens={"con_operator@*": SecretStr("open sesame 2")},
        )


PACKAGE: dict[str, object] = {
    "applicant": {"iin": IIN, "surname": "Өмірбеков", "name": "Қайрат", "patronymic": "Нұрланұлы"},
    "university": "027",
    "specialty": "050301",
    "graduation_year": 2010,
    "document_kind": "diploma_with_supplement",
    "reason": "loss",
    "presented": ["statement", "identity_document"],
}


@pytest.mark.step("DUP-PAPER-1")
async def test_the_chancellerys_counter_takes_a_whole_package_to_be_registered(
    client: AsyncClient,
) -> None:
    answer = await client.post("/cases", json=PACKAGE)

    assert answer.status_code == 201
    received = answer.json()
    assert (received["status"], received["missing"]) == ("accepted", [])
    case = (await client.get(answer.headers["location"])).json()
    assert (case["status"], case["channel"], case["request"]["number"]) == ("opened", "paper", received["number"])
    assert [each["step"] for each in case["steps"]] == ["DUP-PAPER-1", "overall"]


@pytest.mark.parametrize(
    ("reason", "presented", "missing"),
    [
        ("loss", ["statement"], ["identity_document"]),
        ("damage", ["statement", "identity_document"], ["original_document"]),
        ("name_change", ["statement", "identity_document", "original_document"], ["name_change_certificate"]),
    ],
    ids=["EDGE-01", "EDGE-02 damage", "EDGE-02 name change"],
)
async def test_an_incomplete_package_is_turned_away_and_no_clock_starts(
    client: AsyncClient, parts: Desks, reason: str, presented: list[str], missing: list[str]
) -> None:
    answer = await client.post("/cases", json={**PACKAGE, "reason": reason, "presented": presented})

    received = answer.json()
    assert (answer.status_code, received["status"]) == (201, "turned-away")
    assert [each["kind"] for each in received["missing"]] == missing
    assert (await client.get(f"/cases/{received['application_id']}")).status_code == 404
    assert not parts.memory.timers
    assert [event.name for _, event in parts.memory.published] == ["kz.egov.university.package-incomplete"]


async def test_a_second_package_for_the_same_document_is_answered_with_the_first(
    client: AsyncClient, parts: Desks
) -> None:
    """EDGE-11."""
    first = (await client.post("/cases", json=PACKAGE)).json()
    parts.memory.fire_next()
    parts.now = local(16, 9)

    again = await client.post("/cases", json=PACKAGE)

    assert again.status_code == 200
    assert again.json() == {**first, "status": "already-open"}


async def test_a_package_for_a_university_that_is_not_run_here_is_refused(client: AsyncClient) -> None:
    answer = await client.post("/cases", json={**PACKAGE, "university": "999"})

    assert (answer.status_code, answer.json()["code"]) == (422, "university.unknown")
    assert answer.json()["violations"][0]["field"] == "/body/university"


async def test_what_came_over_the_portal_is_not_changed_at_the_counter(client: AsyncClient, parts: Desks) -> None:
    parts.route()

    withdrawn = await client.post(f"{CASE}/withdrawal")
    corrected = await client.post(f"{CASE}/correction", json={"specialty": "050301", "graduation_year": 2010})

    assert (withdrawn.status_code, withdrawn.json()["code"]) == (409, "case.other-channel")
    assert (corrected.status_code, corrected.json()["code"]) == (409, "case.other-channel")


@pytest.mark.step("DUP-PAPER-1", "DUP-PAPER-2", "DUP-PAPER-3", "DUP-PAPER-5", "DUP-PAPER-6", "DUP-PAPER-7")
async def test_a_paper_case_is_worked_and_handed_to_a_representative_over_http(
    client: AsyncClient, parts: Desks
) -> None:
    """EDGE-13, EDGE-19, EDGE-25."""
    await client.post("/universities/027/graduates", json={"graduates": [GRADUATE]})
    await client.post(
        "/universities/027/blanks",
        json={"blanks": [each.model_dump(mode="json") for each in (diploma(1), diploma(2), supplement(1))]},
    )
    case = (await client.post("/cases", json=PACKAGE)).headers["location"]
    parts.now = local(16, 9)
    acts: list[tuple[str, dict[str, object]]] = [
        ("registration", {}),
        ("verification", {"decision": "check"}),
        ("consideration", {"decision": "approve"}),
        ("preparation", {"spoilt": [diploma(1).serial]}),
        ("preparation", {}),
        ("notification", {}),
    ]
    for act, body in acts:
        answer = await client.post(f"{case}/{act}", json=body)
        assert answer.status_code == 200, (act, answer.text)
    refused = await client.post(f"{case}/handover", json={"collector": {"kind": "representative"}})
    power = {"number": "17-204", "notary": "Сейтқали А.", "issued_on": "2016-02-01"}
    collector = {"kind": "representative", "name": "Өмірбекова", "power_of_attorney": power}
    handed = await client.post(f"{case}/handover", json={"collector": collector})
    annulled = await client.post(f"{case}/original-found", json={})

    assert (refused.status_code, refused.json()["code"]) == (409, "collector.power-of-attorney")
    assert handed.json()["status"] == "issued"
    assert annulled.json()["events"] == ["original-annulled"]
    view = (await client.get(case)).json()
    assert [each["serial"] for each in view["blanks"]] == [diploma(2).serial, supplement(1).serial]
    assert (view["issue_number"], view["collector"]["name"]) == (1, "Өмірбекова")
    assert view["original_annulled"]
