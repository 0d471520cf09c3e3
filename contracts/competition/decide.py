"""The competition: a pure function of who competes, for which seats, by which rules."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from contracts.competition.model import Award, Contender, Cutoff, Ground, Refused, Result, SeatRow, Tie
from contracts.competition.pool import Pool, Seats, entitlement, kinds_of_seats
from contracts.competition.rank import Ranking, ranking
from contracts.competition.rules import Rules
from contracts.competition.ties import ties_of


def decide(contenders: Sequence[Contender], seats: Sequence[SeatRow], rules: Rules) -> Result:
    """Who gets which seat. ValueError where an IIN, or a specialty in one language, comes twice.

    All choices are considered at once, and the earliest in an applicant's list that can be won is given: deferred acceptance,
    the applicants asking and the pools of seats keeping the best for the time being (docs/competition.md).
    """
    return Competition.held(contenders, seats, rules).result()


def decide_again(
    contenders: Sequence[Contender], holders: Collection[str], freed: Sequence[SeatRow], rules: Rules
) -> Result:
    """Award seats that came free, by points, among those who compete and hold no grant (EDGE-35).

    `holders` are the IINs of all who were awarded one, of those too who did not take it up.
    """
    holding = set(holders)
    return decide([each for each in contenders if each.iin not in holding], freed, rules.by_points())


def ineligible(contender: Contender, rules: Rules) -> Ground | None:
    """Why the applicant may not compete at all; None if they may (EDGE-26, EDGE-27)."""
    if not 1 <= len(contender.choices) <= rules.choices.value or len(set(contender.choices)) != len(contender.choices):
        return Ground.CHOICES_INVALID
    grounds = [choice_ground(contender, choice, rules) for choice in range(len(contender.choices))]
    return None if None in grounds else grounds[0]


def choice_ground(contender: Contender, choice: int, rules: Rules) -> Ground | None:
    """Which threshold keeps the applicant from the choice of that index."""
    marks, limits = contender.marks(choice), rules.thresholds
    if contender.total < limits.total_for(contender.choices[choice], marks.category):
        return Ground.TOTAL_BELOW_THRESHOLD
    if marks.profile_score < limits.profile.value:
        return Ground.PROFILE_BELOW_THRESHOLD
    if marks.other_min_score < limits.other.value:
        return Ground.SUBJECT_BELOW_THRESHOLD
    if contender.creative_score is not None and contender.creative_score < limits.creative.value:
        return Ground.CREATIVE_BELOW_THRESHOLD
    return None


@dataclass(slots=True)
class Competition:
    """A competition that has been held: what `decide` answers from and `explain` looks into.

    `wishes` has, for each contender, the pools they may ask, in the order of preference: number of the choice, pool, entry;
    `at` is the wish that was granted, or one past the last.
    """

    contenders: Sequence[Contender]
    rules: Rules
    pools: Sequence[Pool]
    ranked: Ranking
    wishes: Sequence[Sequence[tuple[int, Pool, int]]]
    at: list[int]

    @classmethod
    def held(cls, contenders: Sequence[Contender], seats: Sequence[SeatRow], rules: Rules) -> Self:
        if len({each.iin for each in contenders}) != len(contenders):
            raise ValueError("an IIN comes twice among the contenders; merge the applications of one person first")
        ranked = ranking(contenders, rules)
        entitled = [entitlement(each.quota, rural=each.rural, rules=rules) for each in contenders]
        of_entry = [entitled[owner] for owner in ranked.owner]
        rows = sorted(seats, key=lambda row: (row.specialty, row.language))
        pools = {
            (row.specialty, row.language): Pool(
                row.specialty, row.language, kinds_of_seats(row, rules), ranked.tied, of_entry
            )
            for row in rows
        }
        if len(pools) != len(rows):
            raise ValueError("a specialty comes twice in one language among the seats; add its rows together")
        wishes = [_wishes(contenders, number, pools, ranked, rules) for number in range(len(contenders))]
        self = cls(contenders, rules, list(pools.values()), ranked, wishes, [0] * len(contenders))
        self._hold()
        return self

    def _hold(self) -> None:
        """The best ask first: who asks later displaces somebody only by a seat set aside for them."""
        wishes, at, owner = self.wishes, self.at, self.ranked.owner
        started = [False] * len(self.contenders)
        for entry in range(len(owner) - 1, -1, -1):
            asking = owner[entry]
            if started[asking]:
                continue
            started[asking] = True
            while at[asking] < len(wishes[asking]):
                _, pool, own = wishes[asking][at[asking]]
                displaced = pool.ask(own)
                if displaced is None:
                    break
                asking = owner[displaced]
                at[asking] += 1

    def result(self) -> Result:
        awards = sorted(self._awards())
        winners = {each.iin for each in awards}
        refused = sorted(
            Refused(each.iin, ineligible(each, self.rules) or Ground.NO_SEAT)
            for each in self.contenders
            if each.iin not in winners
        )
        return Result(awards, refused, list(self.ties()), [each for pool in self.pools for each in self.cutoffs(pool)])

    def ties(self) -> Iterator[Tie]:
        return ties_of(self.contenders, self.pools, self.ranked, self.wishes, self.at)

    def cutoffs(self, pool: Pool) -> Iterator[Cutoff]:
        """By kind of seats, in the order in which they are awarded; none for kinds of which there are no seats."""
        for via, quota in dict.fromkeys((kind.via, kind.quota) for kind in pool.kinds):
            kinds = [kind for kind in pool.kinds if (kind.via, kind.quota) == (via, quota)]
            if any(kind.planned or kind.held for kind in kinds):
                yield self._cutoff(pool, kinds)

    def _cutoff(self, pool: Pool, kinds: Sequence[Seats]) -> Cutoff:
        held = [entry for kind in kinds for entry in kind.held]
        planned = sum(kind.planned for kind in kinds)
        found = Cutoff(pool.specialty, pool.language, kinds[0].via, kinds[0].quota, planned, len(held))
        if not held:
            return found
        last = self.contenders[self.ranked.owner[min(held)]]
        return found._replace(
            iin=last.iin,
            total=last.total,
            preferential_rank=last.preferential_rank,
            certificate_average=last.certificate_average,
            profile_score=last.marks(last.choices.index(pool.specialty)).profile_score,
        )

    def _awards(self) -> Iterator[Award]:
        for pool in self.pools:
            for kind in pool.kinds:
                for entry in kind.held:
                    index = self.ranked.owner[entry]
                    choice, _, _ = self.wishes[index][self.at[index]]
                    yield Award(self.contenders[index].iin, pool.specialty, kind.via, choice)


def _wishes(
    contenders: Sequence[Contender], index: int, pools: dict[tuple[str, str], Pool], ranked: Ranking, rules: Rules
) -> list[tuple[int, Pool, int]]:
    contender = contenders[index]
    if ineligible(contender, rules):
        return []
    return [
        (number + 1, pool, ranked.of(contenders, index, number))
        for number, code in enumerate(contender.choices)
        if (pool := pools.get((code, contender.language))) and choice_ground(contender, number, rules) is None
    ]
