"""Documents of a campaign over HTTP, from a real database: what is printed comes from the register by SQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from pydantic import SecretStr

from contracts.issued_documents import PaperKind
from services._actors.commission import CommissionPolicy
from services._chassis.migrate import upgrade
from services.esuvo import http as api
from services.esuvo.grants.schedule import schedule
from services.esuvo.settings import Settings
from tests.integration.esuvo.test_campaign import COMPETITION, enter, esuvo, run, state_of
from tests.support.papers import CODES, DOCUMENT_SECRET
from tests.support.process import Stand, stand
from tests.support.routes import OPERATOR, client_of
from tests.support.servers import Place
from tests.unit.esuvo.campaign_examples import FORWARDED_AT, PHYSICS, TEACHERS, YEAR, described, id_of
from tests.unit.esuvo.examples import DIRECTORY

__all__ = ["esuvo"]  # the fixture
SETTINGS: Final = Settings(
    database_url=SecretStr("postgresql://unused"),
    document_secret=DOCUMENT_SECRET,
    operator_token=SecretStr("open sesame"),
)
PAPERS: Final = f"/campaigns/{YEAR}/documents"


@asynccontextmanager
async def operator(own: Stand) -> AsyncIterator[AsyncClient]:
    async with client_of("esuvo", own.parts, api.routers(SETTINGS, DIRECTORY, COMPETITION), OPERATOR) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def client(esuvo: Stand) -> AsyncIterator[AsyncClient]:
    async with operator(esuvo) as opened:
        yield opened


def page(answer: Response) -> str:
    assert answer.status_code == 200, answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    return answer.text


async def certificates(own: Stand) -> dict[int, str]:
    """Number of the certificate by that of its winner."""
    rows = await own.parts.store.rows(
        "select registration_number, certificate_number from contenders where status = 'awarded'"
    )
    return {int(str(row["registration_number"])[-6:]): str(row["certificate_number"]) for row in rows}


@pytest.mark.step("GRANT-P-3", "GRANT-E-4", "GRANT-C-5", "GRANT-C-6")
async def test_sheet_protocol_and_order_are_printed_from_the_register(esuvo: Stand, client: AsyncClient) -> None:
    early = await client.get(f"{PAPERS}/summary_sheet")
    await run(esuvo, schedule(YEAR).enrolment_closes)
    sheet, protocol, order = [
        page(await client.get(f"{PAPERS}/{kind}")) for kind in ("summary_sheet", "protocol", "award_order")
    ]
    second = await client.get(f"{PAPERS}/award_order", params={"round": 2})
    state = await state_of(esuvo)
    signed, issued = state.round(1).protocol, state.round(1).order

    assert (early.status_code, early.json()["code"]) == (404, "document.not-given")
    assert signed
    assert issued
    assert state.sheets
    assert all(each in sheet for each in (PHYSICS, TEACHERS, state.sheets.digest))
    assert all(each in protocol for each in (PHYSICS, TEACHERS, signed.number, signed.digest))
    assert CODES.of(PaperKind.PROTOCOL, signed.number, YEAR) in protocol
    assert CODES.of(PaperKind.AWARD_ORDER, issued.number, YEAR) in order
    assert [f"Тегі{number} Аты" in order for number in range(1, 8)] == [True] * 3 + [False] * 4
    assert [f"027-2016-{number:06d}" in order for number in range(1, 8)] == [True] * 3 + [False] * 4
    assert (second.status_code, second.json()["code"]) == (404, "document.not-given")


@pytest.mark.step("GRANT-C-7")
async def test_a_winners_certificate_is_found_by_its_number(esuvo: Stand, client: AsyncClient) -> None:
    await run(esuvo, schedule(YEAR).enrolment_closes)
    numbers = await certificates(esuvo)
    unknown = await client.get(f"/campaigns/{YEAR}/certificates/{YEAR}-1-999999")

    assert sorted(numbers) == [1, 2, 3]
    for winner, number in numbers.items():
        printed = page(await client.get(f"/campaigns/{YEAR}/certificates/{number}"))
        code = CODES.of(PaperKind.AWARD_CERTIFICATE, number, id_of(winner))
        assert all(each in printed for each in (f"Тегі{winner}", number, code))
        assert 'class="void"' not in printed
    assert (unknown.status_code, unknown.json()["code"]) == (404, "document.not-given")


async def test_a_misprinted_certificate_is_found_by_its_old_number_and_is_void_edge_33(corner: Place) -> None:
    await asyncio.to_thread(upgrade, "esuvo", corner.database_url)
    misprinting = described(CommissionPolicy(absent_share=0, misprint_share=1), codes=CODES)
    async with stand(misprinting, corner, running=False) as own, operator(own) as client:
        await own.jump(FORWARDED_AT)
        committing = asyncio.create_task(own.parts.commands.run())
        await enter(own, 1)
        await run(own, schedule(YEAR).enrolment_closes)
        [new] = (await certificates(own)).values()
        old = new.rpartition("-")[0]
        printed = page(await client.get(f"/campaigns/{YEAR}/certificates/{new}"))
        void = page(await client.get(f"/campaigns/{YEAR}/certificates/{old}"))
        committing.cancel()

    assert old in printed  # it says instead of which one it is
    assert ['class="void"' in each for each in (printed, void)] == [False, True]
    assert all("Тегі1" in each for each in (printed, void))
