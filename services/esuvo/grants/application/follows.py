"""What follows from what happens to an application for a grant: contract events, timers, the way to the register."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from contracts import esuvo_requests as wire
from law.regulation import AFTER_DUE
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Tell, Timer
from services.esuvo.grants.application.commands import Arrive, Watch
from services.esuvo.grants.application.decide import GRANT, TAKES
from services.esuvo.grants.application.events import (
    EVENTS,
    GrantEvent,
    GrantForwarded,
    GrantGivenUp,
    GrantRouted,
    GrantRoutingFailed,
    GrantVerified,
    IntakeRefused,
    RegisterReached,
)
from services.esuvo.grants.application.rows import GRANTS
from services.esuvo.grants.application.state import Entry, Sent, State
from services.esuvo.grants.application.tells import contract_event
from services.esuvo.grants.contender.commands import Enter
from services.esuvo.grants.contender.decide import CONTENDER, Decision, release
from services.esuvo.grants.contender.events import ContenderEvent
from services.esuvo.grants.contender.register import Register
from services.esuvo.grants.contender.state import State as ContenderState
from services.esuvo.notices.own import forward_own
from services.esuvo.streams import contender_stream

REACH: Final = "reach"
WATCH: Final = "watch"


def react(register: Register, state: State, recorded: Recorded) -> Iterable[Effect]:
    if not isinstance(state, Sent):
        return
    event = recorded.event
    if told := contract_event(state, event):
        yield Publish(wire.TOPIC, str(state.application_id), told)
    match event:
        case GrantRouted() | GrantVerified():
            yield from _watched(state)
        case GrantRoutingFailed(notice=notice):
            yield forward_own(notice)
        case IntakeRefused(notice=notice):
            yield forward_own(notice)
            yield Cancel(WATCH)
        case GrantForwarded(at=at):
            yield Schedule(REACH, at + TAKES)
            yield Cancel(WATCH)
        case RegisterReached():
            yield from _to_register(state, partial(_enter, register, state))
        case GrantGivenUp(university=university):
            released = release(state.application_id, university)
            yield from _to_register(state, lambda _entry: released)


def _watched(state: Sent) -> Iterable[Effect]:
    """One timer for the committee: it stands where its next term ends, and a step that comes moves it (GRANT-E-2, -3)."""
    term = state.running
    if term:
        yield Schedule(WATCH, term.due_at + AFTER_DUE)


def _to_register(state: Sent, decide: Callable[[Entry], Decision]) -> Iterable[Effect]:
    if state.entry:
        yield Tell(contender_stream(state.entry.contender), decide(state.entry))


def _enter(register: Register, sent: Sent, entry: Entry) -> Decision:
    def decide(state: ContenderState, at: datetime) -> Sequence[ContenderEvent]:
        command = Enter(
            application_id=sent.application_id,
            university=sent.university,
            channel=sent.channel,
            campaign=entry.campaign,
            standing=entry.standing,
            counted=register.count(entry.standing, entry.campaign, at),
            at=at,
        )
        return CONTENDER.decide(command, state)

    return decide


def find_overdue(state: State, timer: Timer) -> Sequence[GrantEvent]:
    return GRANT.decide(Watch(timer.at), state)


def arrive(state: State, timer: Timer) -> Sequence[GrantEvent]:
    return GRANT.decide(Arrive(timer.at), state)


def aggregate(register: Register) -> Aggregate[State]:
    return Aggregate(
        category="grant",
        initial=GRANT.initial,
        evolve=GRANT.evolve,
        events=EVENTS,
        react=partial(react, register),
        timers={REACH: arrive, WATCH: find_overdue},
        projection=GRANTS,
    )
