"""What waits at the desks of the universities, for the people who work there: no personal data."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, params

from contracts.common import Channel
from contracts.desks import Desk, DeskTask, DeskTasks
from services._chassis import http
from services._chassis.aggregate import Row
from services._chassis.listing import PageSize, next_after
from services._chassis.running import running
from services.university_is.duplicates.case.events import Task
from services.university_is.grants.application.events import GrantTask
from services.university_is.grants.application.http import title

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
GRANT_ACTS: Final = {
    GrantTask.VERIFY_APPLICATION: "verification",
    GrantTask.CERTIFY_PARTICIPATION: "participation-certificate",
    GrantTask.FORWARD: "forwarding",
    GrantTask.HAND_OVER_CERTIFICATE: "certificate-handover",
    GrantTask.ENROL: "enrolment",
}
# A paper application for a grant has two tasks at once (INC-11), so a place in the list is told by the step too.
_PAGE: Final = """
select * from (
    select application_id, university, regulation, channel, desk, step, task, started_at, due_at
    from cases
    where desk is not null
    union all
    select application_id, university, regulation, channel, desk, open.step, open.task, open.started_at, open.due_at
    from grants
    cross join lateral jsonb_to_recordset(tasks)
        as open(step text, task text, started_at timestamptz, due_at timestamptz)
    where desk is not null
) as waiting
where ($1::text is null or university = $1) and ($2::text is null or desk = $2)
  and ($3::timestamptz is null or due_at < $3)
  and ($4::text is null
       or (coalesce(due_at, 'infinity'::timestamptz), application_id, step)
           > ($4::text::timestamptz, $5::uuid, $6::text))
order by coalesce(due_at, 'infinity'::timestamptz), application_id, step limit $7
"""
_NO_LIMIT: Final = "infinity"
_MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
_CURSOR: Final = rf"^({_MOMENT}|{_NO_LIMIT})_[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}(_[0-9A-Za-z-]{{1,40}})?$"


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
        limit: PageSize = 100,
    ) -> DeskTasks:
        """Open tasks, the most urgent first; those without a limit come last. A desk's token shows its own university's."""
        place = http.place_of(request)
        if place != http.EVERYWHERE:
            http.require_place(request, university or place)
            university = place
        parts = running(request)
        due, last, step = (*after.split("_"), "")[:3] if after else (None, None, None)
        before = parts.clock.now() if overdue else None
        found = await parts.store.rows(_PAGE, university, desk, before, due, UUID(last) if last else None, step, limit)
        page = [_task(each) for each in found]
        return DeskTasks(tasks=page, next_page=next_after(page, limit, _cursor))

    return routes


def _task(row: Row) -> DeskTask:
    channel, step = Channel(str(row["channel"])), str(row["step"])
    return DeskTask.model_validate(
        {**row, "title": title(str(row["regulation"]), channel, step), "act": f"POST {_act(row)}"}
    )


def _act(row: Row) -> str:
    """One order of the rector's is for all who wait."""
    task, who = str(row["task"]), row["application_id"]
    if task == GrantTask.ASSIGN_SCHOLARSHIP:
        return f"/universities/{row['university']}/scholarship-orders"
    if task in set(GrantTask):
        return f"/grants/{who}/{GRANT_ACTS[GrantTask(task)]}"
    return f"/cases/{who}/{ACTS[Task(task)]}"


def _cursor(task: DeskTask) -> str:
    due = task.due_at and _utc(task.due_at)
    return f"{due or _NO_LIMIT}_{task.application_id}_{task.step}"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
