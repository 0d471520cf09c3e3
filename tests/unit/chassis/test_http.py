"""What every service answers: problem details, a bound on bodies, the operator's door, and the caller's trace."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import asyncpg
import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr
from starlette.types import Message, Receive, Scope, Send

from services._chassis.clock import ClockNotSet
from services._chassis.decider import Refused
from services._chassis.errors import Violation
from services._chassis.http import Problem, install, operator_only, operator_or_desk, place_of, require_place, trace_of
from services._chassis.limits import MOST_BODY_BYTES, BodyLimit
from services._chassis.metrics import Metrics
from services._chassis.problems import MOST_VIOLATIONS, PROBLEM

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


class UnevenError(ValueError):
    remedy = "send an even number"


def even(value: int) -> int:
    if value % 2:
        raise UnevenError("the number is even")
    return value


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: Annotated[int, AfterValidator(even)]


def make_app(metrics: Metrics, token: SecretStr | None = None) -> FastAPI:
    app = FastAPI()
    install(app, metrics)
    failures: dict[str, Exception] = {
        "refused": Refused("desk.shut", "come later", field="/time", remedy="wait"),
        "problem": Problem(418, "tea.only", "no coffee", [Violation("/cup", "tea", "pour tea")]),
        "clock": ClockNotSet("no clock state yet"),
        "connection": ConnectionRefusedError("no database"),
        "restart": asyncpg.CannotConnectNowError("the database system is starting up"),
        "half": asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        "unwritable": asyncpg.UntranslatableCharacterError("\\u0000 cannot be converted to text"),
        "bug": ZeroDivisionError("the applicant is 900101300123"),
    }

    @app.get("/fail/{how}")
    async def fail(how: str) -> None:
        raise failures[how]

    @app.post("/numbers")
    async def numbers(form: Form) -> int:
        return form.number

    @app.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    @app.get("/operator", dependencies=[Depends(operator_only(token))])
    async def operator() -> str:
        return "open"

    desks = {
        "management@027": SecretStr("management-token"),
        "chancellery@*": SecretStr("chancellery-token"),
        "management@049": SecretStr(""),
    }

    @app.post("/decision", dependencies=[Depends(operator_or_desk(token, desks, "management"))])
    async def decision() -> str:
        return "done"

    @app.get("/universities/{code}", dependencies=[Depends(operator_or_desk(token, desks))])
    async def university(code: str, request: Request) -> str:
        require_place(request, code)
        return place_of(request)

    @app.get("/tasks", dependencies=[Depends(operator_or_desk(token, desks))])
    async def tasks() -> str:
        return "listed"

    @app.get("/trace")
    async def trace(request: Request) -> str | None:
        return trace_of(request)

    return app


def client_of(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("desk")


@pytest.fixture
async def client(metrics: Metrics) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(make_app(metrics)) as http:
        yield http


def checked(answer: httpx.Response, status: int, code: str) -> list[dict[str, str]]:
    """The violations of a problem that has the form of RFC 9457."""
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == PROBLEM
    assert body["code"] == code
    assert body["type"] == f"urn:egov-chain:problem:{code}"
    assert body["title"]
    assert body["detail"]
    assert all(set(each) == {"field", "rule", "remedy"} for each in body["violations"])
    violations: list[dict[str, str]] = body["violations"]
    return violations


async def test_a_refusal_of_the_domain_is_a_conflict_with_its_code(client: httpx.AsyncClient) -> None:
    violations = checked(await client.get("/fail/refused"), 409, "desk.shut")

    assert violations == [{"field": "/time", "rule": "come later", "remedy": "wait"}]


async def test_a_problem_is_answered_as_it_was_raised(client: httpx.AsyncClient) -> None:
    violations = checked(await client.get("/fail/problem"), 418, "tea.only")

    assert violations == [{"field": "/cup", "rule": "tea", "remedy": "pour tea"}]


async def test_before_the_first_state_of_the_clock_the_service_is_unavailable(client: httpx.AsyncClient) -> None:
    checked(await client.get("/fail/clock"), 503, "clock.not-set")


async def test_while_the_database_is_away_nothing_is_claimed_about_the_outcome(client: httpx.AsyncClient) -> None:
    for how in ("connection", "restart", "half"):
        answer = await client.get(f"/fail/{how}")

        checked(answer, 503, "database.away")
        assert answer.headers["retry-after"] == "1"
        assert "not known" in answer.json()["detail"]


async def test_what_the_database_cannot_keep_is_the_requests_fault(client: httpx.AsyncClient) -> None:
    (violation,) = checked(await client.get("/fail/unwritable"), 422, "request.unwritable")

    assert "U+0000" in violation["rule"]


async def test_a_bug_is_answered_without_its_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/fail/bug")
    checked(answer, 500, "internal")

    assert "900101300123" not in answer.text
    assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize(("path", "method", "status"), [("/nowhere", "GET", 404), ("/numbers", "GET", 405)])
async def test_an_unknown_address_and_a_wrong_method_are_problems_too(
    client: httpx.AsyncClient, path: str, method: str, status: int
) -> None:
    checked(await client.request(method, path), status, "not-found" if status == 404 else "http-405")


@pytest.mark.parametrize(
    ("body", "violation"),
    [
        ({}, {"field": "/body/number", "rule": "Field required", "remedy": "add this field"}),
        ({"number": 3}, {"field": "/body/number", "rule": "the number is even", "remedy": "send an even number"}),
    ],
)
async def test_a_wrong_field_is_answered_with_pointer_rule_and_remedy(
    client: httpx.AsyncClient, body: dict[str, int], violation: dict[str, str]
) -> None:
    assert checked(await client.post("/numbers", json=body), 422, "request.invalid") == [violation]


async def test_a_wrong_value_is_not_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.post("/numbers", json={"number": "900101300123 Сейткали"})

    assert answer.status_code == 422
    assert "Сейткали" not in answer.text
    assert "900101" not in answer.text


async def test_a_body_up_to_the_limit_is_read_whole(client: httpx.AsyncClient) -> None:
    answer = await client.post("/size", content=b"x" * MOST_BODY_BYTES)

    assert answer.json() == MOST_BODY_BYTES


async def test_a_body_announced_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/size", content=b"x" * (MOST_BODY_BYTES + 1))

    (violation,) = checked(answer, 413, "body.too-large")
    assert str(MOST_BODY_BYTES) in violation["rule"]


async def test_a_body_in_chunks_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MOST_BODY_BYTES // 1024 + 1):
            yield b"x" * 1024

    checked(await client.post("/size", content=chunks()), 413, "body.too-large")


async def test_a_body_in_chunks_within_the_limit_is_read_whole(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 1024

    assert (await client.post("/size", content=chunks())).json() == 10 * 1024


async def limited(headers: list[tuple[bytes, bytes]], messages: Iterator[Message]) -> tuple[list[Message], list[bytes]]:
    """What a client of a limit of four bytes is sent, and what the application behind it reads."""
    sent: list[Message] = []
    read: list[bytes] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        read.append((await receive())["body"])

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    await BodyLimit(app, most=4)({"type": "http", "headers": headers, "method": "POST"}, receive, send)
    return sent, read


async def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    pieces: Iterator[Message] = iter([{"type": "http.request", "body": b"xxx", "more_body": True}] * 100)
    sent, read = await limited([], pieces)

    assert sent[0]["status"] == 413
    assert read == []
    assert len(list(pieces)) == 98


async def test_an_announced_body_over_the_limit_is_not_read_at_all() -> None:
    sent, _ = await limited([(b"content-length", b"5")], iter(()))

    assert sent[0]["status"] == 413


async def test_half_a_body_of_a_client_that_went_away_is_not_taken_for_the_whole() -> None:
    pieces: list[Message] = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
    sent, read = await limited([], iter(pieces))

    assert (sent, read) == ([], [])


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer "}, {"authorization": "Bearer қате"}]
)
async def test_the_operators_door_stays_shut_without_the_right_token(metrics: Metrics, headers: dict[str, str]) -> None:
    raw = {name.encode(): value.encode() for name, value in headers.items()}
    async with client_of(make_app(metrics, SecretStr("right"))) as http:
        answer = await http.get("/operator", headers=raw)

    (violation,) = checked(answer, 401, "operator.token-wrong")
    assert violation["field"] == "/header/authorization"
    assert "right" not in answer.text


async def test_the_right_token_opens_the_operators_door(metrics: Metrics) -> None:
    async with client_of(make_app(metrics, SecretStr("right"))) as http:
        answer = await http.get("/operator", headers={"authorization": "Bearer right"})

    assert answer.json() == "open"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer "}, {"authorization": "Bearer None"}])
async def test_without_a_token_in_the_settings_the_operators_door_is_shut_to_everybody(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    checked(await client.get("/operator", headers=headers), 401, "operator.token-wrong")


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        (TRACE, TRACE),
        (None, None),
        ("", None),
        ("00-1-2-3", None),
        (TRACE.upper(), None),
        (TRACE + "-more", None),
        (TRACE.replace("a", "g"), None),
        (f"00-{'0' * 32}-{'b' * 16}-01", None),
        (f"00-{'a' * 32}-{'0' * 16}-01", None),
        (f"ff-{'a' * 32}-{'b' * 16}-01", None),
    ],
)
async def test_a_trace_context_is_taken_when_it_can_be_read(
    client: httpx.AsyncClient, sent: str | None, taken: str | None
) -> None:
    answer = await client.get("/trace", headers={} if sent is None else {"traceparent": sent})

    assert answer.json() == taken


async def test_requests_are_timed_by_route_and_not_by_address(client: httpx.AsyncClient, metrics: Metrics) -> None:
    await asyncio.gather(*(client.get(f"/fail/{how}") for how in ("refused", "clock")))
    count = metrics.registry.get_sample_value

    for status in ("409", "503"):
        labels = {"method": "GET", "route": "/fail/{how}", "status": status}
        assert count("egov_http_request_seconds_count", labels) == 1


@pytest.mark.parametrize(
    ("token", "acting", "reading"),
    [
        ("management-token", 200, 200),
        ("operator-token", 200, 200),
        ("chancellery-token", 403, 200),
        ("another-token", 401, 401),
        ("", 401, 401),
    ],
)
async def test_a_desks_token_acts_at_that_desk_only_and_the_operators_at_all(
    token: str, acting: int, reading: int
) -> None:
    app = make_app(Metrics("desks"), SecretStr("operator-token"))
    headers = {"authorization": f"Bearer {token}"}
    async with client_of(app) as client:
        acted, read = await client.post("/decision", headers=headers), await client.get("/tasks", headers=headers)

    assert (acted.status_code, read.status_code) == (acting, reading)
    if acting == 403:
        violation = acted.json()["violations"][0]
        assert violation["rule"] == "the token of desk chancellery does not act at management"
        assert violation["remedy"]


async def test_a_desks_token_opens_nothing_of_the_operators() -> None:
    app = make_app(Metrics("desks"), SecretStr("operator-token"))
    async with client_of(app) as client:
        answer = await client.get("/operator", headers={"authorization": "Bearer management-token"})

    assert answer.status_code == 401


async def test_of_many_violations_the_first_are_told_and_the_rest_are_counted(client: httpx.AsyncClient) -> None:
    answer = await client.post("/numbers", json={"number": 2, **{str(each): each for each in range(200)}})
    violations = checked(answer, 422, "request.invalid")

    assert len(violations) == MOST_VIOLATIONS
    assert answer.json()["violations_left_out"] == 200 - MOST_VIOLATIONS
    assert len(answer.content) < 8_000


async def test_a_long_name_is_not_told_back_at_length(client: httpx.AsyncClient) -> None:
    (violation,) = checked(await client.post("/numbers", json={"number": 2, "x" * 100_000: 1}), 422, "request.invalid")

    assert len(violation["field"]) < 400


MANY = {
    "fields": b"{" + b",".join(b'"%d":1' % each for each in range(20_000)) + b"}",
    "values": b'{"number": [' + b",".join([b"1"] * 100_000) + b"]}",
    "objects": b'{"number": ' + b'{"a":' * 20_000 + b"1" + b"}" * 20_001,
    "arrays": b"[" * 100_000,
}


@pytest.mark.parametrize("body", MANY.values(), ids=MANY)
async def test_a_body_of_many_values_is_refused_before_anybody_reads_it(client: httpx.AsyncClient, body: bytes) -> None:
    checked(await client.post("/numbers", content=body), 413, "body.too-many-values")


async def test_a_route_for_long_lists_takes_them(metrics: Metrics) -> None:
    app = make_app(metrics)
    app.state.long_lists = re.compile("/size")
    body = b"[" + b",".join([b"1"] * 20_000) + b"]"
    async with client_of(app) as client:
        assert (await client.post("/size", content=body)).json() == len(body)
        checked(await client.post("/numbers", content=body), 413, "body.too-many-values")


@pytest.mark.parametrize("token", [None, SecretStr(""), SecretStr("right")])
@pytest.mark.parametrize(
    "header", ["", " ", "Bearer", "Bearer ", "bearer  ", "right", "Basic right", "Token right", "Bearerright"]
)
async def test_a_header_without_scheme_or_token_opens_nothing(
    metrics: Metrics, token: SecretStr | None, header: str
) -> None:
    async with client_of(make_app(metrics, token)) as client:
        for path in ("/operator", "/tasks"):
            checked(await client.get(path, headers={"authorization": header}), 401, "operator.token-wrong")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer "])
async def test_the_scheme_is_told_without_regard_to_case(metrics: Metrics, scheme: str) -> None:
    async with client_of(make_app(metrics, SecretStr("right"))) as client:
        assert (await client.get("/operator", headers={"authorization": f"{scheme} right"})).status_code == 200


@pytest.mark.parametrize(
    ("token", "status", "place"),
    [
        ("management-token", {"027": 200, "049": 403}, "027"),
        ("chancellery-token", {"027": 200, "049": 200}, "*"),
        ("right-token", {"027": 200, "049": 200}, "*"),
    ],
)
async def test_a_desks_token_acts_at_its_own_university(
    metrics: Metrics, token: str, status: dict[str, int], place: str
) -> None:
    async with client_of(make_app(metrics, SecretStr("right-token"))) as client:
        headers = {"authorization": f"Bearer {token}"}
        answers = {code: await client.get(f"/universities/{code}", headers=headers) for code in status}

    assert {code: each.status_code for code, each in answers.items()} == status
    assert answers["027"].json() == place
    if status["049"] == 403:
        checked(answers["049"], 403, "desk.not-yours")


async def test_beyond_the_limit_an_operator_is_answered_and_others_come_later(
    metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services._chassis.limits.MOST_REQUESTS", 2)
    app, gate = make_app(metrics), asyncio.Event()

    @app.get("/slow")
    async def slow() -> str:
        await gate.wait()
        return "done"

    @app.get("/health/live")
    async def live() -> str:
        return "live"

    async with client_of(app) as client:
        first = [asyncio.create_task(client.get("/slow")) for _ in range(2)]
        await asyncio.sleep(0.05)  # they are under way, whatever the loop does first
        late, health = await client.get("/slow"), await client.get("/health/live")
        gate.set()
        done = await asyncio.gather(*first)
        after = await client.get("/slow")

    checked(late, 503, "service.busy")
    assert int(late.headers["retry-after"]) >= 1
    assert health.json() == "live"
    assert [each.status_code for each in (*done, after)] == [200, 200, 200]


async def test_bodies_that_wait_for_their_end_have_one_bound_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services._chassis.limits.MOST_HELD_BYTES", 300_000)
    seen: list[int] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(len((await receive())["body"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    limit, gate = BodyLimit(app, MOST_BODY_BYTES), asyncio.Event()

    async def post() -> int:
        pieces: list[Message] = [{"type": "http.request", "body": b"x" * 200_000, "more_body": True}]
        told: list[Message] = []

        async def receive() -> Message:
            if pieces:
                return pieces.pop()
            await gate.wait()
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            told.append(message)

        scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
        await limit(scope, receive, send)
        return int(told[0]["status"])

    first = asyncio.create_task(post())
    await asyncio.sleep(0)
    second = await post()
    gate.set()

    assert (await first, second) == (200, 503)
    assert await post() == 200
    assert seen == [200_000, 200_000]
