"""When committee, winners and rector act by themselves: within the fixed dates but for a few, the same for one seed."""

from datetime import datetime
from uuid import UUID

from law.regulation import WorkCalendar
from services._actors.policy import StaffPolicy, staff_policy
from services.university_is.grants.application.events import GrantTask
from services.university_is.simulated.committee import Committee
from services.university_is.simulated.staff import Job, Simulated
from tests.unit.university_is.examples import ALMATY, local
from tests.unit.university_is.grants import august, july

WEEK = WorkCalendar(5, ALMATY)
ARRIVED, FIXED, ENDS = august(10, 12), august(15, 18, 30), august(25, 18, 30)
HANDED_OVER = august(12, 10)
PEOPLE = range(1_000)


def staff(policy: str = "{}", seed: int = 705) -> Committee:
    return Committee(Simulated(seed, staff_policy(policy)))


def job(number: int, task: GrantTask, at: datetime, due: datetime | None) -> Job:
    return Job(UUID(int=number), task, 1, at, at, due, WEEK)


def collected(each: Committee, due: datetime | None = FIXED, at: datetime = ARRIVED) -> list[datetime | None]:
    task = GrantTask.HAND_OVER_CERTIFICATE
    return [each.collects_at(job(number, task, at, due), ENDS) for number in PEOPLE]


def enrolled(each: Committee, at: datetime = HANDED_OVER) -> list[datetime | None]:
    return [each.enrols_at(job(number, GrantTask.ENROL, at, ENDS)) for number in PEOPLE]


def signed(each: Committee, at: datetime, university: str = "027", due: datetime | None = ENDS) -> datetime | None:
    return each.signs_at(job(1, GrantTask.ASSIGN_SCHOLARSHIP, at, due), university, 2016)


def test_the_secretary_verifies_within_two_working_days_but_for_a_few() -> None:
    due = july(26, 18, 30)
    done = [staff().works_at(job(number, GrantTask.VERIFY_APPLICATION, july(25, 9), due)) for number in PEOPLE]
    late = [each for each in done if each and each > due]

    assert all(done)
    assert {each.second for each in done if each} == {30}
    assert 10 < len(late) < 60


def test_most_winners_have_the_certificate_by_15_august_though_it_came_late() -> None:
    came = [each for each in collected(staff()) if each]

    assert len(came) == len(PEOPLE)
    assert sum(each > FIXED for each in came) < 40
    assert max(came) <= ENDS


def test_edge_18_a_share_of_the_winners_never_comes() -> None:
    never = collected(staff('{"collection": {"never_share": 0.25}}')).count(None)

    assert 200 < never < 300


def test_edge_35_about_three_of_a_hundred_winners_do_not_enrol_and_nobody_late() -> None:
    days = enrolled(staff())
    late = enrolled(staff(), at=august(25, 10))

    assert 10 < days.count(None) < 60
    assert all(each <= ENDS for each in (*days, *late) if each)
    assert {each for each in late if each} == {august(25, 18, 20, 30)}


def test_the_rector_signs_for_all_on_the_last_two_days_in_time() -> None:
    punctual = staff('{"work": {"assign_scholarship": {"late_share": 0}}}')

    assert signed(punctual, august(11, 10)) == august(24, 18, 25, 35)
    assert signed(punctual, august(25, 10)) == august(25, 18, 25, 35)
    assert signed(punctual, august(25, 18, 20, 30)) == august(25, 18, 25, 35)
    assert signed(punctual, august(29, 10)) == august(29, 18, 25, 35)


def test_edge_36_a_university_is_late_as_a_whole() -> None:
    late = staff('{"work": {"assign_scholarship": {"late_share": 1, "late_days_min": 2, "late_days_max": 2}}}')

    assert {signed(late, august(day, 10)) for day in (11, 12, 24)} == {august(29, 18, 25, 35)}


def test_a_few_universities_of_a_hundred_are_late() -> None:
    late = [code for code in range(100) if (signed(staff(), august(11, 10), f"{code:03}") or ENDS) > ENDS]

    assert 0 < len(late) < 12


def test_in_a_later_round_the_rector_signs_day_by_day() -> None:
    assert signed(staff(), local(5, 10, month=9), due=None) == local(5, 18, 25, 35, month=9)


def test_manual_desks_wait_for_people() -> None:
    manual = Committee(Simulated(705, StaffPolicy.manual()))

    assert set(collected(manual)) == set(enrolled(manual)) == {None}
    assert signed(manual, august(11, 10)) is None


def test_nobody_signs_while_the_rector_is_away() -> None:
    away = staff('{"desks": {"rector": {"absences": [{"first": "2016-08-22", "last": "2016-08-26"}]}}}')

    assert signed(away, august(11, 10)) == august(29, 18, 25, 35)


def test_the_same_seed_gives_the_same_days_and_another_one_others() -> None:
    assert collected(staff()) == collected(staff())
    assert enrolled(staff()) != enrolled(staff(seed=706))
