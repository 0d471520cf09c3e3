"""Documents of a year's campaign to print: sheets, protocols, orders with their annex, and award certificates."""

import asyncio
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response, params
from fastapi.responses import HTMLResponse

from contracts.issued_documents import Codes, PaperKind
from law.specialties import Specialties
from law.universities import Universities
from services._chassis import http
from services._chassis.errors import Violation
from services._chassis.running import running
from services._chassis.store import Store
from services._papers import facts as printed
from services._papers.render import HEADERS, render
from services.esuvo.grants.campaign.competition import Competition
from services.esuvo.grants.campaign.http import Year, campaign_of
from services.esuvo.grants.campaign.state import Campaign
from services.esuvo.grants.contender.state import Contender
from services.esuvo.papers import facts as documents
from services.esuvo.streams import contender_stream

OfCampaign = Literal[PaperKind.SUMMARY_SHEET, PaperKind.PROTOCOL, PaperKind.AWARD_ORDER]
_Round = Annotated[int, Query(ge=1, le=2, alias="round", description="1 the competition, 2 the seats that came free")]
_NUMBER: Final = r"^[0-9]{4}-[12]-[0-9]{6}(-[0-9]{1,3})?$"


def router(
    operator: list[params.Depends],
    competition: Competition,
    specialties: Specialties,
    universities: Universities,
    codes: Codes,
) -> APIRouter:
    """For the operator: what is printed holds personal data."""
    routes = APIRouter(prefix="/campaigns", tags=["documents"], dependencies=operator)

    @routes.get("/{year}/documents/{kind}", response_class=HTMLResponse)
    async def of_a_campaign(
        request: Request,
        year: Year,
        kind: OfCampaign,
        which: _Round = 1,
        corrective: Annotated[bool, Query(description="the order that corrects the round's first one")] = False,  # noqa: FBT002 - a query
    ) -> Response:
        """A summary sheet, a protocol, or an order with the list of grant holders (GRANT-P-3, GRANT-C-5, GRANT-C-6)."""
        store = running(request).store
        state, seats = await campaign_of(store, year), competition.seats(year)
        facts: printed.Facts | None
        match kind:
            case PaperKind.SUMMARY_SHEET:
                facts = documents.sheet(codes, state, await store.rows(documents.LINES, year), specialties, seats)
            case PaperKind.PROTOCOL:
                rows = await store.rows(documents.DECIDED, year, which)
                facts = documents.protocol(codes, state, which, rows, specialties, seats)
            case PaperKind.AWARD_ORDER:
                facts = await _order(codes, store, state, which, specialties, corrective=corrective)
        if facts is None:
            raise _not_given(kind)
        # A national order names tens of thousands: other requests are answered meanwhile.
        return HTMLResponse(await asyncio.to_thread(render, facts), headers=HEADERS)

    @routes.get("/{year}/certificates/{number}", response_class=HTMLResponse)
    async def of_a_winner(
        request: Request, year: Year, number: Annotated[str, Path(pattern=_NUMBER, description="on the certificate")]
    ) -> Response:
        """An award certificate; a misprinted one is marked void (GRANT-C-7, EDGE-33)."""
        store = running(request).store
        state = await campaign_of(store, year)
        rows = await store.rows(documents.CERTIFIED, year, number)
        if not rows:
            raise _not_given(PaperKind.AWARD_CERTIFICATE)
        contender, history = await store.story(contender_stream(str(rows[0]["contender"])))
        issue, replaced = documents.issue_of(history, number)
        if issue is None or not isinstance(contender, Contender):
            raise _not_given(PaperKind.AWARD_CERTIFICATE)
        now = state.round(int(number.split("-")[1]))
        order = (now.order.number, now.order.order_date) if now.order else None
        facts = documents.certificate(codes, contender, issue, specialties, universities, order)
        return HTMLResponse(render(facts.model_copy(update={"replaced": replaced})), headers=HEADERS)

    return routes


async def _order(
    codes: Codes, store: Store, state: Campaign, which: int, specialties: Specialties, *, corrective: bool
) -> printed.AwardOrderFacts | None:
    now = state.round(which)
    issued = now.correction if corrective else now.order
    if issued is None:
        return None
    return documents.order(codes, state, issued, await store.rows(documents.WINNERS, state.year, which), specialties)


def _not_given(kind: PaperKind) -> http.Problem:
    rule = f"there is no {kind.replace('_', ' ')} of this number or round yet"
    remedy = "GET /campaigns/{year} shows how far the campaign is, and its numbers"
    return http.Problem(404, "document.not-given", rule, [Violation("/path", rule, remedy)])
