"""When a year's campaign takes its common steps: reckoned from the regulation, and from the production calendar."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from law.regulation import CountFrom
from services.esuvo.grants.schedule import CampaignStep, first_meeting, later, limit_of, planned, schedule

ALMATY: Final = ZoneInfo("Asia/Almaty")
# Domain C.4 and C.5: the days of each step, by year and counting rule, found by hand on the production calendar.
GOLDEN: Final = [
    (2015, None, "08-05 08-05 08-06 08-07 08-11 08-11 08-27"),
    (2016, None, "08-04 08-04 08-05 08-08 08-10 08-10 08-29"),
    (2017, None, "08-03 08-03 08-04 08-07 08-09 08-09 08-29"),
    (2018, None, "08-03 08-03 08-06 08-07 08-09 08-09 08-28"),
    (2019, None, "08-05 08-05 08-06 08-07 08-09 08-09 08-27"),
    (2016, CountFrom.NEXT_DAY, "08-08 08-08 08-10 08-12 08-17 08-17 08-29"),
]


def day(at: datetime) -> str:
    return f"{at.astimezone(ALMATY):%m-%d}"


@pytest.mark.parametrize(("year", "count_from", "days"), GOLDEN)
def test_the_steps_of_a_campaign_fall_on_these_days(year: int, count_from: CountFrom | None, days: str) -> None:
    plan = schedule(year, count_from)
    steps = (plan.sheets, plan.protocol, plan.order, plan.publication, plan.certificates)
    moments = (plan.register_closes, *(each.at for each in steps), plan.second_meeting)

    assert " ".join(map(day, moments)) == days
    assert all(each.at <= each.due_at for each in steps)
    assert list(moments[:5]) == sorted(set(moments[:5]))


@pytest.mark.parametrize("year", range(2015, 2020))
def test_edge_34_counted_from_the_next_day_the_last_one_is_served_after_15_august(year: int) -> None:
    """INC-20: in time in every year when the event's day is day 1, too late in every year when it is not."""
    late = schedule(year, CountFrom.NEXT_DAY).infeasible

    assert schedule(year).infeasible is None
    assert late is not None
    assert late.step == "GRANT-C-9"
    assert late.planned.at > late.backstop.at


def test_the_window_is_from_23_to_31_july_and_winners_enrol_until_25_august() -> None:
    plan = schedule(2016)

    assert plan.window.opens == datetime(2016, 7, 22, 18, tzinfo=UTC)
    assert plan.window.closes == datetime(2016, 7, 31, 18, tzinfo=UTC)
    assert day(plan.enrolment_closes) == "08-25"
    assert f"{plan.collect_by:%m-%d}" == "08-15"


def test_the_commission_can_meet_once_more_within_its_term_edge_32() -> None:
    plan = schedule(2016)
    again = later(CampaignStep.PROTOCOL, plan.protocol.at)

    assert again <= plan.protocol.due_at < later(CampaignStep.PROTOCOL, again)
    assert first_meeting(plan.sheets.at, 2016) == plan.protocol


def test_what_comes_after_a_step_is_reckoned_from_when_that_was_done() -> None:
    """Two working days of GRANT-C-6 from a Friday's meeting, over a week-end and a moved meeting."""
    friday = datetime(2016, 8, 12, 11, 0, 45, tzinfo=ALMATY)
    order = planned(CampaignStep.ORDER, friday, 2016)

    assert day(order.at) == "08-15"
    assert limit_of(CampaignStep.ORDER) == "2 working_day"
