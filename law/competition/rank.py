"""The order of merit: every application for a seat as a whole number, so that the competition compares nothing else."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Final, TypeAlias

from law.competition.model import ChoiceMarks, Contender
from law.competition.rules import Rules, TieBreak

Merit: TypeAlias = tuple[int | Decimal, ...]
_Part: TypeAlias = tuple[int, int, str]
_Place: TypeAlias = tuple[tuple[_Part, ...], str]
_Last: TypeAlias = tuple[_Place, str]  # by registration number and IIN

_RUNS: Final = re.compile("[0-9]+|[^0-9]+")
_NO_RIGHT: Final = 1_000_000  # after every right there is
_MERITS: Final[Mapping[TieBreak, Callable[[Contender, ChoiceMarks], int | Decimal]]] = {
    TieBreak.PREFERENTIAL_RIGHT: lambda contender, _: -(contender.preferential_rank or _NO_RIGHT),
    TieBreak.CERTIFICATE_AVERAGE: lambda contender, _: contender.certificate_average,
    TieBreak.PROFILE_SCORE: lambda _, marks: marks.profile_score,
}


def place(registration_number: str) -> _Place:
    """Where a registration number stands: its runs of digits are numbers, so that 9 comes before 10 and 2016-9 before 2016-10.

    At the same place of two numbers, digits come before other signs, and a shorter one before what goes on from it; what still
    is alike (9 and 09) goes by its signs. None at all comes first.
    """
    parts = (_part(run) for run in _RUNS.findall(registration_number))
    return tuple(parts), registration_number


def _part(run: str) -> _Part:
    """Digits are compared by their count and then as text, so that a number may be of any length."""
    if "0" <= run[0] <= "9":
        digits = run.lstrip("0")
        return 0, len(digits), digits
    return 1, 0, run


def merit_by(rules: Rules) -> Callable[[Contender, ChoiceMarks], Merit]:
    """What the rules compare, the higher the better: the total, then the tie-breaks except the registration number."""
    total: Callable[[Contender, ChoiceMarks], int] = lambda contender, _: contender.total  # noqa: E731 - one of a row
    criteria = (total, *(_MERITS[each] for each in rules.tie_break.value if each in _MERITS))
    return lambda contender, marks: tuple([criterion(contender, marks) for criterion in criteria])


@dataclass(slots=True)
class Ranking:
    """`owner` has entries from the worst (0) to the best: an entry is a contender with the marks of one choice, or of all.

    `tied` has one number for all entries between which only the registration number and the IIN decide. `own` is the entry of
    each contender, `by_marks` those of contenders with marks by choice.
    """

    owner: list[int]
    tied: list[int]
    own: list[int]
    by_marks: dict[tuple[int, ChoiceMarks], int]

    def entry(self, contender: Contender, index: int, choice: int) -> int:
        """By which the contender runs for the choice of that index."""
        return self.by_marks[index, contender.by_choice[choice]] if contender.by_choice else self.own[index]


def ranking(contenders: Sequence[Contender], rules: Rules) -> Ranking:
    """Independent of the order in which the contenders come, for no two have one IIN."""
    merit = merit_by(rules)
    rows: list[tuple[Merit, _Last, int, ChoiceMarks]] = []
    for index, each in enumerate(contenders):
        last = (place(each.registration_number), each.iin)
        rows.extend(
            (merit(each, marks), last, index, marks) for marks in dict.fromkeys(each.by_choice) or (each.marks(0),)
        )
    rows.sort(key=itemgetter(1))
    rows.sort(key=itemgetter(0), reverse=True)  # stable: the lower registration number stays before
    rows.reverse()
    found = Ranking([], [], [0] * len(contenders), {})
    before: Merit | None = None
    group = -1
    for number, (worth, _, index, marks) in enumerate(rows):
        if worth != before:
            group, before = group + 1, worth
        found.owner.append(index)
        found.tied.append(group)
        found.own[index] = number
        if contenders[index].by_choice:
            found.by_marks[index, marks] = number
    return found
