"""What all requests together, and each body, may take of a process."""

import re
from typing import Final

from fastapi import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services._chassis.errors import Violation
from services._chassis.problems import problem

MOST_BODY_BYTES: Final = 256 * 1024
MOST_VALUES: Final = 300  # of a JSON body: what is wrong with each of them would have to be said
MOST_VALUES_OF_A_LIST: Final = 25_000  # where a route takes long lists
MOST_HELD_BYTES: Final = 32 * 1024 * 1024  # of the bodies of all requests together
MOST_REQUESTS: Final = 400  # carried out at once
_OPERATORS: Final = ("/health/", "/metrics", "/internal/")


class Overloaded(Exception):  # noqa: N818 - an answer to a caller, like Refused
    """More is asked than can be answered soon; nothing was begun."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"more is asked for than can be answered soon: try again in {seconds:.0f} s")
        self.seconds = max(1, round(seconds))


class BodyLimit:
    """Refuses a body over `most` bytes, or of too many values, before anything reads it, whether or not its length was
    announced; and requests beyond what a process carries at once. An operator is answered all the same.

    `lists` says which paths take long lists; a service sets it as `app.state.long_lists`.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._held = 0
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self._most:
            await self._refuse(scope, receive, send)
            return
        body = bytearray()
        try:
            while True:
                message = await receive()
                piece = message.get("body", b"")
                body += piece
                self._held += len(piece)
                if len(body) > self._most:
                    await self._refuse(scope, receive, send)
                    return
                if message["type"] == "http.disconnect":
                    return  # half a body must not be taken for the whole
                if self._held > MOST_HELD_BYTES:
                    await _overloaded(scope, receive, send)
                    return
                if not message.get("more_body", False):
                    break
            await self._carry_out(body, scope, receive, send)
        finally:
            self._held -= len(body)

    async def _carry_out(self, body: bytearray, scope: Scope, receive: Receive, send: Send) -> None:
        if self._running >= MOST_REQUESTS and not scope["path"].startswith(_OPERATORS):
            await _overloaded(scope, receive, send)
            return
        most = _most_values(scope)
        if body.count(b",") + body.count(b"[") + body.count(b"{") > most:
            rule = f"a request's body has at most {most} values"
            violations = [Violation("", rule, "leave out what the route does not ask for, or send several requests")]
            await problem(413, "body.too-many-values", rule, violations)(scope, receive, send)
            return
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        self._running += 1
        try:
            await self._app(scope, replay, send)
        finally:
            self._running -= 1

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        rule = f"a request's body has at most {self._most} bytes"
        violations = [Violation("", rule, "send a smaller body, with a correct Content-Length")]
        await problem(413, "body.too-large", rule, violations)(scope, receive, send)


def _most_values(scope: Scope) -> int:
    lists: re.Pattern[str] | None = getattr(scope["app"].state, "long_lists", None) if "app" in scope else None
    return MOST_VALUES_OF_A_LIST if lists and lists.fullmatch(scope["path"]) else MOST_VALUES


async def _overloaded(scope: Scope, receive: Receive, send: Send) -> None:
    await busy(Overloaded(1))(scope, receive, send)


def busy(error: Overloaded) -> Response:
    """503 with Retry-After, before anybody waits for a minute."""
    rule = "a request is answered within seconds, or not begun"
    remedy = f"send it again in {error.seconds} s or later: nothing was changed"
    violations = [Violation("", rule, remedy)]
    return problem(503, "service.busy", rule, violations, {"retry-after": str(error.seconds)})
