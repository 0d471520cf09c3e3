"""Simulated people are a plug: without them the service watches, warns and serves all the same."""

import subprocess
import sys
from typing import Final

import pytest

from contracts import esuvo_requests
from services._chassis.aggregate import Service
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.state import Status
from services.university_is.duplicates.ledger.commands import Receive
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.service import service
from services.university_is.simulated.actors import actors
from services.university_is.simulated.staff import Simulated
from services.university_is.watch import served_at
from tests.support.memory import InMemory
from tests.unit.university_is.examples import diploma, local, supplement
from tests.unit.university_is.grants import FILED, ID, UNIVERSITIES
from tests.unit.university_is.grants import routed as grant_routed
from tests.unit.university_is.test_messaging import University

NOON: Final = local(15, 12)
EMPTY: Final = service(UNIVERSITIES)
PEOPLED: Final = EMPTY.with_actors(*actors(Simulated(1)))

OUT_OF_REACH: Final = """
import sys

sys.modules["services.university_is.simulated"] = None
from law.universities import load_universities
from services.university_is import http
from services.university_is.service import service
from services.university_is.settings import Settings

universities = load_universities()
settings = Settings(document_secret="x" * 32, database_url="postgresql://nobody@localhost/nothing")
described, routers = service(universities), http.routers(settings, universities)
print(len(described.aggregates), len(routers))
"""


def test_the_service_starts_where_its_simulated_people_are_out_of_reach() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", OUT_OF_REACH], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(len(EMPTY.aggregates)), "10"]


def test_people_add_timers_and_change_nothing_that_the_service_hears_or_tells() -> None:
    assert PEOPLED.subscriptions == EMPTY.subscriptions
    assert PEOPLED.publishes == EMPTY.publishes
    assert {each.category: {*each.timers} - {"staff"} for each in PEOPLED.aggregates} == {
        each.category: {*each.timers} for each in EMPTY.aggregates
    }


def watched(described: Service) -> dict[str, object]:
    memory = InMemory(described)
    memory.hear(esuvo_requests.TOPIC, grant_routed(), ID, FILED)
    return {key: row.schedule for (_, key), row in memory.timers.items() if key.startswith("term:")}


def test_a_deadline_of_a_grant_is_watched_whoever_is_expected_to_keep_it() -> None:
    assert list(watched(EMPTY)) == ["term:GRANT-E-2"]
    assert watched(PEOPLED) == watched(EMPTY)


def test_who_waits_for_blank_forms_is_served_as_the_minute_ends_where_people_act() -> None:
    university = University(simulated=False)
    university.enter()
    university.file()
    for act in (c.Register("1", NOON), c.ConsultRegister(NOON), c.Consider(NOON), c.RequestBlanks(NOON)):
        university.act(act)
    came = local(16, 11, 30, 45)
    university.live(until=came)
    stock = Receive((diploma(1), supplement(1)), came)
    university.command("blanks:027", lambda state, _at: LEDGER.decide(stock, state), came)

    fired = university.fire_next(until=local(16, 12))

    assert fired
    assert (fired.key, fired.schedule.due_at) == ("allocate", local(16, 11, 30, 58))
    assert university.case().status is Status.PREPARING
    assert university.case().blanks == stock.blanks


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ((11, 30, 0), (11, 30, 58)),
        ((11, 30, 57), (11, 30, 58)),
        ((11, 30, 58), (11, 31, 58)),
        ((11, 59, 59), (12, 0, 58)),
    ],
    ids=str,
)
def test_the_end_of_the_minute_is_always_ahead(at: tuple[int, int, int], ends: tuple[int, int, int]) -> None:
    assert served_at(local(16, *at)) == local(16, *ends)
