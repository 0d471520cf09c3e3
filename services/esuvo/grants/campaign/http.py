"""Campaigns over HTTP: the plan and the published list for everybody, the register and its results for the operator."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response, params

from contracts.common import SpecialtyCode, UniversityCode
from law.competition import Explanation, explain, rules
from law.specialties import Specialties
from services._chassis import http
from services._chassis.errors import Violation
from services._chassis.running import running
from services._chassis.store import Store
from services.esuvo.grants.campaign import rows as queries
from services.esuvo.grants.campaign import views
from services.esuvo.grants.campaign.competition import Competition, applicants, seats_table
from services.esuvo.grants.campaign.state import Campaign
from services.esuvo.grants.contender.rows import competitor
from services.esuvo.grants.schedule import schedule
from services.esuvo.settings import Settings
from services.esuvo.streams import campaign_stream

Year = Annotated[int, Path(ge=2015, le=2100, description="year of the campaign")]
Which = Annotated[int, Query(ge=1, le=2, alias="round", description="1 the competition, 2 the seats that came free")]
_PAGE: Final = 500


class _Csv(Response):
    media_type = "text/csv; charset=utf-8"


def routers(
    settings: Settings, operator: list[params.Depends], competition: Competition, specialties: Specialties
) -> tuple[APIRouter, ...]:
    return _public(settings, competition), _of_operator(operator, competition, specialties)


def _public(settings: Settings, competition: Competition) -> APIRouter:
    routes = APIRouter(prefix="/campaigns", tags=["campaigns"])

    @routes.get("/{year}")
    async def one(request: Request, year: Year) -> views.CampaignView:
        """The campaign's plan, how far it is, and how many people stand where."""
        store = running(request).store
        state = await campaign_of(store, year)
        counts = await store.rows(queries.COUNTS, year)
        return views.CampaignView.of(state, schedule(year, settings.count_from), counts)

    @routes.get("/{year}/order")
    async def order(request: Request, year: Year, which: Which = 1) -> list[views.OrderView]:
        """The Ministry's order of a round, and the one that corrects it, if there is one (GRANT-C-6, EDGE-33)."""
        now = (await campaign_of(running(request).store, year)).round(which)
        found = [view for view in map(views.OrderView.of, (now.order, now.correction)) if view]
        if not found:
            raise _not_yet("order", "the Ministry has issued no order of this round")
        return found

    @routes.get("/{year}/list")
    async def grant_holders(
        request: Request,
        year: Year,
        which: Annotated[int | None, Query(ge=1, le=2, alias="round")] = None,
        specialty: SpecialtyCode | None = None,
        university: UniversityCode | None = None,
        after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=_PAGE)] = 100,
    ) -> views.HolderPage:
        """The published list of grant holders: names without IINs (GRANT-C-8, GRANT-GEN-6)."""
        store = running(request).store
        if (await campaign_of(store, year)).round(1).published is None:
            raise _not_yet("list", "no list has been published")
        rows = await store.rows(queries.LIST, year, which, specialty, university, after, limit)
        more = after + limit if len(rows) == limit else None
        return views.HolderPage(holders=[views.Holder.model_validate(row) for row in rows], next=more)

    @routes.get("/{year}/seats.csv", response_class=_Csv)
    async def seats(year: Year) -> Response:
        """The state order as `egov competition decide --seats` reads it."""
        return _Csv(seats_table(competition.seats(year)))

    return routes


def _of_operator(operator: list[params.Depends], competition: Competition, specialties: Specialties) -> APIRouter:
    routes = APIRouter(prefix="/campaigns", tags=["campaigns"], dependencies=operator)

    @routes.get("/{year}/summary-sheets")
    async def sheets(request: Request, year: Year) -> list[views.FieldSheet]:
        """The register by field and specialty, as it stands now (GRANT-P-3, GRANT-E-4)."""
        store = running(request).store
        await campaign_of(store, year)
        return views.sheets_of(await store.rows(queries.SHEETS, year), specialties, competition.seats(year))

    @routes.get("/{year}/protocol")
    async def protocol(request: Request, year: Year, which: Which = 1) -> views.ProtocolView:
        """The commission's minuted decision (GRANT-C-5)."""
        now = (await campaign_of(running(request).store, year)).round(which)
        if now.protocol is None:
            raise _not_yet("protocol", "the commission has signed no protocol of this round")
        signed = now.protocol.model_dump(exclude={"annexes", "at"})
        return views.ProtocolView(
            **signed, invalid_meetings=now.invalid_meetings, ties=list(now.ties), signed_at=now.protocol.at
        )

    @routes.get("/{year}/applicants.csv", response_class=_Csv)
    async def applicants_csv(request: Request, year: Year) -> Response:
        """Everybody in the register as `egov competition decide --applicants` reads it: with IINs, for the operator."""
        rows = await running(request).store.rows(queries.EVERYBODY, year)
        return _Csv(await asyncio.to_thread(applicants, rows))

    @routes.get("/{year}/contenders/{who}/explanation")
    async def explanation(
        request: Request, year: Year, who: Annotated[str, Path(max_length=36, description="IIN or application's id")]
    ) -> Explanation:
        """Which choice of a person was considered when, and who took the last seat, with how many points."""
        store = running(request).store
        if (await campaign_of(store, year)).round(1).protocol is None:
            raise _not_yet("protocol", "the commission has not decided yet")
        found = await store.rows(queries.WHO, year, who.lower())
        if not found:
            rule = "nobody of this IIN or application takes part"
            remedy = "check it; GET /campaigns/{year}/applicants.csv lists who does"
            raise http.Problem(404, "contender.unknown", rule, [Violation("/path/who", rule, remedy)])
        rows = await store.rows(queries.EVERYBODY, year)
        return await asyncio.to_thread(_explain, str(found[0]["iin"]), rows, year, competition)

    return routes


def _explain(iin: str, rows: list[dict[str, object]], year: int, competition: Competition) -> Explanation:
    return explain(iin, [competitor(row) for row in rows], competition.seats(year), rules(year))


async def campaign_of(store: Store, year: int) -> Campaign:
    """Raises Problem 404 when nobody has entered the register of that year."""
    state = (await store.read(campaign_stream(year))).state
    if not isinstance(state, Campaign):
        rule = f"no application has entered the register of {year}"
        remedy = "give the year of a campaign that has begun, or file an application"
        raise http.Problem(404, "campaign.unknown", rule, [Violation("/path/year", rule, remedy)])
    return state


def _not_yet(what: str, rule: str) -> http.Problem:
    remedy = "ask again when GET /campaigns/{year} shows it"
    return http.Problem(404, f"campaign.no-{what}", rule, [Violation("/path/year", rule, remedy)])
