"""An annex to a protocol: what was decided of some of the contenders, stored once, and how far it has been carried out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, NamedTuple, TypeAlias, assert_never, get_args

from pydantic import AwareDatetime

from contracts.common import Value
from contracts.event import Catalogue, Event
from contracts.grants import Via


class Line(NamedTuple):
    """One contender; `choice` 0 and no `via` where no grant was awarded."""

    contender: str
    choice: int = 0
    via: Via | None = None


class Last(NamedTuple):
    """Who took the last of the seats for a specialty in one language in the general order, by their points."""

    specialty: str
    language: str
    total: int
    profile_score: int


class Sheet(Value):
    """What the protocol hands to one of its annexes. `first` is the number of its first certificate."""

    campaign: int
    round: int
    number: int
    first: int
    lines: tuple[Line, ...]
    lasts: tuple[Last, ...]


class AnnexDrawn(Event):
    name: ClassVar[str] = "annex-drawn"

    sheet: Sheet
    at: AwareDatetime


class PublicationHeard(Event):
    """The list with the order of that number is out: those concerned are to be told."""

    name: ClassVar[str] = "annex-publication-heard"

    order_number: str
    collect_by: date
    at: AwareDatetime


class ResultsTold(Event):
    name: ClassVar[str] = "annex-results-told"

    order_number: str
    collect_by: date
    at: AwareDatetime


class CertificationHeard(Event):
    """The certificates are ready; these lines, counted from 0, were misprinted (EDGE-33)."""

    name: ClassVar[str] = "annex-certification-heard"

    misprinted: tuple[int, ...] = ()
    at: AwareDatetime


class CertificatesSent(Event):
    name: ClassVar[str] = "annex-certificates-sent"

    at: AwareDatetime


class CertificatesReplaced(Event):
    """New certificates for those that were misprinted."""

    name: ClassVar[str] = "annex-certificates-replaced"

    at: AwareDatetime


AnnexEvent: TypeAlias = (
    AnnexDrawn | PublicationHeard | ResultsTold | CertificationHeard | CertificatesSent | CertificatesReplaced
)


@dataclass(frozen=True, slots=True)
class Undrawn:
    """No protocol has this annex."""


@dataclass(frozen=True, slots=True)
class Annex:
    sheet: Sheet
    heard: PublicationHeard | None = None
    told: bool = False
    certified: CertificationHeard | None = None
    sent: bool = False
    replaced: bool = False

    def lasts(self) -> Mapping[tuple[str, str], Last]:
        return {(each.specialty, each.language): each for each in self.sheet.lasts}

    @property
    def misprinted(self) -> tuple[int, ...]:
        return self.certified.misprinted if self.certified else ()

    def certificates(self) -> dict[int, tuple[Line, str]]:
        """The lines with a grant by their index, each with the number of its certificate."""
        sheet = self.sheet
        won = [(index, line) for index, line in enumerate(sheet.lines) if line.choice]
        return {
            index: (line, f"{sheet.campaign}-{sheet.round}-{sheet.first + place:06d}")
            for place, (index, line) in enumerate(won)
        }


State: TypeAlias = Undrawn | Annex


def evolve(state: State, event: AnnexEvent) -> State:
    match event, state:
        case AnnexDrawn(sheet=sheet), Undrawn():
            return Annex(sheet)
        case _, Annex():
            return _follow(event, state)
        case _:
            raise ValueError(f"an annex cannot begin with {event.name}")


def _follow(event: AnnexEvent, state: Annex) -> Annex:
    match event:
        case AnnexDrawn():
            raise ValueError("an annex is drawn once")
        case PublicationHeard():
            return replace(state, heard=event)
        case ResultsTold():
            return replace(state, told=True)
        case CertificationHeard():
            return replace(state, certified=event)
        case CertificatesSent():
            return replace(state, sent=True)
        case CertificatesReplaced():
            return replace(state, replaced=True)
        case _:
            assert_never(event)


EVENTS: Final = Catalogue(get_args(AnnexEvent))
