"""How far an annex has been carried out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.esuvo.grants.annex.events import (
    AnnexDrawn,
    AnnexEvent,
    CertificatesReplaced,
    CertificatesSent,
    CertificationHeard,
    Last,
    Line,
    PublicationHeard,
    ResultsTold,
    Sheet,
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
