"""What the counter asks for and how long it may take: the regulation's data, read for the counter."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from contracts.common import Reason
from contracts.con import PackageDocument
from contracts.regulation import SERVICE_CENTRE_HOURS, Limit, WorkCalendar, due, regulations
from services.con.domain.events import Step

ZONE: Final = ZoneInfo("Asia/Almaty")
_CALENDAR: Final = WorkCalendar(6, ZONE, SERVICE_CENTRE_HOURS)

# Assumed (domain B.1): the list of point 9 of the Standard was not found.
_ALWAYS: Final = (PackageDocument.STATEMENT, PackageDocument.IDENTITY_DOCUMENT)
_BY_REASON: Final[Mapping[Reason, tuple[PackageDocument, ...]]] = MappingProxyType(
    {
        Reason.LOSS: (),
        Reason.DAMAGE: (PackageDocument.ORIGINAL_DOCUMENT,),
        Reason.NAME_CHANGE: (PackageDocument.ORIGINAL_DOCUMENT, PackageDocument.NAME_CHANGE_CERTIFICATE),
    }
)


def required_documents(reason: Reason) -> tuple[PackageDocument, ...]:
    """Without these a package is incomplete (DUP-GEN-6); the reason adds to what everybody brings (EDGE-02)."""
    return (*_ALWAYS, *_BY_REASON[reason])


def limit_of(regulation: str, step: Step) -> Limit:
    found = regulations()[regulation].channel("con").step(step).limit
    if found is None:
        raise ValueError(f"{regulation}: {step} has no limit; give it one in minutes")
    return found


def due_at(regulation: str, step: Step, start: datetime) -> datetime:
    return due(start, limit_of(regulation, step), regulations()[regulation].counting, _CALENDAR).at


def in_order(kinds: Iterable[PackageDocument]) -> tuple[PackageDocument, ...]:
    """In one order for all, so that the same documents make the same event."""
    return tuple(sorted(kinds))
