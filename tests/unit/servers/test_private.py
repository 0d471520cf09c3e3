"""What the launcher writes is its owner's alone, whatever the shell's umask."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.servers.private import private_directory, write_private

WRITES = """
import os, sys
from pathlib import Path
os.umask(0)
from deploy.local.cli import __main__ as cli
sys.argv = ["egov", *sys.argv[1:]]
cli.main()
"""


def open_to_others(top: Path) -> list[Path]:
    return [each for each in (top, *top.rglob("*")) if each.stat().st_mode & 0o077]


def test_what_a_command_writes_nobody_else_may_read(tmp_path: Path) -> None:
    environ = {**os.environ, "EGOV_CACHE_DIR": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", WRITES, "reset"], env=environ, check=True, capture_output=True)  # noqa: S603 - our own words

    assert (tmp_path / "cache").is_dir()
    assert open_to_others(tmp_path / "cache") == []


def test_a_folder_that_an_earlier_release_left_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "chain").mkdir(mode=0o755)
    private_directory(tmp_path / "chain")

    assert open_to_others(tmp_path / "chain") == []


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_file_is_written_whole_with_its_mode_and_closed_folders(tmp_path: Path, mode: int) -> None:
    before = os.umask(0)
    try:
        write_private(tmp_path / "a" / "b", b"secret", mode)
    finally:
        os.umask(before)

    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == mode
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0
    assert [each.name for each in (tmp_path / "a").iterdir()] == ["b"]
