"""What the committee, the rector, the winner and the campaign ask of an application. Time arrives with each."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from contracts.common import Channel, Collector, Refusal
from contracts.grants import AttachmentKind, GrantRequest, StudyLanguage, Via
from contracts.names import Name
from law.left_open import Unproven
from law.regulation import Week


@dataclass(frozen=True, slots=True)
class Register:
    """An application has come; `documents` are those that lie with it. `accepted_by` takes it at the counter (GRANT-P-1)."""

    application_id: UUID
    university: str
    zone: str
    week: Week
    request: GrantRequest
    channel: Channel
    documents: tuple[AttachmentKind, ...]
    filed_at: datetime
    unproven: Unproven
    at: datetime
    accepted_by: Name = ""


@dataclass(frozen=True, slots=True)
class Verify:
    """The secretary processes the electronic application; the rules decide (GRANT-E-2)."""

    unproven: Unproven
    at: datetime


@dataclass(frozen=True, slots=True)
class Accept:
    """A person decides instead of the rules."""

    benefits_proven: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Refuse:
    refusal: Refusal
    at: datetime


@dataclass(frozen=True, slots=True)
class CertifyParticipation:
    at: datetime


@dataclass(frozen=True, slots=True)
class Forward:
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteRejected:
    refusal: Refusal
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteMerged:
    into: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteAwarded:
    """`zone` and `week` are those of the university of the award."""

    university: str
    zone: str
    week: Week
    specialty: str
    language: StudyLanguage
    via: Via
    choice: int
    round: int
    order_number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteNotAwarded:
    refusal: Refusal
    order_number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteCertificate:
    university: str
    specialty: str
    certificate_number: str
    replaces: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class HandOver:
    collector: Collector
    at: datetime


@dataclass(frozen=True, slots=True)
class Enrol:
    at: datetime


@dataclass(frozen=True, slots=True)
class EndEnrolment:
    """The deadline of enrolment has come."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AssignScholarship:
    """The rector signs; without a number of its own the order has that of the university and the day."""

    at: datetime
    order_number: str | None = None


@dataclass(frozen=True, slots=True)
class WarnOfDeadline:
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MissDeadline:
    step: str
    at: datetime


OfCommittee: TypeAlias = Verify | Accept | Refuse | CertifyParticipation | Forward
OfCampaign: TypeAlias = NoteRejected | NoteMerged | NoteAwarded | NoteNotAwarded | NoteCertificate
OfWinner: TypeAlias = HandOver | Enrol | EndEnrolment | AssignScholarship
OfDeadline: TypeAlias = WarnOfDeadline | MissDeadline
Command: TypeAlias = Register | OfCommittee | OfCampaign | OfWinner | OfDeadline
