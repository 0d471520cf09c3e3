"""The table of steps, from the order's number to the event that ends the step, its service and the tests that prove it."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from contracts.event import Event
from contracts.generate.outputs import output, topic_of
from contracts.generate.pages import table
from law.regulation import Condition, regulations

PATH: Final = "docs/procedures/traceability.md"
SERVICES: Final = {
    "duplicate": ("Duplicates of documents of higher education", "DUP-OUT"),
    "grant": ("Educational grants and the scholarship", "GRANT-OUT"),
}
TESTS: Final = Path(__file__).parents[2] / "tests"
NOT_PROVEN: Final = {
    "GRANT-PORTAL-1": "the portal sees nothing of it: what comes first is the sign-in, GRANT-PORTAL-2",
}
_MARKER: Final = "pytest.mark.step"
_NOTE: Final = (
    "<!-- Written by `python -m contracts.generate` from the regulations, the contracts and the tests. Mark a test that "
    "asserts what a step does with `@pytest.mark.step(...)`; do not change this page. -->"
)


class Proof(NamedTuple):
    """A test that carries the marker of a step: its file, below the repository's root, and its name."""

    path: str
    test: str


class Trace(NamedTuple):
    """A step with what ends it and what proves it; `event` None and `proofs` empty where that is lacking."""

    step: str
    regulations: tuple[str, ...]
    event: type[Event] | None
    refusal: bool
    proofs: tuple[Proof, ...]


def files() -> dict[str, str]:
    """Text by path below the repository's root."""
    head = ("step", "regulations", "event that is its output", "service", "tests that prove it")
    why = (
        "Each step of the two services, in every version of its regulation: the contract event that is its output, the "
        "service that publishes it, and the tests that assert what the step does: those marked `@pytest.mark.step` with its "
        "id, whatever others say about it. A step without an event or without a test fails "
        "`tests/contracts/test_traceability.py`, unless the table says why nothing proves it. Only the refusal of a signature "
        "that is not confirmed ends in no event: it changes nothing "
        "([ADR 0012](../adr/0012-broken-signature-changes-nothing.md))."
    )
    parts = [_NOTE, "# From the order's steps to events and tests", why]
    for service, (title, outputs) in SERVICES.items():
        parts += [f"## {title} ({outputs})", table(head, [_row(trace) for trace in traces(service)])]
    return {PATH: "\n\n".join(parts) + "\n"}


def traces(service: str) -> Iterator[Trace]:
    """One for each step id of the service's regulations, by channel, in the order's sequence."""
    laws = sorted(
        (law for law in regulations().values() if law.service == service),
        key=lambda law: -sum(len(each.steps) for each in law.channels.values()),
    )
    proofs = _proofs()
    for channel in laws[0].channels:
        found = {step.id: step for law in reversed(laws) for step in law.channel(channel).steps}
        sequence = dict.fromkeys(step.id for law in laws for step in law.channel(channel).steps)
        for step_id in sequence:
            within = tuple(law.id for law in laws if any(each.id == step_id for each in law.channel(channel).steps))
            event, step = output(service, channel, found[step_id]), found[step_id]
            refusal = step.condition is Condition.SIGNATURE_NOT_CONFIRMED
            yield Trace(step_id, within, event, refusal, proofs.get(step_id, ()))


def marked(source: str) -> Iterator[tuple[str, str]]:
    """Each step of each marker with the test that carries it, read from the source: nothing is imported."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for marker in _markers(node.decorator_list):
                yield from ((_step(argument, node.name), node.name) for argument in marker.args)


def _step(argument: ast.expr, test: str) -> str:
    match argument:
        case ast.Constant(value=str(step)):
            return step
        case _:
            raise ValueError(f"{test}: write the id of a step out, as in {_MARKER}('DUP-PORTAL-2')")


def _markers(decorators: Iterable[ast.expr]) -> Iterator[ast.Call]:
    """Those of a single row of a parametrised test, too."""
    for decorator in decorators:
        for node in ast.walk(decorator):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == _MARKER:
                yield node


@cache
def _proofs() -> Mapping[str, tuple[Proof, ...]]:
    """The tests by the steps that they are marked with, each once."""
    found: dict[str, dict[Proof, None]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if _MARKER in source:
            for step_id, test in marked(source):
                found.setdefault(step_id, {})[Proof(path.relative_to(TESTS.parent).as_posix(), test)] = None
    return {step_id: tuple(proofs) for step_id, proofs in found.items()}


def _row(trace: Trace) -> tuple[str, ...]:
    proofs = "; ".join(f"[{_words(each)}](../../{each.path})" for each in trace.proofs)
    tests = proofs or f"**not proven**: {NOT_PROVEN.get(trace.step, 'no test is marked with it')}"
    event = f"`{trace.event.name}`" if trace.event else "none, a refusal" if trace.refusal else "none"
    service = topic_of(trace.event).owner if trace.event else "portal" if trace.refusal else "none"
    return f"`{trace.step}`", ", ".join(trace.regulations), event, service, tests


def _words(proof: Proof) -> str:
    return proof.test.removeprefix("test_").replace("_", " ")
