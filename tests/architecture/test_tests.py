"""What every test keeps to: its name can be read at a glance."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).resolve().parents[1]
LONGEST_NAME: Final = 80


def every_test() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every test with the file that it stands in."""
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield path.relative_to(TESTS).as_posix(), node


def test_a_name_of_a_test_has_at_most_80_characters() -> None:
    long = [f"{file}: {test.name}" for file, test in every_test() if len(test.name) > LONGEST_NAME]

    assert long == [], "say the behaviour in fewer words; the step belongs into @pytest.mark.step"
