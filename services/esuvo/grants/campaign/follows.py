"""What follows from an event of a year's campaign: contract events, the steps to come and their terms, words to the annexes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from contracts import esuvo_competition as wire
from contracts.esuvo_competition import campaign_id
from contracts.event import Event
from law.competition import rules
from law.regulation import CountFrom
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Survey, Tell, Timer
from services._chassis.decider import Ignored
from services.esuvo.grants import schedule
from services.esuvo.grants.annex import follows as annexes
from services.esuvo.grants.annex.commands import HearPublication
from services.esuvo.grants.campaign import commands as ask
from services.esuvo.grants.campaign import events
from services.esuvo.grants.campaign.competition import Competition, applicants, digest_of, state_order
from services.esuvo.grants.campaign.decide import CAMPAIGN
from services.esuvo.grants.campaign.state import Campaign, State
from services.esuvo.grants.campaign.tells import contract_event
from services.esuvo.grants.contender.state import ContenderStatus
from services.esuvo.grants.schedule import CALENDAR, CampaignStep, local_date, planned
from services.esuvo.streams import annex_stream, campaign_stream

SHEETS: Final = "sheets"
DECIDE: Final = "decide"
DUE: Final = "due"

_ROWS: Final = """
select contender, application_id, status, iin, language, total, profile_scores, other_min_scores, creative_score,
    certificate_average, preferential_rank, quota, rural, choices, registration_number, choice, awarded_specialty
