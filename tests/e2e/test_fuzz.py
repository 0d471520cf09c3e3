"""`egov fuzz` at CI's size: three hundred hostile records, on every topic, while applications flow."""

import pytest
import pytest_asyncio
from rich.console import Console

from deploy.local.fuzz.account import Fate
from deploy.local.fuzz.report import Finding
from deploy.local.fuzz.run import Options, run

RECORDS = 300
TOPICS = 23  # without those of the gateway on the request leg, which this chain does not have
FAMILIES = 14

pytestmark = pytest.mark.timeout(600)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def found() -> Finding:
    """On servers of its own, whatever the environment names: it fills them with rubbish."""
    return await run(Options(RECORDS, size=6), Console(quiet=True))


def test_records_of_every_family_went_to_every_topic(found: Finding) -> None:
    assert found.records >= RECORDS
    assert len(found.by_topic) == TOPICS
    assert len(found.fates) == FAMILIES


def test_some_were_refused_by_the_broker_and_some_by_nobody(found: Finding) -> None:
    fates = [Fate.AT_THE_DOOR, Fate.INVISIBLE, Fate.ACTED_ON, Fate.SKIPPED, Fate.SET_ASIDE, Fate.NOT_OBEYED]

    assert [each for each in fates if not found.fate(each)] == []


def test_no_process_ended(found: Finding) -> None:
    assert found.restarts == {}


def test_every_record_and_every_application_came_to_one_lawful_end(found: Finding) -> None:
    assert found.faults == []
    assert found.applications >= 6
