"""A person's request is decided on: what sets two requests apart, and which conversation they belong to."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from fastapi import Request

from services._chassis import ids
from services._chassis.running import act, caused

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
APPLICATION = UUID(int=7)


class Noting:
    """Stands in for the commands of a process."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []  # Any: what `execute` is given

    async def execute(self, stream: str, _decide: object, **how: Any) -> str:  # Any: as above
        self.asked.append({"stream": stream, **how})
        return "decided"


def a_request(commands: Noting) -> Request:
    running = SimpleNamespace(commands=commands, clock=SimpleNamespace(now=lambda: NOON))
    app = SimpleNamespace(state=SimpleNamespace(running=running))
    scope: dict[str, Any] = {
        "type": "http",
        "app": app,
        "path": "/cases/7/verification",
        "headers": [],
        "query_string": b"",
        "server": None,
    }
    return cast("Request", Request(scope))


def nothing(_state: object, _at: datetime) -> tuple[()]:
    return ()


async def test_a_request_about_an_application_belongs_to_its_conversation() -> None:
    commands = Noting()
    decision: object = await act(a_request(commands), "case:7", nothing, about=APPLICATION)
    cause = ids.derive(NOON, APPLICATION, "/cases/7/verification")

    assert decision == "decided"
    assert commands.asked == [{"stream": "case:7", "cause": cause, "correlation": APPLICATION, "traceparent": None}]


async def test_a_request_about_a_stream_begins_a_conversation_and_its_labels_set_it_apart() -> None:
    commands = Noting()
    await act(a_request(commands), "blanks:027", nothing, "count", 3)
    cause = ids.derive(NOON, "blanks:027", "count", 3)

    assert commands.asked == [{"stream": "blanks:027", "cause": cause, "correlation": cause, "traceparent": None}]


async def test_a_cause_that_the_caller_names_is_taken_as_it_is() -> None:
    commands = Noting()
    await caused(a_request(commands), "account:a", nothing, UUID(int=9))

    assert commands.asked[0]["cause"] == commands.asked[0]["correlation"] == UUID(int=9)
