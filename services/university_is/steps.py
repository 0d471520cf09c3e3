"""A step of the regulation as it runs in one case or application: begun, due, done in time or not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One run of a step: when it began, when it is due and when it was done. `task` is what a desk does in it."""

    step: str
    task: StrEnum
    started: datetime
    due: datetime | None
    done: datetime | None = None
    breached: bool = False
    warned: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the deadline was kept; None while that is open or where there is none."""
        if self.due is None:
            return None
        if self.done is None:
            return False if self.breached else None
        return self.done <= self.due


Steps: TypeAlias = tuple[StepRecord, ...]


def under_way(steps: Iterable[StepRecord], task: StrEnum) -> StepRecord | None:
    """The open step of that task, the latest if there are several."""
    return next((each for each in reversed(tuple(steps)) if each.task == task and each.done is None), None)


def with_open(steps: Steps, step: str, change: Callable[[StepRecord], StepRecord]) -> Steps:
    """The open run of that step, changed; the others as they are."""
    return tuple(change(each) if each.step == step and each.done is None else each for each in steps)


def done(at: datetime) -> Callable[[StepRecord], StepRecord]:
    return lambda record: replace(record, done=at)


def breached(record: StepRecord) -> StepRecord:
    return replace(record, breached=True)


def warned(record: StepRecord) -> StepRecord:
    return replace(record, warned=True)


def step_row(record: StepRecord) -> dict[str, object]:
    """As a read model has it."""
    return {"step": record.step, "due": record.due, "done": record.done, "met": record.met}
