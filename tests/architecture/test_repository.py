"""What must not stand in any file of the repository."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
# Written in two halves, so that this file does not find itself.
_REGISTRIES: Final = "|".join(
    re.escape(f"{host}.{domain}")
    for host, domain in (
        ("pypi", "org"),
        ("files.pythonhosted", "org"),
        ("repo1.maven", "org"),
        ("repo.maven.apache", "org"),
        ("registry.npmjs", "org"),
        ("proxy.golang", "org"),
        ("artifactory", ""),
        ("nexus", ""),
    )
)
_HOMES: Final = r"(?<![\w.])/(?:home|Users|root)/\w"
_FORBIDDEN: Final = {
    "hosts of package registries": re.compile(_REGISTRIES, re.IGNORECASE),
    "paths of somebody's home directory": re.compile(_HOMES),
    "the place where this copy lies": re.compile(rf"{re.escape(str(ROOT))}(?![\w-])"),
    "private keys": re.compile("-----BEGIN (?:[A-Z]+ )?PRIVATE " + "KEY-----\n[A-Za-z0-9+/=]{40}"),
}


def texts() -> dict[str, str]:
    """Every file that is or will be committed, as far as it is text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - wherever git is
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for path in paths
        if path.is_file() and b"\0" not in path.read_bytes()
    }


@pytest.mark.parametrize("what", _FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = texts()
    holding = {name: match.group() for name, text in found.items() if (match := _FORBIDDEN[what].search(text))}

    assert len(found) > 100
    assert holding == {}


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("hosts of package registries", "--index-url https://" + "pypi" + ".org/simple"),
        ("paths of somebody's home directory", "open('/" + "home/aigerim/x')"),
        ("the place where this copy lies", f"cd {ROOT}"),
    ],
)
def test_the_search_finds_what_it_is_for(what: str, text: str) -> None:
    assert _FORBIDDEN[what].search(text)
