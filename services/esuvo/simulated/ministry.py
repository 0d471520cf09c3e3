"""The simulated Ministry at its desk: when it answers a request for blank forms, and with how many. Seeded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.common import BlankKind
from law.regulation import WorkCalendar
from services._actors.draws import Draw
from services._actors.policy import MinistryPolicy, Mood
from services._actors.rounds import MINISTRY
from services._chassis.aggregate import Actors, Cancel, Effect, Recorded, Schedule, Timer
from services._chassis.decider import Ignored
from services.esuvo.duplicates.blanks.commands import Decline, Deliver, Grant
from services.esuvo.duplicates.blanks.decide import BLANK_REQUEST
from services.esuvo.duplicates.blanks.events import BlankEvent, BlankRequestReceived, BlanksSupplied, SupplyGranted
from services.esuvo.duplicates.blanks.state import Answered, Asked, State

SUPPLY: Final = "supply"
DELIVER: Final = "deliver"
CALENDAR: Final = WorkCalendar(5, ZoneInfo("Asia/Almaty"))


@dataclass(frozen=True, slots=True)
class Ministry:
    """Answers after some working days (INC-21: no limit in the order), in its mood, with a reserve per kind."""

    seed: int
    policy: MinistryPolicy

    def mood(self, application_id: UUID, ordinal: int) -> Mood:
        """How request number `ordinal` of this application is met (EDGE-13)."""
        policy = self.policy
        if policy.mood is Mood.PROMPT or ordinal > policy.mood_requests:
            return Mood.PROMPT
        moody = policy.mood_share >= 1 or Draw(self.seed, application_id, "mood").happens(policy.mood_share)
        return policy.mood if moody else Mood.PROMPT

    def answers_at(self, application_id: UUID, ordinal: int, received_at: datetime) -> datetime | None:
        """The moment (UTC) of the answer to that request; None when there is none."""
        mood, policy = self.mood(application_id, ordinal), self.policy
        if mood is Mood.SILENT:
            return None
        days = policy.days_min + self._draw(application_id, ordinal) % (policy.days_max - policy.days_min + 1)
        days *= policy.slow_factor if mood is Mood.SLOW else 1
        return _later(received_at, days)

    def answer(self, application_id: UUID, ordinal: int, kinds: tuple[BlankKind, ...], at: datetime) -> Grant | Decline:
        """What is sent: of partial and wrong supplies the university asks for the rest again."""
        match self.mood(application_id, ordinal):
            case Mood.REFUSES:
                return Decline(at)
            case Mood.PARTIAL:
                return Grant(0, at, kinds[:1], by_agent=self._by_agent)
            case Mood.WRONG_KIND:
                other = tuple(each for each in BlankKind if each not in kinds)
                return Grant(0, at, other or kinds[-1:], by_agent=self._by_agent)
            case _:
                return Grant(self.policy.reserve, at, by_agent=self._by_agent)

    # When it acts, and what it does

    def actors(self) -> Actors[State]:
        return Actors("ministry", self._react, {SUPPLY: self._supply, DELIVER: _deliver})

    def _react(self, state: State, recorded: Recorded) -> Iterable[Effect]:
        match state, recorded.event:
            case Asked() as asked, BlankRequestReceived(at=at):
                answers_at = self.answers_at(asked.application_id, asked.ordinal, at)
                if answers_at:
                    yield Schedule(SUPPLY, answers_at)
            case _, SupplyGranted():
                yield Cancel(SUPPLY)
            case Answered(request=asked), BlanksSupplied(at=at) if asked.by_agent:
                yield Schedule(DELIVER, self.delivers_at(at))

    def _supply(self, state: State, timer: Timer) -> Sequence[BlankEvent]:
        if not isinstance(state, Asked):
            return Ignored("already-answered")
        return BLANK_REQUEST.decide(self.answer(state.application_id, state.ordinal, state.kinds, timer.at), state)

    @property
    def _by_agent(self) -> bool:
        return self.policy.fulfilment_days > 0

    def delivers_at(self, supplied_at: datetime) -> datetime:
        """When the Almaty branch has delivered what the Ministry supplied (INC-02), UTC."""
        return _later(supplied_at, self.policy.fulfilment_days)

    def _draw(self, application_id: UUID, ordinal: int) -> int:
        step = f"{self.seed}\x1f{application_id}\x1fministry\x1f{ordinal}"
        return int.from_bytes(blake2b(step.encode(), digest_size=8).digest(), "big")


def _deliver(state: State, timer: Timer) -> Sequence[BlankEvent]:
    return BLANK_REQUEST.decide(Deliver(timer.at), state)


def _later(at: datetime, working_days: int) -> datetime:
    return MINISTRY.first(CALENDAR.add_working_days(at.astimezone(CALENDAR.zone).date(), working_days), CALENDAR)
