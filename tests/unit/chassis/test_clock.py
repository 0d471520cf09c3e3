"""Virtual time: anchored, at a rate, with jumps, and never back."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from contracts.sim_clock import END, MOST_RATE, ClockSet
from services._chassis.clock import ClockNotSet, VirtualClock

WALL = datetime(2026, 1, 1, tzinfo=UTC)
VIRTUAL = datetime(2016, 2, 15, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Hands:
    """The two wall clocks of a process, moved by the test."""

    def __init__(self) -> None:
        self.monotonic = 1000.0
        self.wall = WALL
        self.clock = VirtualClock(lambda: self.monotonic, lambda: self.wall)

    def pass_by(self, seconds: float) -> None:
        self.monotonic += seconds
        self.wall += timedelta(seconds=seconds)

    def set(self, sequence: int, virtual: datetime, rate: float, wall: datetime | None = None) -> None:
        self.clock.apply(ClockSet(sequence=sequence, virtual=virtual, wall=wall or self.wall, rate=rate))


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_before_the_first_state_there_is_no_time_and_the_remedy_is_named(hands: Hands) -> None:
    with pytest.raises(ClockNotSet, match="egov up"):
        hands.clock.now()

    assert (hands.clock.sequence, hands.clock.rate) == (0, 0.0)


def test_time_runs_at_its_rate_from_its_anchor(hands: Hands) -> None:
    hands.set(1, VIRTUAL, rate=60)
    hands.pass_by(2)

    assert hands.clock.now() == VIRTUAL + timedelta(minutes=2)


def test_a_state_that_arrives_late_counts_from_when_it_was_set(hands: Hands) -> None:
    hands.set(1, VIRTUAL, rate=60, wall=WALL - timedelta(seconds=5))

    assert hands.clock.now() == VIRTUAL + timedelta(minutes=5)


def test_at_rate_0_time_stands_still_between_jumps(hands: Hands) -> None:
    hands.set(1, VIRTUAL, rate=0, wall=WALL - HOUR)
    hands.pass_by(5)
    before = hands.clock.now()
    hands.set(2, VIRTUAL + HOUR, rate=0)

    assert before == VIRTUAL
    assert hands.clock.now() == VIRTUAL + HOUR


def test_a_wall_clock_that_is_put_back_does_not_move_virtual_time_back(hands: Hands) -> None:
    hands.set(1, VIRTUAL, rate=60)
    hands.pass_by(10)
    before = hands.clock.now()
    hands.wall -= HOUR

    assert hands.clock.now() == before


def test_a_state_from_a_wall_clock_ahead_of_ours_counts_from_now(hands: Hands) -> None:
    hands.set(1, VIRTUAL, rate=60, wall=WALL + HOUR)

    assert hands.clock.now() == VIRTUAL


def test_a_change_of_the_rate_does_not_step_back(hands: Hands) -> None:
    hands.set(1, VIRTUAL, rate=60)
    hands.pass_by(60)
    hands.set(2, VIRTUAL + HOUR - timedelta(minutes=10), rate=1)
    at_once = hands.clock.now()
    hands.pass_by(5 * 60)
    still_held = hands.clock.now()
    hands.pass_by(6 * 60)

    assert at_once == still_held == VIRTUAL + HOUR
    assert hands.clock.now() == VIRTUAL + HOUR + timedelta(minutes=1)


@pytest.mark.parametrize("sequence", [1, 2])
def test_an_older_or_repeated_state_changes_nothing(hands: Hands, sequence: int) -> None:
    hands.set(2, VIRTUAL, rate=0)
    hands.set(sequence, VIRTUAL + HOUR, rate=9)

    assert hands.clock.now() == VIRTUAL
    assert hands.clock.rate == 0


@pytest.mark.parametrize(
    ("rate", "due", "seconds"),
    [(60, HOUR, 60.0), (60, -HOUR, 0.0), (60, HOUR * 0, 0.0), (0, HOUR, None), (0, -HOUR, 0)],
)
def test_how_long_to_wait_for_a_moment(hands: Hands, rate: float, due: timedelta, seconds: float | None) -> None:
    hands.set(1, VIRTUAL, rate=rate)

    assert hands.clock.wall_seconds_until(VIRTUAL + due) == seconds


async def test_who_waits_for_a_newer_state_is_woken_by_it_and_not_by_an_old_one(hands: Hands) -> None:
    hands.set(1, VIRTUAL, rate=0)
    waiting = asyncio.create_task(hands.clock.changed(since=2))
    await asyncio.sleep(0)
    hands.set(2, VIRTUAL, rate=0)
    await asyncio.sleep(0)
    early = waiting.done()
    hands.set(3, VIRTUAL, rate=0)
    await asyncio.wait_for(waiting, 1)

    assert not early


@pytest.mark.parametrize("rate", [MOST_RATE, 0.0])
def test_at_the_end_of_the_calendar_time_stands_still_and_nothing_overflows(hands: Hands, rate: float) -> None:
    hands.set(1, END - timedelta(seconds=1) if rate else END, rate=rate)
    hands.pass_by(10**9)

    assert hands.clock.now() == END
    assert hands.clock.latest() == END


def test_another_process_may_be_ahead_by_minutes_or_by_seconds_of_a_fast_clock(hands: Hands) -> None:
    hands.set(1, VIRTUAL, rate=0)
    standing = hands.clock.latest()
    hands.set(2, VIRTUAL, rate=3600)

    assert standing == VIRTUAL + timedelta(minutes=5)
    assert hands.clock.latest() == VIRTUAL + timedelta(hours=5, minutes=5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 1e300},
        {"rate": float("inf")},
        {"rate": float("nan")},
        {"rate": -1},
        {"rate": MOST_RATE * 1.01},
        {"virtual": "9999-12-31T23:59:59Z"},
        {"virtual": "1066-10-14T09:00:00Z"},
        {"wall": "2200-01-01T00:00:01Z"},
        {"sequence": 0},
        {"sequence": 2**53},
    ],
)
def test_a_state_that_no_clock_can_be_in_is_refused(wrong: dict[str, object]) -> None:
    good = {"sequence": 1, "virtual": "2016-02-15T10:00:00Z", "wall": "2026-02-15T10:00:00Z", "rate": 0}
    with pytest.raises(ValidationError):
        ClockSet.model_validate(good | wrong)
