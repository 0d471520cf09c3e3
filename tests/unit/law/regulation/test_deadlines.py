"""Deadlines: the golden vectors of the domain catalogue (C.5), its statistics (INC-19), the laws of the arithmetic."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.regulation import (
    SERVICE_CENTRE_HOURS,
    AfterHours,
    CountFrom,
    Counting,
    Due,
    Limit,
    PlannedStep,
    Regulation,
    Roll,
    Unit,
    WorkCalendar,
    due,
    load,
    overall,
    plan,
    shortfall,
    warning_at,
)

ALMATY: Final = ZoneInfo("Asia/Almaty")
AQTAU: Final = ZoneInfo("Asia/Aqtau")
FIVE: Final = WorkCalendar(5, ALMATY)
SIX: Final = WorkCalendar(6, ALMATY, SERVICE_CENTRE_HOURS)
DUP: Final = load("KZ-MES-705-DUP")
LATER: Final = load("KZ-EGOV-2023-DUP")
EVENT_DAY: Final = DUP.counting
NEXT_DAY: Final = Counting(count_from=CountFrom.NEXT_DAY)

STEPS: Final = ("DUP-PAPER-1", "DUP-PAPER-2", "DUP-PAPER-3", "DUP-PAPER-5", "DUP-PAPER-6", "DUP-PAPER-7")
GOLDEN: Final = [
    ("2016-02-15", "02-16 02-22 02-24 03-17 03-18 03-24", 38, 25),
    ("2016-03-02", "03-03 03-10 03-14 04-05 04-06 04-07", 36, 28),
    ("2016-04-20", "04-21 04-27 04-29 05-23 05-24 05-25", 35, 27),
    ("2018-04-23", "04-24 04-28 05-03 05-25 05-28 05-29", 36, 25),
    ("2020-05-04", "05-05 05-13 05-15 06-08 06-09 06-10", 37, 29),
    ("2024-02-20", "02-21 02-27 02-29 03-26 03-27 03-28", 37, 27),
]


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ALMATY)


def working(value: int) -> Limit:
    return Limit(value=value, unit=Unit.WORKING_DAY)


def calendar_days(value: int) -> Limit:
    return Limit(value=value, unit=Unit.CALENDAR_DAY)


def due_date(step: PlannedStep) -> date:
    assert step.due is not None
    return step.due.date


def total(steps: list[PlannedStep], filed: datetime) -> int:
    return (due_date(steps[-1]) - filed.date()).days


@pytest.mark.parametrize(("filed", "dates", "days", "_bracketed"), GOLDEN)
def test_golden_rows_counted_from_the_next_day(filed: str, dates: str, days: int, _bracketed: int) -> None:
    steps = plan(DUP, "paper", noon(filed), FIVE, NEXT_DAY)

    assert tuple(step.id for step in steps) == STEPS
    assert " ".join(f"{due_date(step):%m-%d}" for step in steps) == dates
    assert total(steps, noon(filed)) == days


@pytest.mark.parametrize(("filed", "_dates", "_days", "bracketed"), GOLDEN)
def test_golden_totals_counted_from_the_event_day(filed: str, _dates: str, _days: int, bracketed: int) -> None:
    steps = plan(DUP, "paper", noon(filed), FIVE)

    assert total(steps, noon(filed)) == bracketed


def test_the_golden_first_row_counted_from_the_event_day() -> None:
    steps = plan(DUP, "paper", noon("2016-02-15"), FIVE, EVENT_DAY)

    assert [f"{due_date(step):%m-%d}" for step in steps] == ["02-15", "02-18", "02-19", "03-11", "03-11", "03-11"]


@pytest.mark.parametrize(("channel", "shortest", "longest", "percent"), [("paper", 25, 32, 5), ("con", 27, 34, 16)])
def test_the_steps_outlast_thirty_days_as_often_as_the_catalogue_says(
    channel: str, shortest: int, longest: int, percent: int
) -> None:
    # INC-19: filings on working days of 2016 to 2019, against a thirtieth day that is not rolled, by one calendar.
    days = [date(2016, 1, 1) + timedelta(days=n) for n in range(1461)]
    filings = [noon(day.isoformat()) for day in days if FIVE.is_working_day(day)]
    totals = [total(plan(DUP, channel, filed, FIVE), filed) for filed in filings]

    assert (min(totals), max(totals)) == (shortest, longest)
    assert percent - 1 < 100 * sum(days > 29 for days in totals) / len(totals) < percent + 1


@pytest.mark.parametrize(("channel", "percent"), [("paper", 5), ("portal", 5), ("con", 16)])
def test_inc_19_the_schedule_is_infeasible_as_often_as_the_catalogue_says(channel: str, percent: int) -> None:
    days = [date(2016, 1, 1) + timedelta(days=n) for n in range(1461)]
    filings = [noon(day.isoformat()) for day in days if FIVE.is_working_day(day)]
    infeasible = [filed for filed in filings if shortfall(DUP, channel, filed, FIVE)]

    assert round(100 * len(infeasible) / len(filings)) == percent


def test_inc_19_counted_from_the_next_day_no_schedule_is_feasible() -> None:
    days = [date(2016, 1, 1) + timedelta(days=n) for n in range(0, 1461, 7)]

    assert all(shortfall(DUP, "paper", noon(day.isoformat()), FIVE, NEXT_DAY) for day in days)


@pytest.mark.parametrize("channel", ["paper", "con", "portal"])
def test_the_steps_of_2023_always_fit_into_fifteen_working_days(channel: str) -> None:
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(1461)]

    assert not any(shortfall(LATER, channel, noon(day.isoformat()), FIVE) for day in days)


def test_a_regulation_without_an_overall_term_has_no_schedule_to_exceed() -> None:
    unbounded = DUP.model_copy(update={"overall_limit": None})

    assert shortfall(unbounded, "paper", noon("2016-02-15"), FIVE) is None


@pytest.mark.parametrize(
    ("start", "before", "expected"),
    [
        ("2016-02-15T12:00", Limit(value=180, unit=Unit.MINUTE), "2016-02-18T15:30"),
        ("2016-02-15T12:00", Limit(value=1, unit=Unit.WORKING_DAY), "2016-02-17T18:30"),
        ("2016-02-18T15:30", Limit(value=180, unit=Unit.MINUTE), None),  # begun when the warning was due
        ("2016-02-17T18:30", Limit(value=1, unit=Unit.WORKING_DAY), None),
    ],
)
def test_a_warning_comes_before_the_end_unless_the_term_begins_later(
    start: str, before: Limit, expected: str | None
) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=ALMATY)
    end = datetime(2016, 2, 18, 18, 30, tzinfo=ALMATY)
    at = warning_at(begun, end, before, FIVE)

    assert at == (expected and datetime.fromisoformat(expected).replace(tzinfo=ALMATY))


def test_each_step_starts_when_the_one_before_is_due() -> None:
    steps = plan(DUP, "paper", noon("2016-02-15"), FIVE)

    assert steps[0].start == noon("2016-02-15")
    assert [step.start for step in steps[1:]] == [step.due.at for step in steps[:-1] if step.due]


def test_steps_without_a_limit_take_no_time_and_have_no_deadline() -> None:
    filed = noon("2016-02-15")
    steps = plan(DUP, "portal", filed, FIVE)

    assert [step.due for step in steps[:3]] == [None, None, None]
    assert steps[3].start == filed


def test_asking_for_a_blank_form_adds_its_day_to_the_plan() -> None:
    usual = plan(DUP, "portal", noon("2016-02-15"), FIVE, NEXT_DAY)
    asking = plan(DUP, "portal", noon("2016-02-15"), FIVE, NEXT_DAY, blank_in_stock=False)

    assert [step.id for step in asking if step.id not in {step.id for step in usual}] == ["DUP-PORTAL-7"]
    assert due_date(asking[6]) == FIVE.next_working_day(due_date(usual[5]))


def test_the_counter_of_the_service_centre_takes_seventy_five_minutes() -> None:
    filed = noon("2016-02-15")
    counter = plan(DUP, "con", filed, FIVE)[3]

    assert counter.due == Due(date(2016, 2, 15), (filed + timedelta(minutes=75)).astimezone(UTC))


def test_edge_23_each_step_over_the_service_centre_has_the_calendar_of_who_does_it() -> None:
    steps = plan(DUP, "con", noon("2016-02-15"), FIVE, blank_in_stock=False, by_actor={"con": SIX, "con_operator": SIX})

    assert [(step.id, f"{step.due.at.astimezone(ALMATY):%m-%d %H:%M}") for step in steps if step.due] == [
        ("DUP-CON-1", "02-15 12:15"),
        ("DUP-CON-2", "02-15 12:30"),
        ("DUP-CON-3", "02-15 13:00"),
        ("DUP-CON-4", "02-15 13:15"),
        ("DUP-CON-5", "02-16 20:00"),
        ("DUP-CON-6", "02-22 18:30"),  # the university had closed: its day 1 is the 17th
        ("DUP-CON-7", "02-23 18:30"),
        ("DUP-CON-8", "02-23 18:30"),
        ("DUP-CON-9", "03-15 18:30"),
        ("DUP-CON-10", "03-15 20:00"),
    ]


@pytest.mark.parametrize(("channel", "step"), [("paper", "DUP-PAPER-4"), ("portal", "DUP-PORTAL-7")])
def test_the_request_for_a_blank_form_is_due_within_a_working_day(channel: str, step: str) -> None:
    steps = {each.id: each for each in plan(DUP, channel, noon("2016-02-15"), FIVE, blank_in_stock=False)}

    assert due_date(steps[step]) == date(2016, 2, 19)


def test_an_actor_with_another_week_is_planned_on_its_own_calendar() -> None:
    friday = noon("2016-02-12")
    one_week = plan(DUP, "con", friday, FIVE)
    two_weeks = plan(DUP, "con", friday, FIVE, by_actor={"con": SIX})

    assert due_date(one_week[4]) == date(2016, 2, 15)
    assert due_date(two_weeks[4]) == date(2016, 2, 13)
    assert due_date(two_weeks[5]) == date(2016, 2, 18)


def test_the_overall_term_is_thirty_days_without_the_receipt_day_at_the_centre() -> None:
    filed = noon("2016-02-15")

    assert overall(DUP, "portal", filed, FIVE) == Due(date(2016, 3, 15), FIVE.closing(date(2016, 3, 15)))
    assert overall(DUP, "con", filed, FIVE) == Due(date(2016, 3, 16), FIVE.closing(date(2016, 3, 16)))


def test_a_regulation_without_an_overall_term_has_no_overall_deadline() -> None:
    unbounded: Regulation = DUP.model_copy(update={"overall_limit": None})

    assert overall(unbounded, "portal", noon("2016-02-15"), FIVE) is None


@pytest.mark.parametrize(
    ("filed", "from_event_day", "from_next_day"),
    [
        ("2016-02-15T12:00", "2016-02-15", "2016-02-16"),
        ("2016-02-15T18:30", "2016-02-15", "2016-02-16"),  # the closing minute still counts
        ("2016-02-15T23:30", "2016-02-16", "2016-02-16"),  # after closing
        ("2016-02-13T12:00", "2016-02-15", "2016-02-15"),  # Saturday
        ("2016-03-05T12:00", "2016-03-05", "2016-03-09"),  # worked Saturday, then Monday off and the holiday
        ("2016-03-22T12:00", "2016-03-24", "2016-03-24"),  # Nauryz
        ("2016-12-31T12:00", "2017-01-04", "2017-01-04"),  # over the year's end
    ],
)
def test_edge_22_one_working_day_from_an_awkward_moment(filed: str, from_event_day: str, from_next_day: str) -> None:
    start = datetime.fromisoformat(filed).replace(tzinfo=ALMATY)

    assert due(start, working(1), EVENT_DAY, FIVE).date == date.fromisoformat(from_event_day)
    assert due(start, working(1), NEXT_DAY, FIVE).date == date.fromisoformat(from_next_day)


def test_a_rule_may_count_an_event_after_closing_on_its_own_day() -> None:
    late = datetime(2016, 2, 15, 23, 30, tzinfo=ALMATY)

    assert due(late, working(1), Counting(after_hours=AfterHours.SAME_DAY), FIVE).date == date(2016, 2, 15)


@pytest.mark.parametrize(("roll", "expected"), [(Roll.NEXT_WORKING_DAY, "2016-05-23"), (Roll.NONE, "2016-05-21")])
def test_a_term_in_calendar_days_that_ends_on_a_day_of_rest_rolls_if_so_ruled(roll: Roll, expected: str) -> None:
    rule = Counting(count_from=CountFrom.NEXT_DAY, roll_if_non_working=roll)

    assert due(noon("2016-04-29"), calendar_days(22), rule, FIVE).date == date.fromisoformat(expected)


def test_the_deadline_is_the_closing_of_the_office_in_its_zone() -> None:
    end = due(noon("2016-02-15"), working(4), EVENT_DAY, FIVE)

    assert end.at == datetime(2016, 2, 18, 18, 30, tzinfo=ALMATY)
    assert end.at.tzinfo is UTC


def test_one_instant_falls_on_different_days_in_almaty_and_aqtau() -> None:
    instant = datetime(2016, 2, 15, 18, 30, tzinfo=UTC)  # 00:30 on the 16th in Almaty, 23:30 on the 15th in Aqtau
    same_day = Counting(after_hours=AfterHours.SAME_DAY)

    assert due(instant, working(1), same_day, FIVE).date == date(2016, 2, 16)
    assert due(instant, working(1), same_day, WorkCalendar(5, AQTAU)).date == date(2016, 2, 15)


@pytest.mark.parametrize("fold", [0, 1])
def test_edge_22_both_passes_of_the_hour_repeated_in_2024_are_the_29th_of_february(fold: int) -> None:
    repeated = datetime(2024, 2, 29, 23, 30, tzinfo=ALMATY, fold=fold)

    assert due(repeated, calendar_days(1), NEXT_DAY, FIVE).date == date(2024, 3, 1)
    assert due(repeated.astimezone(UTC), calendar_days(1), NEXT_DAY, FIVE).date == date(2024, 3, 1)


def test_minutes_are_exact_through_the_repeated_hour() -> None:
    before = datetime(2024, 2, 29, 23, 50, tzinfo=ALMATY)
    end = due(before, Limit(value=15, unit=Unit.MINUTE), EVENT_DAY, FIVE)

    assert end.at == datetime(2024, 2, 29, 18, 5, tzinfo=UTC)
    assert (end.date, end.at.astimezone(ALMATY).fold) == (date(2024, 2, 29), 1)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"start: .* give a datetime with a time zone"):
        due(datetime(2016, 2, 15, 12), working(1), EVENT_DAY, FIVE)  # noqa: DTZ001 - the point of the test


calendars = st.sampled_from([FIVE, SIX, WorkCalendar(5, AQTAU)])
rules = st.builds(
    Counting,
    count_from=st.sampled_from(CountFrom),
    roll_if_non_working=st.sampled_from(Roll),
    after_hours=st.just(AfterHours.NEXT_DAY),
)
starts = st.datetimes(datetime(2015, 1, 1), datetime(2025, 9, 30), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
values = st.integers(1, 40)
limits = st.builds(Limit, value=values, unit=st.sampled_from(Unit))


@given(starts, values, rules, calendars)
def test_a_term_in_working_days_ends_on_a_working_day(
    start: datetime, value: int, rule: Counting, calendar: WorkCalendar
) -> None:
    assert calendar.is_working_day(due(start, working(value), rule, calendar).date)


@given(starts, values, rules, calendars)
def test_a_rolled_term_in_calendar_days_ends_on_the_first_working_day_from_its_last(
    start: datetime, value: int, rule: Counting, calendar: WorkCalendar
) -> None:
    plain = due(start, calendar_days(value), rule.model_copy(update={"roll_if_non_working": Roll.NONE}), calendar)
    rolled = due(
        start, calendar_days(value), rule.model_copy(update={"roll_if_non_working": Roll.NEXT_WORKING_DAY}), calendar
    )

    assert rolled.date == calendar.on_or_after(plain.date)


@given(starts, limits, rules, calendars)
def test_no_term_ends_before_it_begins(start: datetime, limit: Limit, rule: Counting, calendar: WorkCalendar) -> None:
    assert due(start, limit, rule, calendar).at >= start


@given(starts, starts, limits, rules, calendars)
def test_a_later_start_never_ends_earlier(
    one: datetime, other: datetime, limit: Limit, rule: Counting, calendar: WorkCalendar
) -> None:
    earlier, later = sorted([one, other])

    assert due(earlier, limit, rule, calendar).at <= due(later, limit, rule, calendar).at


@given(starts, limits, rules, calendars)
def test_a_longer_limit_never_ends_earlier(
    start: datetime, limit: Limit, rule: Counting, calendar: WorkCalendar
) -> None:
    longer = limit.model_copy(update={"value": limit.value + 1})

    assert due(start, limit, rule, calendar).at <= due(start, longer, rule, calendar).at


@given(starts, values, values, calendars)
def test_terms_in_working_days_add_up_when_counted_from_the_next_day(
    start: datetime, first: int, second: int, calendar: WorkCalendar
) -> None:
    half_way = due(start, working(first), NEXT_DAY, calendar).at

    assert due(half_way, working(second), NEXT_DAY, calendar) == due(start, working(first + second), NEXT_DAY, calendar)


@given(starts, values, values, calendars)
def test_terms_in_working_days_share_a_day_when_counted_from_the_event_day(
    start: datetime, first: int, second: int, calendar: WorkCalendar
) -> None:
    half_way = due(start, working(first), EVENT_DAY, calendar).at

    assert due(half_way, working(second), EVENT_DAY, calendar) == due(
        start, working(first + second - 1), EVENT_DAY, calendar
    )


def open_at(calendar: WorkCalendar, day: date, part: float) -> datetime:
    """The moment when that part of the office hours has passed, of that day or the next one that is worked."""
    opening = calendar.opening(calendar.on_or_after(day))
    lunch = calendar.hours.lunch
    if lunch is None:
        return opening + part * (calendar.closing(opening.date()) - opening)
    breaks, resumes = (datetime.combine(opening.astimezone(calendar.zone), each, calendar.zone) for each in lunch)
    served = part * ((breaks - opening) + (calendar.closing(opening.date()) - resumes))
    return opening + served if served < breaks - opening else resumes + (served - (breaks - opening))


@given(starts, st.floats(0, 0.999_999), values, calendars)  # the closing minute itself no longer counts
def test_counting_the_events_day_ends_one_working_day_before_counting_the_next_day(
    day: datetime, part: float, value: int, calendar: WorkCalendar
) -> None:
    start = open_at(calendar, day.date(), part)
    ahead = due(start, working(value), EVENT_DAY, calendar).date

    assert calendar.is_open(start)
    assert calendar.next_working_day(ahead) == due(start, working(value), NEXT_DAY, calendar).date
