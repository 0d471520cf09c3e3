"""The commission's, the Ministry's, the media's and the Testing Centre's acts in a campaign, done by hand."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, params
from pydantic import BaseModel, ConfigDict, Field, Strict

from contracts.esuvo_competition import campaign_id
from contracts.event import Event
from services._chassis.decider import Refused
from services._chassis.running import act, running
from services.esuvo.grants.campaign import commands as ask
from services.esuvo.grants.campaign import decide as campaign
from services.esuvo.grants.campaign import rows as queries
from services.esuvo.grants.campaign.competition import Competition
from services.esuvo.grants.campaign.decide import CAMPAIGN, ROUNDS
from services.esuvo.grants.campaign.http import Year, campaign_of
from services.esuvo.grants.campaign.state import Campaign, State
from services.esuvo.grants.campaign.views import CampaignView, Meeting
from services.esuvo.grants.schedule import local_date, schedule
from services.esuvo.settings import Settings
from services.esuvo.streams import campaign_stream


class Presence(BaseModel):
    model_config = ConfigDict(extra="forbid")

    present: Annotated[int, Strict(), Field(ge=0, le=99, description="members who came to the meeting")]


class OrderForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    corrective: Annotated[bool, Strict()] = Field(
        default=False, description="an order that corrects the one whose list has been published (EDGE-33)"
    )


def router(settings: Settings, operator: list[params.Depends], competition: Competition) -> APIRouter:
    routes = APIRouter(prefix="/campaigns", tags=["commission"], dependencies=operator)

    async def execute(
        request: Request, year: int, label: str, decide: Callable[[State, datetime], Sequence[Event]]
    ) -> Campaign:
        await campaign_of(running(request).store, year)
        decision = await act(request, campaign_stream(year), decide, label, about=campaign_id(year))
        state: Campaign = decision.state
        return state

    async def view(request: Request, state: Campaign) -> CampaignView:
        counts = await running(request).store.rows(queries.COUNTS, state.year)
        return CampaignView.of(state, schedule(state.year, settings.count_from), counts)

    @routes.post("/{year}/protocol", status_code=202)
    async def protocol(request: Request, year: Year, form: Presence) -> Meeting:
        """A meeting of the commission. With an odd number of members and a quorum it decides at once, in the background."""

        def decide(state: State, at: datetime) -> Sequence[Event]:
            round_, meeting = _next_meeting(state)
            if round_ == ROUNDS and at < schedule(year, settings.count_from).enrolment_closes:
                detail = "winners may still enrol, so no seat has come free yet"
                raise Refused(
                    "campaign.out-of-turn", detail, field="", remedy="meet when the term of enrolment is over"
                )
            return CAMPAIGN.decide(ask.Meet(round_, competition.members(meeting), form.present, at), state)

        before = _next_meeting(await campaign_of(running(request).store, year))
        await execute(request, year, "protocol", decide)
        members = competition.members(before[1])
        flaw = campaign.flaw_of(members, form.present)
        return Meeting(round=before[0], members=members, present=form.present, valid=flaw is None, flaw=flaw)

    @routes.post("/{year}/order")
    async def order(request: Request, year: Year, form: OrderForm | None = None) -> CampaignView:
        """The Ministry's award order (GRANT-C-6). A repetition changes nothing."""
        corrective = bool(form and form.corrective)

        def decide(state: State, at: datetime) -> Sequence[Event]:
            return CAMPAIGN.decide(ask.IssueOrder(_decided(state), local_date(at), at, corrective), state)

        return await view(request, await execute(request, year, "order", decide))

    @routes.post("/{year}/publication")
    async def publication(request: Request, year: Year) -> CampaignView:
        """The media publish the list of grant holders (GRANT-C-8): every applicant is told. A repetition changes nothing."""
        return await view(
            request,
            await execute(
                request,
                year,
                "publication",
                lambda state, at: CAMPAIGN.decide(ask.Publish(_decided(state), at), state),
            ),
        )

    @routes.post("/{year}/certificates")
    async def certificates(request: Request, year: Year) -> CampaignView:
        """The Testing Centre prepares the award certificates and sends them to the universities (GRANT-C-7)."""
        return await view(
            request,
            await execute(
                request,
                year,
                "certificates",
                lambda state, at: CAMPAIGN.decide(ask.Certify(_decided(state), at), state),
            ),
        )

    return routes


def _next_meeting(state: State) -> tuple[int, int]:
    """The round that waits for a protocol, and the number of its next meeting."""
    round_ = 1 if not isinstance(state, Campaign) or state.round(1).protocol is None else ROUNDS
    return round_, (state.round(round_).invalid_meetings if isinstance(state, Campaign) else 0) + 1


def _decided(state: State) -> int:
    """The latest round with a protocol."""
    return ROUNDS if isinstance(state, Campaign) and state.round(ROUNDS).protocol else 1
