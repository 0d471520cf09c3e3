"""A small grant campaign over the whole chain, with a service killed in the middle, judged from the file alone."""

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rich.console import Console

from deploy.local.audit.campaign_report import Report
from deploy.local.files.competition import read_applicants, read_seats
from deploy.local.made_up.campaign import generate, write
from deploy.local.people.campaign import Campaign
from deploy.local.runs.campaign import Options, run, show
from deploy.local.servers.infra import RunningServers
from law.specialties import load_specialties
from tests.support.command import existing

APPLICANTS = 60
SEATS = 915
KILLED_AT = datetime(2016, 8, 5, 5, 30, tzinfo=UTC)  # the commission meets in these hours


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ran(running_servers: RunningServers, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, str, Path]:
    """The report, what was said, and the directory of its files."""
    into = tmp_path_factory.mktemp("campaign")
    write(generate(705, load_specialties(), APPLICANTS), into / "campaign.csv")
    with (into / "campaign.csv").open("a", encoding="utf-8") as file:
        file.write("portal,no date\n")
    said = io.StringIO()

    def prepare(campaign: Campaign) -> None:
        async def kill() -> None:
            for name in ("esuvo", "university_is"):
                campaign.chain.processes[name].kill()

        campaign.agenda.later(KILLED_AT, kill)

    with pytest.MonkeyPatch.context() as patched:
        for name, value in existing(running_servers.servers).items():
            patched.setenv(name, value)
        console = Console(file=said, width=200)
        found = await run(Options(into / "campaign.csv", into=into), console, prepare)
    show(found, into, console)
    return found, said.getvalue(), into


def test_every_application_of_a_campaign_reaches_its_rightful_end(ran: tuple[Report, str, Path]) -> None:
    found, _, _ = ran

    assert found.faults == []
    assert found.applications == APPLICANTS
    assert found.tallies["scholarships assigned"] > APPLICANTS // 3
    assert found.tallies["declined"] > 0


def test_nothing_is_lost_and_nothing_is_done_twice_though_services_were_killed(ran: tuple[Report, str, Path]) -> None:
    found, _, _ = ran

    assert (found.lost, found.duplicated_effects, found.out_of_order, found.dead_letters) == (0, 0, 0, {})


def test_the_golden_case_is_refused_and_two_doors_are_one_person_edge_26_edge_28(ran: tuple[Report, str, Path]) -> None:
    found, _, _ = ran

    refused = found.refused_by_code.get("threshold-not-met", 0) + found.rejected_by_code.get(
        "grant.threshold-not-met", 0
    )
    assert refused > 0
    assert found.tallies["merged into a first application"] > 0


def test_a_tie_beyond_the_rules_is_told_and_not_kept_silent_edge_30(ran: tuple[Report, str, Path]) -> None:
    found, _, into = ran

    decision: Mapping[str, Any] = json.loads((into / "decision.json").read_text())
    assert found.tallies["ties beyond the rules"] == len(decision["ties"]) > 0


def test_the_run_leaves_the_files_that_the_competition_is_checked_with(ran: tuple[Report, str, Path]) -> None:
    _, said, into = ran

    contenders, errors = read_applicants(into / "applicants.csv")
    seats, wrong = read_seats(into / "seats.csv")
    assert errors == wrong == []
    assert sum(row.seats for row in seats) == SEATS
    assert len(contenders) > APPLICANTS // 2
    assert f"egov competition explain IIN --applicants {into}/applicants.csv" in said


def test_a_malformed_row_is_told_and_costs_itself_only(ran: tuple[Report, str, Path]) -> None:
    found, said, _ = ran

    assert found.malformed_rows == 1
    assert f"line {APPLICANTS + 2}: line: has 2 fields" in said
