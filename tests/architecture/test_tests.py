"""What every test keeps to: its name can be read at a glance, and it asserts something."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

TESTS: Final = Path(__file__).resolve().parents[1]
LONGEST_NAME: Final = 80
# What fails a test by itself, beside `assert`. Functions are called by their name, methods on whatever has them.
OF_PYTEST: Final = {
    "raises": "fails where nothing is raised",
    "warns": "fails where nobody warns",
}
FUNCTIONS: Final = {
    "says": "asserts status, code and field of a problem (RFC 9457), with its rule and remedy",
    "checked": "asserts the same of the chassis' own problems, and gives the violations",
    "counted": "waits for the sum of all that was handled, and fails at its deadline",
    "wait_until": "fails at its deadline, and says what did not come about",
    "_assert_lawful": "asserts what holds of a ledger after every command",
}
METHODS: Final = {
    "then": "asserts the events of a decision, exactly: order, count, every field",
    "then_nothing": "asserts that a decision gives no event",
    "then_ignored": "asserts that a decision gives no event, and for which reason",
    "then_refused": "asserts that a decision is refused, and with which code",
}
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    """Every function of the tests and of what they share, with its file."""
    for path in sorted(TESTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield path.relative_to(TESTS).as_posix(), node


def every_test() -> Iterator[tuple[str, Function]]:
    return ((file, each) for file, each in functions() if each.name.startswith("test_"))


def asserts(function: Function) -> bool:
    return any(isinstance(node, ast.Assert) or is_assertion(node) for node in ast.walk(function))


def is_assertion(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in FUNCTIONS
        case ast.Call(func=ast.Attribute(value=ast.Name(id="pytest"), attr=name)):
            return name in OF_PYTEST
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in METHODS
        case _:
            return False


def test_a_name_of_a_test_has_at_most_80_characters() -> None:
    long = [f"{file}: {test.name}" for file, test in every_test() if len(test.name) > LONGEST_NAME]

    assert long == [], "say the behaviour in fewer words; the step belongs into @pytest.mark.step"


def test_every_test_asserts_something() -> None:
    silent = [f"{file}: {test.name}" for file, test in every_test() if not asserts(test)]

    assert silent == [], "assert what the code gives; that it raises nothing is a value, too: None of a small function"


def test_whatever_counts_as_an_assertion_is_defined_and_asserts() -> None:
    """`wait_until` is the launcher's, and raises at its deadline."""
    helpers = (FUNCTIONS.keys() | METHODS.keys()) - {"wait_until"}
    asserting = {each.name for _, each in functions() if each.name in helpers and asserts(each)}

    assert asserting == helpers


def test_a_test_that_only_runs_code_is_found() -> None:
    source = """
def test_it_runs(): clerk.says("nothing"); asyncio.wait(1); raises(KeyError)
def test_it_says(): says(answer, 422, "form.invalid", "/signed")
def test_it_raises():
    with pytest.raises(KeyError): f()
def test_it_decides(): given().when(act).then()
"""
    found = [each for each in ast.parse(source).body if isinstance(each, Function)]

    assert [asserts(each) for each in found] == [False, True, True, True]
