"""What a service's HTTP handlers work with, and the one way in which a person's request is decided on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import Request

from services._chassis import http, ids
from services._chassis.aggregate import Decide
from services._chassis.batch import Decision
from services._chassis.clock import VirtualClock
from services._chassis.clock_reader import ClockReader
from services._chassis.commands import Commands
from services._chassis.consumer import Consumer
from services._chassis.engine import Engine
from services._chassis.progress import Progress
from services._chassis.relay import Relay
from services._chassis.settings import Settings
from services._chassis.store import Store


@dataclass(frozen=True, slots=True)
class Running:
    """The parts of one process; found as `request.app.state.running`."""

    settings: Settings
    clock: VirtualClock
    engine: Engine
    commands: Commands
    store: Store
    consumer: Consumer
    relay: Relay
    reader: ClockReader
    progress: Progress


def running(request: Request) -> Running:
    """What the process of this request works with."""
    found: Running = request.app.state.running
    return found


async def act(
    request: Request,
    stream: str,
    decide: Decide,
    *labels: object,
    about: UUID | None = None,
    at: datetime | None = None,
) -> Decision:
    """What a person asks for, decided on `stream` and committed.

    Two requests are one if they come at one virtual moment, are `about` one thing (left out: about the stream itself)
    and have the same labels (left out: the path). Raises as `Commands.execute` does.
    """
    cause = ids.derive(at or running(request).clock.now(), about or stream, *(labels or (request.url.path,)))
    return await caused(request, stream, decide, cause, about)


async def caused(
    request: Request, stream: str, decide: Decide, cause: UUID, correlation: UUID | None = None
) -> Decision:
    """As `act`, of a cause that the caller names; without a conversation that it belongs to it begins one."""
    return await running(request).commands.execute(
        stream, decide, cause=cause, correlation=correlation or cause, traceparent=http.trace_of(request)
    )
