"""Which desk of the university does what."""

from typing import Final

from contracts.desks import Desk
from services.university_is.duplicates.case.events import Task
from services.university_is.grants.application.events import GrantTask

_DESKS: Final = {
    Task.REGISTER: Desk.CHANCELLERY,
    Task.CONSIDER: Desk.MANAGEMENT,
    Task.HEAR: Desk.MANAGEMENT,
}


def desk_of(task: Task | GrantTask) -> Desk:
    """The desk of the university that does the task, in every channel."""
    if isinstance(task, GrantTask):
        return Desk.RECTOR if task is GrantTask.ASSIGN_SCHOLARSHIP else Desk.ADMISSION_COMMITTEE
    return _DESKS.get(task, Desk.ACADEMIC_AFFAIRS)
