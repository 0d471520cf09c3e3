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
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services._chassis.clock import ClockNotSet
from services._chassis.decider import Refused
from services._chassis.engine import TRANSIENT
from services._chassis.errors import Violation, of_details
from services._chassis.limits import MOST_BODY_BYTES, BodyLimit, Overloaded, busy
from services._chassis.metrics import Metrics
from services._chassis.problems import PROBLEM, problem

EVERYWHERE: Final = "*"
_TEXT: Final = {"type": "string"}
_VIOLATION: Final = {"type": "object", "required": ["field", "rule", "remedy"]}
_PROBLEM_SCHEMA: Final = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "violations"],
    "properties": {
        **dict.fromkeys(("type", "title", "code", "detail"), _TEXT),
        "status": {"type": "integer"},
        "violations": {"type": "array", "items": _VIOLATION},
    },
}
# What any operation may answer besides its own: said once for all in the OpenAPI document.
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {  # Any: FastAPI's own type
    "4XX": {
        "description": "the request breaks a rule: `code` says which, `violations` name field, rule and remedy",
        "content": {PROBLEM: {"schema": _PROBLEM_SCHEMA}},
    },
    503: {"description": "try again later; nothing was changed", "content": {PROBLEM: {"schema": _PROBLEM_SCHEMA}}},
}
_NOT_FOUND: Final = 404
_TRACEPARENT: Final = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

log = structlog.get_logger()


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """An answer that says what is wrong and what to do. `code` is part of the API: clients switch on it."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        violations: list[Violation] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.violations = violations or []
        self.headers = headers


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
    """The same for what the people of the desks `which` do too, each with their desk's token; none named: any desk.

    A token's name is `<desk>@<place>`: where it may act is left to `require_place`, which knows what is acted on.
    """

    async def check(request: Request) -> None:
        given = bearer(request.headers.get("authorization", ""))
        request.state.place = EVERYWHERE
        if token is not None and _same(given, token):
            return
        held, _, request.state.place = next((name for name, each in desks.items() if _same(given, each)), "").partition(
            "@"
        )
        if not held:
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


def bearer(header: str) -> str:
    """The token of an Authorization header; empty without one. The scheme's case does not matter (RFC 9110, 11.1)."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def place_of(request: Request) -> str:
    """Where the holder of the token may act; EVERYWHERE for the operator."""
    place: str = request.state.place
    return place


def require_place(request: Request, *places: str) -> None:
    """Raise Problem unless what is acted on belongs to the place that the token names."""
    if place_of(request) not in (EVERYWHERE, *places):
        rule = "a desk's token acts at the place that it names"
        remedy = "send the token of that place's desk, or leave the act to its people"
        raise Problem(403, "desk.not-yours", rule, [Violation("/header/authorization", rule, remedy)])


def _same(given: str, token: SecretStr) -> bool:
    """An empty token opens nothing, whatever the settings say."""
    expected = token.get_secret_value()
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def install(app: FastAPI, metrics: Metrics) -> None:
    """Error answers, the body limit and the request metrics."""
    app.add_middleware(BodyLimit, most=MOST_BODY_BYTES)
    app.add_middleware(Measured, metrics=metrics)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Overloaded, _busy)
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


async def _busy(_request: Request, error: Any) -> Response:  # Any: starlette's handler signature
    return busy(error)


async def _problem(_request: Request, error: Any) -> Response:  # Any: starlette's handler signature
    return problem(error.status, error.code, error.detail, error.violations, error.headers)


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
