"""ESUVO watches a university by the regulation's limits, whether or not the university does (EDGE-15, EDGE-16)."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from contracts import esuvo_requests
from contracts.common import NoticeKind
from contracts.event import Event
from services.esuvo.duplicates.request import rows as projections
from tests.unit.esuvo import university_says as says
from tests.unit.esuvo.examples import ID, NOON, asked_to_withdraw, closed, corrected, submitted
from tests.unit.esuvo.in_memory import Esuvo

SECOND: Final = timedelta(seconds=1)
WATCH: Final = (f"request:{ID}", "watch")
# NOON is Monday, 15 February 2016, at noon in Almaty; a day of the university ends at 18:30.
MONDAY: Final = datetime(2016, 2, 15, 12, 30, tzinfo=UTC)
THURSDAY: Final = datetime(2016, 2, 18, 12, 30, tzinfo=UTC)
TUESDAY: Final = datetime(2016, 2, 16, 12, 30, tzinfo=UTC)
IN_22_DAYS: Final = datetime(2016, 3, 9, 12, 30, tzinfo=UTC)  # 7 March, rolled over the holidays of 7 and 8 March
IN_30_DAYS: Final = datetime(2016, 3, 15, 12, 30, tzinfo=UTC)


def stands(chain: Esuvo) -> datetime | None:
    timer = chain.timers.get(WATCH)
    return timer.schedule.due_at - SECOND if timer else None


def found(chain: Esuvo) -> list[tuple[str, datetime]]:
    """What was told to be overdue, until nothing more comes."""
    while WATCH in chain.timers and chain.fire_next():
        pass
    told = [each for each in chain.take_published() if isinstance(each, esuvo_requests.RequestOverdue)]
    return [(each.step, each.due_at) for each in told]


@pytest.mark.parametrize(
    ("history", "due_at"),
    [
        ((), MONDAY),
        ((says.opened(),), MONDAY),
        ((says.opened(), says.registered()), THURSDAY),
        ((says.opened(), says.registered(), says.verified()), TUESDAY),
        (says.TO_CONSIDERED, IN_22_DAYS),
        ((*says.TO_CONSIDERED, says.blanks_wanted()), IN_22_DAYS),
        ((*says.TO_CONSIDERED, says.prepared()), IN_22_DAYS),
        ((*says.TO_CONSIDERED, says.prepared(), says.telling(NoticeKind.READY)), None),
        ((*says.TO_CONSIDERED, says.prepared(), says.telling(NoticeKind.READY), says.issued()), None),
        ((says.opened(), says.registered(), says.returned()), IN_30_DAYS),
        ((says.opened(), says.registered(), says.hearing()), IN_30_DAYS),
        ((says.opened(), says.registered(), says.returned(), corrected()), THURSDAY),
        ((says.opened(), says.refused()), None),
        ((says.opened(), asked_to_withdraw(), says.withdrawn()), None),
        ((says.opened(), says.telling(NoticeKind.REFUSED)), None),
        ((says.opened(), says.telling(NoticeKind.REFUSED), says.registered()), THURSDAY),
    ],
    ids=lambda each: (
        str(each) if isinstance(each, datetime) else "-".join(e.name.rpartition(".")[2] for e in each or ())
    ),
)
def test_one_timer_stands_where_the_next_term_ends(history: tuple[Event, ...], due_at: datetime | None) -> None:
    chain = says.after(*history)

    assert stands(chain) == due_at
    assert sum(key == "watch" for _, key in chain.timers) == (due_at is not None)


def test_a_silent_university_is_overdue_with_its_first_step_and_the_whole_term() -> None:
    """DUP-PORTAL-4, one working day; thirty calendar days in all."""
    chain = says.after()
    chain.fire_next()
    (overdue,) = chain.take_published()

    assert overdue == esuvo_requests.RequestOverdue(
        application_id=ID,
        university="027",
        step="DUP-PORTAL-4",
        limit=esuvo_requests.StepLimit(value=1, unit="working_day"),
        began_at=NOON,
        due_at=MONDAY,
        overdue_at=MONDAY + SECOND,
    )
    assert found(chain) == [("overall", IN_30_DAYS)]
    assert WATCH not in chain.timers


def test_what_was_said_at_the_due_moment_is_in_time() -> None:
    chain = says.after(says.opened())
    chain.university(says.registered(), MONDAY)

    assert stands(chain) == datetime(2016, 2, 18, 12, 30, tzinfo=UTC)
    assert found(chain)[0][0] == "DUP-PORTAL-5"


def test_a_step_that_comes_late_begins_the_next_term_and_is_overdue_no_more() -> None:
    chain = says.after(says.opened())
    chain.fire_next()
    late = MONDAY + timedelta(hours=20)
    told = chain.take_published()
    chain.university(says.registered(at=late), late)
    row = projections.request_row(str(ID), chain.known())

    assert [each.step for each in told if isinstance(each, esuvo_requests.RequestOverdue)] == ["DUP-PORTAL-4"]
    assert row is not None
    assert row["overdue_step"] is None
    assert stands(chain) == datetime(2016, 2, 19, 12, 30, tzinfo=UTC)


def test_what_is_overdue_is_listed_with_step_limit_and_since_when() -> None:
    chain = says.after(says.opened())
    chain.fire_next()
    chain.fire_next()
    row = projections.request_row(str(ID), chain.known())

    assert row is not None
    assert (row["overdue_step"], row["overdue_limit"], row["overdue_since"]) == (
        "DUP-PORTAL-4",
        "1 working_day",
        MONDAY,
    )
    assert (row["term_limit"], row["term_passed_at"]) == ("30 calendar_day", IN_30_DAYS)


def test_a_duplicate_that_is_prepared_and_never_announced_is_overdue_inc_22() -> None:
    chain = says.after(*says.TO_CONSIDERED, says.prepared())

    assert found(chain) == [("DUP-PORTAL-8", IN_22_DAYS)]


def test_blank_forms_that_are_asked_for_set_the_preparation_running_anew_inc_21() -> None:
    chain = says.after(*says.TO_CONSIDERED)
    tuesday = NOON + timedelta(days=1)
    chain.university(says.blanks_wanted(at=tuesday), tuesday)

    # The 22nd day from 16 February is 8 March, a holiday.
    assert stands(chain) == IN_22_DAYS
    assert chain.known().since == tuesday


def test_a_verification_may_be_overdue_twice() -> None:
    chain = says.after(says.opened(), says.registered())
    chain.fire_next()
    first = chain.take_published()
    chain.university(says.returned(THURSDAY + SECOND * 60), THURSDAY + SECOND * 60)
    chain.portal(corrected(), at=THURSDAY + SECOND * 120)
    chain.take_published()
    second = found(chain)

    assert [each.step for each in first if isinstance(each, esuvo_requests.RequestOverdue)] == ["DUP-PORTAL-5"]
    assert second[0] == ("DUP-PORTAL-5", datetime(2016, 2, 24, 12, 30, tzinfo=UTC))


def test_a_university_of_another_zone_and_week_is_watched_by_its_own_calendar() -> None:
    """Of a Friday evening's application, with a five-day week in Almaty, with a six-day week in Oral."""
    friday = datetime(2016, 2, 19, 14, 0, tzinfo=UTC)
    due = {}
    for code in ("027", "017"):
        chain = Esuvo()
        chain.portal(submitted(code=code).model_copy(update={"submitted_at": friday}), at=friday)
        due[code] = stands(chain)

    assert due == {"027": datetime(2016, 2, 22, 12, 30, tzinfo=UTC), "017": datetime(2016, 2, 20, 13, 30, tzinfo=UTC)}


def test_an_application_that_no_university_takes_is_not_watched() -> None:
    chain = Esuvo()
    chain.portal(submitted(code="998"))

    assert WATCH not in chain.timers


def test_the_portals_word_of_an_end_is_not_the_universitys() -> None:
    """A forged closing does not end the watch."""
    chain = says.after(says.opened(), closed(NoticeKind.REFUSED))

    assert stands(chain) == MONDAY


def test_an_overdue_request_costs_its_neighbours_nothing() -> None:
    other = UUID(int=ID.int + 9)
    chain = says.after()
    chain.portal(submitted(other), other)
    chain.fire_next()
    says.say(chain, says.registered())

    assert (f"request:{other}", "watch") in chain.timers
