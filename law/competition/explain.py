"""Why an applicant has this grant, or none: each choice, and how it was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from law.competition.decide import Competition
from law.competition.model import Award, Contender, Cutoff, Ground, SeatRow
from law.competition.pool import Pool
from law.competition.rank import merit_by
from law.competition.rules import Rules, TieBreak
from law.competition.thresholds import Bars


class Course(StrEnum):
    """The result of one choice."""

    WON = "won"
    LOST = "lost"
    NOT_NEEDED = "not needed"  # an earlier choice was won
    KEPT_OUT = "kept out"  # by a threshold
    NO_SEATS = "no seats"  # the state order has none in this language


class Stage(NamedTuple):
    """Seats of one kind that the applicant could take, and who took the last of them.

    `behind_by` is the first of the rules' criteria by which the applicant is behind, or registration_number, an exact tie
    (EDGE-30). None: won, or nobody took any.
    """

    last: Cutoff
    behind_by: str | None


@dataclass(frozen=True, slots=True)
class Considered:
    """A choice, by its number in the list, from 1. `stages` are in the order in which the kinds of seats are awarded."""

    choice: int
    specialty: str
    course: Course
    ground: Ground | None
    stages: Sequence[Stage]


@dataclass(frozen=True, slots=True)
class Explanation:
    contender: Contender
    award: Award | None
    reason: Ground | None
    considered: Sequence[Considered]


def explain(iin: str, contenders: Sequence[Contender], seats: Sequence[SeatRow], rules: Rules) -> Explanation:
    """Hold the competition and look at one applicant. LookupError where nobody has that IIN."""
    held = Competition.held(contenders, seats, rules)
    result = held.result()
    contender = next((each for each in contenders if each.iin == iin), None)
    if contender is None:
        raise LookupError("no applicant has this IIN")
    award = next((each for each in result.awards if each.iin == iin), None)
    reason = next((each.reason for each in result.refused if each.iin == iin), None)
    pools = {(pool.specialty, pool.language): pool for pool in held.pools}
    grounds = Bars(rules).grounds(contender)
    considered = [
        _considered(held, contender, number, grounds[number - 1], pools.get((code, contender.language)), award, rules)
        for number, code in enumerate(contender.choices, 1)
    ]
    return Explanation(contender, award, reason, considered)


def _considered(
    held: Competition,
    contender: Contender,
    choice: int,
    ground: Ground | None,
    pool: Pool | None,
    award: Award | None,
    rules: Rules,
) -> Considered:
    code = contender.choices[choice - 1]
    if ground:
        return Considered(choice, code, Course.KEPT_OUT, ground, ())
    if pool is None or not any(kind.room or kind.held for kind in pool.kinds):
        return Considered(choice, code, Course.NO_SEATS, None, ())
    course = Course.LOST
    if award:
        course = Course.WON if award.choice == choice else Course.LOST if award.choice > choice else Course.NOT_NEEDED
    entitled = pool.entitled[held.ranked.entry(contender, held.contenders.index(contender), choice - 1)]
    bits = {(kind.via, kind.quota): kind.bit for kind in pool.kinds}
    stages: list[Stage] = []
    for last in held.cutoffs(pool):
        if not bits[last.via, last.quota] & entitled:
            continue
        won = course is Course.WON and award is not None and last.via is award.via
        stages.append(Stage(last, None if won else _behind_by(held, contender, choice, last, rules)))
        if won:
            break
    return Considered(choice, code, course, None, stages)


def _behind_by(held: Competition, contender: Contender, choice: int, last: Cutoff, rules: Rules) -> str | None:
    winner = next((each for each in held.contenders if each.iin == last.iin), None)
    if winner is None:
        return None
    merit = merit_by(rules)
    mine = merit(contender, contender.marks(choice - 1))
    theirs = merit(winner, winner.marks(winner.choices.index(last.specialty)))
    names = ["total", *(each.value for each in rules.tie_break.value if each is not TieBreak.REGISTRATION_NUMBER)]
    if mine > theirs:
        return None
    return next(
        (name for name, own, other in zip(names, mine, theirs, strict=True) if own != other), "registration_number"
    )
