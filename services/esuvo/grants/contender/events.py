"""What happens to a person in the National Testing Centre's common database. Private. Pure."""

from datetime import date
from typing import ClassVar, Final, TypeAlias, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Channel, Refusal, RefusalCode, Value
from contracts.event import Catalogue, Event
from contracts.grants import Quota, Standing, Via


class Counted(Value):
    """What the competition counts of an application: points by choice, and only what was proven (EDGE-29)."""

    total: int
    profile_scores: tuple[int, ...]
    other_min_scores: tuple[int, ...]
    creative_score: int | None
    preferential_rank: int
    quota: Quota | None
    rural: bool


class CutoffPoints(Value):
    """The points of the last who got a seat for that choice; None where there was no seat, or nobody to take one."""

    choice: int
    total: int | None = None
    profile_score: int | None = None


class ContenderEntered(Event):
    """The application takes part in the competition."""

    name: ClassVar[str] = "contender-entered"

    application_id: UUID
    university: str
    channel: Channel
    campaign: int
    standing: Standing
    counted: Counted
    at: AwareDatetime


class ContenderRejected(Event):
    """The application takes no part; the person may have another one that does."""

    name: ClassVar[str] = "contender-rejected"

    application_id: UUID
    university: str
    channel: Channel
    campaign: int
    standing: Standing
    refusal: Refusal
    at: AwareDatetime


class ContenderMerged(Event):
    """A second application of the person: the first one counts (EDGE-28)."""

    name: ClassVar[str] = "contender-merged"

    application_id: UUID
    channel: Channel
    into: UUID
    at: AwareDatetime


class GrantAwarded(Event):
    """`choice` counts from 1; the certificate is collected by the end of the day `collect_by`."""

    name: ClassVar[str] = "contender-awarded"

    order_number: str
    round: int
    choice: int
    via: Via
    collect_by: date
    at: AwareDatetime


class GrantNotAwarded(Event):
    name: ClassVar[str] = "contender-not-awarded"

    order_number: str
    round: int
    code: RefusalCode
    cutoffs: tuple[CutoffPoints, ...]
    at: AwareDatetime


class CertificateIssued(Event):
    """The award certificate for the seat of that choice is on its way to the university."""

    name: ClassVar[str] = "contender-certificate-issued"

    number: str
    choice: int
    replaces: str | None = None
    at: AwareDatetime


class GrantReleased(Event):
    """The person does not take the grant up: the seat is free (EDGE-35)."""

    name: ClassVar[str] = "contender-released"

    at: AwareDatetime


ContenderEvent: TypeAlias = (
    ContenderEntered
    | ContenderRejected
    | ContenderMerged
    | GrantAwarded
    | GrantNotAwarded
    | CertificateIssued
    | GrantReleased
)


EVENTS: Final = Catalogue(get_args(ContenderEvent))
