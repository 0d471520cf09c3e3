"""What may be asked of a request. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from contracts.common import (
    Channel,
    DuplicateRequest,
    NoticeKind,
    Refusal,
    RefusalCode,
)
from contracts.event import Text
from services.esuvo.duplicates.request.events import Status
from services.esuvo.terms import Terms


@dataclass(frozen=True, slots=True)
class Take:
    """The portal's application. `unroutable` says why no university takes it; None when one does, by these `terms`."""

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: datetime
    unroutable: Text | None
    notice_id: UUID
    at: datetime
    terms: Terms | None = None
    signed: str | None = None


@dataclass(frozen=True, slots=True)
class Correct:
    """`signer` is the IIN of whoever signed the form `signed`; None where no signature is owed."""

    specialty: str
    graduation_year: int
    corrected_at: datetime
    at: datetime
    signed: str | None = None
    signer: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """As for Correct."""

    requested_at: datetime
    at: datetime
    signed: str | None = None
    signer: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The university says how far the case is; `mark` tells a repeated message from another."""

    university: str
    status: Status
    at: datetime
    mark: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """The university says how the case ended, by the message `event_id`."""

    university: str
    status: Status
    refusal: Refusal | None
    at: datetime
    event_id: UUID
    mark: str = ""


@dataclass(frozen=True, slots=True)
class DeclineWithdrawal:
    university: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hear:
    """A notice of `university` is about to reach the applicant. Another's words are refused."""

    university: str
    kind: NoticeKind
    notice_id: UUID
    corrects: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """A term may have passed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Close:
    outcome: NoticeKind
    refusal_code: RefusalCode | None
    at: datetime


_OfUniversity: TypeAlias = Progress | End | DeclineWithdrawal | Hear


Command: TypeAlias = Take | Correct | Withdraw | _OfUniversity | Watch | Close
