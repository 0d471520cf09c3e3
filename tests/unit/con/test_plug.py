"""Simulated people are a plug: without them the service centre watches its terms and waits for people over HTTP."""

import subprocess
import sys
from typing import Final

from law.universities import load_universities
from services.con.service import SERVICE
from services.con.simulated.actors import actors
from services.con.simulated.staff import Simulated
from tests.unit.con.journey import Centre

OUT_OF_REACH: Final = """
import sys

sys.modules["services.con.simulated"] = sys.modules["services._actors"] = None
from law.universities import load_universities
from services.con.application import http
from services.con.service import SERVICE
from services.con.settings import Settings

settings = Settings(database_url="postgresql://nobody@localhost/nothing")
print(len(SERVICE.aggregates), len(http.routers(settings, load_universities())))
"""


def test_the_centre_starts_where_its_simulated_people_are_out_of_reach() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", OUT_OF_REACH], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "4"]


def test_people_add_timers_and_change_nothing_that_the_centre_hears_or_tells() -> None:
    peopled = SERVICE.with_actors(actors(Simulated(705), load_universities()))

    assert (peopled.subscriptions, peopled.publishes) == (SERVICE.subscriptions, SERVICE.publishes)
    assert {*peopled.aggregates[0].timers} - {*SERVICE.aggregates[0].timers} == {"staff", "courier"}


def test_the_centre_watches_a_term_whoever_is_expected_to_keep_it() -> None:
    alone, peopled = Centre(), Centre(Simulated(705))
    alone.hand_in()
    peopled.hand_in()

    assert [key for _, key in alone.memory.timers] == ["deadline:DUP-CON-2"]
    assert {key for _, key in peopled.memory.timers} == {"deadline:DUP-CON-2", "staff:DUP-CON-2"}
