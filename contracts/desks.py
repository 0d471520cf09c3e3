"""What lies on a desk: the same answer of GET /tasks in every service that has desks. No personal data."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.common import UniversityCode
from contracts.event import Text
from contracts.staffing import Action, Desk


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
