from datetime import UTC, datetime, timedelta

from services._chassis.retry import MOST_ATTEMPTS, next_attempt_at

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)


def test_the_wait_for_an_acknowledgement_begins_with_ten_minutes_and_doubles() -> None:
    at = NOON + timedelta(seconds=20)

    waits = [next_attempt_at(at, attempt) - NOON for attempt in range(1, MOST_ATTEMPTS + 1)]

    assert waits == [timedelta(minutes=minutes, seconds=50) for minutes in (10, 20, 40, 80, 160, 320)]
