"""The steps that a test may be marked with as their proof."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from law.regulation import regulations


@cache
def known() -> frozenset[str]:
    """Every step of every version of the regulations."""
    return frozenset(
        step.id for law in regulations().values() for channel in law.channels.values() for step in channel.steps
    )


def fault(steps: Iterable[object]) -> str | None:
    """What is wrong with the arguments of a marker, in words that say what to write."""
    steps = tuple(steps)
    if not steps:
        return "@pytest.mark.step names no step: write its id, as in @pytest.mark.step('DUP-PORTAL-2')"
    for step in steps:
        if step not in known():
            nearest = get_close_matches(str(step), sorted(known()), n=1, cutoff=0.0)[0]
            return f"no regulation has a step {step!r}: the nearest is {nearest!r} (law/regulation, docs/domain.md)"
    return None
