"""An application at the service centre: every command it knows, and the decider of them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, assert_never

from services._chassis.decider import Decider, Ignored
from services.con.application import counter, journey
from services.con.application.acts import late
from services.con.application.events import ApplicationEvent
from services.con.application.state import Act, Nothing, Package, State, evolve


@dataclass(frozen=True, slots=True)
class PassDeadline:
    """The limit of `step` is over."""

    step: str
    at: datetime


Command: TypeAlias = counter.Command | journey.Command | PassDeadline


def decide(command: Command, state: State) -> Sequence[ApplicationEvent]:
    match command:
        case counter.HandIn() | counter.Register() | counter.FillForm() | counter.IssueReceipt():
            return counter.decide(command, state)
        case (
            journey.Dispatch()
            | journey.Deliver()
            | journey.Correct()
            | journey.Withdraw()
            | journey.TakeInDuplicate()
            | journey.BringBack()
            | journey.HandOver()
        ):
            return journey.act(command, state)
        case (
            journey.NoteProgress()
            | journey.NoteReturn()
            | journey.NoteHearing()
            | journey.NoteRefusal()
            | journey.NoteWithdrawn()
            | journey.NoteWithdrawalDeclined()
            | journey.NoteDuplicateSent()
            | journey.NoteIssued()
            | journey.Remind()
            | journey.SendBack()
        ):
            return journey.note(command, state)
        case PassDeadline():
            return _pass_deadline(command, state)
        case _:
            assert_never(command)


def _pass_deadline(command: PassDeadline, state: State) -> Sequence[ApplicationEvent]:
    match state:
        case Package(running=Act(step=step) as act) if step == command.step:
            return late(act, state.regulation, command.at) or Ignored("breach-already-found")
        case _:
            return Ignored("act-already-done")


APPLICATION: Final = Decider[State, Command, ApplicationEvent](Nothing(), decide, evolve)
