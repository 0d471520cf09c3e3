"""The competition: a pure function of who competes, for which seats, by which rules."""

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from law.competition.model import Award, Contender, Cutoff, Ground, Refused, Result, SeatRow, Tie
from law.competition.pool import Pool, Seats, entitlement, kinds_of_seats
from law.competition.rank import Ranking, ranking
from law.competition.rules import Rules
from law.competition.thresholds import Bars
from law.competition.ties import ties_of


def decide(contenders: Sequence[Contender], seats: Sequence[SeatRow], rules: Rules) -> Result:
    """Decides who gets which seat. ValueError if an IIN, or a specialty in one language, is given twice.

    All choices are considered at once, and the earliest in an applicant's list that can be won is given: deferred acceptance,
    the applicants asking and the pools of seats keeping the best for the time being (docs/competition.md).
    """
    return Competition.held(contenders, seats, rules).result()


def decide_again(
    contenders: Sequence[Contender], holders: Collection[str], freed: Sequence[SeatRow], rules: Rules
) -> Result:
    """Award the seats that became free, by points, among those who compete and hold no grant (EDGE-35).

    `holders` are the IINs of all who were awarded a grant, including those who did not enrol.
    """
    holding = set(holders)
    return decide([each for each in contenders if each.iin not in holding], freed, rules.by_points())


@dataclass(slots=True)
class Competition:
    """A competition that has been held: what `decide` answers from and `explain` looks into.

    `grounds` says who may not compete, by index of the contender. `wishes` has, for each, the pools they may ask, in the order
    of preference: number of the choice, pool, entry. `at` is the wish that was granted, or one past the last.
    """

    contenders: Sequence[Contender]
    grounds: Mapping[int, Ground]
    pools: Sequence[Pool]
    ranked: Ranking
    wishes: Sequence[Sequence[tuple[int, Pool, int]]]
    at: list[int]

    @classmethod
    def held(cls, contenders: Sequence[Contender], seats: Sequence[SeatRow], rules: Rules) -> Self:
        """Hold the competition. ValueError as for `decide`."""
        with _without_cycle_search():
            return cls._held(contenders, seats, rules)

    @classmethod
    def _held(cls, contenders: Sequence[Contender], seats: Sequence[SeatRow], rules: Rules) -> Self:
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
        bars = Bars(rules)
        grounds: dict[int, Ground] = {}
        wishes: list[Sequence[tuple[int, Pool, int]]] = []
        for index, each in enumerate(contenders):
            judged = bars.grounds(each)
            wishes.append(_wishes(each, index, judged, pools, ranked))
            if None not in judged and judged[0]:
                grounds[index] = judged[0]
        self = cls(contenders, grounds, list(pools.values()), ranked, wishes, [0] * len(contenders))
        self._hold()
        return self

    def _hold(self) -> None:
        """Applicants ask in the order of merit, so that a later one displaces another only by a seat of a quota."""
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
        refused = sorted(
            Refused(self.contenders[index].iin, self.grounds.get(index, Ground.NO_SEAT))
            for index, wishes in enumerate(self.wishes)
            if self.at[index] == len(wishes)
        )
        return Result(awards, refused, list(self.ties()), [each for pool in self.pools for each in self.cutoffs(pool)])

    def ties(self) -> Iterator[Tie]:
        return ties_of(self.contenders, self.pools, self.ranked, self.wishes, self.at)

    def cutoffs(self, pool: Pool) -> Iterator[Cutoff]:
        """The seats by kind, in the order in which they are awarded; kinds without seats are left out."""
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


@contextmanager
def _without_cycle_search() -> Iterator[None]:
    """Without the search for reference cycles, which takes two fifths of the time: among these values there are none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _wishes(
    contender: Contender,
    index: int,
    grounds: Sequence[Ground | None],
    pools: Mapping[tuple[str, str], Pool],
    ranked: Ranking,
) -> list[tuple[int, Pool, int]]:
    return [
        (number, pool, ranked.entry(contender, index, number - 1))
        for number, (code, ground) in enumerate(zip(contender.choices, grounds, strict=False), 1)
        if ground is None and (pool := pools.get((code, contender.language)))
    ]
