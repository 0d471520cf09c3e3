"""A service small enough to see through: it counts what it hears, says so, and can be told to fail."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import ClassVar, Final
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Catalogue, Event
from services._chassis.aggregate import (
    Aggregate,
    Cancel,
    Effect,
    Message,
    Publish,
    Recorded,
    Schedule,
    Service,
    Subscription,
    Tell,
    Timer,
    on,
)
from services._chassis.decider import Refused

IN: Final = "test.numbers.v1"
OUT: Final = "test.tallies.v1"


class Number(Event):
    """`wish` chooses what the handler does with it."""

    name: ClassVar[str] = "test.number"

    value: int
    wish: str = "count"


class Counted(Event):
    name: ClassVar[str] = "test.counted"

    value: int
    total: int


class Reminded(Event):
    name: ClassVar[str] = "test.reminded"

    due_at: AwareDatetime


class Said(Event):
    name: ClassVar[str] = "test.said"

    word: str


class Noted(Event):
    name: ClassVar[str] = "test.noted"

    value: int


NUMBERS: Final = Catalogue([Number])
TALLIES: Final = Catalogue([Counted, Reminded, Said])


def count(total: int, message: Message[Number]) -> Sequence[Event]:
    return add(total, message.data.value, message.data.wish)


def add(total: int, value: int, wish: str = "count") -> Sequence[Event]:
    match wish:
        case "fail":
            raise ZeroDivisionError("the handler has a bug")
        case "refuse":
            raise Refused("tally.unwanted", "this number is not wanted", field="/data/value", remedy="send another")
        case "say U+0000":
            return [Said(word="\0")]
        case _:
            return [Counted(value=value, total=total + value)]


def react(_total: int, recorded: Recorded) -> Iterable[Effect]:
    subject = recorded.stream.partition(":")[2]
    match recorded.event:
        case Counted(value=value) as event:
            yield Publish(OUT, subject, event)
            yield Schedule("remind", recorded.at + timedelta(hours=1), {"value": value})
            yield Tell("journal:all", lambda noted, _at: [Noted(value=value)] if noted < 10**9 else [])
            if value == 0:
                yield Cancel("remind")
        case Reminded() as event:
            yield Publish(OUT, subject, event)


def remind(_total: int, timer: Timer) -> Sequence[Event]:
    if timer.data["value"] == 13:
        raise ZeroDivisionError("the timer's handler has a bug")
    return [Reminded(due_at=timer.at)]


def evolve(total: int, event: Event) -> int:
    return event.total if isinstance(event, Counted) else total


TALLY: Final = Aggregate[int](
    category="tally", initial=0, evolve=evolve, events=TALLIES, react=react, timers={"remind": remind}
)
JOURNAL: Final = Aggregate[int](
    category="journal", initial=0, evolve=lambda noted, event: noted + event.value, events=Catalogue([Noted])
)


def tally_of(subject: str | UUID) -> str:
    return TALLY.stream(subject)


SERVICE: Final = Service(
    name="tally",
    aggregates=(TALLY, JOURNAL),
    subscriptions=(
        Subscription(IN, NUMBERS, (on(Number, stream=lambda message: tally_of(message.subject), handle=count),)),
    ),
    publishes={OUT: TALLIES},
)
