"""The chancellery's counter: an incomplete package is turned away, and no case begins (DUP-GEN-6, EDGE-01, EDGE-02)."""

from collections.abc import Sequence
from typing import ClassVar, Final, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import UniversityCode
from contracts.event import Catalogue, Event
from contracts.package import PackageDocument
from services._chassis.decider import Ignored


class PackageTurnedAway(Event):
    """It names no person: nobody but the applicant has to act."""

    name: ClassVar[str] = "package-turned-away"

    application_id: UUID
    university: UniversityCode
    presented: tuple[PackageDocument, ...]
    missing: tuple[PackageDocument, ...]
    at: AwareDatetime


Counter: TypeAlias = PackageTurnedAway | None


def turn_away(event: PackageTurnedAway, before: Counter) -> Sequence[Event]:
    return Ignored("already-turned-away") if before else [event]


def evolve(_before: Counter, event: PackageTurnedAway) -> Counter:
    return event


EVENTS: Final = Catalogue([PackageTurnedAway])
