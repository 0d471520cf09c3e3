"""What may be asked of a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from contracts.common import (
    Blank,
    BlankKind,
    Channel,
    Collector,
    CollectorKind,
    Correction,
    DuplicateRequest,
    Refusal,
    Serial,
)
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.register.decide import GraduateRecord

APPLICANT: Final = Collector(kind=CollectorKind.APPLICANT)


@dataclass(frozen=True, slots=True)
class Open:
    """The university's zone and week say in which calendar its terms run.

    `regulation` is what the service centre has put the application under; without it the filing date decides (EDGE-37).
    """

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: datetime
    zone: str
    week: Literal[5, 6]
    at: datetime
    regulation: str | None = None


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
class Spoil:
    """These blank forms of the case were spoilt in printing (EDGE-13)."""

    serials: tuple[Serial, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteSupply:
    """What the Ministry sent for the case is at the university, nothing when it refused; up to `most` requests in all."""

    kinds: tuple[BlankKind, ...]
    most: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteSilence:
    most: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Prepare:
    at: datetime


@dataclass(frozen=True, slots=True)
class Announce:
    """Write to the applicant that the duplicate is ready (DUP-PAPER-6)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class HandOver:
    at: datetime
    collector: Collector = APPLICANT


@dataclass(frozen=True, slots=True)
class NoteReceivedAtCentre:
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteHandedOverAtCentre:
    """The service centre has handed the duplicate over; it has looked at who collects (EDGE-19)."""

    collector: Collector
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteReturnedFromCentre:
    at: datetime


@dataclass(frozen=True, slots=True)
class NumberIssue:
    """The document's answer to the hand-over: the number of this duplicate among all of the document (EDGE-24)."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    at: datetime


@dataclass(frozen=True, slots=True)
class RefuseSecond:
    """The document's answer to the claim: the application with this number is open for it (EDGE-11)."""

    first: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteOriginalFound:
    at: datetime


@dataclass(frozen=True, slots=True)
class Remind:
    """The duplicate has lain uncollected for long (EDGE-18)."""

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
    | Spoil
    | NoteSupply
    | NoteSilence
    | Prepare
    | Announce
    | HandOver
    | NoteReceivedAtCentre
    | NoteHandedOverAtCentre
    | NoteReturnedFromCentre
    | NumberIssue
    | Claim
    | RefuseSecond
    | NoteOriginalFound
    | Remind
    | Withdraw
    | WarnOfDeadline
    | MissDeadline
    | Notification
)
