"""Working days of five-day and six-day weeks, held against the library and against published production calendars."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.regulation import SERVICE_CENTRE_HOURS, OfficeHours, Week, WorkCalendar, working_days

ALMATY: Final = ZoneInfo("Asia/Almaty")
FIVE: Final = WorkCalendar(5, ALMATY)
SIX: Final = WorkCalendar(6, ALMATY, SERVICE_CENTRE_HOURS)

calendars = st.sampled_from([FIVE, SIX])
days = st.dates(date(2015, 1, 1), date(2025, 6, 30))
counts = st.integers(1, 30)


def days_of(year: int) -> list[date]:
    return [day for n in range(366) if (day := date(year, 1, 1) + timedelta(days=n)).year == year]


@pytest.mark.parametrize("year", range(2015, 2026))
def test_a_five_day_week_works_exactly_the_days_of_the_library(year: int) -> None:
    library = holidays.country_holidays("KZ", years=year)

    assert [day for day in days_of(year) if FIVE.is_working_day(day) != library.is_working_day(day)] == []


# Days on which our five-day week differs from the library's on purpose, with the reason. None so far: the rows of our own
# table concern six-day weeks. 10 September 2021, 30 August 2026 and 15 March 2027 are open in our sources and follow the
# library (kz-rest-day-transfers.yaml).
DIFFERENCES: Final[dict[date, str]] = {}


def test_every_day_from_1991_to_2027_is_as_in_the_library_but_for_named_differences() -> None:
    grid = [day for year in range(1991, 2028) for day in days_of(year)]
    libraries = {year: holidays.country_holidays("KZ", years=year) for year in range(1991, 2028)}
    differ = [day for day in grid if FIVE.is_working_day(day) != libraries[day.year].is_working_day(day)]

    assert len(grid) == 13_514
    assert differ == sorted(DIFFERENCES)


@given(calendars, days, counts)
def test_working_days_back_undo_working_days_ahead(calendar: WorkCalendar, day: date, count: int) -> None:
    worked = calendar.on_or_after(day)

    assert calendar.subtract_working_days(calendar.add_working_days(worked, count), count) == worked


def test_subtracting_no_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="count: 0 working days cannot be subtracted; give 1 or more"):
        FIVE.subtract_working_days(date(2016, 2, 15), 0)


@pytest.mark.parametrize(("year", "total"), [(2015, 245), (2016, 245), (2020, 246)])
def test_a_five_day_year_has_the_total_of_the_production_calendar(year: int, total: int) -> None:
    assert len(working_days(5, year)) == total


def test_a_six_day_2024_has_the_monthly_totals_of_the_published_balance() -> None:
    # The Ministry's balance for 2024; its June has 24, as it was drawn up before Kurban Ait was set for Sunday 16 June.
    published = [25, 25, 22, 26, 24, 25, 26, 26, 25, 26, 26, 25]

    assert [sum(day.month == month for day in working_days(6, 2024)) for month in range(1, 13)] == published


@pytest.mark.parametrize(
    ("calendar", "day", "works"),
    [
        (FIVE, "2016-03-05", True),  # Saturday worked for Monday 7 March
        (FIVE, "2016-03-07", False),
        (SIX, "2016-03-05", True),  # an ordinary Saturday
        (SIX, "2016-03-07", True),  # and so nothing to give back
        (FIVE, "2016-01-04", False),  # carried over from Saturday 2 January
        (SIX, "2016-01-04", True),
        (FIVE, "2016-05-02", False),
        (SIX, "2016-05-02", False),  # carried over from Sunday 1 May: the only one of a six-day 2016
        (FIVE, "2016-05-10", False),
        (SIX, "2016-05-10", True),
        (FIVE, "2016-12-19", False),
        (SIX, "2016-12-19", True),
        (FIVE, "2020-05-11", True),  # the day carried over was moved to 8 May
        (FIVE, "2020-05-08", False),
        (SIX, "2020-05-11", True),
        (SIX, "2020-05-08", True),
        (SIX, "2020-05-09", False),
        (FIVE, "2025-01-03", False),  # a transfer from a Sunday concerns both weeks
        (SIX, "2025-01-03", False),
        (SIX, "2025-01-05", True),
        (SIX, "2026-03-24", False),  # carried over from Sunday 22 March; 21 March is a Saturday
        (SIX, "2026-03-25", True),
        (FIVE, "2026-03-25", False),
        (SIX, "2024-01-08", True),  # Christmas on a Sunday does not carry over
        (SIX, "2024-06-17", True),  # nor does Kurban Ait
        (FIVE, "2016-09-12", False),  # Kurban Ait
        (FIVE, "2013-12-28", True),  # a worked Saturday of 2013
    ],
)
def test_known_days_are_worked_or_not(calendar: WorkCalendar, day: str, works: bool) -> None:  # noqa: FBT001 - a table
    assert calendar.is_working_day(date.fromisoformat(day)) is works


def test_every_sunday_that_the_library_says_is_worked_is_worked_on_a_six_day_week() -> None:
    library = holidays.country_holidays("KZ", years=range(2014, 2026))
    sundays = {day for day in library.weekend_workdays if day.weekday() == 6}

    assert sundays
    assert sundays == {day for year in range(2014, 2026) for day in working_days(6, year) if day.weekday() == 6}


def test_a_worked_saturday_of_one_year_does_not_appear_in_another() -> None:
    assert {day.year for day in working_days(5, 2016)} == {2016}


@given(calendars, days)
def test_the_next_working_day_is_worked_and_skips_none(calendar: WorkCalendar, day: date) -> None:
    following = calendar.next_working_day(day)
    between = [day + timedelta(days=n) for n in range(1, (following - day).days)]

    assert calendar.is_working_day(following)
    assert not any(map(calendar.is_working_day, between))


@given(calendars, days)
def test_a_working_day_stays_itself_and_a_day_of_rest_becomes_the_next_working_day(
    calendar: WorkCalendar, day: date
) -> None:
    expected = day if calendar.is_working_day(day) else calendar.next_working_day(day)

    assert calendar.on_or_after(day) == expected


@given(calendars, days, counts, counts)
def test_working_days_add_up(calendar: WorkCalendar, day: date, first: int, second: int) -> None:
    in_two = calendar.add_working_days(calendar.add_working_days(day, first), second)

    assert in_two == calendar.add_working_days(day, first + second)


def test_adding_no_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="count: 0 working days cannot be added; give 1 or more"):
        FIVE.add_working_days(date(2016, 2, 15), 0)


@pytest.mark.parametrize(("week", "year"), [(5, 1990), (6, 2013), (5, 2101)])
def test_a_year_without_a_calendar_is_refused(week: Week, year: int) -> None:
    with pytest.raises(ValueError, match=rf"year: {year} is outside the calendar of {week}-day weeks; use "):
        working_days(week, year)


def test_a_week_that_is_not_modelled_is_refused() -> None:
    with pytest.raises(ValueError, match="week: 4 days is not modelled; use 5 or 6"):
        working_days(4, 2016)


@pytest.mark.parametrize(
    ("calendar", "at", "is_open"),
    [
        (FIVE, "2016-02-15 09:00", True),
        (FIVE, "2016-02-15 08:59", False),
        (FIVE, "2016-02-15 13:00", False),
        (FIVE, "2016-02-15 14:30", True),
        (FIVE, "2016-02-15 18:30", False),
        (FIVE, "2016-02-13 10:00", False),
        (SIX, "2016-02-13 10:00", True),
        (SIX, "2016-02-15 19:59", True),
    ],
)
def test_an_office_is_open_in_its_hours_on_its_working_days(calendar: WorkCalendar, at: str, is_open: bool) -> None:  # noqa: FBT001 - a table
    local = datetime.fromisoformat(at).replace(tzinfo=ALMATY)

    assert calendar.is_open(local) is is_open
    assert calendar.is_open(local.astimezone(UTC)) is is_open


def test_office_hours_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match=r"office hours: .* put them in order"):
        OfficeHours(time(9), time(18), (time(14), time(13)))


def test_closing_time_follows_the_zone_change_of_2024() -> None:
    assert FIVE.closing(date(2024, 2, 29)) == datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
    assert FIVE.closing(date(2024, 3, 1)) == datetime(2024, 3, 1, 13, 30, tzinfo=UTC)
