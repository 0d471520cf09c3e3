"""What follows from an event of a year's campaign: contract events, the steps to come and their terms, words to the annexes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from contracts import esuvo_competition as wire
from contracts.commission import CommissionPolicy
from contracts.esuvo_competition import campaign_id
from contracts.event import Event
from law.competition import rules
from law.regulation import CountFrom
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Survey, Tell, Timer
from services.esuvo.grants import schedule
from services.esuvo.grants.annex import follows as annexes
from services.esuvo.grants.annex.commands import HearPublication
from services.esuvo.grants.campaign import commands as ask
from services.esuvo.grants.campaign import events as e
from services.esuvo.grants.campaign.commission import Commission, applicants, digest_of, state_order
from services.esuvo.grants.campaign.decide import CAMPAIGN, ROUNDS
from services.esuvo.grants.campaign.state import Campaign, State
from services.esuvo.grants.campaign.tells import contract_event
from services.esuvo.grants.contender.state import ContenderStatus
from services.esuvo.grants.schedule import CALENDAR, CampaignStep, later, local_date, planned
from services.esuvo.streams import annex_stream, campaign_stream

SHEETS: Final = "sheets"
MEET: Final = "meet"
DECIDE: Final = "decide"
ORDER: Final = "order"
CORRECT: Final = "correct"
PUBLISH: Final = "publish"
CERTIFY: Final = "certify"
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
    """The campaign's stream. `count_from` is another counting rule than the regulation's (domain C.4)."""

    def __init__(self, commission: Commission, count_from: CountFrom | None = None) -> None:
        self._commission = commission
        self._count_from = count_from

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
            events=e.EVENTS,
            react=self._react,
            timers={
                SHEETS: self._prepare_sheets,
                MEET: self._meet,
                DECIDE: self._decide,
                ORDER: self._order,
                CORRECT: self._correct,
                PUBLISH: self._publish,
                CERTIFY: self._certify,
                DUE: self._breach,
            },
            surveys={SHEETS: Survey(_ROWS, _who), DECIDE: Survey(_ROWS, _who)},
        )

    # Decided

    def _open(self, year: int, state: State, at: datetime) -> Sequence[Event]:
        if isinstance(state, Campaign):
            return []
        seats = sum(row.seats for row in self._commission.seats(year))
        late = schedule.schedule(year, self._count_from).infeasible
        return CAMPAIGN.decide(ask.Open(year, schedule.REGULATION, rules(year).id, seats, late, at), state)

    def _prepare_sheets(self, state: State, timer: Timer) -> Sequence[Event]:
        digest = digest_of(applicants(timer.rows))
        return CAMPAIGN.decide(ask.PrepareSheets(len(timer.rows), digest, timer.at), state)

    def _meet(self, state: State, timer: Timer) -> Sequence[Event]:
        if not isinstance(state, Campaign):
            return []
        round_ = _round_of(timer)
        meeting = state.round(round_).invalid_meetings + 1
        present = self._commission.present(state.year, round_, meeting)
        return CAMPAIGN.decide(ask.Meet(round_, self._commission.members(meeting), present, timer.at), state)

    def _decide(self, state: State, timer: Timer) -> Sequence[Event]:
        if not isinstance(state, Campaign) or state.round(_round_of(timer)).protocol:
            return []
        decided = self._commission.decide(timer.rows, state.year, _round_of(timer), timer.at)
        return CAMPAIGN.decide(ask.Sign(_round_of(timer), decided, timer.at), state)

    def _order(self, state: State, timer: Timer) -> Sequence[Event]:
        return CAMPAIGN.decide(ask.IssueOrder(_round_of(timer), local_date(timer.at), timer.at), state)

    def _correct(self, state: State, timer: Timer) -> Sequence[Event]:
        command = ask.IssueOrder(_round_of(timer), local_date(timer.at), timer.at, corrective=True)
        return CAMPAIGN.decide(command, state)

    def _publish(self, state: State, timer: Timer) -> Sequence[Event]:
        flawed = isinstance(state, Campaign) and self._commission.errs_in_order(state.year, _round_of(timer))
        return CAMPAIGN.decide(ask.Publish(_round_of(timer), timer.at, flawed=flawed), state)

    def _certify(self, state: State, timer: Timer) -> Sequence[Event]:
        return CAMPAIGN.decide(ask.Certify(_round_of(timer), timer.at), state)

    def _breach(self, state: State, timer: Timer) -> Sequence[Event]:
        step = CampaignStep(str(timer.data["step"]))
        return CAMPAIGN.decide(ask.Breach(step, _round_of(timer), timer.at, timer.at), state)

    # Told

    def _react(self, state: State, recorded: Recorded) -> Iterable[Effect]:
        if not isinstance(state, Campaign):
            return
        yield from self._published(state, recorded.event)
        yield from self._before_order(state, recorded)
        yield from self._after_order(state, recorded)
        match recorded.event:
            case e.ListPublished(round=1) | e.CertificatesPrepared(round=1):
                if state.round(1).is_complete:
                    yield from self._second_round(state, recorded.at)

    def _before_order(self, state: Campaign, recorded: Recorded) -> Iterable[Effect]:
        at = recorded.at
        match recorded.event:
            case e.CampaignOpened():
                prepared_at = max(at, schedule.schedule(state.year, self._count_from).sheets.at)
                yield Schedule(SHEETS, prepared_at, {"year": state.year, "round": 1})
            case e.SheetsPrepared():
                meeting = schedule.first_meeting(at, state.year, self._count_from)
                yield _due(CampaignStep.PROTOCOL, 1, meeting.due_at)
                yield from self._by_itself(MEET, 1, max(at, meeting.at))
            case e.MeetingInvalid(round=round_):
                yield from self._by_itself(MEET, round_, later(CampaignStep.PROTOCOL, at))
            case e.MeetingHeld(round=round_):
                yield Cancel(f"{MEET}:{round_}")
                yield Schedule(f"{DECIDE}:{round_}", at, {"year": state.year, "round": round_})
            case e.ProtocolSigned(round=round_, drawn=sheets):
                yield from annexes.draw(sheets)
                yield Cancel(_due_key(CampaignStep.PROTOCOL, round_))
                yield from self._step(CampaignStep.ORDER, ORDER, state.year, round_, at)

    def _after_order(self, state: Campaign, recorded: Recorded) -> Iterable[Effect]:
        at = recorded.at
        match recorded.event:
            case e.OrderIssued(round=round_, corrects=None):
                yield from (Cancel(f"{ORDER}:{round_}"), Cancel(_due_key(CampaignStep.ORDER, round_)))
                delay = self._commission.policy.media_delay_days
                yield from self._step(CampaignStep.PUBLICATION, PUBLISH, state.year, round_, at, delay)
                yield from self._step(CampaignStep.CERTIFICATES, CERTIFY, state.year, round_, at)
            case e.OrderIssued(round=round_):
                yield from self._by_itself(PUBLISH, round_, later(CampaignStep.PUBLICATION, at))
            case e.ListPublished() as event:
                yield from self._after_list(state, event)
            case e.CertificatesPrepared(round=round_):
                yield from (Cancel(f"{CERTIFY}:{round_}"), Cancel(_due_key(CampaignStep.CERTIFICATES, round_)))
                yield from annexes.certify(_annexes(state, round_), self._commission.misprints)

    def _step(
        self, step: CampaignStep, key: str, year: int, round_: int, at: datetime, delay: int = 0
    ) -> Iterable[Effect]:
        """A step begins: its term, and when whoever works by itself does it."""
        plan = planned(step, at, year, self._count_from)
        yield _due(step, round_, plan.due_at)
        yield from self._by_itself(key, round_, later(step, plan.at, delay) if delay else plan.at)

    def _by_itself(self, key: str, round_: int, at: datetime) -> Iterable[Effect]:
        if self._commission.is_simulated:
            yield Schedule(f"{key}:{round_}", at, {"round": round_})

    def _after_list(self, state: Campaign, event: e.ListPublished) -> Iterable[Effect]:
        yield from (Cancel(f"{PUBLISH}:{event.round}"), Cancel(_due_key(CampaignStep.PUBLICATION, event.round)))
        if event.flawed:
            yield from self._by_itself(CORRECT, event.round, later(CampaignStep.ORDER, event.at))
        if state.round(event.round).republished:
            return  # everybody has been told: what the error was about was no award
        collect_by = self._collect_by(state.year, event)
        told = HearPublication(event.order_number, collect_by, event.at)
        yield from annexes.publish(_annexes(state, event.round), told)

    def _collect_by(self, year: int, event: e.ListPublished) -> date:
        fixed = schedule.schedule(year, self._count_from).collect_by
        published = local_date(event.at)
        return fixed if event.round == 1 else CALENDAR.add_working_days(published, _HAND_OVER_DAYS)

    def _second_round(self, state: Campaign, at: datetime) -> Iterable[Effect]:
        meeting = schedule.schedule(state.year, self._count_from).second_meeting
        if ROUNDS not in state.rounds:
            yield from self._by_itself(MEET, ROUNDS, meeting if meeting > at else later(CampaignStep.PROTOCOL, at))

    def _published(self, state: Campaign, event: Event) -> Iterable[Effect]:
        told = contract_event(state, event, schedule.regulation(self._count_from).counting.count_from)
        if told:
            yield Publish(wire.TOPIC, str(campaign_id(state.year)), told)


def usual_campaigns() -> Campaigns:
    """With a simulated commission, and the seats of this repository."""
    return Campaigns(Commission(seed=705, policy=CommissionPolicy(), seats=state_order()))


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
