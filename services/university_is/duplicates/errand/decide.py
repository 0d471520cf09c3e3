"""An errand to the ledger of blank forms that begins with a message: supplied blanks to receive, or reserved ones to free.

Messages of two applications have no order between them, and the ledger's history must not depend on which came first.
So an errand takes a moment of virtual time, and those that set out at one instant arrive in the order of their ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from pydantic import AwareDatetime

from contracts.common import Blank, UniversityCode
from contracts.event import Catalogue, Event
from services._chassis.decider import Refused

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


class SupplyAsked(Event):
    """The Ministry was asked for blank forms: what it sends, or refuses, is an answer to this."""

    name: ClassVar[str] = "supply-asked"

    university: UniversityCode
    at: AwareDatetime


EVENTS: Final = Catalogue([SetOut, Arrived, SupplyAsked])


@dataclass(frozen=True, slots=True)
class Errands:
    """Those of one application; `asked_by` is the university that asked the Ministry for blank forms for it."""

    sent: tuple[SetOut, ...] = ()
    asked_by: str | None = None


def evolve(errands: Errands, event: SetOut | Arrived | SupplyAsked) -> Errands:
    match event:
        case SetOut():
            return replace(errands, sent=(*errands.sent, event))
        case SupplyAsked():
            return replace(errands, asked_by=event.university)
        case Arrived():
            return errands


def supply(
    errands: Errands, university: str, blanks: tuple[Blank, ...], at: datetime, *, refused: bool = False
) -> Sequence[Event]:
    """The Ministry's answer sets out. Raises Refused where nobody asked, or another university did."""
    if errands.asked_by != university:
        raise Refused(
            "blanks.not-asked",
            f"university {university} has asked for no blank forms for this application",
            field="/data/university" if errands.asked_by else "/data/application_id",
            remedy="answer a BlankFormRequested of university.cases.v1, with its application and its university",
        )
    return [SetOut(university=university, blanks=blanks, refused=refused, at=at)]


def arrive(errands: Errands, number: int, at: AwareDatetime) -> Sequence[Event]:
    """The errand of that number, counted from 1, is at the ledger."""
    errand = errands.sent[number - 1]
    return [Arrived(university=errand.university, blanks=errand.blanks, refused=errand.refused, at=at)]
