"""The committed files, found once and read where a test needs them."""

import shutil
from pathlib import Path

import pytest

from contracts.generate.__main__ import ROOT


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the generator reads and writes, to be spoiled."""
    for folder in ("contracts/schemas", "contracts/samples", "docs/topics", "docs/procedures"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in ("contracts/asyncapi.json", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path
