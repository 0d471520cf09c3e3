"""Which Python an environment is made with, where a machine has several."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SCRIPT: Final = Path(__file__).parents[3] / "deploy/local/python.sh"


def a_python(folder: Path, answer: str) -> Path:
    """One that takes so many microseconds, or fails: the work itself is not what is tried here."""
    folder.mkdir()
    python = folder / "python3.11"
    python.write_text(f"#!/bin/sh\n{answer}\n")
    python.chmod(0o755)
    return folder


def chosen(folders: Sequence[Path]) -> str:
    path = ":".join(map(str, folders))
    answer = subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", SCRIPT], env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True
    )
    return answer.stdout.strip()


def test_the_first_on_the_path_is_taken_where_none_is_clearly_faster(tmp_path: Path) -> None:
    first, second = a_python(tmp_path / "a", "echo 1000"), a_python(tmp_path / "b", "echo 900")

    assert chosen([first, second]) == str(first / "python3.11")


def test_one_that_is_clearly_faster_is_taken_wherever_it_stands(tmp_path: Path) -> None:
    slow = a_python(tmp_path / "a", "echo 1000")
    fast = a_python(tmp_path / "b", "echo 600")
    between = a_python(tmp_path / "c", "echo 590")

    assert chosen([slow, fast, between]) == str(fast / "python3.11")


def test_one_that_cannot_make_an_environment_is_left_out(tmp_path: Path) -> None:
    broken = a_python(tmp_path / "a", "exit 1")
    whole = a_python(tmp_path / "b c*", "echo 1000")

    assert chosen([broken, tmp_path / "nowhere", whole]) == str(whole / "python3.11")


def test_without_any_the_name_is_given_so_that_the_shell_says_what_is_missing(tmp_path: Path) -> None:
    assert chosen([tmp_path]) == "python3.11"


def test_the_work_is_done_by_a_real_one() -> None:
    own = Path(sys.base_prefix) / "bin"

    assert chosen([own]) == str(own / "python3.11")
