"""ESUVO's HTTP, over the service in memory."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from httpx import AsyncClient
from pydantic import SecretStr

from contracts import portal_applications, university_cases
from contracts.event import Event
from services._chassis.aggregate import Recorded, Row
from services.esuvo import http as api
from services.esuvo.duplicates.blanks.http import RESERVE
from services.esuvo.duplicates.request import rows as projections
from services.esuvo.notices.rows import ITS_NOTICES, notice_row
from services.esuvo.service import service
from services.esuvo.settings import Settings
from services.esuvo.simulated import settings as simulated
from services.esuvo.universities.directory import Directory
from tests.support.memory import InMemory
from tests.support.papers import DOCUMENT_SECRET
from tests.support.routes import OPERATOR, Parts, client_of
from tests.unit.esuvo import university_says as says
from tests.unit.esuvo.examples import ID, NOON, UNIVERSITIES, submitted

SETTINGS = Settings(
    database_url=SecretStr("postgresql://unused"),
    document_secret=DOCUMENT_SECRET,
    operator_token=SecretStr("open sesame"),
)
DIRECTORY = Directory(UNIVERSITIES, merged={"013": "027"})


class Esuvo(Parts[InMemory]):
    """ESUVO, with what it recorded."""

    def __init__(self) -> None:
        super().__init__(InMemory(service(DIRECTORY)), NOON)
        self.recorded: list[Recorded] = []

    async def rows(self, query: str, *_arguments: object) -> list[Row]:
        """The rows of the read models as the projections make them; the SQL itself is not tried here."""
        if query == ITS_NOTICES:
            found = [notice_row(*each) for each in self._states("notice")]
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


@pytest.fixture
def parts() -> Esuvo:
    return Esuvo()


@pytest.fixture
async def client(parts: Esuvo) -> AsyncIterator[AsyncClient]:
    async with client_of("esuvo", parts, api.routers(SETTINGS, DIRECTORY)) as opened:
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
    client: AsyncClient, parts: Esuvo
) -> None:
    parts.hear(portal_applications.TOPIC, submitted())
    parts.hear(university_cases.TOPIC, says.notice_sent())

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


async def test_a_person_supplies_blank_forms_once(client: AsyncClient, parts: Esuvo) -> None:
    parts.hear(university_cases.TOPIC, says.blanks_wanted())

    first = await client.post(f"/blank-requests/{ID}/supply", headers=OPERATOR)
    second = await client.post(f"/blank-requests/{ID}/supply", headers=OPERATOR)

    assert first.status_code == 200
    assert len(first.json()["blanks"]) == 2 * (1 + RESERVE)
    assert second.json() == first.json()


def test_settings_refuse_a_latest_answer_before_the_soonest() -> None:
    given = {"database_url": "postgresql://unused", "ministry": '{"days_min": 5, "days_max": 4}'}

    with pytest.raises(ValueError, match=r"days_max .* set days_max higher"):
        simulated.Settings.model_validate(given)
