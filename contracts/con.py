"""Published by the public service centre (ЦОН) on `con.applications.v1`, keyed by application id."""

from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.common import ApplicationId, Channel, DocumentKind, DuplicateRequest, Reason, UniversityCode, Value
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

    kind: PackageDocument = Field(description="which document")
    rule: Text = Field(description="the rule that asks for it")


class AcceptedDocument(Value):
    """A line of the request form (DUP-CON-3): is the document there on paper, and the SHA-256 of its scan."""

    kind: PackageDocument = Field(description="which document")
    paper_present: bool = Field(description="the flag of the request form: the document was handed in on paper")
    scan_digest: Digest = Field(description="SHA-256 of the scan, lower-case hexadecimal")


class Receipt(Value):
    """What the applicant takes home (расписка): who took or refused the package, when, under which number."""

    number: ReceiptNumber = Field(description="number of the receipt")
    operator: OperatorName = Field(description="surname and initials of the operator")
    issued_at: AwareDatetime = Field(description="virtual time of the receipt")


class PackageRefused(Event):
    """An incomplete package was refused before registration; no term began (DUP-GEN-6, EDGE-01, EDGE-02).

    It names no person: the receipt of refusal is the applicant's, and nobody else has to act.
    """

    name: ClassVar[str] = "kz.egov.con.package-refused"
    title: ClassVar[Text] = Text(kk="Топтама қабылданбады", ru="В приёме пакета отказано", en="Package refused")

    application_id: ApplicationId
    university: UniversityCode
    document_kind: DocumentKind = Field(description="what was to be duplicated")
    reason: Reason = Field(description="why a duplicate was asked for")
    presented: tuple[PackageDocument, ...] = Field(description="what lay on the counter")
    missing: tuple[MissingDocument, ...] = Field(min_length=1, description="what was not there")
    receipt: Receipt = Field(description="what the applicant was given")
    refused_at: AwareDatetime = Field(description="virtual time of the refusal")


class ApplicationAccepted(Event):
    """The package is registered, flagged, scanned and receipted (DUP-CON-OUT-1, -2); it waits for dispatch."""

    name: ClassVar[str] = "kz.egov.con.application-accepted"
    title: ClassVar[Text] = Text(kk="Өтініш қабылданды", ru="Заявление принято", en="Application accepted")

    application_id: ApplicationId
    request: DuplicateRequest = Field(description="what the applicant asks for")
    channel: Literal[Channel.CON] = Field(description="handed in at a service centre")
    regulation: str = Field(description="the regulation that governs the case from its filing date (EDGE-37)")
    documents: tuple[AcceptedDocument, ...] = Field(min_length=1, description="lines of the request form")
    receipt: Receipt = Field(description="what the applicant was given")
    handed_in_at: AwareDatetime = Field(description="virtual time of DUP-CON-1")
    registered_at: AwareDatetime = Field(description="virtual time of DUP-CON-2")
    accepted_at: AwareDatetime = Field(description="virtual time of DUP-CON-4")


class DeadlineBreached(Event):
    """An act at the counter was not done within its minutes; the procedure goes on (EDGE-15)."""

    name: ClassVar[str] = "kz.egov.con.deadline-breached"
    title: ClassVar[Text] = Text(kk="Мерзім бұзылды", ru="Срок нарушен", en="Deadline breached")

    application_id: ApplicationId
    university: UniversityCode
    step: str = Field(description="the regulation's step, for example DUP-CON-3")
    limit: str = Field(description="the limit in words, for example 30 minute")
    due_at: AwareDatetime = Field(description="virtual time when the act was due")
    at: AwareDatetime = Field(description="virtual time when the breach was noted")


CATALOGUE: Final = Catalogue([PackageRefused, ApplicationAccepted, DeadlineBreached])
