"""What happens to an application for a grant. Private: `messaging` says which of it others hear.

A national campaign has a hundred thousand of them, so an event says in `begins` which steps begin with it.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, Literal, TypeAlias, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Channel, Collector, Refusal, SpecialtyCode, UniversityCode, Value
from contracts.event import Catalogue, Event
from contracts.grants import AttachmentKind, GrantReceipt, GrantRequest, StudyLanguage, Via


class GrantTask(StrEnum):
    """What a desk does; the values are the actions of the regulation's steps, but for `enrol`, of which it says nothing."""

    VERIFY_APPLICATION = "verify_application"
    CERTIFY_PARTICIPATION = "certify_participation"
    FORWARD = "forward"
    HAND_OVER_CERTIFICATE = "hand_over_certificate"
    ENROL = "enrol"
    ASSIGN_SCHOLARSHIP = "assign_scholarship"


class Begun(Value):
    """A step that begins with the event, and when it is due."""

    step: str
    task: GrantTask
    due_at: AwareDatetime | None


class GrantFact(Event):
    """Every event says when it happened, in virtual time."""

    at: AwareDatetime


class Beginning(GrantFact):
    """An event after which a desk has something to do."""

    begins: tuple[Begun, ...] = ()


class StepDone(GrantFact):
    """An event that is the output of a step, and so ends it (GRANT-OUT)."""

    step: str


class TurnedAway(GrantFact):
    """The committee does not take what lies on its counter; whoever comes again with all of it is served."""

    name: ClassVar[str] = "grant-turned-away"

    application_id: UUID
    university: UniversityCode
    refusal: Refusal


class Registered(Beginning):
    """The application has its number. `regulation` governs it for good (EDGE-37); zone and week are the university's."""

    name: ClassVar[str] = "grant-registered"

    application_id: UUID
    university: UniversityCode
    zone: str
    week: Literal[5, 6]
    request: GrantRequest
    channel: Channel
    filed_at: AwareDatetime
    campaign: int
    regulation: str
    registration_number: str
    documents: tuple[AttachmentKind, ...]
    benefits_proven: bool
    receipt: GrantReceipt | None = None


class ParticipationCertified(StepDone):
    name: ClassVar[str] = "grant-participation-certified"


class Verified(StepDone, Beginning):
    name: ClassVar[str] = "grant-verified"

    benefits_proven: bool


class IntakeRefused(StepDone):
    name: ClassVar[str] = "grant-intake-refused"

    refusal: Refusal


class Forwarded(StepDone):
    name: ClassVar[str] = "grant-forwarded"


class Rejected(GrantFact):
    """The Testing Centre does not take the application into the competition."""

    name: ClassVar[str] = "grant-rejected"

    refusal: Refusal


class Merged(GrantFact):
    """The person takes part by another application (EDGE-28)."""

    name: ClassVar[str] = "grant-merged"

    into: UUID


class Awarded(Beginning):
    """The Ministry's order names the applicant; zone and week are those of the university that they will study at."""

    name: ClassVar[str] = "grant-awarded"

    university: UniversityCode
    zone: str
    week: Literal[5, 6]
    specialty: SpecialtyCode
    language: StudyLanguage
    via: Via
    choice: int
    round: int
    order_number: str


class NotAwarded(GrantFact):
    """A later round may still award (EDGE-35)."""

    name: ClassVar[str] = "grant-not-awarded"

    refusal: Refusal
    order_number: str


class CertificateArrived(Beginning):
    """The award certificate is at the university (INC-25); a newer one takes the place of a misprinted one (EDGE-33)."""

    name: ClassVar[str] = "grant-certificate-arrived"

    university: UniversityCode
    certificate_number: str
    replaces: str | None = None


class CertificateHandedOver(StepDone, Beginning):
    name: ClassVar[str] = "grant-certificate-handed-over"

    certificate_number: str
    collector: Collector


class Enrolled(StepDone, Beginning):
    name: ClassVar[str] = "grant-winner-enrolled"


class Declined(GrantFact):
    """The winner did not enrol in time, with or without having fetched the certificate (EDGE-18, EDGE-35)."""

    name: ClassVar[str] = "grant-declined"


class ScholarshipAssigned(StepDone):
    name: ClassVar[str] = "grant-scholarship-assigned"

    order_number: str
    order_date: date
    paid_from: date


class DeadlineNear(GrantFact):
    """The step is not done, and its term ends soon."""

    name: ClassVar[str] = "grant-deadline-near"

    step: str
    due_at: AwareDatetime


class DeadlineMissed(GrantFact):
    """`limit` and `counting` in the words of the regulation (EDGE-15, EDGE-36)."""

    name: ClassVar[str] = "grant-deadline-missed"

    step: str
    limit: str
    counting: str
    due_at: AwareDatetime


GrantEvent: TypeAlias = (
    TurnedAway
    | Registered
    | ParticipationCertified
    | Verified
    | IntakeRefused
    | Forwarded
    | Rejected
    | Merged
    | Awarded
    | NotAwarded
    | CertificateArrived
    | CertificateHandedOver
    | Enrolled
    | Declined
    | ScholarshipAssigned
    | DeadlineNear
    | DeadlineMissed
)

EVENTS: Final = Catalogue(get_args(GrantEvent))
