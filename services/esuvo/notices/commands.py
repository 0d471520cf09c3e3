"""What may be asked of a notice. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from contracts.common import Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class Forward:
    """A notice of `university`, or of ESUVO itself where it is None, is to reach the applicant."""

    application_id: UUID
    university: str | None
    notice: Notice
    at: datetime


@dataclass(frozen=True, slots=True)
class Accept:
    """The gateway has the notice of this application in its journal."""

    application_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirm:
    """The notice stands in the applicant's personal account."""

    application_id: UUID
    kind: NoticeKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Abandon:
    """The gateway has given up."""

    application_id: UUID
    kind: NoticeKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Resend:
    """The gateway has not accepted the notice in time."""

    at: datetime


Command: TypeAlias = Forward | Accept | Confirm | Abandon | Resend
