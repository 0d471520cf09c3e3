"""What waits at the desks of the universities, for the people who work there: no personal data."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, params

from contracts.common import Channel
from contracts.desks import DeskTask, DeskTasks
from contracts.event import Text
from contracts.regulation import regulations
from contracts.staffing import Desk
from services._chassis.aggregate import Row
from services._chassis.run import running
from services.university_is.domain.events import Task

ACTS: Final = {
    Task.REGISTER: "registration",
    Task.VERIFY: "verification",
    Task.CONSIDER: "consideration",
    Task.REQUEST_BLANK: "blank-request",
    Task.PREPARE: "preparation",
    Task.HEAR: "hearing",
    Task.NOTIFY_READY: "notification",
    Task.HAND_OVER: "handover",
}
_PAGE: Final = """
select application_id, university, regulation, channel, desk, step, task, started_at, due_at
from cases
where desk is not null
  and ($1::text is null or university = $1) and ($2::text is null or desk = $2)
  and ($3::timestamptz is null or due_at < $3)
  and ($4::text is null
       or (coalesce(due_at, 'infinity'::timestamptz), application_id) > ($4::text::timestamptz, $5::uuid))
order by coalesce(due_at, 'infinity'::timestamptz), application_id limit $6
"""
_NO_LIMIT: Final = "infinity"
_MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
_CURSOR: Final = rf"^({_MOMENT}|{_NO_LIMIT})_[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$"


def router(readers: list[params.Depends]) -> APIRouter:
    routes = APIRouter(tags=["desks"], dependencies=readers)

    @routes.get("/tasks")
    async def tasks(
        request: Request,
        *,
        university: Annotated[str | None, Query(pattern=r"^[0-9]{3}$")] = None,
        desk: Desk | None = None,
        overdue: Annotated[bool, Query(description="only what is past its due moment")] = False,
        after: Annotated[str | None, Query(pattern=_CURSOR, description="`next_page` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> DeskTasks:
        """Open tasks, the most urgent first; those without a limit come last."""
        parts = running(request)
        due, _, last = after.partition("_") if after else (None, "", None)
        before = parts.clock.now() if overdue else None
        found = await parts.store.rows(_PAGE, university, desk, before, due, UUID(last) if last else None, limit)
        page = [_task(each) for each in found]
        return DeskTasks(tasks=page, next_page=_cursor(page[-1]) if len(page) == limit else None)

    return routes


def _task(row: Row) -> DeskTask:
    task = Task(str(row["task"]))
    return DeskTask.model_validate(
        {
            **row,
            "title": _title(str(row["regulation"]), Channel(str(row["channel"])), str(row["step"])),
            "act": f"POST /cases/{row['application_id']}/{ACTS[task]}",
        }
    )


def _title(regulation: str, channel: Channel, step: str) -> Text:
    titles = regulations()[regulation].channel(channel).step(step).titles
    return Text(kk=titles.kk, ru=titles.ru, en=titles.en)


def _cursor(task: DeskTask) -> str:
    due = task.due_at and _utc(task.due_at)
    return f"{due or _NO_LIMIT}_{task.application_id}"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
