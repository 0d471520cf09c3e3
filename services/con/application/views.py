"""What the service centre answers: an application with steps, receipt, notices and history; the list; the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.common import Collector, Correction, DocumentKind, NoticeKind, Reason, Refusal
from contracts.con_applications import AcceptedDocument, PackageReceipt
from contracts.desks import Action, Desk, DeskTask
from contracts.event import Text
from contracts.package import MissingDocument, PackageDocument
from law import package
from law.regulation import regulations
from services.con.application import texts
from services.con.application.events import Particulars, Stage, Step
from services.con.application.state import Package, State, Status, TurnedAway

_ACTS: Final = {
    Step.REGISTER: (Action.REGISTER, "registration"),
    Step.FILL_FORM: (Action.FILL_REQUEST_FORM, "form"),
    Step.ISSUE_RECEIPT: (Action.ISSUE_RECEIPT, "receipt"),
    Step.DISPATCH: (Action.DISPATCH, "dispatch"),
    Step.HAND_OVER: (Action.HAND_OVER, "handover"),
}

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
    receipt: PackageReceipt
    documents: tuple[AcceptedDocument, ...]
    missing: tuple[MissingDocument, ...]


class NoticeView(View):
    kind: NoticeKind
    text: Text
    at: AwareDatetime = Field(description="virtual time")


class ApplicationView(View):
    id: UUID
    status: AnyStatus
    number: str | None = Field(description="given at registration")
    particulars: Particulars = Field(description="as last corrected")
    presented: tuple[PackageDocument, ...]
    regulation: str | None
    steps: tuple[StepView, ...] = Field(description="none for a refused package: no term began")
    receipt: ReceiptView | None
    stage: Stage | None = Field(default=None, description="how far the university is, as far as it is heard here")
    corrections: tuple[Correction, ...] = Field(default=(), description="what the university asked to put right last")
    wishes_to_withdraw: bool = Field(default=False, description="a withdrawal waits for the university's word")
    refusal: Refusal | None = Field(default=None, description="the university's reasoned refusal")
    waybill: str | None = Field(default=None, description="of the courier's last way")
    kept_until: AwareDatetime | None = Field(
        default=None, description="when an uncollected duplicate goes back to the university (EDGE-18)"
    )
    collector: Collector | None = Field(default=None, description="who took the duplicate home (EDGE-19)")
    notices: tuple[NoticeView, ...] = Field(default=(), description="what the applicant was told")
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
        case Package():
            return _accepted(state, history)
        case TurnedAway():
            return _refused(state, history)
        case _:
            return None


def _accepted(state: Package, history: History) -> ApplicationView:
    receipt = state.receipt
    return ApplicationView(
        id=state.application_id,
        status=state.status,
        number=state.number,
        particulars=state.current,
        presented=state.presented,
        regulation=state.regulation,
        steps=tuple(_step(step, state) for step in Step),
        receipt=receipt and ReceiptView(title=texts.ACCEPTED, receipt=receipt, documents=state.documents, missing=()),
        stage=state.stage,
        corrections=state.corrections,
        wishes_to_withdraw=state.wishes_to_withdraw,
        refusal=state.refusal,
        waybill=state.waybill,
        kept_until=state.send_back_at,
        collector=state.collector,
        notices=tuple(NoticeView(kind=kind, text=texts.notice(state, kind), at=at) for kind, at in state.notified),
        history=history,
    )


def _step(step: Step, state: Package) -> StepView:
    act = next((each for each in state.acts if each.step is step), None)
    return StepView(
        step=step,
        title=title_of(state.regulation, step),
        started_at=act and act.started_at,
        due_at=act and act.due_at,
        done_at=act and act.done_at,
        met=act and act.met,
    )


def title_of(regulation: str, step: Step) -> Text:
    titles = regulations()[regulation].channel("con").step(step).titles
    return Text(kk=titles.kk, ru=titles.ru, en=titles.en)


def task(row: Mapping[str, Any]) -> DeskTask:  # Any: a database row
    """An open task of the operator's desk."""
    step, application_id = Step(row["task"]), row["id"]
    action, path = _ACTS[step]
    return DeskTask(
        application_id=application_id,
        university=row["university"],
        desk=Desk.CON_OPERATOR,
        step=step,
        task=action,
        title=title_of(row["regulation"], step),
        started_at=row["task_started_at"],
        due_at=row["task_due_at"],
        act=f"POST /applications/{application_id}/{path}",
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
