"""What the service centre hears of the cases that it sent. Cases of other channels are unknown here and change nothing."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias, TypeVar

from contracts import university_cases
from contracts.event import Event
from services._chassis.aggregate import Message, Subscription, on
from services.con.application import journey, streams
from services.con.application.decide import APPLICATION
from services.con.application.events import Stage
from services.con.application.state import State

E = TypeVar("E", bound=university_cases.CaseEvent)
Heard: TypeAlias = Callable[[State, Message[E]], Sequence[Event]]


def _application(message: Message[E]) -> str:
    return streams.application(message.data.application_id)


def _noted(command: Callable[[Message[E]], journey.Heard]) -> Heard[E]:
    """Of our applications only the university that has the package speaks; of others nobody speaks to us."""

    def handle(state: State, message: Message[E]) -> Sequence[Event]:
        journey.vouch(message.data.university, state)
        return APPLICATION.decide(command(message), state)

    return handle


def _progress(stage: Stage) -> Callable[[Message[E]], journey.Heard]:
    return lambda message: journey.NoteProgress(stage, message.at)


def _returned(message: Message[university_cases.CaseReturned]) -> journey.Heard:
    return journey.NoteReturn(message.data.corrections, message.at)


def _heard(message: Message[university_cases.HearingAppointed]) -> journey.Heard:
    return journey.NoteHearing(message.data.refusal, message.data.held_at, message.at)


def _refused(message: Message[university_cases.CaseRefused]) -> journey.Heard:
    return journey.NoteRefusal(message.data.refusal, message.at)


def _withdrawn(message: Message[university_cases.CaseWithdrawn]) -> journey.Heard:
    return journey.NoteWithdrawn(message.at)


def _declined(message: Message[university_cases.WithdrawalDeclined]) -> journey.Heard:
    return journey.NoteWithdrawalDeclined(message.at)


def _sent(message: Message[university_cases.DuplicateDispatched]) -> journey.Heard:
    return journey.NoteDuplicateSent(message.data.waybill, message.at)


def _issued(message: Message[university_cases.DuplicateIssued]) -> journey.Heard:
    return journey.NoteIssued(message.at)


SUBSCRIPTIONS: Final = (
    Subscription(
        university_cases.TOPIC,
        university_cases.CATALOGUE,
        (
            on(university_cases.CaseOpened, stream=_application, handle=_noted(_progress(Stage.OPENED))),
            on(university_cases.CaseReturned, stream=_application, handle=_noted(_returned)),
            on(university_cases.CaseConsidered, stream=_application, handle=_noted(_progress(Stage.CONSIDERED))),
            on(university_cases.HearingAppointed, stream=_application, handle=_noted(_heard)),
            on(university_cases.CaseRefused, stream=_application, handle=_noted(_refused)),
            on(university_cases.CaseWithdrawn, stream=_application, handle=_noted(_withdrawn)),
            on(university_cases.WithdrawalDeclined, stream=_application, handle=_noted(_declined)),
            on(university_cases.DuplicateDispatched, stream=_application, handle=_noted(_sent)),
            on(university_cases.DuplicateIssued, stream=_application, handle=_noted(_issued)),
        ),
    ),
)
