"""`egov run`, as a person at a terminal has it: the report over all channels, its exit code, and one log for one seed."""

import json
from pathlib import Path

import pytest

from deploy.local.servers.infra import RunningServers
from tests.support.command import egov, existing

SMALL = """
story: "A dozen at three doors, some of them careless"
period: {first_day: 2022-12-29, last_day: 2023-01-05}
arrivals:
  applicants: 12
  channels: {portal: 1, paper: 1, con: 1}
  universities: ["017"]
  spread: {from_hour: 10, to_hour: 11, every_minutes: 60}
  careless: {wrong_year: 0.1, missing_documents: 0.1}
gateway_on_request_leg: true
"""


async def test_a_scenario_runs_over_all_channels_and_another_seed_gives_another_log(
    running_servers: RunningServers, tmp_path: Path
) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    hashes = []
    for seed in ("705", "706"):
        into = tmp_path / f"{seed}.json"
        options = ("--report", str(into), "--seed", seed)
        done = await egov("run", str(path), *options, environ=existing(running_servers.servers))
        assert done.code == 0, done.said
        found = json.loads(into.read_text())
        hashes.append(found["log_hash"])

    assert hashes[0] != hashes[1]
    assert found["by_channel"] == {each: {"issued": 4} for each in ("paper", "con", "portal")}
    governed = {name: sum(ends.values()) for name, ends in found["by_regulation"].items()}
    assert governed == {"KZ-MES-705-DUP": 4, "KZ-EGOV-2023-DUP": 8}  # by the day of filing (EDGE-37)
    assert found["per_topic"]["shep.requests.v1"] >= 8  # submitted and closed, of four (INC-09)
    assert found["turned_away"] == 1
    assert {"DUP-PAPER-7", "DUP-CON-10", "DUP-PORTAL-9", "overall"} <= found["per_step"].keys()
    assert (found["lost"], found["duplicated_effects"], found["out_of_order"], found["faults"]) == (0, 0, 0, [])
    assert "Nothing was lost, done twice or out of order, and all services agree." in done.said


async def test_the_scenarios_are_listed_with_their_story() -> None:
    done = await egov("scenarios", environ={})

    assert done.code == 0
    assert "calm" in done.said
    assert "Eight people at one minute" in done.said


@pytest.mark.parametrize("wanted", ["storm", "none.yaml"])
async def test_a_scenario_that_is_not_there_runs_nothing(wanted: str) -> None:
    done = await egov("run", wanted, environ={})

    assert done.code == 1
    assert "Starting" not in done.said
