"""ESUVO's HTTP, over the service in memory."""

from collections.abc import AsyncIterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from contracts import portal, university
from contracts.event import Event
from services._chassis import http
from services._chassis.aggregate import Decide, Recorded, Row
from services._chassis.batch import Decision, Loaded
from services._chassis.metrics import Metrics
from services.esuvo import api, projections
from services.esuvo.directory import Directory
from services.esuvo.messaging import service
from services.esuvo.settings import Settings
from tests.support.memory import InMemory
from tests.unit.esuvo.examples import ID, NOON, UNIVERSITIES, blanks_wanted, notice_sent, submitted

SETTINGS = Settings(database_url=SecretStr("postgresql://unused"), operator_token=SecretStr("open sesame"))
DIRECTORY = Directory(UNIVERSITIES, merged={"013": "027"})
OPERATOR = {"authorization": "Bearer open sesame"}


class Parts:
    """What the routes use of a running service: its store, clock and commands, in memory."""

    def __init__(self) -> None:
        self.memory = InMemory(service(None, DIRECTORY))
        self.recorded: list[Recorded] = []
        self.store = self
        self.commands = self
        self.clock = SimpleNamespace(now=lambda: NOON)

    async def read(self, stream: str) -> Loaded:
        aggregate = self.memory.batch.aggregate(stream)
        return self.memory.streams.get(stream) or Loaded(aggregate.initial, 0)

    async def rows(self, query: str, *_arguments: object) -> list[Row]:
        """The rows of the read models as the projections make them; the SQL itself is not tried here."""
        if query == projections.ITS_NOTICES:
            found = [projections.notice_row(*each) for each in self._states("notice")]
        else:
            counts = {"notices_on_the_way": 1, "notices_undeliverable": 0}
            requests = [projections.request_row(*each) for each in self._states("request")]
            found = [{**row, **counts} if row else None for row in requests]
        return [row for row in found if row]

    def _states(self, category: str) -> list[tuple[str, Any]]:  # Any: the state type is the category's
        streams = [(*name.split(":"), each.state) for name, each in self.memory.streams.items()]
        return [(identity, state) for owner, identity, state in streams if owner == category]

    async def history(self, stream: str) -> list[tuple[datetime, Event]]:
        return [(each.at, each.event) for each in self.recorded if each.stream == stream]

    def hear(self, topic: str, event: Event) -> None:
        self.recorded += self.memory.hear(topic, event, ID, NOON).events

    async def execute(
        self, stream: str, decide: Decide, *, cause: UUID, correlation: UUID, traceparent: str | None = None
    ) -> Decision:
        assert (cause.version, correlation, traceparent) == (8, ID, None)
        result = self.memory.command(stream, decide, NOON).results[0]
        assert isinstance(result, Decision)
        return result


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
async def client(parts: Parts) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    app.state.running = parts
    http.install(app, Metrics("esuvo"))
    for router in api.routers(SETTINGS, DIRECTORY):
        app.include_router(router)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://esuvo") as opened:
        yield opened


async def test_anybody_reads_the_list_of_universities(client: AsyncClient) -> None:
    answer = await client.get("/universities")
    by_code = {each["code"]: each for each in answer.json()}

    assert set(by_code) == set(UNIVERSITIES)
    assert set(by_code["027"]["name"]) == {"kk", "ru", "en"}
    assert (by_code["013"]["standing"], by_code["013"]["successor"]) == ("merged", "027")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/requests"), ("GET", f"/requests/{ID}"), ("POST", f"/blank-requests/{ID}/supply")]
)
async def test_the_operators_endpoints_are_shut_without_the_token(client: AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path, headers={"authorization": "Bearer guess"})

    assert answer.status_code == 401
    assert answer.json()["code"] == "operator.token-wrong"


async def test_a_request_is_shown_with_its_notices_and_history_and_without_the_applicant(
    client: AsyncClient, parts: Parts
) -> None:
    parts.hear(portal.TOPIC, submitted())
    parts.hear(university.TOPIC, notice_sent())

    answer = await client.get(f"/requests/{ID}", headers=OPERATOR)
    shown = answer.json()

    assert shown["request"]["status"] == "routed"
    assert [each["hop"] for each in shown["notices"]] == ["forwarded"]
    assert [each["event"] for each in shown["history"]] == ["request-routed", "notice-forwarded"]
    applicant = submitted().request.applicant
    assert not {word for word in (applicant.iin, applicant.surname, applicant.name) if word in answer.text}


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [("GET", f"/requests/{ID}", "request.unknown"), ("POST", f"/blank-requests/{ID}/supply", "blank-request.unknown")],
)
async def test_what_is_not_known_is_not_found(client: AsyncClient, method: str, path: str, code: str) -> None:
    answer = await client.request(method, path, headers=OPERATOR)
    problem = answer.json()

    assert (answer.status_code, problem["code"]) == (404, code)
    assert problem["violations"][0]["remedy"]


async def test_a_person_supplies_blank_forms_once(client: AsyncClient, parts: Parts) -> None:
    parts.hear(university.TOPIC, blanks_wanted())

    first = await client.post(f"/blank-requests/{ID}/supply", headers=OPERATOR)
    second = await client.post(f"/blank-requests/{ID}/supply", headers=OPERATOR)

    assert first.status_code == 200
    assert len(first.json()["blanks"]) == 2 * (1 + SETTINGS.ministry.reserve)
    assert second.json() == first.json()


def test_settings_refuse_a_latest_answer_before_the_soonest() -> None:
    given = {"database_url": "postgresql://unused", "ministry": '{"days_min": 5, "days_max": 4}'}

    with pytest.raises(ValueError, match=r"days_max .* set days_max higher"):
        Settings.model_validate(given)
