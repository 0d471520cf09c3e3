"""When simulated staff work: at rounds of working days, within the term but for a few, the same for one seed."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from contracts.regulation import WorkCalendar
from services.university_is.domain.events import Task
from services.university_is.staff import LAST_CALL, ROUNDS, Job, Simulated, known_by_post, next_round
from tests.unit.university_is.examples import ALMATY, FILED, local

WEEK = WorkCalendar(5, ALMATY)
DUE = local(18, 18, 30)


def job(number: int, task: Task = Task.VERIFY, at: datetime = FILED, due: datetime = DUE) -> Job:
    return Job(UUID(int=number), task, 1, at, at, due, WEEK)


def done(each: Job, seed: int = 705) -> datetime:
    at = Simulated(seed).works_at(each)
    assert at
    return at


def test_the_same_seed_gives_the_same_times_and_another_seed_others() -> None:
    jobs = [job(number) for number in range(50)]

    assert [done(each) for each in jobs] == [done(each) for each in jobs]
    assert [done(each) for each in jobs] != [done(each, seed=706) for each in jobs]


def test_work_is_done_at_a_round_of_a_working_day_after_it_came() -> None:
    for at in (done(job(number)) for number in range(300)):
        here = at.astimezone(ALMATY)

        assert here.time() in ROUNDS
        assert WEEK.is_working_day(here.date())
        assert at > FILED


def test_about_three_of_a_hundred_tasks_are_one_or_two_working_days_late() -> None:
    late = [at for at in (done(job(number)) for number in range(1_000)) if at > DUE]

    assert 10 < len(late) < 60
    assert {at.astimezone(ALMATY).date() for at in late} == {local(19, 12).date(), local(22, 12).date()}


def test_preparation_takes_from_the_third_to_the_twentieth_day() -> None:
    due = local(9, 18, 30, month=3)
    intime = [at for at in (done(job(number, Task.PREPARE, due=due)) for number in range(500)) if at <= due]

    assert min(intime) >= FILED + timedelta(days=3)
    assert max(intime) <= FILED + timedelta(days=20)


def test_what_comes_after_the_last_round_is_done_before_closing_when_it_is_due_that_day() -> None:
    late_afternoon = local(15, 17, 30)
    moments = {
        done(job(number, Task.REGISTER, at=late_afternoon, due=local(15, 18, 30))).astimezone(ALMATY).time()
        for number in range(20)
    }

    assert LAST_CALL in moments


def test_work_that_can_no_longer_be_in_time_is_done_at_the_next_round() -> None:
    overdue = [done(job(number, Task.PREPARE, at=local(22, 13), due=DUE)) for number in range(20)]

    assert set(overdue) == {local(22, 15, 0, 20)}


def test_the_applicant_comes_one_to_five_working_days_after_knowing() -> None:
    staff = Simulated(705)
    days = {staff.collects_at(UUID(int=number), local(15, 12), WEEK) for number in range(200)}

    assert {each.astimezone(ALMATY).day for each in days if each} == {16, 17, 18, 19, 22}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(15, 9), local(15, 10, 0, 20)),
        (local(15, 10, 0, 20), local(15, 15, 0, 20)),
        (local(15, 15, 0, 20), local(16, 10, 0, 20)),
        (local(19, 18), local(22, 10, 0, 20)),
        (local(4, 18, month=3), local(5, 10, 0, 20, month=3)),  # a worked Saturday follows
    ],
)
def test_the_next_round_is_strictly_later_and_on_a_working_day(at: datetime, expected: datetime) -> None:
    assert next_round(at, WEEK) == expected


def test_rounds_are_local_to_the_university() -> None:
    aqtau = WorkCalendar(5, ZoneInfo("Asia/Aqtau"))

    assert next_round(local(15, 9), aqtau) == local(15, 11, 0, 20)


def test_a_letter_is_known_three_working_days_later() -> None:
    assert known_by_post(local(18, 12), WEEK) == local(23, 10, 0, 20)


def test_a_verification_after_correction_is_drawn_anew() -> None:
    again = [Job(UUID(int=number), Task.VERIFY, 2, FILED, FILED, DUE, WEEK) for number in range(20)]

    assert [done(each) for each in again] != [done(job(number)) for number in range(20)]
