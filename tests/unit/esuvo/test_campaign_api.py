"""A campaign over HTTP: what everybody sees, what the operator sees, and the desks done by hand."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from pydantic import SecretStr

from contracts.esuvo_competition import campaign_id
from services._actors.commission import CommissionPolicy
from services._actors.policy import Mode
from services._chassis.aggregate import Decide, Row
from services._chassis.batch import Decision
from services.esuvo import http as api
from services.esuvo.grants.campaign import rows as queries
from services.esuvo.grants.campaign.competition import Competition
from services.esuvo.grants.schedule import schedule
from services.esuvo.settings import Settings
from tests.support.memory import InMemory
from tests.support.papers import DOCUMENT_SECRET
from tests.support.routes import OPERATOR, Parts, client_of
from tests.unit.esuvo.campaign_examples import END, SEATS, YEAR, esuvo, forwarded, hear, id_of, iin_of, run
from tests.unit.esuvo.examples import DIRECTORY

MANUAL = CommissionPolicy(mode=Mode.MANUAL)
SETTINGS = Settings(
    database_url=SecretStr("postgresql://unused"),
    document_secret=DOCUMENT_SECRET,
    operator_token=SecretStr("open sesame"),
)


class Esuvo(Parts[InMemory]):
    """A campaign whose people do what they do at `now`."""

    def __init__(self) -> None:
        super().__init__(esuvo(MANUAL), schedule(YEAR).sheets.at)
        hear(self.memory, *(forwarded(number, 24 - number) for number in range(1, 6)))
        run(self.memory, self.now)

    async def rows(self, query: str, *arguments: object) -> list[Row]:
        """The rows as the projection makes them; the SQL itself is tried on a real database."""
        rows = self.memory.rows("contenders")
        match query:
            case queries.COUNTS:
                return [{"status": row["status"], "channel": row["channel"], "people": 1} for row in rows[:1]]
            case queries.LIST:
                won = [row for row in rows if row["awarded_university"]]
                return [
                    {**row, "specialty": row["awarded_specialty"], "university": row["awarded_university"]}
                    for row in won
                ]
            case queries.SHEETS:
                line = {"applicants": 5, "first_choices": 5, "by_quota": 0, "rural": 0, "highest_total": 89}
                return [{"specialty": each.specialty, "language": "kk", "lowest_total": 77, **line} for each in SEATS]
            case queries.WHO:
                return [row for row in rows if arguments[1] in {row["iin"], str(row["application_id"])}]
            case _:
                return rows

    async def execute(self, stream: str, decide: Decide, **origin: Any) -> Decision:  # Any: ids
        assert origin["correlation"] == campaign_id(YEAR)
        decision = await super().execute(stream, decide, **origin)
        run(self.memory, self.now)
        return decision


@pytest.fixture
def parts() -> Esuvo:
    return Esuvo()


@pytest.fixture
async def client(parts: Esuvo) -> AsyncIterator[AsyncClient]:
    competition = Competition(lambda _year: SEATS)
    async with client_of("esuvo", parts, api.routers(SETTINGS, DIRECTORY, competition), raises=False) as found:
        yield found


async def post(client: AsyncClient, act: str, form: object = None) -> tuple[int, dict[str, object]]:
    answer = await client.post(f"/campaigns/{YEAR}/{act}", json=form, headers=OPERATOR)
    return answer.status_code, answer.json()


async def test_everybody_sees_the_plan_and_how_far_the_campaign_is(client: AsyncClient) -> None:
    answer = await client.get(f"/campaigns/{YEAR}")
    shown = answer.json()

    assert answer.status_code == 200
    assert (shown["phase"], shown["seats"], shown["infeasible"]) == ("sheets-prepared", 3, False)
    assert [each["step"] for each in shown["schedule"]["steps"]] == [
        "GRANT-E-4",
        "GRANT-C-5",
        "GRANT-C-6",
        "GRANT-C-7",
        "GRANT-C-8",
    ]


async def test_a_campaign_that_has_not_begun_is_answered_with_field_and_remedy(client: AsyncClient) -> None:
    answer = await client.get("/campaigns/2019")
    [violation] = answer.json()["violations"]

    assert (answer.status_code, answer.json()["code"]) == (404, "campaign.unknown")
    assert violation["field"] == "/path/year"
    assert violation["remedy"]


@pytest.mark.parametrize("what", ["protocol", "order", "publication", "certificates"])
async def test_the_desks_are_the_operators(client: AsyncClient, what: str) -> None:
    assert (await client.post(f"/campaigns/{YEAR}/{what}", json={"present": 9})).status_code == 401


@pytest.mark.parametrize("what", ["summary-sheets", "applicants.csv", "protocol"])
async def test_what_names_people_or_points_is_the_operators(client: AsyncClient, what: str) -> None:
    assert (await client.get(f"/campaigns/{YEAR}/{what}")).status_code == 401


@pytest.mark.step("GRANT-C-5", "GRANT-C-6", "GRANT-C-7", "GRANT-C-8")
async def test_people_hold_the_commission_and_issue_order_list_and_certificates(
    parts: Esuvo, client: AsyncClient
) -> None:
    parts.now += timedelta(days=1)
    invalid = await post(client, "protocol", {"present": 5})
    meeting = await post(client, "protocol", {"present": 7})
    signed = await client.get(f"/campaigns/{YEAR}/protocol", headers=OPERATOR)
    issued, listed, certified = [await post(client, each) for each in ("order", "publication", "certificates")]

    assert (invalid[0], invalid[1]["valid"], invalid[1]["flaw"]) == (202, False, "no-quorum")
    assert (meeting[0], meeting[1]["valid"]) == (202, True)
    assert (signed.json()["awarded"], signed.json()["invalid_meetings"]) == (3, 1)
    assert (issued[1]["phase"], listed[1]["phase"], certified[1]["phase"]) == ("ordered", "ordered", "awarded")


@pytest.mark.parametrize("what", ["order", "publication", "certificates"])
async def test_what_is_out_of_turn_is_refused_with_a_remedy(client: AsyncClient, what: str) -> None:
    status, answer = await post(client, what)

    assert (status, answer["code"]) == (409, "campaign.out-of-turn")
    assert answer["violations"][0]["remedy"]  # type: ignore[index] # a list of objects


async def test_the_second_round_waits_until_winners_may_no_longer_enrol_edge_35(
    parts: Esuvo, client: AsyncClient
) -> None:
    parts.now += timedelta(days=1)
    await post(client, "protocol", {"present": 9})
    for act in ("order", "publication", "certificates"):
        await post(client, act)

    assert (await post(client, "protocol", {"present": 9}))[1]["code"] == "campaign.out-of-turn"

    parts.now = END
    assert (await post(client, "protocol", {"present": 9}))[0] == 202


@pytest.mark.parametrize("form", [{}, {"present": "9"}, {"present": -1}, {"present": 9, "more": 1}, None])
async def test_a_form_that_breaks_its_rules_is_refused(client: AsyncClient, form: object) -> None:
    assert (await post(client, "protocol", form))[0] == 422


@pytest.mark.step("GRANT-C-8")
async def test_the_published_list_has_names_and_no_iins_grant_gen_6(parts: Esuvo, client: AsyncClient) -> None:
    before = await client.get(f"/campaigns/{YEAR}/list")
    parts.now += timedelta(days=1)
    await post(client, "protocol", {"present": 9})
    await post(client, "order")
    await post(client, "publication")
    answer = await client.get(f"/campaigns/{YEAR}/list")

    assert before.json()["code"] == "campaign.no-list"
    assert len(answer.json()["holders"]) == 3
    assert not any(iin_of(number) in answer.text for number in range(1, 6))


async def test_others_can_check_the_decision_with_two_tables(client: AsyncClient) -> None:
    people = await client.get(f"/campaigns/{YEAR}/applicants.csv", headers=OPERATOR)
    seats = await client.get(f"/campaigns/{YEAR}/seats.csv")

    assert people.text.splitlines()[0].split(",")[:4] == ["iin", "language", "total", "profile_score"]
    assert len(people.text.splitlines()) == 6
    assert seats.text.splitlines() == ["specialty,language,seats,rural", "5B011000,kk,2,0", "5B060400,kk,1,0"]


@pytest.mark.step("GRANT-P-3", "GRANT-E-4")
async def test_summary_sheets_are_by_field_and_specialty(client: AsyncClient) -> None:
    sheets = (await client.get(f"/campaigns/{YEAR}/summary-sheets", headers=OPERATOR)).json()

    assert [(each["code"], [one["code"] for one in each["specialties"]]) for each in sheets] == [
        ("5B01", ["5B011000"]),
        ("5B06", ["5B060400"]),
    ]
    assert sheets[0]["specialties"][0]["lines"][0]["seats"] == 2


async def test_a_result_is_explained_choice_by_choice_to_the_operator(parts: Esuvo, client: AsyncClient) -> None:
    path = f"/campaigns/{YEAR}/contenders/{id_of(4)}/explanation"
    early = await client.get(path, headers=OPERATOR)
    parts.now += timedelta(days=1)
    await post(client, "protocol", {"present": 9})
    explained = await client.get(path, headers=OPERATOR)
    unknown = await client.get(f"/campaigns/{YEAR}/contenders/{id_of(77)}/explanation", headers=OPERATOR)

    assert early.json()["code"] == "campaign.no-protocol"
    assert explained.status_code == 200
    assert (explained.json()["award"], explained.json()["reason"]) == (None, "no-seat")
    assert len(explained.json()["considered"]) == 2
    assert unknown.json()["code"] == "contender.unknown"
    assert (await client.get(path)).status_code == 401
