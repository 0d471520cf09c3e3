"""The days on which an application for a grant may be filed, to the minute."""

from datetime import UTC, datetime, timedelta

import pytest

from services._chassis.http import Problem
from services.portal.grants.form import year_of

OPENS = datetime(2016, 7, 22, 18, tzinfo=UTC)  # 23 July begins in Almaty
CLOSES = datetime(2016, 7, 31, 18, tzinfo=UTC)  # 31 July ends there
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("at", [OPENS, CLOSES - MINUTE])
def test_from_the_first_minute_to_the_last_it_is_filed(at: datetime) -> None:
    assert year_of(at) == 2016


@pytest.mark.parametrize(
    ("at", "code", "says"),
    [
        (OPENS - MINUTE, "grant.too-early", "23 July 2016"),
        (CLOSES, "grant.too-late", "competition of 2017"),
        (datetime(2016, 12, 31, 18, tzinfo=UTC), "grant.too-early", "23 July 2017"),
        (datetime(2022, 7, 25, tzinfo=UTC), "grant.no-regulation", "2022"),
    ],
)
def test_outside_of_them_the_days_are_named(at: datetime, code: str, says: str) -> None:
    with pytest.raises(Problem) as refused:
        year_of(at)
    (violation,) = refused.value.violations

    assert (refused.value.status, refused.value.code, violation.field) == (422, code, "/signed")
    assert says in violation.remedy
