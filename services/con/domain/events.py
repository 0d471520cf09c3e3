"""What happens to a package at the counter, as this service stores it."""

from enum import StrEnum
from typing import ClassVar, Final, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import (
    Applicant,
    DocumentKind,
    DuplicateRequest,
    GraduationYear,
    Reason,
    SpecialtyCode,
    UniversityCode,
    Value,
)
from contracts.con import AcceptedDocument, Receipt
from contracts.event import Catalogue, Event
from contracts.package import PackageDocument


class Step(StrEnum):
    """The four acts at the counter, by their numbers in the regulation, in order."""

    HAND_IN = "DUP-CON-1"
    REGISTER = "DUP-CON-2"
    FILL_FORM = "DUP-CON-3"
    ISSUE_RECEIPT = "DUP-CON-4"


class Particulars(Value):
    """What the applicant asks for, before the application has a number."""

    applicant: Applicant
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    document_kind: DocumentKind
    reason: Reason

    def numbered(self, number: str) -> DuplicateRequest:
        return DuplicateRequest(number=number, **self.model_dump())


class PackageIncomplete(Event):
    """The package was refused at the check before registration."""

    name: ClassVar[str] = "package-incomplete"

    application_id: UUID
    particulars: Particulars
    presented: tuple[PackageDocument, ...]
    missing: tuple[PackageDocument, ...]
    receipt: Receipt
    at: AwareDatetime


class PackageHandedIn(Event):
    """DUP-CON-1 is done. `called_at`: the applicant came to the counter; `regulation` governs from now on."""

    name: ClassVar[str] = "package-handed-in"

    application_id: UUID
    particulars: Particulars
    presented: tuple[PackageDocument, ...]
    regulation: str
    operator: str
    called_at: AwareDatetime
    due_at: AwareDatetime
    next_due_at: AwareDatetime
    at: AwareDatetime


class ApplicationRegistered(Event):
    """DUP-CON-2 is done."""

    name: ClassVar[str] = "application-registered"

    number: str
    operator: str
    next_due_at: AwareDatetime
    at: AwareDatetime


class FormFilled(Event):
    """DUP-CON-3 is done: every document is flagged and scanned."""

    name: ClassVar[str] = "form-filled"

    documents: tuple[AcceptedDocument, ...]
    operator: str
    next_due_at: AwareDatetime
    at: AwareDatetime


class ReceiptIssued(Event):
    """DUP-CON-4 is done: the counter has finished, the package waits for dispatch."""

    name: ClassVar[str] = "receipt-issued"

    receipt: Receipt
    at: AwareDatetime


class DeadlineMissed(Event):
    name: ClassVar[str] = "deadline-missed"

    step: Step
    limit: str
    due_at: AwareDatetime
    at: AwareDatetime


ActDone: TypeAlias = PackageHandedIn | ApplicationRegistered | FormFilled | ReceiptIssued
ApplicationEvent: TypeAlias = PackageIncomplete | ActDone | DeadlineMissed
EVENTS: Final = Catalogue(
    [PackageIncomplete, PackageHandedIn, ApplicationRegistered, FormFilled, ReceiptIssued, DeadlineMissed]
)
