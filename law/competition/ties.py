"""Exact ties: where the rules' own criteria ran out and the registration number decided (EDGE-30)."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from contracts.grants import Quota, Via
from law.competition.model import Contender, Tie
from law.competition.pool import Pool
from law.competition.rank import Ranking

Wishes: TypeAlias = Sequence[Sequence[tuple[int, Pool, int]]]


def ties_of(
    contenders: Sequence[Contender], pools: Sequence[Pool], ranked: Ranking, wishes: Wishes, at: Sequence[int]
) -> Iterator[Tie]:
    """Every tie that decided who has a seat, by pool and kind of seats, the highest points first.

    Pools noted ties as they arose. What is left of them: those tied at the end of a kind of seats, some with and some without
    one; and those who were passed over, if that changed who has a seat.
    """

    def _iins(entries: set[int]) -> tuple[str, ...]:
        return tuple(contenders[ranked.owner[entry]].iin for entry in sorted(entries, reverse=True))

    groups: dict[int, list[int]] = {}
    met = {group for pool in pools for _, group in pool.met}
    for entry, group in enumerate(ranked.tied):
        if group in met:
            groups.setdefault(group, []).append(entry)
    for pool in pools:
        found: dict[tuple[int, Via, Quota | None], tuple[set[int], set[int]]] = {}
        for number, group in pool.met:
            kind = pool.kinds[number]
            asked = [entry for entry in groups[group] if _asked(pool, entry, ranked, wishes, at)]
            won, lost = _parted(pool, number, asked)
            all_won, all_lost = found.setdefault((-group, kind.via, kind.quota), (set(), set()))
            all_won |= won
            all_lost |= lost
        for (_, via, _), (won, lost) in sorted(
            found.items(), key=lambda each: (each[0][0], each[0][1], each[0][2] or "")
        ):
            if lost:
                yield Tie(pool.specialty, pool.language, via, _iins(won), _iins(lost))


def _parted(pool: Pool, number: int, asked: Sequence[int]) -> tuple[set[int], set[int]]:
    """Who of the tied has a seat of this kind, and who was passed over; empty if the tie changes nobody's result."""
    kind = pool.kinds[number]
    above = {entry for each in pool.kinds[: number + 1] for entry in each.held}
    below = {entry for each in pool.kinds[number + 1 :] for entry in each.held}
    passed_over = {entry for entry in asked if pool.entitled[entry] & kind.bit and entry not in above}
    alike = len({pool.entitled[entry] for entry in asked}) == 1
    if alike and passed_over <= below:
        return set(), set()  # they would only have exchanged seats
    also_general = {entry for each in pool.kinds[number + 1 :] if each.via is kind.via for entry in each.held}
    return set(asked) & set(kind.held), passed_over - also_general


def _asked(pool: Pool, entry: int, ranked: Ranking, wishes: Wishes, at: Sequence[int]) -> bool:
    owner = ranked.owner[entry]
    return any(wished is pool and own == entry for _, wished, own in wishes[owner][: at[owner] + 1])
