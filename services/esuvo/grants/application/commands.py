"""What may be asked of an application for a grant. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from contracts.common import Channel, Refusal
from contracts.event import Text
from contracts.grants import Attachment, GrantRequest, Standing
from services.esuvo.terms import Terms


@dataclass(frozen=True, slots=True)
class Take:
    """The portal's application. `unroutable` says why no committee takes it; None when one does."""

    application_id: UUID
    request: GrantRequest
    attachments: tuple[Attachment, ...]
    filed_at: datetime
    unroutable: Text | None
    notice_id: UUID
    at: datetime
    signed: str | None = None
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class Register:
    university: str
    channel: Channel
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verify:
    university: str
    benefits_proven: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """A term may have passed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Refuse:
    university: str
    channel: Channel
    refusal: Refusal
    notice_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Forward:
    application_id: UUID
    university: str
    channel: Channel
    campaign: int
    standing: Standing
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrive:
    """The way to the register is over."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    university: str
    at: datetime


_Following: TypeAlias = Register | Verify | Watch | Refuse | Forward | Arrive | GiveUp


Command: TypeAlias = Take | _Following
