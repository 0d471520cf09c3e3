"""What the counter answers: an application with its steps, its receipt and its history; the operator's list."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts import package
from contracts.common import DocumentKind, Reason
from contracts.con import AcceptedDocument, Receipt
from contracts.event import Text
from contracts.package import MissingDocument, PackageDocument
from contracts.regulation import regulations
from services.con import texts
from services.con.domain.events import Particulars, Step
from services.con.domain.state import AtCounter, State, Status, TurnedAway

AnyStatus: TypeAlias = Status | Literal["refused"]


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class StepView(View):
    step: Step
    title: Text
    started_at: AwareDatetime | None
    due_at: AwareDatetime | None
    done_at: AwareDatetime | None
    met: bool | None = Field(description="done by its deadline; null while it still can be")


class HistoryEntry(View):
    at: AwareDatetime = Field(description="virtual time")
    what: str
    title: Text


class ReceiptView(View):
    title: Text
    receipt: Receipt
    documents: tuple[AcceptedDocument, ...]
    missing: tuple[MissingDocument, ...]


class ApplicationView(View):
    id: UUID
    status: AnyStatus
    number: str | None = Field(description="given at registration")
    particulars: Particulars
    presented: tuple[PackageDocument, ...]
    regulation: str | None
    steps: tuple[StepView, ...] = Field(description="none for a refused package: no term began")
    receipt: ReceiptView | None
    history: tuple[HistoryEntry, ...]


class ApplicationRow(View):
    id: UUID
    number: str | None
    status: AnyStatus
    university: str
    document_kind: DocumentKind
    reason: Reason
    handed_in_at: datetime
    deadlines_missed: int


class ApplicationPage(View):
    applications: list[ApplicationRow]
    next: UUID | None = Field(description="give it as `after` to get the next page; null on the last one")


History: TypeAlias = tuple[HistoryEntry, ...]


def view(state: State, history: History) -> ApplicationView | None:
    """None when nothing was handed in."""
    match state:
        case AtCounter():
            return _accepted(state, history)
        case TurnedAway():
            return _refused(state, history)
        case _:
            return None


def _accepted(state: AtCounter, history: History) -> ApplicationView:
    receipt = state.receipt
    return ApplicationView(
        id=state.application_id,
        status=state.status,
        number=state.number,
        particulars=state.particulars,
        presented=state.presented,
        regulation=state.regulation,
        steps=tuple(_step(step, state) for step in Step),
        receipt=receipt and ReceiptView(title=texts.ACCEPTED, receipt=receipt, documents=state.documents, missing=()),
        history=history,
    )


def _step(step: Step, state: AtCounter) -> StepView:
    act = next((each for each in state.acts if each.step is step), None)
    titles = regulations()[state.regulation].channel("con").step(step).titles
    return StepView(
        step=step,
        title=Text(kk=titles.kk, ru=titles.ru, en=titles.en),
        started_at=act and act.started_at,
        due_at=act and act.due_at,
        done_at=act and act.done_at,
        met=act and act.met,
    )


def _refused(state: TurnedAway, history: History) -> ApplicationView:
    missing = tuple(package.missing(kind) for kind in state.missing)
    return ApplicationView(
        id=state.application_id,
        status="refused",
        number=None,
        particulars=state.particulars,
        presented=state.presented,
        regulation=None,
        steps=(),
        receipt=ReceiptView(title=texts.REFUSED, receipt=state.receipt, documents=(), missing=missing),
        history=history,
    )
