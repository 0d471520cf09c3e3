"""The open tasks of a desk: the answer of GET /tasks in every service that has desks. No personal data."""

from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.common import UniversityCode
from contracts.event import Text

T = TypeVar("T")


class Desk(StrEnum):
    """Where a task is done. The university's five, and the service centre's two."""

    CHANCELLERY = "chancellery"
    ACADEMIC_AFFAIRS = "academic_affairs"
    MANAGEMENT = "management"
    ADMISSION_COMMITTEE = "admission_committee"
    RECTOR = "rector"
    CON_OPERATOR = "con_operator"
    COURIER = "courier"


class Action(StrEnum):
    """What a desk does, by the actions of the regulation's steps."""

    REGISTER = "register"
    VERIFY = "verify"
    CONSIDER = "consider"
    REQUEST_BLANK = "request_blank"
    PREPARE = "prepare_duplicate"
    HEAR = "hear"
    NOTIFY_READY = "notify_ready"
    HAND_OVER = "hand_over"
    FILL_REQUEST_FORM = "fill_request_form"
    ISSUE_RECEIPT = "issue_receipt"
    DISPATCH = "dispatch"
    VERIFY_APPLICATION = "verify_application"
    CERTIFY_PARTICIPATION = "certify_participation"
    FORWARD = "forward"
    HAND_OVER_CERTIFICATE = "hand_over_certificate"
    ENROL = "enrol"
    ASSIGN_SCHOLARSHIP = "assign_scholarship"


class DeskTask(BaseModel):
    """An open task: who has to do what by when, and the request by which it is done."""

    model_config = ConfigDict(frozen=True)

    application_id: UUID
    university: UniversityCode
    desk: Desk
    step: str = Field(description="the regulation's step, for example DUP-PORTAL-5")
    task: Action
    title: Text = Field(description="the step in words")
    started_at: AwareDatetime = Field(description="virtual time at which the task came to the desk")
    due_at: AwareDatetime | None = Field(description="virtual time by which it is to be done; null without a limit")
    act: str = Field(description="the request that does it, for example POST /cases/{id}/verification")


class DeskTasks(BaseModel):
    """A page of open tasks, the most urgent first."""

    tasks: list[DeskTask]
    next_page: str | None = Field(
        default=None, description="give it as `after` for the following page; null at the end"
    )


def known_desks(tokens: dict[str, T], *ours: Desk) -> dict[str, T]:
    """Tokens by `desk@university`, all of `ours`: one for a desk that is not there would open nothing, unnoticed."""
    strange = sorted({name.partition("@")[0] for name in tokens} - set(ours))
    if strange:
        raise ValueError(f"no desk {', '.join(strange)} here: use {', '.join(ours)}")
    return tokens
