"""What the service centre hears of the cases that it sent. Cases of other channels are unknown here and change nothing."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from contracts import university
from contracts.event import Event
from services._chassis.aggregate import Message, Subscription, on
from services.con.domain import journey
from services.con.domain.application import APPLICATION
from services.con.domain.events import Stage
from services.con.domain.state import State
from services.con.messaging import streams

E = TypeVar("E", bound=university.CaseEvent)


def _application(message: Message[E]) -> str:
    return streams.application(message.data.application_id)


def _progress(stage: Stage) -> Callable[[State, Message[E]], Sequence[Event]]:
    return lambda state, message: APPLICATION.decide(journey.NoteProgress(stage, message.at), state)


def _returned(state: State, message: Message[university.CaseReturned]) -> Sequence[Event]:
    return APPLICATION.decide(journey.NoteReturn(message.data.corrections, message.at), state)


def _heard(state: State, message: Message[university.HearingAppointed]) -> Sequence[Event]:
    data = message.data
    return APPLICATION.decide(journey.NoteHearing(data.refusal, data.held_at, message.at), state)


def _refused(state: State, message: Message[university.CaseRefused]) -> Sequence[Event]:
    return APPLICATION.decide(journey.NoteRefusal(message.data.refusal, message.at), state)


def _withdrawn(state: State, message: Message[university.CaseWithdrawn]) -> Sequence[Event]:
    return APPLICATION.decide(journey.NoteWithdrawn(message.at), state)


def _declined(state: State, message: Message[university.WithdrawalDeclined]) -> Sequence[Event]:
    return APPLICATION.decide(journey.NoteWithdrawalDeclined(message.at), state)


def _sent(state: State, message: Message[university.DuplicateDispatched]) -> Sequence[Event]:
    return APPLICATION.decide(journey.NoteDuplicateSent(message.data.waybill, message.at), state)


def _issued(state: State, message: Message[university.DuplicateIssued]) -> Sequence[Event]:
    return APPLICATION.decide(journey.NoteIssued(message.at), state)


SUBSCRIPTIONS: Final = (
    Subscription(
        university.TOPIC,
        university.CATALOGUE,
        (
            on(university.CaseOpened, stream=_application, handle=_progress(Stage.OPENED)),
            on(university.CaseReturned, stream=_application, handle=_returned),
            on(university.CaseConsidered, stream=_application, handle=_progress(Stage.CONSIDERED)),
            on(university.HearingAppointed, stream=_application, handle=_heard),
            on(university.CaseRefused, stream=_application, handle=_refused),
            on(university.CaseWithdrawn, stream=_application, handle=_withdrawn),
            on(university.WithdrawalDeclined, stream=_application, handle=_declined),
            on(university.DuplicateDispatched, stream=_application, handle=_sent),
            on(university.DuplicateIssued, stream=_application, handle=_issued),
        ),
    ),
)
