"""By what the National Testing Centre judges an application that reaches its common database. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.common import Refusal, RefusalCode
from contracts.grants import Standing
from law.competition import Ground, contender_of, ineligible, invalid_choices, rules
from law.regulation import campaign
from law.specialties import Specialties, load_specialties
from law.universities import Universities
from services.esuvo.grants import texts
from services.esuvo.grants.contender.events import Counted
from services.esuvo.grants.schedule import schedule


@dataclass(frozen=True, slots=True)
class Register:
    """`closes` gives the first instant (UTC) too late for a year's campaign. `strict`: a benefit that was claimed and not
    proven is a ground to refuse, and not only left out of account (EDGE-29).
    """

    universities: Universities
    specialties: Specialties
    closes: Callable[[int], datetime]
    strict: bool = False

    def count(self, standing: Standing, year: int, at: datetime) -> Counted | Refusal:
        """What the competition counts of an application that came at `at`, or why it may not compete."""
        closed = self.closes(year)
        if at >= closed:
            day = closed.astimezone(campaign.ZONE).date()
            return Refusal(code=RefusalCode.TOO_LATE, reason=texts.too_late(day))
        if self.strict and unproven(standing):
            return Refusal(code=RefusalCode.QUOTA_NOT_PROVEN, reason=texts.BENEFIT_NOT_PROVEN)
        wrong = [each.rule for each in invalid_choices(standing.request, self.specialties)] or [
            texts.unknown_choice(each.university)
            for each in standing.request.choices
            if each.university not in self.universities
        ]
        if wrong:
            return Refusal(code=RefusalCode.CHOICES_INVALID, reason=texts.joined(wrong))
        contender = contender_of(standing, self.specialties)
        ground = ineligible(contender, rules(year))
        if ground:
            invalid = ground is Ground.CHOICES_INVALID
            code = RefusalCode.CHOICES_INVALID if invalid else RefusalCode.THRESHOLD_NOT_MET
            return Refusal(code=code, reason=texts.INELIGIBLE[ground])
        marks = [contender.marks(number) for number in range(len(contender.choices))]
        return Counted(
            total=contender.total,
            profile_scores=tuple(each.profile_score for each in marks),
            other_min_scores=tuple(each.other_min_score for each in marks),
            creative_score=contender.creative_score,
            preferential_rank=contender.preferential_rank,
            quota=contender.quota,
            rural=contender.rural,
        )


def usual(universities: Universities, *, strict: bool = False) -> Register:
    """By the specialties and the schedule of this repository's data."""
    return Register(universities, load_specialties(), lambda year: schedule(year).register_closes, strict)


def unproven(standing: Standing) -> bool:
    """Whether a benefit was claimed for which no proof lay with the application."""
    request = standing.request
    return not standing.benefits_proven and bool(request.quota or request.preferential_right)
