"""The table of steps, from the order's number to the event that ends the step, its service and the tests that name it."""

import re
from collections.abc import Iterator, Mapping
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
_STEP: Final = re.compile(
    r"(?<![A-Za-z0-9])(DUP[-_](?:PAPER|CON|PORTAL)[-_][0-9]+|GRANT[-_](?:P|E|C|PORTAL)[-_][0-9]+)"
    r"([a-z](?![A-Za-z0-9]))?(?![0-9])",
    re.IGNORECASE,
)
_NOTE: Final = (
    "<!-- Written by `python -m contracts.generate` from the regulations, the contracts and the tests. Name the step's id in "
    "a test that proves it; do not change this page. -->"
)


class Trace(NamedTuple):
    """A step with what ends it and what proves it; `event` None and `tests` empty where that is lacking."""

    step: str
    regulations: tuple[str, ...]
    event: type[Event] | None
    refusal: bool
    tests: tuple[str, ...]


def files() -> dict[str, str]:
    """Text by path below the repository's root."""
    head = ("step", "regulations", "event that is its output", "service", "tests that name it")
    why = (
        "Each step of the two services, in every version of its regulation: the contract event that is its output, the "
        "service that publishes it, and the tests that name the step. A step without an event or without a test fails "
        "`tests/contracts/test_traceability.py`. Only the refusal of a signature that is not confirmed ends in no event: it "
        "changes nothing ([ADR 0012](../adr/0012-broken-signature-changes-nothing.md))."
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
    named = _named()
    for channel in laws[0].channels:
        found = {step.id: step for law in reversed(laws) for step in law.channel(channel).steps}
        sequence = dict.fromkeys(step.id for law in laws for step in law.channel(channel).steps)
        for step_id in sequence:
            within = tuple(law.id for law in laws if any(each.id == step_id for each in law.channel(channel).steps))
            event, step = output(service, channel, found[step_id]), found[step_id]
            refusal = step.condition is Condition.SIGNATURE_NOT_CONFIRMED
            yield Trace(step_id, within, event, refusal, named.get(step_id, ()))


def steps_in(text: str) -> set[str]:
    """The ids of the steps that a test names; in the name of a function they are written dup_paper_1, grant_p_1b."""
    return {number.upper().replace("_", "-") + letter.lower() for number, letter in _STEP.findall(text)}


@cache
def _named() -> Mapping[str, tuple[str, ...]]:
    """The test files by the step ids that they name; the contracts' own tests prove none of them."""
    found: dict[str, list[str]] = {}
    for path in sorted(each for each in TESTS.rglob("test_*.py") if each.parent.name != "contracts"):
        for step_id in sorted(steps_in(path.read_text(encoding="utf-8"))):
            found.setdefault(step_id, []).append(path.relative_to(TESTS.parent).as_posix())
    return {step_id: tuple(paths) for step_id, paths in found.items()}


def _row(trace: Trace) -> tuple[str, ...]:
    tests = ", ".join(f"[{path.removeprefix('tests/')}](../../{path})" for path in trace.tests) or "none"
    event = f"`{trace.event.name}`" if trace.event else "none, a refusal" if trace.refusal else "none"
    service = topic_of(trace.event).owner if trace.event else "portal" if trace.refusal else "none"
    return f"`{trace.step}`", ", ".join(trace.regulations), event, service, tests