from contenders where campaign = $1 and status = any($2::text[]) order by contender
"""
_COMPETE: Final = [ContenderStatus.ENTERED.value]
_WITHOUT: Final = [ContenderStatus.NOT_AWARDED.value, ContenderStatus.RELEASED.value]
_HAND_OVER_DAYS: Final = 3  # working days after the certificates of the second round: assumed


class Campaigns:
    """The campaign's stream. `count_from` is another counting rule than the regulation's (domain C.4); `misprinted` says
    which certificates of an annex come out of the press with an error: none, unless somebody draws some (EDGE-33).
    """

    def __init__(
        self,
        competition: Competition,
        count_from: CountFrom | None = None,
        misprinted: annexes.Misprinted = annexes.no_misprints,
    ) -> None:
        self._competition = competition
        self._count_from = count_from
        self._misprinted = misprinted

    def closes(self, year: int) -> datetime:
        """The first instant too late for the register."""
        return schedule.schedule(year, self._count_from).register_closes

    def opening(self, year: int) -> Iterable[Effect]:
        """What the first application in the register sets going."""
        yield Tell(campaign_stream(year), partial(self._open, year))

    def aggregate(self) -> Aggregate[State]:
        return Aggregate(
            category="campaign",
            initial=CAMPAIGN.initial,
            evolve=CAMPAIGN.evolve,
            events=events.EVENTS,
            react=self._react,
            timers={
                SHEETS: self._prepare_sheets,
                DECIDE: self._decide,
                DUE: self._breach,
            },
            surveys={SHEETS: Survey(_ROWS, _who), DECIDE: Survey(_ROWS, _who)},
        )

    # Decided

    def _open(self, year: int, state: State, at: datetime) -> Sequence[Event]:
        if isinstance(state, Campaign):
            return Ignored("already-open")
        seats = sum(row.seats for row in self._competition.seats(year))
        late = schedule.schedule(year, self._count_from).infeasible
        return CAMPAIGN.decide(ask.Open(year, schedule.REGULATION, rules(year).id, seats, late, at), state)

    def _prepare_sheets(self, state: State, timer: Timer) -> Sequence[Event]:
        digest = digest_of(applicants(timer.rows))
        return CAMPAIGN.decide(ask.PrepareSheets(len(timer.rows), digest, timer.at), state)

    def _decide(self, state: State, timer: Timer) -> Sequence[Event]:
        if not isinstance(state, Campaign) or state.round(_round_of(timer)).protocol:
            return Ignored("already-decided")
        decided = self._competition.decide(timer.rows, state.year, _round_of(timer), timer.at)
        return CAMPAIGN.decide(ask.Sign(_round_of(timer), decided, timer.at), state)

    def _breach(self, state: State, timer: Timer) -> Sequence[Event]:
        step = CampaignStep(str(timer.data["step"]))
        return CAMPAIGN.decide(ask.Breach(step, _round_of(timer), timer.at, timer.at), state)

    # Told

    def _react(self, state: State, recorded: Recorded) -> Iterable[Effect]:
        if not isinstance(state, Campaign):
            return
        told = contract_event(state, recorded.event, schedule.regulation(self._count_from).counting.count_from)
        if told:
            yield Publish(wire.TOPIC, str(campaign_id(state.year)), told)
        yield from self._before_order(state, recorded)
        yield from self._after_order(state, recorded)

    def _before_order(self, state: Campaign, recorded: Recorded) -> Iterable[Effect]:
        at = recorded.at
        match recorded.event:
            case events.CampaignOpened():
                prepared_at = max(at, schedule.schedule(state.year, self._count_from).sheets.at)
                yield Schedule(SHEETS, prepared_at, {"year": state.year, "round": 1})
            case events.SheetsPrepared():
                meeting = schedule.first_meeting(at, state.year, self._count_from)
                yield _due(CampaignStep.PROTOCOL, 1, meeting.due_at)
            case events.MeetingHeld(round=round_):
                yield Schedule(f"{DECIDE}:{round_}", at, {"year": state.year, "round": round_})
            case events.ProtocolSigned(round=round_, drawn=sheets):
                yield from annexes.draw(sheets)
                yield Cancel(_due_key(CampaignStep.PROTOCOL, round_))
                yield self._runs(CampaignStep.ORDER, state.year, round_, at)

    def _after_order(self, state: Campaign, recorded: Recorded) -> Iterable[Effect]:
        at = recorded.at
        match recorded.event:
            case events.OrderIssued(round=round_, corrects=None):
                yield Cancel(_due_key(CampaignStep.ORDER, round_))
                yield self._runs(CampaignStep.PUBLICATION, state.year, round_, at)
                yield self._runs(CampaignStep.CERTIFICATES, state.year, round_, at)
            case events.ListPublished() as event:
                yield Cancel(_due_key(CampaignStep.PUBLICATION, event.round))
                yield from self._tell_all(state, event)
            case events.CertificatesPrepared(round=round_):
                yield Cancel(_due_key(CampaignStep.CERTIFICATES, round_))
                yield from annexes.certify(_annexes(state, round_), self._misprinted)

    def _runs(self, step: CampaignStep, year: int, round_: int, began_at: datetime) -> Schedule:
        """The term of a step that begins."""
        return _due(step, round_, planned(step, began_at, year, self._count_from).due_at)

    def _tell_all(self, state: Campaign, event: events.ListPublished) -> Iterable[Effect]:
        if state.round(event.round).republished:
            return  # everybody has been told: what the error was about was no award
        told = HearPublication(event.order_number, self._collect_by(state.year, event), event.at)
        yield from annexes.publish(_annexes(state, event.round), told)

    def _collect_by(self, year: int, event: events.ListPublished) -> date:
        fixed = schedule.schedule(year, self._count_from).collect_by
        published = local_date(event.at)
        return fixed if event.round == 1 else CALENDAR.add_working_days(published, _HAND_OVER_DAYS)


def usual_campaigns() -> Campaigns:
    """With the seats of this repository."""
    return Campaigns(Competition(state_order()))


def _who(timer: Timer) -> Sequence[object]:
    """Those who compete; in the second round those without a grant, and whose seats came free."""
    return [timer.data["year"], _COMPETE if _round_of(timer) == 1 else _WITHOUT]


def _round_of(timer: Timer) -> int:
    return int(str(timer.data["round"]))


def _annexes(state: Campaign, round_: int) -> Sequence[str]:
    signed = state.round(round_).protocol
    return [annex_stream(state.year, round_, number + 1) for number in range(signed.annexes if signed else 0)]


def _due_key(step: CampaignStep, round_: int) -> str:
    return f"{DUE}:{step}:{round_}"


def _due(step: CampaignStep, round_: int, at: datetime) -> Schedule:
    return Schedule(_due_key(step, round_), at, {"step": step.value, "round": round_})
