"""An errand to the ledger of blank forms that begins with a message: supplied blanks to receive, or reserved ones to free.

Messages of two applications have no order between them, and the ledger's history must not depend on which came first.
So an errand takes a moment of virtual time, and those that set out at one instant arrive in the order of their ids.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, Final, TypeAlias

from pydantic import AwareDatetime

from contracts.common import Blank, UniversityCode
from contracts.event import Catalogue, Event

TAKES: Final = timedelta(seconds=5)


class SetOut(Event):
    """With blanks to hand in, or without: then what the application has reserved or waits for is given up,
    unless it is the news that the Ministry `refused`.
    """

    name: ClassVar[str] = "errand-set-out"

    university: UniversityCode
    blanks: tuple[Blank, ...]
    refused: bool = False
    at: AwareDatetime


class Arrived(Event):
    name: ClassVar[str] = "errand-arrived"

    university: UniversityCode
    blanks: tuple[Blank, ...]
    refused: bool = False
    at: AwareDatetime


EVENTS: Final = Catalogue([SetOut, Arrived])
Errands: TypeAlias = tuple[SetOut, ...]


def evolve(errands: Errands, event: SetOut | Arrived) -> Errands:
    return (*errands, event) if isinstance(event, SetOut) else errands


def arrive(errands: Errands, number: int, at: AwareDatetime) -> Sequence[Event]:
    """The errand of that number, counted from 1, is at the ledger."""
    errand = errands[number - 1]
    return [Arrived(university=errand.university, blanks=errand.blanks, refused=errand.refused, at=at)]
