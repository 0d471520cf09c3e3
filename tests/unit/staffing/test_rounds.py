"""The rounds of simulated people: each kind acts at a second of its own, when somebody is there."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from law.regulation import WorkCalendar
from services._actors import rounds
from services._actors.policy import Absence
from services._actors.rounds import DESKS, OPERATOR, Rounds, back, present
from services.esuvo.grants.schedule import CLOSING

OFFICE = WorkCalendar(5, ZoneInfo("Asia/Almaty"))
MONDAY = date(2016, 2, 15)
AWAY = (Absence(first=MONDAY, last=MONDAY),)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(date(2016, 2, day), time(hour, minute, second), OFFICE.zone).astimezone(UTC)


def test_no_two_kinds_of_actor_act_at_one_moment_and_nobody_with_the_register() -> None:
    kinds = [each for each in vars(rounds).values() if isinstance(each, Rounds)]
    clocks = [{*each.times, each.last_call or each.times[-1]} for each in kinds]

    assert len(kinds) == 6
    assert sum(map(len, clocks)) == len(set().union(*clocks))
    assert CLOSING.second not in {each.second for clock in clocks for each in clock}


def test_a_look_before_closing_is_the_last_round_where_no_other_is_said() -> None:
    assert DESKS.before_closing(MONDAY, OFFICE) == at(15, 18, 20, 20)
    assert OPERATOR.before_closing(MONDAY, OFFICE) == at(15, 19, 30, 5)


def test_who_is_away_comes_back_on_the_day_after() -> None:
    assert back(at(15, 12), AWAY, OFFICE) == at(16, 0)
    assert back(at(16, 12), AWAY, OFFICE) == at(16, 12)
    assert present(at(15, 12), AWAY, OFFICE, DESKS) == at(16, 10, 0, 20)
    assert present(at(16, 12), AWAY, OFFICE, DESKS) == at(16, 12)
