"""A Java that is new enough is found; one that is not is passed over."""

from pathlib import Path

import pytest

from deploy.local.servers.java import inspect_java, java_runtime, major_version


def fake_java(home: Path, version: str) -> Path:
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("text", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "25-ea" 2025-09-16', 25),
        ('openjdk version "21" 2023-09-19', 21),
        ("Unable to locate a Java Runtime.", None),
        ("", None),
    ],
)
def test_the_major_version_is_read_from_every_style_of_version(text: str, major: int | None) -> None:
    assert major_version(text) == major


def test_java_home_is_preferred_to_the_path(tmp_path: Path) -> None:
    wanted = fake_java(tmp_path / "home", "21.0.1")
    other = fake_java(tmp_path / "path", "17.0.1")

    found = java_runtime(environ={"JAVA_HOME": str(tmp_path / "home"), "PATH": str(other.parent)})

    assert (found.executable, found.major) == (wanted, 21)


def test_a_java_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    fake_java(tmp_path / "home", "1.8.0_392")
    wanted = fake_java(tmp_path / "path", "17.0.1")

    found = java_runtime(environ={"JAVA_HOME": str(tmp_path / "home"), "PATH": str(wanted.parent)})

    assert found.executable == wanted


def test_a_program_that_is_no_java_is_none(tmp_path: Path) -> None:
    program = tmp_path / "java"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)

    assert inspect_java(program) is None
    assert inspect_java(tmp_path / "absent") is None
