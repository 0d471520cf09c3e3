"""A service's routes without a server, and as much of a running service as they use, in memory."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, FastAPI
from httpx import ASGITransport, AsyncClient

from contracts.event import Event
from services._chassis import http
from services._chassis.aggregate import Decide, Row
from services._chassis.batch import Decision, Loaded
from services._chassis.metrics import Metrics
from services._chassis.store import Story
from tests.support.memory import InMemory

M = TypeVar("M", bound=InMemory)
OPERATOR = {"authorization": "Bearer open sesame"}


def client_of(
    service: str,
    running: object,
    routers: Iterable[APIRouter],
    headers: Mapping[str, str] | None = None,
    *,
    raises: bool = True,
) -> AsyncClient:
    """A client of these routes; with `raises` off, what a route raises is answered 500 as a server would."""
    app = FastAPI()
    app.state.running = running
    http.install(app, Metrics(service))
    for router in routers:
        app.include_router(router)
    return AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=raises), base_url=f"http://{service}", headers=headers
    )


class Parts(Generic[M]):
    """Store, clock and commands of a service in memory. `now` is the time of what people do; `found` is what a query of the
    read models answers, and `asked` what it was asked: the SQL itself is not tried here.
    """

    def __init__(self, memory: M, now: datetime) -> None:
        self.memory = memory
        self.now = now
        self.clock = SimpleNamespace(now=lambda: self.now)
        self.store = self.commands = self
        self.asked: list[tuple[object, ...]] = []
        self.found: list[Row] = []

    async def read(self, stream: str) -> Loaded:
        return self.memory.loaded(stream)

    async def rows(self, _query: str, *arguments: object) -> list[Row]:
        self.asked.append(arguments)
        return self.found

    async def history(self, _stream: str) -> list[tuple[datetime, Event]]:
        return [(getattr(each, "at", self.now), each) for each in self.memory.events]

    async def story(self, stream: str) -> Story:
        return Story((await self.read(stream)).state, await self.history(stream))

    async def execute(
        self, stream: str, decide: Decide, *, cause: UUID, correlation: UUID, traceparent: str | None = None
    ) -> Decision:
        assert (cause.version, traceparent) == (8, None)
        assert correlation.version != 4  # derived: a retry has the same
        result = self.memory.command(stream, decide, self.now).results[0]
        assert isinstance(result, Decision)
        return result
