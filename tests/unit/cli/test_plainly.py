"""No command shows a traceback, whatever it is given: every option of every command is walked through with nasty values."""

import errno
import io
import os
import signal
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import typer

from contracts.generate import plainly
from deploy.local.cli import __main__ as cli
from deploy.local.cli import runs, up
from deploy.local.errors import LauncherError, known
from deploy.local.servers.infra import KAFKA_VARIABLE, POSTGRES_VARIABLE

ROOT = Path(__file__).parents[3]
NOBODY = "127.0.0.1:1"
_STARTERS = ("demo", "run", "chaos", "fuzz", "up")
_PLAUSIBLE = {
    "iin": "010101300001",
    "filed": "2016-02-15T10:00",
    "channel": "portal",
    "service": "portal",
    "wanted": "ordinary-day",
    "surname": "A",
    "name": "B",
    "rate": "1",
}
_TEXTS = (
    "",
    "\udcff",
    "x" * 5_000,
    "[/]",
    "[bold",
    "../../etc/passwd",
    "0001-01-01T00:00+06:00",
    "1889-12-31T00:00+06:00",
    "1990-01-01T00:00+06:00",
    "2100-12-31T00:00",
    "2199-12-31T23:59+00:00",
    "9999-12-31T23:59:59+00:00",
    "Asia/Almaty\n",
    "../Almaty",
)
_NUMBERS = ("-1", "0", "9" * 5_000, "nan", "inf", "-inf", "1e300", "1e13", "x", "")


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own, and no servers: what would start a chain says so instead."""
    monkeypatch.setenv("EGOV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv(KAFKA_VARIABLE, NOBODY)
    monkeypatch.setenv(POSTGRES_VARIABLE, f"postgresql://egov:x@{NOBODY}/postgres")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))


def nasty_files(directory: Path) -> Iterator[str]:
    yield str(directory / "missing.csv")
    for name in ("folder.csv", "folder.yaml"):
        (directory / name).mkdir()
        yield str(directory / name)
    contents = {"binary": bytes(range(256)) * 8, "empty": b"", "deep": b"[" * 100_000, "odd": b"a: &a [*a]\n---\n- 1"}
    for name, content in contents.items():
        for kind in (".csv", ".yaml", ".pem", ".jsonl"):
            (directory / (name + kind)).write_bytes(content)
            yield str(directory / (name + kind))
    for name in ("zero.csv", "zero.yaml"):
        (directory / name).symlink_to("/dev/zero")
        yield str(directory / name)
    os.mkfifo(directory / "pipe.csv")
    yield str(directory / "pipe.csv")
    yield "/dev/null"
    yield "/dev/full"
    yield str(directory / "\udcff.csv")
    yield "x" * 300 + ".csv"


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:  # Any: typer's own
    found = getattr(group, "commands", None)
    if found is None:
        yield path, group
        return
    for name, each in found.items():
        yield from commands(each, (*path, name))


COMMANDS = dict(commands(typer.main.get_command(cli.app)))


def spoken(parameter: Any, value: str) -> list[str]:  # Any: typer's own parameters
    return [parameter.opts[0], value] if parameter.opts[0].startswith("-") else [value]


def kind_of(parameter: Any) -> str:  # Any: typer's own parameters
    return str(parameter.type_descriptor.annotation)


def values(parameter: Any, directory: Path) -> Iterator[str]:  # Any: typer's own parameters
    kind = kind_of(parameter)
    if "Path" in kind:
        yield from nasty_files(directory)
    elif "int" in kind or "float" in kind:
        yield from _NUMBERS
    elif not getattr(parameter, "is_flag", False):
        yield from _TEXTS


def lines(path: tuple[str, ...], command: Any, directory: Path) -> Iterator[list[str]]:  # Any: typer's own
    good = ROOT / "deploy" / "local" / "files" / "data" / "applications.csv"

    def plausible(parameter: Any) -> list[str]:
        return spoken(parameter, str(good) if "Path" in kind_of(parameter) else _PLAUSIBLE.get(parameter.name, "x"))

    yield [*path]
    yield [*path, "--no-such-option"]
    yield [*path, *(["surplus"] * 9)]
    needed = [each for each in command.params if each.required]
    for number, parameter in enumerate(command.params):
        into = directory / str(number)
        into.mkdir()
        for value in values(parameter, into):
            others = [word for each in needed if each is not parameter for word in plausible(each)]
            yield [*path, *others, *spoken(parameter, value)]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_no_nasty_value_of_any_option_shows_a_traceback(
    path: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def starts(task: Coroutine[Any, Any, object]) -> NoReturn:
        task.close()
        raise LauncherError("it would start")

    if path[0] in _STARTERS:
        for module in (runs, up):
            monkeypatch.setattr(module, "run", starts)
    seen = []
    for line in lines(path, COMMANDS[path], tmp_path):
        monkeypatch.setattr(sys, "argv", ["egov", *line])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capfd.readouterr()
        if end.value.code not in {0, 1, 2} or "Traceback" in out + err or not (out + err).strip():
            seen.append(([each[:60] for each in line], end.value.code, (out + err)[-400:]))

    assert seen == []


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x"), 1, "/x: No space left on device. Free some space"),
        (LauncherError("what is wrong; what to do"), 1, "what is wrong; what to do"),
        (TimeoutError(), 1, "did not answer in time"),
        (ExceptionGroup("side by side", [LauncherError("one of them")]), 1, "one of them"),
        (MemoryError(), 1, "not enough memory"),
        (RecursionError("maximum"), 70, "A mistake of ours: RecursionError: maximum. The details are in"),
        (KeyError("x"), 70, "A mistake of ours: KeyError: 'x'. The details are in"),
        (KeyboardInterrupt(), 130, ""),
        (SystemExit("in words"), 1, "in words"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, BaseException) else "",
)
def test_what_goes_wrong_is_a_line_and_an_exit_code(
    error: BaseException, code: int, words: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise error

    found = plainly.run(fails, known, lambda: tmp_path / "mistakes.log")
    out, err = capfd.readouterr()

    assert found == code
    assert words in out + err
    assert (out + err).count("\n") <= 1
    assert (tmp_path / "mistakes.log").exists() == (code == plainly.MISTAKE)


def test_a_mistake_is_told_though_nothing_can_be_kept(capfd: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        raise KeyError

    assert plainly.run(fails, log=lambda: Path("/dev/null/x")) == plainly.MISTAKE
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("shell", ["| head -c 1", "> /dev/full", ">&-"])
def test_a_reader_that_went_away_or_a_full_disk_shows_no_traceback(shell: str) -> None:
    command = (
        f"{sys.executable} -m deploy.local.cli regulation deadlines --channel portal --filed 2016-02-15T10:00 --json"
    )
    done = subprocess.run(  # noqa: S603 - it is ours
        ["/bin/sh", "-c", f"{command} {shell}"], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("tool", ["contracts.generate", "services._papers"])
def test_the_tools_of_the_contracts_show_no_traceback(tool: str) -> None:
    """A root where nothing can be."""
    option = "--root" if tool == "contracts.generate" else "--folder"
    done = subprocess.run(  # noqa: S603 - it is ours
        [sys.executable, "-m", tool, "--check", option, "/dev/null"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("tool", ["made_up.applications", "made_up.campaign", "scenarios.document"])
def test_what_writes_a_file_of_the_launcher_shows_no_traceback(tool: str) -> None:
    done = subprocess.run(  # noqa: S603 - it is ours
        [sys.executable, "-m", f"deploy.local.{tool}", "--out", "/dev/null/file"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("/dev/null/file: Not a directory.")
