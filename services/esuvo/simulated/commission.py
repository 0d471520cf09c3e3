"""The simulated Commission, and whoever carries its protocol out: when they act, who is absent, what goes wrong. Seeded.

What the competition makes of the contenders is none of this: `grants/campaign/competition.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from contracts.esuvo_competition import campaign_id
from contracts.event import Event
from law.regulation import CountFrom
from services._actors.commission import CommissionPolicy
from services._actors.draws import Draw
from services._chassis.aggregate import Actors, Cancel, Effect, Recorded, Schedule, Timer
from services.esuvo.grants.annex.state import Annex
from services.esuvo.grants.campaign import commands as ask
from services.esuvo.grants.campaign import events
from services.esuvo.grants.campaign.competition import Competition
from services.esuvo.grants.campaign.decide import CAMPAIGN, ROUNDS
from services.esuvo.grants.campaign.state import Campaign, State
from services.esuvo.grants.schedule import CampaignStep, first_meeting, later, local_date, planned, schedule

MEET: Final = "meet"
ORDER: Final = "order"
CORRECT: Final = "correct"
PUBLISH: Final = "publish"
CERTIFY: Final = "certify"


@dataclass(frozen=True, slots=True)
class Commission:
    """Meets, orders, publishes and certifies on the last day of each term."""

    seed: int
    policy: CommissionPolicy
    competition: Competition
    count_from: CountFrom | None = None

    # What is drawn

    def present(self, year: int, round_: int, meeting: int) -> int:
        """How many come to meeting number `meeting` of a round."""
        chance = self.policy.absent_share
        return sum(
            not Draw(self.seed, campaign_id(year), f"member:{round_}:{meeting}:{member}").happens(chance)
            for member in range(self.competition.members(meeting))
        )

    def errs_in_order(self, year: int, round_: int) -> bool:
        return Draw(self.seed, campaign_id(year), f"order:{round_}").happens(self.policy.order_error_share)

    def misprints(self, annex: Annex) -> tuple[int, ...]:
        """The lines, by index, whose certificates are misprinted (EDGE-33)."""
        share = self.policy.misprint_share
        return tuple(
            index
            for index, line in enumerate(annex.sheet.lines)
            if line.choice and share and Draw(self.seed, UUID(hex=line.contender), "misprint").happens(share)
        )

    # When they act

    def actors(self) -> Actors[State]:
        timers = {
            MEET: self._meet,
            ORDER: self._order,
            CORRECT: self._correct,
            PUBLISH: self._publish,
            CERTIFY: self._certify,
        }
        return Actors("campaign", self._react, timers)

    def _react(self, state: State, recorded: Recorded) -> Iterable[Effect]:
        if isinstance(state, Campaign):
            yield from self._before_order(state, recorded)
            yield from self._after_order(state, recorded)

    def _before_order(self, state: Campaign, recorded: Recorded) -> Iterable[Effect]:
        at = recorded.at
        match recorded.event:
            case events.SheetsPrepared():
                yield _at(MEET, 1, max(at, first_meeting(at, state.year, self.count_from).at))
            case events.MeetingInvalid(round=round_):
                yield _at(MEET, round_, later(CampaignStep.PROTOCOL, at))
            case events.MeetingHeld(round=round_):
                yield Cancel(f"{MEET}:{round_}")
            case events.ProtocolSigned(round=round_):
                yield _at(ORDER, round_, planned(CampaignStep.ORDER, at, state.year, self.count_from).at)

    def _after_order(self, state: Campaign, recorded: Recorded) -> Iterable[Effect]:
        at = recorded.at
        match recorded.event:
            case events.OrderIssued(round=round_, corrects=None):
                yield Cancel(f"{ORDER}:{round_}")
                yield _at(PUBLISH, round_, self._published_at(at, state.year))
                yield _at(CERTIFY, round_, planned(CampaignStep.CERTIFICATES, at, state.year, self.count_from).at)
            case events.OrderIssued(round=round_):
                yield _at(PUBLISH, round_, later(CampaignStep.PUBLICATION, at))
            case events.ListPublished(round=round_, flawed=flawed):
                yield Cancel(f"{PUBLISH}:{round_}")
                if flawed:
                    yield _at(CORRECT, round_, later(CampaignStep.ORDER, at))
                yield from self._second_round(state, round_, at)
            case events.CertificatesPrepared(round=round_):
                yield Cancel(f"{CERTIFY}:{round_}")
                yield from self._second_round(state, round_, at)

    def _published_at(self, ordered_at: datetime, year: int) -> datetime:
        day = planned(CampaignStep.PUBLICATION, ordered_at, year, self.count_from).at
        delay = self.policy.media_delay_days
        return later(CampaignStep.PUBLICATION, day, delay) if delay else day

    def _second_round(self, state: Campaign, round_: int, at: datetime) -> Iterable[Effect]:
        """Seats that came free are awarded when the first round is complete and winners can enrol no more (EDGE-35)."""
        if round_ == 1 and state.round(1).is_complete and ROUNDS not in state.rounds:
            meeting = schedule(state.year, self.count_from).second_meeting
            yield _at(MEET, ROUNDS, meeting if meeting > at else later(CampaignStep.PROTOCOL, at))

    # What they do

    def _meet(self, state: State, timer: Timer) -> Sequence[Event]:
        round_ = _round_of(timer)
        meeting = state.round(round_).invalid_meetings + 1 if isinstance(state, Campaign) else 1
        present = self.present(state.year, round_, meeting) if isinstance(state, Campaign) else 0
        return CAMPAIGN.decide(ask.Meet(round_, self.competition.members(meeting), present, timer.at), state)

    def _order(self, state: State, timer: Timer) -> Sequence[Event]:
        return CAMPAIGN.decide(ask.IssueOrder(_round_of(timer), local_date(timer.at), timer.at), state)

    def _correct(self, state: State, timer: Timer) -> Sequence[Event]:
        return CAMPAIGN.decide(ask.IssueOrder(_round_of(timer), local_date(timer.at), timer.at, corrective=True), state)

    def _publish(self, state: State, timer: Timer) -> Sequence[Event]:
        flawed = isinstance(state, Campaign) and self.errs_in_order(state.year, _round_of(timer))
        return CAMPAIGN.decide(ask.Publish(_round_of(timer), timer.at, flawed=flawed), state)

    def _certify(self, state: State, timer: Timer) -> Sequence[Event]:
        return CAMPAIGN.decide(ask.Certify(_round_of(timer), timer.at), state)


def _at(key: str, round_: int, at: datetime) -> Schedule:
    return Schedule(f"{key}:{round_}", at, {"round": round_})


def _round_of(timer: Timer) -> int:
    return int(str(timer.data["round"]))
