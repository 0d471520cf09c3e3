"""HTTP, the same for every service: problem details (RFC 9457), body limit, operator's token, traces and metrics."""

import hmac
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services._chassis.clock import ClockNotSet
from services._chassis.decider import Refused
from services._chassis.engine import TRANSIENT
from services._chassis.errors import Violation, of_details
from services._chassis.metrics import Metrics

MOST_BODY_BYTES: Final = 256 * 1024
PROBLEM: Final = "application/problem+json"
_NOT_FOUND: Final = 404
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

log = structlog.get_logger()


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """An answer that says what is wrong and what to do. `code` is part of the API: clients switch on it."""

    def __init__(self, status: int, code: str, detail: str, violations: list[Violation] | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.violations = violations or []


def problem(status: int, code: str, detail: str, violations: list[Violation], headers: Any = None) -> JSONResponse:
    """`violations` each name field (JSON Pointer), rule and remedy. Any: the headers' type is starlette's."""
    body = {
        "type": f"urn:egov-chain:problem:{code}",
        "title": code.replace("-", " ").replace(".", ": "),
        "status": status,
        "code": code,
        "detail": detail,
        "violations": [{"field": each.field, "rule": each.rule, "remedy": each.remedy} for each in violations],
    }
    return JSONResponse(body, status, headers=headers, media_type=PROBLEM)


def trace_of(request: Request) -> str | None:
    """The caller's W3C trace context, when it sent one that an envelope may carry on."""
    value = request.headers.get("traceparent", "")
    return value if _TRACEPARENT.fullmatch(value) else None


def operator_only(token: SecretStr | None) -> Callable[[Request], Awaitable[None]]:
    """A dependency for the operator's endpoints: a bearer token from the settings; without one they are shut."""
    return operator_or_desk(token, {})


def operator_or_desk(
    token: SecretStr | None, desks: Mapping[str, SecretStr], *which: str
) -> Callable[[Request], Awaitable[None]]:
    """The same for what the people of the desks `which` do too, each with their desk's token; none named: any desk."""

    async def check(request: Request) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token is not None and _same(given, token):
            return
        held = next((desk for desk, each in desks.items() if _same(given, each)), None)
        if held is None:
            rule = "the operator's endpoints ask for the operator's token"
            remedy = (
                "send Authorization: Bearer with the service's OPERATOR_TOKEN; `egov status` shows where it is kept"
            )
            raise Problem(401, "operator.token-wrong", rule, [Violation("/header/authorization", rule, remedy)])
        if which and held not in which:
            rule = f"the token of desk {held} does not act at {' or '.join(which)}"
            remedy = "send the token of that desk, or leave the act to its people"
            raise Problem(403, "desk.not-yours", rule, [Violation("/header/authorization", rule, remedy)])

    return check


def _same(given: str, token: SecretStr) -> bool:
    return hmac.compare_digest(given.encode(), token.get_secret_value().encode())


def install(app: FastAPI, metrics: Metrics) -> None:
    """Error answers, the body limit and the request metrics."""
    app.add_middleware(BodyLimit, most=MOST_BODY_BYTES)
    app.add_middleware(Measured, metrics=metrics)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClockNotSet, _no_clock)
    app.add_exception_handler(asyncpg.DataError, _unwritable)
    for away in TRANSIENT:
        app.add_exception_handler(away, _away)
    app.add_exception_handler(Exception, _bug)


class Measured:
    """Times every request by its route, which is known only after the router has seen it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            seconds = time.perf_counter() - start
            self._metrics.requests.labels(scope["method"], route, status).observe(seconds)


class BodyLimit:
    """Refuses a body over `most` bytes before anything reads it, whether or not its length was announced."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self._most:
            await self._refuse(scope, receive, send)
            return
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._most:
                await self._refuse(scope, receive, send)
                return
            if message["type"] == "http.disconnect":
                return  # half a body must not be taken for the whole
            if not message.get("more_body", False):
                break
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, replay, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        rule = f"a request's body has at most {self._most} bytes"
        violations = [Violation("", rule, "send a smaller body, with a correct Content-Length")]
        await problem(413, "body.too-large", rule, violations)(scope, receive, send)


async def _problem(_request: Request, error: Any) -> Response:  # Any: starlette's handler signature
    return problem(error.status, error.code, error.detail, error.violations)


async def _refused(_request: Request, error: Any) -> Response:  # Any: starlette's handler signature
    violations = [Violation(error.field, error.detail, error.remedy or "see the rule")]
    return problem(409, error.code, error.detail, violations)


async def _invalid(_request: Request, error: Any) -> Response:  # Any: starlette's handler signature
    return problem(422, "request.invalid", "the request breaks the rules of its schema", of_details(error.errors()))


async def _http(_request: Request, error: Any) -> Response:  # Any: starlette's handler signature
    code = "not-found" if error.status_code == _NOT_FOUND else f"http-{error.status_code}"
    return problem(error.status_code, code, str(error.detail), [], error.headers)


async def _no_clock(_request: Request, error: Any) -> Response:  # Any: starlette's handler signature
    return problem(503, "clock.not-set", str(error), [])


async def _unwritable(_request: Request, _error: Any) -> Response:  # Any: starlette's handler signature
    rule = "texts are without the character U+0000, and moments and numbers within what the database keeps"
    return problem(422, "request.unwritable", rule, [Violation("", rule, "remove the character or correct the value")])


async def _away(request: Request, error: Any) -> Response:  # Any: starlette's handler signature
    log.warning("request not answered", path=request.url.path, reason=f"{type(error).__name__}: {error}")
    detail = "the database is away or busy, and whether the request was carried out is not known"
    violations = [
        Violation("", "an answer says what was committed", "read the state, then repeat the request if need be")
    ]
    return problem(503, "database.away", detail, violations, {"retry-after": "1"})


async def _bug(request: Request, error: Any) -> Response:  # Any: starlette's handler signature
    log.error("request failed", path=request.url.path, exc_info=error)
    return problem(500, "internal", "the service failed on this request; nothing was changed", [])
