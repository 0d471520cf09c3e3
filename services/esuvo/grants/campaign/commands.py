"""What may be asked of a year's campaign. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from law.regulation.campaign import Infeasible
from services.esuvo.grants.annex.events import Sheet
from services.esuvo.grants.campaign.events import TieUnresolved
from services.esuvo.grants.schedule import CampaignStep


@dataclass(frozen=True, slots=True)
class Open:
    year: int
    regulation: str
    rules: str
    seats: int
    infeasible: Infeasible | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PrepareSheets:
    """`digest` is of the contenders as the commission will see them."""

    contenders: int
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meet:
    round: int
    members: int
    present: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What the commission made of the contenders. `freed` are the seats that a second round had to give."""

    awarded: int
    refused: int
    digest: str
    sheets: tuple[Sheet, ...]
    ties: tuple[TieUnresolved, ...]
    freed: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    round: int
    decided: Decided
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueOrder:
    """`day` is the order's date; a corrective one follows a list in which an error was found (EDGE-33)."""

    round: int
    day: date
    at: datetime
    corrective: bool = False


@dataclass(frozen=True, slots=True)
class Publish:
    """`flawed`: its readers will find an error of the order in it."""

    round: int
    at: datetime
    flawed: bool = False


@dataclass(frozen=True, slots=True)
class Certify:
    round: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Breach:
    """The term of a step ends; nothing happens if the step is done."""

    step: CampaignStep
    round: int
    due_at: datetime
    at: datetime


Command: TypeAlias = Open | PrepareSheets | Meet | Sign | IssueOrder | Publish | Certify | Breach
