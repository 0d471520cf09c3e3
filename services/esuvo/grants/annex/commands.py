"""What may be asked of an annex. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from services.esuvo.grants.annex.events import Sheet


@dataclass(frozen=True, slots=True)
class Draw:
    sheet: Sheet
    at: datetime


@dataclass(frozen=True, slots=True)
class HearPublication:
    order_number: str
    collect_by: date
    at: datetime


@dataclass(frozen=True, slots=True)
class TellResults:
    at: datetime


@dataclass(frozen=True, slots=True)
class HearCertification:
    misprinted: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SendCertificates:
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplaceCertificates:
    at: datetime


Command: TypeAlias = Draw | HearPublication | TellResults | HearCertification | SendCertificates | ReplaceCertificates
