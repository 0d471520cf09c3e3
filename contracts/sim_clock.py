"""The virtual clock on the compacted topic `sim.clock.v1`: it has one key, whose newest state counts."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Final

from pydantic import Field

from contracts.event import Catalogue, Event, Text
from contracts.kinds import Moment, number, whole

TOPIC: Final = "sim.clock.v1"
KEY: Final = "clock"
# The years that the calendar of the regulations covers, and more.
BEGINNING: Final = datetime(1900, 1, 2, tzinfo=UTC)
END: Final = datetime(2199, 12, 31, tzinfo=UTC)
MOST_RATE: Final = 10_000_000.0  # four months of virtual time a second
MOST_STATES: Final = 2**53 - 1  # the last whole number that every reader of JSON has exactly


class ClockSet(Event):
    """Virtual time is `virtual` at the wall time `wall`, and runs at `rate` virtual seconds per wall second from there.

    At rate 0 virtual time stands still until the next ClockSet. `sequence` grows by one with each.
    """

    subject_field: ClassVar[str | None] = None
    name: ClassVar[str] = "kz.egov.sim.clock-set"
    title: ClassVar[Text] = Text(kk="Виртуалды уақыт", ru="Виртуальное время", en="Virtual clock set")

    sequence: Annotated[int, whole(1, MOST_STATES)] = Field(
        description="grows by one with each state; a lower number is out of date"
    )
    virtual: Moment = Field(description="the virtual time at `wall`")
    wall: Moment = Field(description="wall-clock time when this state was set")
    rate: Annotated[float, number(0, MOST_RATE)] = Field(description="virtual seconds per wall second; 0 stands still")


CATALOGUE: Final = Catalogue([ClockSet])
