"""What may be asked of a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from contracts.common import (
    Blank,
    BlankKind,
    Channel,
    Correction,
    DuplicateRequest,
    Refusal,
)
from services.university_is.domain.events import Task
from services.university_is.domain.register import GraduateRecord


@dataclass(frozen=True, slots=True)
class Open:
    """The university's zone and week say in which calendar its terms run."""

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: datetime
    zone: str
    week: Literal[5, 6]
    at: datetime


@dataclass(frozen=True, slots=True)
class Register:
    incoming_number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsultRegister:
    """Verify by what the register of graduates says."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Verify:
    """The register's answer."""

    records: tuple[GraduateRecord, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Accept:
    """A person found the data true."""

    reference_note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReturnForCorrection:
    corrections: tuple[Correction, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Refuse:
    """A desk ends the case: VERIFY is academic affairs' desk, CONSIDER management's (A.12, EDGE-17)."""

    task: Literal[Task.VERIFY, Task.CONSIDER]
    refusal: Refusal
    at: datetime


@dataclass(frozen=True, slots=True)
class Hear:
    """The applicant was heard, or did not come: the refusal is upheld or overturned."""

    upheld: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Correct:
    specialty: str
    graduation_year: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Consider:
    at: datetime


@dataclass(frozen=True, slots=True)
class TakeBlanks:
    """The ledger has reserved these for the case."""

    blanks: tuple[Blank, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportShort:
    """The ledger has put the case into its queue; `kinds` are missing."""

    kinds: tuple[BlankKind, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestBlanks:
    at: datetime


@dataclass(frozen=True, slots=True)
class Prepare:
    at: datetime


@dataclass(frozen=True, slots=True)
class HandOver:
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdraw:
    at: datetime


@dataclass(frozen=True, slots=True)
class WarnOfDeadline:
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MissDeadline:
    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Resend:
    """Nobody has acknowledged the notice; after the last attempt it goes by post."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteForwarded:
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteDelivered:
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteUndeliverable:
    number: int
    at: datetime


Notification: TypeAlias = Resend | NoteForwarded | NoteDelivered | NoteUndeliverable
Command: TypeAlias = (
    Open
    | Register
    | ConsultRegister
    | Verify
    | Accept
    | ReturnForCorrection
    | Refuse
    | Hear
    | Correct
    | Consider
    | TakeBlanks
    | ReportShort
    | RequestBlanks
    | Prepare
    | HandOver
    | Withdraw
    | WarnOfDeadline
    | MissDeadline
    | Notification
)
