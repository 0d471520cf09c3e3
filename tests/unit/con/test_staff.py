"""The simulated operator, courier and applicants: within the limits, by the seed, and only where the policy says so."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from contracts import con_applications, university_cases
from contracts.common import CollectorKind
from contracts.package import PackageDocument
from law.regulation import WorkCalendar
from services._actors.policy import StaffPolicy, staff_policy
from services.con.application import terms as rules
from services.con.application.events import Step
from services.con.application.state import Status
from services.con.simulated import staff
from services.con.simulated.staff import Job, Leg, Simulated
from tests.unit.con.journey import DAY, HOUR, MINUTE, MONDAY, Centre

UNIVERSITY = WorkCalendar(5, ZoneInfo("Asia/Almaty"))
SOME = tuple(UUID(int=number << 64) for number in range(200))
NEVER_LATE = {
    "work": {act: {"late_share": 0.0} for act in ("register", "fill_request_form", "issue_receipt", "dispatch")},
    "courier": {"hours_min": 2, "hours_max": 6},
}


def simulated(**policy: object) -> Simulated:
    return Simulated(705, StaffPolicy.model_validate(NEVER_LATE | policy))


def run(centre: Centre, until: timedelta) -> None:
    while centre.memory.fire_next(MONDAY + until):
        pass


def test_all_steps_go_by_themselves_once_the_package_is_handed_in() -> None:
    centre = Centre(simulated())
    centre.hand_in()
    run(centre, 5 * DAY)
    first = centre.told()
    centre.says(university_cases.DuplicateDispatched, MONDAY + 20 * DAY, waybill="UNI-0000000001")
    run(centre, 60 * DAY)
    second = centre.told()

    assert [type(each) for each in first] == [
        con_applications.ApplicationAccepted,
        con_applications.PackageDispatched,
        con_applications.PackageDelivered,
    ]
    assert [type(each) for each in second] == [
        con_applications.DuplicateReceived,
        con_applications.ApplicantNotified,
        con_applications.DuplicateHandedOver,
    ]
    assert centre.package.status is Status.HANDED_OVER
    assert [act.met for act in centre.package.acts] == [True] * 6
    assert centre.memory.timers == {}


def test_the_same_seed_gives_the_same_history_and_another_seed_another() -> None:
    def history(seed: int) -> list[str]:
        centre = Centre(Simulated(seed))
        centre.hand_in()
        run(centre, 5 * DAY)
        return [each.model_dump_json() for each in centre.memory.events]

    assert history(705) == history(705)
    assert history(705) != history(706)


def test_edge_18_who_never_comes_is_reminded_and_the_courier_takes_it_back() -> None:
    centre = Centre(simulated(collection={"never_share": 1.0}))
    centre.hand_in()
    run(centre, 5 * DAY)
    centre.says(university_cases.DuplicateDispatched, MONDAY + 20 * DAY, waybill="UNI-0000000001")
    centre.told()
    run(centre, 90 * DAY)

    assert [type(each) for each in centre.told()] == [
        con_applications.DuplicateReceived,
        con_applications.ApplicantNotified,
        con_applications.ApplicantNotified,
        con_applications.DuplicateReturned,
    ]


@pytest.mark.parametrize("step", [Step.REGISTER, Step.FILL_FORM, Step.ISSUE_RECEIPT])
def test_the_operator_keeps_the_minutes_unless_late(step: Step) -> None:
    due = MONDAY + 15 * MINUTE
    jobs = [Job(each, step, MONDAY, due) for each in SOME]
    in_time = [simulated().acts_at(job) for job in jobs]
    usual = [Simulated(705).acts_at(job) for job in jobs]

    assert all(at and MONDAY < at <= due for at in in_time)
    assert 0 < sum(bool(at and at > due) for at in usual) < 20


def test_the_dispatch_leaves_the_courier_time() -> None:
    due = rules.due_at("KZ-MES-705-DUP", Step.DISPATCH, MONDAY)
    acts = [simulated().acts_at(Job(each, Step.DISPATCH, MONDAY, due)) for each in SOME]

    assert all(at and MONDAY < at <= due - 6 * HOUR for at in acts)
    assert len(set(acts)) > 1


def test_edge_23_the_courier_hands_over_only_where_somebody_is_there() -> None:
    friday_evening = MONDAY + 4 * DAY + 8 * HOUR
    to_university = [simulated().arrives_at(each, Leg.PACKAGE, friday_evening, UNIVERSITY) for each in SOME]
    to_centre = [simulated().arrives_at(each, Leg.DUPLICATE, friday_evening, rules.CALENDAR) for each in SOME]

    assert all(at and UNIVERSITY.is_open(at) for at in to_university)
    assert {at.astimezone(UNIVERSITY.zone).weekday() for at in to_university if at} == {0}
    assert all(at and rules.CALENDAR.is_open(at) for at in to_centre)
    assert {at.astimezone(UNIVERSITY.zone).weekday() for at in to_centre if at} <= {4, 5}


def test_edge_19_some_collectors_are_representatives_with_a_valid_power_of_attorney() -> None:
    policy = simulated(collection={"representative_share": 0.25})
    collectors = [policy.collector(each, MONDAY) for each in SOME]

    assert all(each.authorised(MONDAY.date()) for each in collectors)
    assert 20 < sum(each.kind is CollectorKind.REPRESENTATIVE for each in collectors) < 80


def test_an_absent_operator_acts_when_back() -> None:
    policy = simulated(desks={"con_operator": {"absences": [{"first": "2016-02-15", "last": "2016-02-17"}]}})
    acts_at = policy.acts_at(Job(SOME[1], Step.REGISTER, MONDAY, MONDAY + 15 * MINUTE))

    assert acts_at is not None
    assert acts_at.astimezone(rules.ZONE).isoformat() == "2016-02-18T11:00:05+06:00"


def test_manual_desks_wait_for_people() -> None:
    centre = Centre(Simulated(705, staff_policy("none")))
    centre.at_university()
    courier_only = Simulated(705, StaffPolicy.model_validate({"desks": {"con_operator": {"mode": "manual"}}}))

    assert centre.memory.timers == {}
    assert courier_only.collects_at(SOME[0], MONDAY) is None
    assert courier_only.arrives_at(SOME[0], Leg.PACKAGE, MONDAY, UNIVERSITY) is not None


def test_a_person_who_is_faster_is_not_repeated() -> None:
    centre = Centre(simulated())
    centre.at_university()
    before = len(centre.memory.events)
    run(centre, 30 * DAY)

    assert len(centre.memory.events) == before


def test_made_up_scans_are_the_same_each_time_and_differ_between_documents() -> None:
    presented = (PackageDocument.IDENTITY_DOCUMENT, PackageDocument.STATEMENT)
    lines = staff.scans(SOME[0], presented)

    assert lines == staff.scans(SOME[0], presented)
    assert len({each.scan_digest for each in lines}) == 2
