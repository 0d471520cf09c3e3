"""Simulated people are a plug: without them ESUVO hears, watches and tells all the same."""

import subprocess
import sys
from datetime import timedelta
from typing import Final

from contracts import esuvo_competition as wire
from services._actors.commission import CommissionPolicy
from services._actors.policy import Mode
from services.esuvo.grants.schedule import schedule
from services.esuvo.service import service
from tests.unit.esuvo.campaign_examples import END, YEAR, described, esuvo, forwarded, hear, run
from tests.unit.esuvo.examples import DIRECTORY

EMPTY: Final = service(DIRECTORY)
PEOPLED: Final = described()
THEIRS: Final = {"supply", "deliver", "meet", "order", "correct", "publish", "certify"}

OUT_OF_REACH: Final = """
import sys

sys.modules["services.esuvo.simulated"] = None
sys.modules["services._actors"] = None
from law.universities import load_universities
from services.esuvo import http
from services.esuvo.service import service
from services.esuvo.settings import Settings
from services.esuvo.universities.directory import Directory

directory = Directory(load_universities())
settings = Settings(document_secret="x" * 32, database_url="postgresql://nobody@localhost/nothing")
described, routers = service(directory), http.routers(settings, directory)
print(len(described.aggregates), len(routers))
"""


def test_esuvo_starts_where_its_simulated_people_are_out_of_reach() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", OUT_OF_REACH], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(len(EMPTY.aggregates)), "8"]


def test_people_add_timers_and_change_nothing_that_esuvo_hears_or_tells() -> None:
    assert [each.topic for each in PEOPLED.subscriptions] == [each.topic for each in EMPTY.subscriptions]
    assert PEOPLED.publishes == EMPTY.publishes
    assert {each.category: {*each.timers} - THEIRS for each in PEOPLED.aggregates} == {
        each.category: {*each.timers} for each in EMPTY.aggregates
    }


def test_the_terms_of_a_campaign_are_watched_the_same_with_people_and_without() -> None:
    """Up to the protocol's term; what follows it is done by people over HTTP, or by simulated ones."""
    due = schedule(YEAR).protocol.due_at
    manual = esuvo(CommissionPolicy(mode=Mode.MANUAL))
    late = esuvo(CommissionPolicy(absent_share=0.5))
    for each in (manual, late):
        hear(each, *(forwarded(number, 24 - number) for number in range(1, 4)))
        run(each, due + timedelta(seconds=1))
    breaches = [
        [event for _, event in each.published if isinstance(event, wire.CampaignDeadlineBreached)]
        for each in (manual, late)
    ]

    assert breaches[0] == breaches[1]
    assert [each.step for each in breaches[0]] == ["GRANT-C-5"]
    assert due < END
