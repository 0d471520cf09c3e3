"""Rounds: what is compared takes turns, so that the machine's noise meets all alike; what counts is the median."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TypeAlias

from pydantic import JsonValue

from tests.bench.programs import Figures
from tests.bench.stage import Stage

Measure: TypeAlias = Callable[[Stage], Awaitable[Figures]]
Progress: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measurement:
    part: str
    name: str
    measure: Measure


@dataclass(slots=True)
class Results:
    """The figures of each measurement by round, and what went wrong."""

    rounds: dict[str, list[Figures]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def middle(self, name: str, figure: str = "per_second") -> float | None:
        """The median over the rounds; None for what failed or was not asked for."""
        found = self._all(name, figure)
        return median(found) if found else None

    def ratio(self, one: str, other: str, figure: str = "per_second") -> float | None:
        """The median of the ratios, each of two neighbours in one round."""
        pairs = zip(self._all(one, figure), self._all(other, figure), strict=False)
        found = [mine / floor for mine, floor in pairs]
        return median(found) if found else None

    def raw(self) -> dict[str, JsonValue]:
        measured: dict[str, JsonValue] = {
            name: {
                "median": {figure: self.middle(name, figure) for figure in rounds[0]},
                "rounds": [dict(each) for each in rounds],
            }
            for name, rounds in self.rounds.items()
            if name not in self.failed
        }
        return {**measured, "failed": dict(self.failed)}

    def _all(self, name: str, figure: str) -> list[float]:
        return [] if name in self.failed else [each[figure] for each in self.rounds.get(name, []) if figure in each]


async def run(measurements: Sequence[Measurement], rounds: int, stage: Stage, progress: Progress) -> Results:
    """Every other round goes backwards. What failed once is not tried again, and none of its figures count."""
    results = Results()
    for number in range(rounds):
        for each in measurements if number % 2 == 0 else reversed(measurements):
            if each.name in results.failed:
                continue
            progress(f"round {number + 1} of {rounds}: {each.name}")
            try:
                results.rounds.setdefault(each.name, []).append(await each.measure(stage))
            except Exception as reason:  # noqa: BLE001 - the other parts are measured all the same
                results.failed[each.name] = f"{type(reason).__name__}: {reason}"
                progress(f"{each.name} failed: {results.failed[each.name]}")
    return results
