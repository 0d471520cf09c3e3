"""The grants service's campaign: its window, its parallel branches, and whether its steps can meet the fixed dates."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.regulation import CountFrom, Counting, Due, PlannedStep, Step, WorkCalendar, due, load, plan
from law.regulation.campaign import backstop_of, campaign_of, campaign_plan, campaign_year, due_of, infeasible, window

ALMATY: Final = ZoneInfo("Asia/Almaty")
FIVE: Final = WorkCalendar(5, ALMATY)
GRANT: Final = load("KZ-MES-705-GRANT")
EVENT_DAY: Final = GRANT.counting
NEXT_DAY: Final = Counting(count_from=CountFrom.NEXT_DAY)
YEARS: Final = range(2015, 2020)
TIMED: Final = [step for step in GRANT.channel("common").steps if step.limit or step.backstop]
SHEETS: Final = {"paper": "GRANT-P-3", "portal": "GRANT-E-4"}


def ends(year: int, channel: str, rule: Counting, *ids: str) -> list[str]:
    """Last days of those steps, month and day."""
    found = {step.id: step for step in campaign_plan(GRANT, year, FIVE, rule, channels=[channel])}
    return [f"{last_day(found[step_id]):%m-%d}" for step_id in ids]


def last_day(step: PlannedStep) -> date:
    assert step.due is not None
    return step.due.date


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), ALMATY)


def test_the_golden_campaign_of_2016_counted_from_the_next_day() -> None:
    # Domain catalogue, C.5: GRANT-P-2, GRANT-P-3, GRANT-C-5, GRANT-C-6, GRANT-C-7 from Sunday 31 July 2016 on.
    paper = ends(2016, "paper", NEXT_DAY, "GRANT-P-2", "GRANT-P-3", "GRANT-C-5", "GRANT-C-6", "GRANT-C-7")

    assert paper == ["08-01", "08-04", "08-09", "08-11", "08-16"]
    assert ends(2016, "portal", NEXT_DAY, "GRANT-C-7") == ["08-18"]


def test_the_golden_campaign_of_2016_counted_from_the_event_day() -> None:
    paper = ends(2016, "paper", EVENT_DAY, "GRANT-P-2", "GRANT-P-3", "GRANT-C-5", "GRANT-C-6", "GRANT-C-7")

    assert paper == ["08-01", "08-03", "08-05", "08-08", "08-10"]
    assert ends(2016, "portal", EVENT_DAY, "GRANT-C-7") == ["08-11"]


def test_the_electronic_steps_of_2016_counted_from_the_next_day() -> None:
    # GRANT-E-1 takes minutes, GRANT-E-2 two working days, GRANT-E-3 one, GRANT-E-4 three.
    found = ends(2016, "portal", NEXT_DAY, "GRANT-E-1", "GRANT-E-2", "GRANT-E-3", "GRANT-E-4")

    assert found == ["07-31", "08-02", "08-03", "08-08"]


@pytest.mark.parametrize(("channel", "late"), [("paper", 1), ("portal", 3)])
def test_inc_20_counted_from_the_next_day_the_last_day_of_2016_ends_after_15_august(channel: str, late: int) -> None:
    found = infeasible(GRANT, 2016, FIVE, NEXT_DAY, channels=[channel])

    assert found is not None
    assert found.step == "GRANT-C-9"
    assert found.backstop.date == date(2016, 8, 15)
    assert (found.planned.date - found.backstop.date).days == late


@pytest.mark.parametrize("channel", ["paper", "portal"])
@pytest.mark.parametrize("year", YEARS)
def test_edge_34_counted_from_the_next_day_no_campaign_meets_15_august(year: int, channel: str) -> None:
    assert infeasible(GRANT, year, FIVE, NEXT_DAY, channels=[channel])
    assert "08-16" <= ends(year, channel, NEXT_DAY, "GRANT-C-7")[0] <= "08-20"


@pytest.mark.parametrize("channel", ["paper", "portal"])
@pytest.mark.parametrize("year", YEARS)
def test_edge_34_counted_from_the_event_day_each_campaign_meets_15_august(year: int, channel: str) -> None:
    assert infeasible(GRANT, year, FIVE, channels=[channel]) is None
    assert "08-09" <= ends(year, channel, EVENT_DAY, "GRANT-C-7")[0] <= "08-12"


@pytest.mark.parametrize("year", YEARS)
def test_edge_34_who_files_in_the_last_minute_is_in_time_too(year: int) -> None:
    last_minute = window(GRANT, year).closes - timedelta(minutes=1)

    assert infeasible(GRANT, year, FIVE, filed=last_minute) is None


@pytest.mark.parametrize("rule", [EVENT_DAY, NEXT_DAY])
@pytest.mark.parametrize("year", YEARS)
def test_the_slower_channel_sets_the_common_steps_running(year: int, rule: Counting) -> None:
    both = {step.id: step for step in campaign_plan(GRANT, year, FIVE, rule)}
    sheets = [both[step_id].due for step_id in SHEETS.values()]

    assert both["GRANT-C-5"].start == max(end.at for end in sheets if end)


def test_certificate_of_participation_and_transfer_both_hang_on_the_entry_of_data() -> None:
    # INC-11: GRANT-P-1b and GRANT-P-2 are independent, GRANT-P-1a comes with GRANT-P-1.
    found = {step.id: step for step in plan(GRANT, "paper", noon("2016-07-25"), FIVE)}
    entered = found["GRANT-P-1"].due

    assert entered == Due(date(2016, 7, 25), (noon("2016-07-25") + timedelta(minutes=15)).astimezone(UTC))
    assert {found[each].start for each in ("GRANT-P-1a", "GRANT-P-1b", "GRANT-P-2")} == {entered.at}
    assert found["GRANT-P-1a"].due is None
    assert found["GRANT-P-1b"].due == found["GRANT-P-2"].due


def test_the_certificates_and_the_publication_both_hang_on_the_order() -> None:
    # GRANT-C-7 and GRANT-C-8 beside one another; GRANT-C-8e has no limit and follows the list.
    found = {step.id: step for step in campaign_plan(GRANT, 2016, FIVE)}
    order, published = found["GRANT-C-6"].due, found["GRANT-C-8"].due

    assert order
    assert published
    assert found["GRANT-C-7"].start == found["GRANT-C-8"].start == order.at
    assert found["GRANT-C-7"].due == published
    assert (found["GRANT-C-8e"].start, found["GRANT-C-8e"].due) == (published.at, None)


@pytest.mark.parametrize(("step", "day"), [("GRANT-C-9", "2016-08-15"), ("GRANT-C-9s", "2016-08-25")])
def test_inc_16_both_fixed_dates_are_the_last_days_as_the_office_closes(step: str, day: str) -> None:
    begun = noon("2016-08-10")
    end = due_of(GRANT.channel("common").step(step), begun, GRANT, FIVE, 2016)

    assert end == Due(date.fromisoformat(day), datetime.fromisoformat(f"{day}T18:30+06:00").astimezone(UTC))


def test_a_fixed_date_does_not_roll_over_a_day_of_rest() -> None:
    hand_over = GRANT.channel("common").step("GRANT-C-9")
    saturday = date(2015, 8, 15)

    assert not FIVE.is_working_day(saturday)
    assert backstop_of(hand_over, FIVE, 2015) == Due(saturday, FIVE.closing(saturday))


def test_the_earlier_of_limit_and_fixed_date_counts() -> None:
    order = GRANT.channel("common").step("GRANT-C-6")
    bounded = order.model_copy(update={"backstop": GRANT.channel("common").step("GRANT-C-9").backstop})

    assert due_of(bounded, noon("2016-08-09"), GRANT, FIVE, 2016).date == date(2016, 8, 10)
    assert due_of(bounded, noon("2016-08-15"), GRANT, FIVE, 2016).date == date(2016, 8, 15)


def test_a_step_without_limit_and_fixed_date_is_never_due() -> None:
    receipt = GRANT.channel("paper").step("GRANT-P-1a")

    with pytest.raises(ValueError, match="GRANT-P-1a has neither limit nor backstop"):
        due_of(receipt, noon("2016-07-25"), GRANT, FIVE, 2016)


def test_the_window_is_the_local_days_from_23_to_31_july() -> None:
    found = window(GRANT, 2016)

    assert found.opens == datetime(2016, 7, 22, 18, tzinfo=UTC)
    assert found.closes == datetime(2016, 7, 31, 18, tzinfo=UTC)
    assert found.covers(datetime(2016, 7, 31, 23, 59, 59, tzinfo=ALMATY))
    assert not found.covers(datetime(2016, 8, 1, tzinfo=ALMATY))
    assert not found.covers(datetime(2016, 7, 22, 23, 59, 59, tzinfo=ALMATY))


def test_the_window_follows_the_change_of_the_zone_in_2024() -> None:
    assert window(GRANT, 2024).opens == datetime(2024, 7, 22, 19, tzinfo=UTC)


def test_the_year_of_a_campaign_is_that_of_the_capital() -> None:
    assert campaign_year(datetime(2016, 12, 31, 18, tzinfo=UTC)) == 2017
    assert campaign_year(datetime(2016, 12, 31, 17, 59, tzinfo=UTC)) == 2016


def test_a_service_without_a_campaign_has_no_window() -> None:
    with pytest.raises(ValueError, match="KZ-MES-705-DUP has no campaign; use one"):
        campaign_of(load("KZ-MES-705-DUP"))


@given(year=st.integers(2015, 2040), step=st.sampled_from(TIMED), hours=st.integers(0, 900))
def test_a_step_is_never_due_later_than_its_limit_or_its_fixed_date(year: int, step: Step, hours: int) -> None:
    start = window(GRANT, year).opens + timedelta(hours=hours)
    end = due_of(step, start, GRANT, FIVE, year)

    assert step.limit is None or end.at <= due(start, step.limit, GRANT.counting, FIVE).at
    assert step.backstop is None or end.date <= step.backstop.of(year)
