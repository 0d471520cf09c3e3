"""What happens to an annex, and what was decided in it, stored once. Private. Pure."""

from datetime import date
from typing import ClassVar, Final, NamedTuple, TypeAlias, get_args

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


EVENTS: Final = Catalogue(get_args(AnnexEvent))
