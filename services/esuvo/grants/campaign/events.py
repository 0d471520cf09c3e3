"""What happens to a year's campaign as a whole. Private. Pure."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, get_args
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.common import Digest
from contracts.event import Catalogue, Event
from contracts.grants import StudyLanguage, Via
from services.esuvo.grants.annex.events import Sheet
from services.esuvo.grants.schedule import CampaignStep


class Flaw(StrEnum):
    """Why a meeting cannot decide (EDGE-32)."""

    EVEN = "even-number"
    NO_QUORUM = "no-quorum"


class CampaignOpened(Event):
    name: ClassVar[str] = "campaign-opened"

    campaign: int
    regulation: str
    rules: str
    seats: int
    at: AwareDatetime


class ScheduleInfeasible(Event):
    """Counted by this rule, the steps end after a fixed date (INC-20)."""

    name: ClassVar[str] = "campaign-schedule-infeasible"

    step: str
    planned_end: AwareDatetime
    backstop: AwareDatetime
    at: AwareDatetime


class SheetsPrepared(Event):
    """The register is closed; `digest` is of all that the commission will decide on."""

    name: ClassVar[str] = "campaign-sheets-prepared"

    contenders: int
    digest: Digest
    at: AwareDatetime


class MeetingInvalid(Event):
    name: ClassVar[str] = "campaign-meeting-invalid"

    round: int
    members: int
    present: int
    flaw: Flaw
    at: AwareDatetime


class MeetingHeld(Event):
    """The commission may decide, and does at once."""

    name: ClassVar[str] = "campaign-meeting-held"

    round: int
    members: int
    present: int
    at: AwareDatetime


class ProtocolSigned(Event):
    """The decision. Whom it concerns is stored once, in the annexes, which are told of it in this very transaction:
    `drawn` reaches them, and is not part of what is stored here.
    """

    name: ClassVar[str] = "campaign-protocol-signed"

    number: str
    round: int
    members: int
    present: int
    awarded: int
    refused: int
    digest: Digest
    annexes: int
    at: AwareDatetime
    drawn: tuple[Sheet, ...] = Field(default=(), exclude=True)


class TieUnresolved(Event):
    name: ClassVar[str] = "campaign-tie-unresolved"

    specialty: str
    language: StudyLanguage
    via: Via
    won: tuple[UUID, ...]
    lost: tuple[UUID, ...]
    at: AwareDatetime


class OrderIssued(Event):
    name: ClassVar[str] = "campaign-order-issued"

    number: str
    order_date: date
    round: int
    awarded: int
    corrects: str | None = None
    at: AwareDatetime


class ListPublished(Event):
    """`flawed`: its readers find an error of the order in it, which another order corrects (EDGE-33)."""

    name: ClassVar[str] = "campaign-list-published"

    order_number: str
    round: int
    holders: int
    flawed: bool = False
    at: AwareDatetime


class CertificatesPrepared(Event):
    name: ClassVar[str] = "campaign-certificates-prepared"

    round: int
    certificates: int
    at: AwareDatetime


class DeadlineBreached(Event):
    name: ClassVar[str] = "campaign-deadline-breached"

    step: CampaignStep
    round: int
    due_at: AwareDatetime
    at: AwareDatetime


class CampaignClosed(Event):
    """Every step of the last round is done."""

    name: ClassVar[str] = "campaign-closed"

    at: AwareDatetime


CampaignEvent: TypeAlias = (
    CampaignOpened
    | ScheduleInfeasible
    | SheetsPrepared
    | MeetingInvalid
    | MeetingHeld
    | ProtocolSigned
    | TieUnresolved
    | OrderIssued
    | ListPublished
    | CertificatesPrepared
    | DeadlineBreached
    | CampaignClosed
)


EVENTS: Final = Catalogue(get_args(CampaignEvent))
