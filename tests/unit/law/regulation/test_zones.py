"""The pinned table of time zones counts, not the host's."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
ASK = "from zoneinfo import ZoneInfo; from datetime import datetime; print(datetime(2024, 3, 1, tzinfo=ZoneInfo('Asia/Almaty')))"


@pytest.fixture
def old_table(tmp_path: Path) -> Path:
    """A host's table from before 2024: Almaty is six hours ahead for ever."""
    header = b"TZif2" + bytes(15)
    block = header + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 21600, 0, 0) + b"+06\0"
    zone = tmp_path / "Asia" / "Almaty"
    zone.parent.mkdir()
    zone.write_bytes(block + block + b"\n<+06>-6\n")
    return tmp_path


@pytest.mark.parametrize(
    "room",
    [
        "law.regulation",
        "deploy.local.cli.__main__",
        "deploy.local.background.supervisor",
        "services.esuvo.__main__",
        "services.con.__main__",
    ],
)
def test_kazakhstan_has_one_time_since_1_march_2024_on_a_host_with_an_old_table(room: str, old_table: Path) -> None:
    environ = {"PYTHONTZPATH": str(old_table), "PATH": ""}
    done = subprocess.run(  # noqa: S603 - it is ours
        [sys.executable, "-c", f"import {room}; {ASK}"],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "2024-03-01 00:00:00+05:00"
