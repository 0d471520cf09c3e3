"""The virtual clock on the compacted topic `sim.clock.v1`: the newest state counts, and there is one key."""

from typing import ClassVar, Final

from pydantic import AwareDatetime, Field

from contracts.event import Catalogue, Event, Text

TOPIC: Final = "sim.clock.v1"
KEY: Final = "clock"


class ClockSet(Event):
    """Virtual time is `virtual` at the wall time `wall`, and runs at `rate` virtual seconds per wall second from there.

    Rate 0 stands still: time moves only by the next ClockSet. `sequence` grows by one with each.
    """

    name: ClassVar[str] = "kz.egov.sim.clock-set"
    title: ClassVar[Text] = Text(kk="Виртуалды уақыт", ru="Виртуальное время", en="Virtual clock set")

    sequence: int = Field(ge=1, description="grows by one with each state: a lower one is old news")
    virtual: AwareDatetime = Field(description="the virtual time at `wall`")
    wall: AwareDatetime = Field(description="the wall clock when this state was set")
    rate: float = Field(ge=0, description="virtual seconds per wall second; 0 stands still")


CATALOGUE: Final = Catalogue([ClockSet])
