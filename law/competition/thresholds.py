"""Who may compete, and for which of their choices (EDGE-26, EDGE-27)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from law.competition.model import ChoiceMarks, Contender, Ground
from law.competition.rules import Rules


@dataclass(slots=True)
class Bars:
    """The rules' least points, looked up once: a national competition asks for them half a million times."""

    rules: Rules
    totals: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def grounds(self, contender: Contender) -> Sequence[Ground | None]:
        """Of each choice: why the applicant may not compete for it, None if they may. Never empty."""
        choices = contender.choices
        if not 1 <= len(choices) <= self.rules.choices.value or len(set(choices)) != len(choices):
            return [Ground.CHOICES_INVALID] * max(1, len(choices))
        if contender.by_choice:
            pairs = zip(choices, contender.by_choice, strict=True)
            return [
                self._total(contender, code, marks.category) or self._marks(contender, marks) for code, marks in pairs
            ]
        common = self._marks(contender, contender.marks(0))
        return [self._total(contender, code, None) or common for code in choices]

    def _total(self, contender: Contender, specialty: str, category: str | None) -> Ground | None:
        bar = self.totals.get((specialty, category))
        if bar is None:
            bar = self.totals[specialty, category] = self.rules.thresholds.total_for(specialty, category)
        return Ground.TOTAL_BELOW_THRESHOLD if contender.total < bar else None

    def _marks(self, contender: Contender, marks: ChoiceMarks) -> Ground | None:
        least = self.rules.thresholds
        if marks.profile_score < least.profile.value:
            return Ground.PROFILE_BELOW_THRESHOLD
        if marks.other_min_score < least.other.value:
            return Ground.SUBJECT_BELOW_THRESHOLD
        if contender.creative_score is not None and contender.creative_score < least.creative.value:
            return Ground.CREATIVE_BELOW_THRESHOLD
        return None


def ineligible(contender: Contender, rules: Rules) -> Ground | None:
    """Why the applicant may not compete at all; None if they may."""
    grounds = Bars(rules).grounds(contender)
    return None if None in grounds else grounds[0]
