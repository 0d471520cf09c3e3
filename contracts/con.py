"""Published by the public service centre (ЦОН) on `con.applications.v1`, keyed by application id."""

from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.common import Channel, DocumentKind, DuplicateRequest, Reason, UniversityCode, Value
from contracts.event import Catalogue, Event, Text

TOPIC: Final = "con.applications.v1"

_CAPITAL: Final = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
_LETTER: Final = _CAPITAL + "a-zа-яёәғқңөұүһі"

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ReceiptNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{14,20}$")]
OperatorName = Annotated[
    str,
    StringConstraints(pattern=rf"^[{_CAPITAL}][{_LETTER}'-]{{0,60}} [{_CAPITAL}]\.( ?[{_CAPITAL}]\.)?$"),
]


class PackageDocument(StrEnum):
    """What an applicant lays on the counter (domain B.1; point 9 of the Standard itself was not found)."""

    STATEMENT = "statement"
    IDENTITY_DOCUMENT = "identity_document"
    ORIGINAL_DOCUMENT = "original_document"
    NAME_CHANGE_CERTIFICATE = "name_change_certificate"
    BIRTH_CERTIFICATE_COPY = "birth_certificate_copy"
    LOSS_NOTICE = "loss_notice"
    PHOTO = "photo"


class MissingDocument(Value):
    """A document without which the package is incomplete, and the rule that asks for it."""

    kind: PackageDocument
    rule: Text


class AcceptedDocument(Value):
    """A line of the request form (DUP-CON-3): is the document there on paper, and the SHA-256 of its scan."""

    kind: PackageDocument
    paper_present: bool = Field(description="the flag of the request form: the document was handed in on paper")
    scan_digest: Digest = Field(description="SHA-256 of the scan, lower-case hexadecimal")


class Receipt(Value):
    """What the applicant takes home (расписка): who took or refused the package, when, under which number."""

    number: ReceiptNumber
    operator: OperatorName = Field(description="surname and initials of the operator")
    issued_at: AwareDatetime


class PackageRefused(Event):
    """An incomplete package was refused before registration; no term began (DUP-GEN-6, EDGE-01, EDGE-02).

    It names no person: the receipt of refusal is the applicant's, and nobody else has to act.
    """

    name: ClassVar[str] = "kz.egov.con.package-refused"
    title: ClassVar[Text] = Text(kk="Топтама қабылданбады", ru="В приёме пакета отказано", en="Package refused")

    application_id: UUID
    university: UniversityCode
    document_kind: DocumentKind
    reason: Reason
    presented: tuple[PackageDocument, ...]
    missing: tuple[MissingDocument, ...] = Field(min_length=1)
    receipt: Receipt
    refused_at: AwareDatetime


class ApplicationAccepted(Event):
    """The package is registered, flagged, scanned and receipted (DUP-CON-OUT-1, -2); it waits for dispatch."""

    name: ClassVar[str] = "kz.egov.con.application-accepted"
    title: ClassVar[Text] = Text(kk="Өтініш қабылданды", ru="Заявление принято", en="Application accepted")

    application_id: UUID
    request: DuplicateRequest
    channel: Literal[Channel.CON]
    regulation: str = Field(description="the regulation that governs the case from its filing date (EDGE-37)")
    documents: tuple[AcceptedDocument, ...] = Field(min_length=1)
    receipt: Receipt
    handed_in_at: AwareDatetime
    registered_at: AwareDatetime
    accepted_at: AwareDatetime


class DeadlineBreached(Event):
    """An act at the counter was not done within its minutes; the procedure goes on (EDGE-15)."""

    name: ClassVar[str] = "kz.egov.con.deadline-breached"
    title: ClassVar[Text] = Text(kk="Мерзім бұзылды", ru="Срок нарушен", en="Deadline breached")

    application_id: UUID
    university: UniversityCode
    step: str = Field(description="the regulation's step, for example DUP-CON-3")
    limit: str = Field(description="the limit in words, for example 30 minute")
    due_at: AwareDatetime
    at: AwareDatetime


CATALOGUE: Final = Catalogue([PackageRefused, ApplicationAccepted, DeadlineBreached])
