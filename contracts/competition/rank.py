"""The order of merit: every application for a seat as a whole number, so that the competition compares nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeAlias

from contracts.competition.model import ChoiceMarks, Contender
from contracts.competition.rules import Rules, TieBreak

Merit: TypeAlias = tuple[int | Decimal, ...]

_NO_RIGHT: Final = 1_000_000  # after every right there is
_MERIT: Final[Mapping[TieBreak, Callable[[Contender, ChoiceMarks], int | Decimal]]] = {
    TieBreak.PREFERENTIAL_RIGHT: lambda contender, _: contender.preferential_rank or _NO_RIGHT,
    TieBreak.CERTIFICATE_AVERAGE: lambda contender, _: -contender.certificate_average,
    TieBreak.PROFILE_SCORE: lambda _, marks: -marks.profile_score,
}


def merit(contender: Contender, marks: ChoiceMarks, rules: Rules) -> Merit:
    """What the rules compare, the best first: the total, then the tie-breaks but the registration number."""
    return (-contender.total, *(_MERIT[each](contender, marks) for each in rules.tie_break.value if each in _MERIT))


@dataclass(slots=True)
class Ranking:
    """`entries` from the worst (0) to the best: an entry is a contender with the marks of one choice or of several alike.

    `tied` has one number for all entries between which only the registration number and the IIN decide.
    """

    owner: list[int] = field(default_factory=list)
    tied: list[int] = field(default_factory=list)
    entry: dict[tuple[int, ChoiceMarks | None], int] = field(default_factory=dict)

    def of(self, contenders: Sequence[Contender], contender: int, choice: int) -> int:
        """The entry by which the contender runs for the choice of that index."""
        marks = contenders[contender].by_choice
        return self.entry[contender, marks[choice] if marks else None]


def ranking(contenders: Sequence[Contender], rules: Rules) -> Ranking:
    """Independent of the order in which the contenders come, for no two have one IIN."""
    rows: list[tuple[Merit, str, str, int, ChoiceMarks | None]] = []
    for index, each in enumerate(contenders):
        for marks in dict.fromkeys(each.by_choice) or (None,):
            counted = marks or each.marks(0)
            rows.append((merit(each, counted, rules), each.registration_number, each.iin, index, marks))
    rows.sort(key=lambda row: row[:4], reverse=True)
    found = Ranking()
    before: Merit | None = None
    group = -1
    for number, (worth, _, _, index, marks) in enumerate(rows):
        if worth != before:
            group, before = group + 1, worth
        found.owner.append(index)
        found.tied.append(group)
        found.entry[index, marks] = number
    return found
