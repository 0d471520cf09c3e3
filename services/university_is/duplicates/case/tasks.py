"""What a desk does where it has nothing to choose: the command for each task."""

from datetime import datetime
from hashlib import blake2b

from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.state import Case, State


def command_of(task: Task, case: State, at: datetime, number: str | None = None) -> c.Command:  # noqa: PLR0911 - one arm per task
    """The command by which a desk does its task; `number` is the chancellery's own, where it gives one."""
    match task:
        case Task.REGISTER:
            return c.Register(number or (incoming_number(case, at) if isinstance(case, Case) else ""), at)
        case Task.VERIFY:
            return c.ConsultRegister(at)
        case Task.CONSIDER:
            return c.Consider(at)
        case Task.HEAR:
            return c.Hear(upheld=True, at=at)
        case Task.REQUEST_BLANK:
            return c.RequestBlanks(at)
        case Task.PREPARE:
            return c.Prepare(at)
        case Task.NOTIFY_READY:
            return c.Announce(at)
        case Task.HAND_OVER:
            return c.HandOver(at)


def incoming_number(case: Case, at: datetime) -> str:
    """The chancellery's number: derived, since counting would hang on the order of arrival."""
    year = at.astimezone(case.calendar.zone).year
    digits = int.from_bytes(blake2b(case.application_id.bytes, digest_size=8).digest(), "big") % 10**8
    return f"{case.university}-{year}-{digits:08d}"
