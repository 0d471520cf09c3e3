"""What the command answers before anything runs, and its exit codes."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from deploy.local.audit.report import Report
from deploy.local.authority.nca import Nca
from deploy.local.cli import __main__ as cli
from deploy.local.errors import LauncherError
from deploy.local.runs import demo as run_demo
from deploy.local.servers.infra import KAFKA_VARIABLE, POSTGRES_VARIABLE
from tests.support.chain import iin

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EGOV_CACHE_DIR", str(tmp_path))
    for name in (KAFKA_VARIABLE, POSTGRES_VARIABLE):  # `reset` would empty those servers
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def found(*faults: str) -> Report:
    return Report(
        applications=1,
        malformed_rows=0,
        by_outcome={"issued": 1},
        by_channel={"portal": {"issued": 1}},
        by_regulation={"KZ-MES-705-DUP": {"issued": 1}},
        turned_away=0,
        refused_by_code={},
        rejected_by_code={},
        per_step={},
        breaches={},
        alarms={},
        blanks={},
        per_topic={},
        dead_letters={},
        repeated_deliveries=0,
        lost=0,
        duplicated_effects=0,
        out_of_order=0,
        wall_seconds=1.0,
        simulated_days=1.0,
        clock_jumps=1,
        log_hash="00",
        faults=list(faults),
    )


@pytest.mark.parametrize(("faults", "code"), [([], 0), (["line 1: open at the portal"], 1)])
def test_the_demo_ends_with_1_when_an_application_did_not_reach_its_rightful_end(
    faults: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(_options: run_demo.Options, _console: Console) -> run_demo.Result:
        return run_demo.Result(found(*faults), [])

    monkeypatch.setattr(run_demo, "run", run)
    done = RUNNER.invoke(cli.app, ["demo", "--report", str(tmp_path / "r.json")])

    assert done.exit_code == code
    assert (tmp_path / "r.json").exists()


@pytest.mark.parametrize("command", ["status", "down", "clock show", "clock forward", "clock rate 1"])
def test_without_a_chain_a_command_says_how_to_start_one(command: str) -> None:
    with pytest.raises(LauncherError, match="No chain runs"):
        RUNNER.invoke(cli.app, command.split(), catch_exceptions=False)


def test_the_log_of_an_unknown_service_names_those_that_there_are(cache: Path) -> None:
    (cache / "chain" / "logs").mkdir(parents=True)
    (cache / "chain" / "logs" / "portal.log").write_text("{}\n")

    with pytest.raises(LauncherError, match=r"ministry: there is no log of this name\..*portal"):
        RUNNER.invoke(cli.app, ["logs", "ministry"], catch_exceptions=False)


def test_the_last_lines_of_a_log_are_shown(cache: Path) -> None:
    (cache / "chain" / "kafka").mkdir(parents=True)
    (cache / "chain" / "kafka" / "kafka.log").write_text("one\ntwo\nthree\n")
    done = RUNNER.invoke(cli.app, ["logs", "kafka", "-n", "2"])

    assert done.stdout == "two\nthree\n"


def test_eds_needs_a_certification_authority(tmp_path: Path) -> None:
    issue = ["eds", "issue", "--iin", iin(1), "--surname", "А", "--name", "Б", "--out", str(tmp_path / "a")]

    with pytest.raises(LauncherError, match="There is no certification authority yet"):
        RUNNER.invoke(cli.app, issue, catch_exceptions=False)


@pytest.mark.parametrize(
    ("number", "surname", "words"),
    [(f"{iin(1)[:11]}x", "А", "--iin: an IIN is 12 digits"), (iin(1), " ", "--surname: empty")],
)
def test_a_certificate_is_for_a_person_with_a_name_and_a_valid_iin(
    number: str, surname: str, words: str, cache: Path
) -> None:
    Nca.create("705", datetime(2016, 2, 15, tzinfo=UTC)).save(cache / "chain" / "nca")

    with pytest.raises(LauncherError, match=words):
        RUNNER.invoke(
            cli.app,
            ["eds", "issue", "--iin", number, "--surname", surname, "--name", "Б", "--out", str(cache / "a")],
            catch_exceptions=False,
        )


def test_what_is_no_credential_signs_nothing(tmp_path: Path) -> None:
    (tmp_path / "sign.pem").write_text("nothing")
    (tmp_path / "form.json").write_text("{}")

    with pytest.raises(LauncherError, match="no key with its certificate"):
        RUNNER.invoke(
            cli.app, ["eds", "sign", str(tmp_path / "sign.pem"), str(tmp_path / "form.json")], catch_exceptions=False
        )


@pytest.mark.parametrize("moment", ["2016-02-15", "2016-02-15T09:00", "tomorrow"])
def test_a_moment_without_time_or_offset_is_refused(moment: str) -> None:
    with pytest.raises(LauncherError, match="a moment has a date, a time and an offset"):
        RUNNER.invoke(cli.app, ["up", "--at", moment], catch_exceptions=False)


def test_reset_forgets_the_data_and_may_be_repeated(cache: Path) -> None:
    (cache / "chain" / "kafka").mkdir(parents=True)
    codes = [RUNNER.invoke(cli.app, ["reset"]).exit_code for _ in range(2)]

    assert codes == [0, 0]
    assert not (cache / "chain").exists()


def test_a_command_that_runs_no_chain_does_not_wait_for_what_a_chain_needs() -> None:
    program = (
        "import sys, deploy.local.cli.__main__; print({'alembic', 'sqlalchemy', 'pypdf', 'PIL'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own program
    assert said.stdout.strip() == "set()"
