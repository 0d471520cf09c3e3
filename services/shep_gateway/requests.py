"""What the portal says of an application, on its way through the gateway: passed on as it was, in its order. Pure."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, JsonObject


class RequestPassed(Event):
    """`data` is what the portal said, of the event `said` in that version."""

    name: ClassVar[str] = "request-passed"
    volatile: ClassVar[frozenset[str]] = frozenset({"data.signed"})

    application_id: UUID
    said: str
    said_version: int
    data: JsonObject
    at: AwareDatetime


def evolve(passed: int, _event: RequestPassed) -> int:
    """How many were passed on: what an application says is never held against what it said before."""
    return passed + 1
