"""Applications for grants and the register over ESUVO's HTTP, with the service in memory."""

from collections.abc import AsyncIterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from httpx import AsyncClient

from contracts.common import Channel
from contracts.event import Event
from services._chassis.aggregate import Row
from services.esuvo import http as api
from services.esuvo.grants.application import rows as grants
from services.esuvo.grants.contender.rows import ITS_CONTENDER
from services.esuvo.notices.rows import ITS_NOTICES
from tests.support.routes import OPERATOR, client_of
from tests.unit.esuvo import campaign_examples as ce
from tests.unit.esuvo.campaign_examples import FORWARDED_AT, forwarded, hear, id_of, iin_of
from tests.unit.esuvo.examples import DIRECTORY
from tests.unit.esuvo.test_api import SETTINGS
from tests.unit.esuvo.test_register import ARRIVED_AT, as_another


class Parts:
    """What the routes use of a running service, in memory: the SQL itself is not tried here."""

    def __init__(self) -> None:
        self.memory = ce.esuvo()
        self.histories: dict[str, list[tuple[datetime, Event]]] = {}
        self.store = self
        self.clock = SimpleNamespace(now=lambda: FORWARDED_AT)

    async def rows(self, query: str, *arguments: Any) -> list[Row]:  # Any: arguments of the query
        if query == ITS_NOTICES:
            return []
        table, column = ("contenders", "contender") if query == ITS_CONTENDER else ("grant_requests", "application_id")
        found = [dict(row) for row in self.memory.rows(table)]
        if query == grants.PAGE:
            return found
        return [row for row in found if str(row[column]) == str(arguments[0])]

    async def history(self, stream: str) -> list[tuple[datetime, Event]]:
        wanted = {"grant": "grant-", "contender": "contender-"}[stream.partition(":")[0]]
        return [(FORWARDED_AT, event) for event in self.memory.events if event.name.startswith(wanted)]


@pytest.fixture
def parts() -> Parts:
    parts_ = Parts()
    first = forwarded(1, 20)
    hear(parts_.memory, first, as_another(first, 2, Channel.PAPER))
    return parts_


@pytest.fixture
async def client(parts: Parts) -> AsyncIterator[AsyncClient]:
    async with client_of("esuvo", parts, api.routers(SETTINGS, DIRECTORY)) as opened:
        yield opened


def arrive(parts: Parts) -> None:
    while parts.memory.fire_next(ARRIVED_AT):
        pass


@pytest.mark.parametrize("path", ["/grant-requests", f"/grant-requests/{id_of(1)}", f"/contenders/{id_of(1)}"])
async def test_the_operators_endpoints_are_shut_without_the_token(client: AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 401


async def test_applications_are_listed_and_shown_without_personal_data(client: AsyncClient, parts: Parts) -> None:
    arrive(parts)
    page = await client.get("/grant-requests", headers=OPERATOR)
    one = await client.get(f"/grant-requests/{id_of(1)}", headers=OPERATOR)

    assert {each["status"] for each in page.json()["grant_requests"]} == {"in-register"}
    assert one.json()["grant_request"]["registration_number"] == "027-2016-000001"
    assert {"grant-routed", "grant-forwarded"} <= {each["event"] for each in one.json()["history"]}
    assert not [word for word in (iin_of(1), "Тегі1") if word in page.text + one.text]


async def test_a_person_of_the_register_is_shown_with_a_masked_iin_and_without_a_name(
    client: AsyncClient, parts: Parts
) -> None:
    arrive(parts)
    answer = await client.get(f"/contenders/{id_of(1)}", headers=OPERATOR)
    shown = answer.json()

    assert (shown["contender"]["status"], shown["merged"]) == ("entered", False)
    assert shown["contender"]["masked_iin"].count("*") == 8
    assert [each["event"] for each in shown["history"]] == ["contender-entered", "contender-merged"]
    assert not [word for word in (iin_of(1), "Тегі1") if word in answer.text]


async def test_a_merged_application_leads_to_the_one_that_counts_edge_28(client: AsyncClient, parts: Parts) -> None:
    arrive(parts)
    shown = (await client.get(f"/contenders/{id_of(2)}", headers=OPERATOR)).json()

    assert (shown["contender"]["application_id"], shown["merged"]) == (str(id_of(1)), True)


async def test_what_is_not_known_is_not_found_with_a_remedy(client: AsyncClient) -> None:
    unknown = await client.get(f"/grant-requests/{id_of(9)}", headers=OPERATOR)
    on_its_way = await client.get(f"/contenders/{id_of(1)}", headers=OPERATOR)

    assert (unknown.status_code, unknown.json()["code"]) == (404, "grant.unknown")
    assert (on_its_way.status_code, on_its_way.json()["code"]) == (404, "contender.unknown")
    assert "/grant-requests" in on_its_way.json()["violations"][0]["remedy"]
