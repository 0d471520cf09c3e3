"""`egov regulation deadlines`: the golden rows of the domain catalogue (C.5) from the command line."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.local.cli.regulation import app
from deploy.local.errors import LauncherError

GOLDEN = [
    ("2016-02-15", "02-16 02-22 02-24 03-17 03-18 03-24"),
    ("2016-03-02", "03-03 03-10 03-14 04-05 04-06 04-07"),
    ("2016-04-20", "04-21 04-27 04-29 05-23 05-24 05-25"),
    ("2018-04-23", "04-24 04-28 05-03 05-25 05-28 05-29"),
    ("2020-05-04", "05-05 05-13 05-15 06-08 06-09 06-10"),
    ("2024-02-20", "02-21 02-27 02-29 03-26 03-27 03-28"),
]


def found(*arguments: str) -> Any:  # Any: JSON
    result = CliRunner().invoke(app, ["deadlines", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.stdout)


@pytest.mark.parametrize(("filed", "dates"), GOLDEN)
def test_the_golden_rows_counted_from_the_next_day(filed: str, dates: str) -> None:
    said = found("--channel", "paper", "--filed", f"{filed}T10:00", "--counting", "next_day")

    assert " ".join(step["due"][5:] for step in said["steps"]) == dates


def test_the_first_golden_row_counted_from_the_event_day() -> None:
    said = found("--channel", "paper", "--filed", "2016-02-15T10:00", "--counting", "event_day")

    assert [step["due"][5:] for step in said["steps"]] == ["02-15", "02-18", "02-19", "03-11", "03-11", "03-11"]
    assert said["steps"][0]["due_at"] == "2016-02-15T18:30:00+06:00"


def test_without_a_rule_the_regulations_own_counts() -> None:
    assert found("--channel", "paper", "--filed", "2016-02-15T10:00")["counting"] == "event_day"


def test_asking_the_ministry_is_a_step_only_where_no_blank_form_is_in_stock() -> None:
    steps = {flag: [each["id"] for each in found(*where, *flag)["steps"]] for where in [PORTAL] for flag in FLAGS}

    assert set(steps["--no-blank",]) - set(steps[()]) == {"DUP-PORTAL-7"}


PORTAL = ("--channel", "portal", "--filed", "2016-02-15T10:00")
FLAGS: tuple[tuple[str, ...], ...] = ((), ("--no-blank",))


def test_a_step_without_a_limit_has_no_date() -> None:
    first = found(*PORTAL)["steps"][0]

    assert first == {"id": "DUP-PORTAL-1", "due": None, "due_at": None}


def test_the_night_of_the_zone_change_keeps_its_dates_and_changes_its_offset() -> None:
    steps = found("--channel", "paper", "--filed", "2024-02-20T10:00", "--counting", "next_day")["steps"]

    assert steps[2]["due_at"] == "2024-02-29T18:30:00+06:00"
    assert steps[3]["due_at"] == "2024-03-26T18:30:00+05:00"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--channel", "paper", "--filed", "tomorrow"), "2016-02-15T10:00"),
        (("--channel", "paper", "--filed", "2016-02-15T10:00", "--zone", "Asia/Nowhere"), "Asia/Aqtau"),
        (("--channel", "paper", "--filed", "2016-02-15T10:00", "--regulation", "KZ-1"), "KZ-MES-705-DUP"),
    ],
)
def test_what_is_wrong_is_named_with_a_remedy(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(LauncherError, match=words):
        found(*arguments)


GRANT = ("--regulation", "KZ-MES-705-GRANT")
LAST_DAY = ("--filed", "2016-07-31T12:00")


@pytest.mark.parametrize(
    ("channel", "rule", "certificates"),
    [
        ("paper", "event_day", "2016-08-10"),
        ("portal", "event_day", "2016-08-11"),
        ("paper", "next_day", "2016-08-16"),
        ("portal", "next_day", "2016-08-18"),
    ],
)
def test_the_golden_campaign_of_2016_from_one_way_in_to_the_scholarship(
    channel: str, rule: str, certificates: str
) -> None:
    said = found(*GRANT, "--channel", channel, *LAST_DAY, "--counting", rule)
    ends = {step["id"]: step["due"] for step in said["steps"]}

    assert ends["GRANT-C-7"] == certificates
    assert (ends["GRANT-C-9"], ends["GRANT-C-9s"]) == ("2016-08-15", "2016-08-25")
    assert (said["infeasible"] is not None) == (rule == "next_day")


def test_edge_34_a_campaign_that_cannot_meet_its_fixed_date_says_so() -> None:
    said = found(*GRANT, "--channel", "portal", *LAST_DAY, "--counting", "next_day")

    assert said["infeasible"] == {
        "step": "GRANT-C-9",
        "begins": "2016-08-18T18:30:00+06:00",
        "fixed": "2016-08-15T18:30:00+06:00",
    }


def test_the_table_of_a_campaign_ends_with_what_cannot_be_met() -> None:
    arguments = ["deadlines", *GRANT, "--channel", "portal", *LAST_DAY, "--counting", "next_day"]
    shown = CliRunner().invoke(app, arguments, catch_exceptions=False).stdout

    assert "GRANT-C-9 could begin only at" in " ".join(shown.split())
    assert "the whole term" not in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--channel", "paper", "--filed", "2016-08-01T00:00"), "from 2016-07-23T00:00 up to 2016-08-01T00:00. Write"),
        (("--channel", "con", *LAST_DAY), "KZ-MES-705-GRANT has no .*con"),
    ],
)
def test_what_no_campaign_takes_is_named_with_a_remedy(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(LauncherError, match=words):
        found(*GRANT, *arguments)
