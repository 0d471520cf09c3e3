"""What happens to a request for blank forms. Private. Pure."""

from typing import ClassVar, Final, TypeAlias, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Blank, BlankKind
from contracts.event import Catalogue, Event


class BlankRequestReceived(Event):
    """`ordinal` counts the requests of one application from 1; `requested_at` is the university's time."""

    name: ClassVar[str] = "blank-request-received"

    application_id: UUID
    university: str
    kinds: tuple[BlankKind, ...]
    ordinal: int
    requested_at: AwareDatetime
    at: AwareDatetime


class SupplyGranted(Event):
    """The Ministry sends so many forms of each requested kind; their serial numbers follow in BlanksSupplied."""

    name: ClassVar[str] = "supply-granted"

    each: int
    kinds: tuple[BlankKind, ...] | None = None  # other than those that were asked for (EDGE-13)
    by_agent: bool = False  # the Almaty branch of the Testing Centre delivers them (INC-02)
    at: AwareDatetime


class SupplyRefused(Event):
    """The Ministry sends no forms (EDGE-13); the university may ask again."""

    name: ClassVar[str] = "supply-refused"

    at: AwareDatetime


class BlanksSupplied(Event):
    name: ClassVar[str] = "blanks-supplied"

    blanks: tuple[Blank, ...]
    at: AwareDatetime


class BlanksDelivered(Event):
    """The Testing Centre's branch brought what the Ministry supplied (INC-02)."""

    name: ClassVar[str] = "blanks-delivered"

    at: AwareDatetime


BlankEvent: TypeAlias = BlankRequestReceived | SupplyGranted | SupplyRefused | BlanksSupplied | BlanksDelivered

EVENTS: Final = Catalogue(get_args(BlankEvent))
