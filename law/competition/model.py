"""Who competes, for which seats, and what comes of it. Plain values: nothing here decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from contracts.grants import Quota, Via
from law.specialties import SeatRow

__all__ = ["Award", "ChoiceMarks", "Contender", "Cutoff", "Ground", "Refused", "Result", "SeatRow", "Tie"]


class Ground(StrEnum):
    """Why an applicant has no grant. The first five keep somebody out of the competition (EDGE-26, EDGE-27)."""

    TOTAL_BELOW_THRESHOLD = "total-below-threshold"
    PROFILE_BELOW_THRESHOLD = "profile-below-threshold"
    SUBJECT_BELOW_THRESHOLD = "subject-below-threshold"
    CREATIVE_BELOW_THRESHOLD = "creative-below-threshold"
    CHOICES_INVALID = "choices-invalid"
    NO_SEAT = "no-seat"


@dataclass(frozen=True, slots=True)
class ChoiceMarks:
    """What counts for one choice: specialties differ in their profile subject.

    `category` is the university's (national, agrarian), None where it is not known or has no threshold of its own.
    """

    profile_score: int
    other_min_score: int
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Contender:
    """An applicant with all that the competition counts.

    `total` and the scores are points of the certificate, `other_min_score` the lowest in the subjects other than the profile one,
    `preferential_rank` 1 for the first of the preferential rights and 0 for none, `choices` codes of specialties in the order
    of preference. `by_choice` is empty, or has the marks of every choice.
    """

    iin: str
    language: str
    total: int
    profile_score: int
    other_min_score: int
    certificate_average: Decimal
    preferential_rank: int
    quota: Quota | None
    rural: bool
    choices: tuple[str, ...]
    registration_number: str = ""
    creative_score: int | None = None
    by_choice: tuple[ChoiceMarks, ...] = ()

    def marks(self, choice: int) -> ChoiceMarks:
        """What counts for the choice of that index, from 0."""
        return self.by_choice[choice] if self.by_choice else ChoiceMarks(self.profile_score, self.other_min_score)


class Award(NamedTuple):
    """`choice` counts from 1."""

    iin: str
    specialty: str
    via: Via
    choice: int


class Refused(NamedTuple):
    iin: str
    reason: Ground


class Tie(NamedTuple):
    """The rules did not distinguish these when the seats ran out; the registration number decided, then the IIN (EDGE-30).

    `won` got one of the seats of `via`, `lost` did not; one who lost may hold another seat, of the same specialty too. `won` is
    empty where they were tied on the way, and others were better in the end.
    """

    specialty: str
    language: str
    via: Via
    won: tuple[str, ...]
    lost: tuple[str, ...]


class Cutoff(NamedTuple):
    """Who won the last seat of one kind; `iin` and the points are None if nobody won any.

    `seats` were set aside for this kind at first: more may be awarded in the general order, by what others left (EDGE-31).
    """

    specialty: str
    language: str
    via: Via
    quota: Quota | None
    seats: int
    awarded: int
    iin: str | None = None
    total: int | None = None
    preferential_rank: int | None = None
    certificate_average: Decimal | None = None
    profile_score: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Everybody is in `awards` or in `refused`, by IIN; ties and cut-offs are by specialty and language."""

    awards: Sequence[Award]
    refused: Sequence[Refused]
    ties: Sequence[Tie]
    cutoffs: Sequence[Cutoff]
