"""When simulated staff work: at rounds of working days, within the term but for a few, the same for one seed."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from contracts.common import CollectorKind
from law.regulation import WorkCalendar
from services._actors.policy import StaffPolicy, staff_policy
from services._actors.rounds import DESKS
from services.university_is.duplicates.case.events import Task
from services.university_is.simulated.staff import Job, Simulated, known_by_post
from tests.unit.university_is.examples import ALMATY, FILED, local

WEEK = WorkCalendar(5, ALMATY)
DUE = local(18, 18, 30)
MORNING, AFTERNOON = (10, 0, 20), (15, 30, 20)
_ROUNDS = ((17, AFTERNOON), (17, AFTERNOON), (17, AFTERNOON), (16, MORNING), (17, MORNING), (17, AFTERNOON))
VERIFIED = [local(day, *moment) for day, moment in _ROUNDS]
PREPARED = local(1, 15, 30, 20, month=3)
USUAL = StaffPolicy()


def job(number: int, task: Task = Task.VERIFY, at: datetime = FILED, due: datetime = DUE) -> Job:
    return Job(UUID(int=number), task, 1, at, at, due, WEEK)


def done(each: Job, seed: int = 705, policy: StaffPolicy = USUAL) -> datetime:
    at = Simulated(seed, policy).works_at(each)
    assert at
    return at


def test_the_same_seed_gives_the_same_times_and_another_seed_others() -> None:
    jobs = [job(number) for number in range(50)]

    assert [done(each) for each in jobs] == [done(each) for each in jobs]
    assert [done(each) for each in jobs] != [done(each, seed=706) for each in jobs]


def test_work_is_done_at_a_round_of_a_working_day_after_it_came() -> None:
    for at in (done(job(number)) for number in range(300)):
        here = at.astimezone(ALMATY)

        assert here.time() in DESKS.times
        assert WEEK.is_working_day(here.date())
        assert at > FILED


def test_about_three_of_a_hundred_tasks_are_one_or_two_working_days_late() -> None:
    late = [at for at in (done(job(number)) for number in range(1_000)) if at > DUE]

    assert 10 < len(late) < 60
    assert {at.astimezone(ALMATY).date() for at in late} == {local(19, 12).date(), local(22, 12).date()}


def test_preparation_takes_from_the_third_to_the_twentieth_day() -> None:
    due = local(9, 18, 30, month=3)
    limit = timedelta(days=22)
    jobs = [replace(job(number, Task.PREPARE, due=due), limit=limit) for number in range(500)]
    intime = [at for at in map(done, jobs) if at <= due]

    assert min(intime) >= FILED + timedelta(days=3)
    assert max(intime) <= FILED + timedelta(days=20)


def test_what_comes_after_the_last_round_is_done_before_closing_if_due_that_day() -> None:
    late_afternoon = local(15, 17, 30)
    moments = {
        done(job(number, Task.REGISTER, at=late_afternoon, due=local(15, 18, 30))).astimezone(ALMATY).time()
        for number in range(20)
    }

    assert DESKS.last_call in moments


def test_work_that_can_no_longer_be_in_time_is_done_at_the_next_round() -> None:
    overdue = [done(job(number, Task.PREPARE, at=local(22, 13), due=DUE)) for number in range(20)]

    assert set(overdue) == {local(22, 15, 30, 20)}


def test_the_applicant_comes_one_to_five_working_days_after_knowing() -> None:
    staff = Simulated(705)
    days = {staff.collects_at(UUID(int=number), local(15, 12), WEEK) for number in range(200)}

    assert {each.astimezone(ALMATY).day for each in days if each} == {16, 17, 18, 19, 22}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(15, 9), local(15, 10, 0, 20)),
        (local(15, 10, 0, 20), local(15, 15, 30, 20)),
        (local(15, 15, 30, 20), local(16, 10, 0, 20)),
        (local(19, 18), local(22, 10, 0, 20)),
        (local(4, 18, month=3), local(5, 10, 0, 20, month=3)),  # a worked Saturday follows
    ],
)
def test_the_next_round_is_strictly_later_and_on_a_working_day(at: datetime, expected: datetime) -> None:
    assert DESKS.next(at, WEEK) == expected


def test_rounds_are_local_to_the_university() -> None:
    aqtau = WorkCalendar(5, ZoneInfo("Asia/Aqtau"))

    assert DESKS.next(local(15, 9), aqtau) == local(15, 11, 0, 20)


def test_a_letter_is_known_three_working_days_later() -> None:
    assert known_by_post(local(18, 12), WEEK) == local(23, 10, 0, 20)


def test_a_verification_after_correction_is_drawn_anew() -> None:
    again = [Job(UUID(int=number), Task.VERIFY, 2, FILED, FILED, DUE, WEEK) for number in range(20)]

    assert [done(each) for each in again] != [done(job(number)) for number in range(20)]


def test_the_times_of_the_default_policy_are_those_of_before() -> None:
    """The log of a seed must stay what it was when the work times were constants of this service."""
    prepare = Job(UUID(int=7), Task.PREPARE, 1, FILED, FILED, local(9, 18, 30, month=3), WEEK, timedelta(days=22))

    assert [done(job(number)) for number in range(6)] == VERIFIED
    assert done(prepare) == PREPARED


def test_a_share_of_the_limit_bounds_the_work() -> None:
    quick = staff_policy('{"work": {"verify": {"share_max": 0.25, "late_share": 0}}}')

    assert max(done(job(number), policy=quick) for number in range(200)) <= FILED + (DUE - FILED) * 0.25


@pytest.mark.parametrize("share", [0, 0.2, 1])
def test_edge_15_the_late_share_is_near_the_policys(share: float) -> None:
    policy = staff_policy({"work": {"verify": {"late_share": share, "late_days_min": 3, "late_days_max": 3}}})
    late = [at for at in (done(job(number), policy=policy) for number in range(1_000)) if at > DUE]

    assert abs(len(late) / 1_000 - share) < 0.04
    assert {at.astimezone(ALMATY).date() for at in late} <= {local(23, 12).date()}


def test_edge_15_a_desk_on_holiday_begins_when_it_is_back_and_misses_the_deadline() -> None:
    away = staff_policy({"desks": {"academic_affairs": {"absences": [{"first": "2016-02-15", "last": "2016-02-26"}]}}})
    back = [done(job(number), policy=away) for number in range(100)]

    assert min(back) >= local(29, 10, 0, 20)  # a Monday
    assert min(back) > DUE


def test_a_desk_that_is_away_in_the_middle_of_a_term_works_before_or_after() -> None:
    away = staff_policy({"desks": {"academic_affairs": {"absences": [{"first": "2016-02-16", "last": "2016-02-17"}]}}})
    days = {done(job(number), policy=away).astimezone(ALMATY).date() for number in range(300)}

    assert not days & {local(16, 12).date(), local(17, 12).date()}
    assert {local(15, 12).date(), local(18, 12).date()} <= days


def test_the_absence_of_one_desk_is_not_that_of_another() -> None:
    away = staff_policy({"desks": {"management": {"absences": [{"first": "2016-02-15", "last": "2016-02-26"}]}}})

    assert [done(job(number), policy=away) for number in range(50)] == [done(job(number)) for number in range(50)]


def test_a_manual_desk_has_no_timer() -> None:
    staff = Simulated(705, staff_policy('{"desks": {"management": {"mode": "manual"}}}'))

    assert staff.works_at(job(1, Task.CONSIDER)) is None
    assert staff.works_at(job(1, Task.VERIFY)) is not None
    assert staff.collects_at(UUID(int=1), FILED, WEEK) is not None


def test_edge_18_a_share_of_the_applicants_never_comes() -> None:
    staff = Simulated(705, staff_policy('{"collection": {"never_share": 0.3, "days_min": 2, "days_max": 2}}'))
    days = [staff.collects_at(UUID(int=number), local(15, 12), WEEK) for number in range(1_000)]

    assert abs(days.count(None) / 1_000 - 0.3) < 0.05
    assert {each.astimezone(ALMATY).day for each in days if each} == {17}


def test_edge_13_edge_19_mistakes_and_representatives_have_their_shares_for_a_seed() -> None:
    staff = Simulated(
        705,
        staff_policy(
            '{"mistakes": {"wrongly_refused": 0.1, "spoilt_in_printing": 0.4}, "collection": {"representative_share": 0.25}}'
        ),
    )
    ids = [UUID(int=number) for number in range(2_000)]
    day = local(22, 12).date()
    collectors = [staff.collector(each, day) for each in ids]
    refused, spoilt = (
        [staff.refuses_wrongly(each, 1) for each in ids],
        [staff.spoils(each, "ЖБ0000001") for each in ids],
    )

    assert abs(sum(refused) / 2_000 - 0.1) < 0.03
    assert abs(sum(spoilt) / 2_000 - 0.4) < 0.04
    assert abs(sum(each.kind is CollectorKind.REPRESENTATIVE for each in collectors) / 2_000 - 0.25) < 0.04
    assert all(each.authorised(day) for each in collectors)
    assert spoilt == [staff.spoils(each, "ЖБ0000001") for each in ids]
    assert spoilt != [staff.spoils(each, "ЖБ0000002") for each in ids]


def test_nobody_errs_by_default() -> None:
    staff = Simulated(705)
    ids = [UUID(int=number) for number in range(200)]

    assert not any(staff.refuses_wrongly(each, 1) or staff.spoils(each, "ЖБ0000001") for each in ids)
    assert {staff.collector(each, FILED.date()).kind for each in ids} == {CollectorKind.APPLICANT}
