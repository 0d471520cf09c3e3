"""The seats of one specialty in one language, and who holds them so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush, heappushpop
from typing import Final

from contracts.grants import Quota, Via
from law.competition.model import SeatRow
from law.competition.rules import Rules

GENERAL: Final = 1
RURAL: Final = 2
_QUOTAS: Final = {quota: 4 << number for number, quota in enumerate(Quota)}


def entitlement(quota: Quota | None, *, rural: bool, rules: Rules) -> int:
    """The kinds of seats that an applicant may win, as bits: general, rural, of a quota."""
    own = _QUOTAS[quota] if quota and quota in rules.quotas else 0
    if own and not rules.fall_through.value:
        return own
    return GENERAL | own | (RURAL if rural else 0)


@dataclass(slots=True)
class Seats:
    """Seats of one kind. `held` is a heap of entries, the worst on top.

    `room` is what was planned and what the lenders do not need; `borrower` the kind that has what this one does not need, or
    itself. The general order has two kinds: the second has only what is left over after the first was awarded.
    """

    via: Via
    quota: Quota | None
    bit: int
    planned: int
    borrower: int
    room: int
    held: list[int] = field(default_factory=list)


def kinds_of_seats(row: SeatRow, rules: Rules) -> list[Seats]:
    """In the order in which the rules award them."""
    sizes: dict[Quota | Via, int] = {quota: share.of(row.seats) for quota, share in rules.quotas.items()}
    sizes[Via.RURAL] = rules.rural.of(row.seats) if row.rural else 0
    kinds: list[Seats] = []
    for via in rules.order.value:
        if via is Via.GENERAL:
            kinds.append(Seats(via, None, GENERAL, row.seats - sum(sizes.values()), len(kinds), 0))
        elif via is Via.RURAL:
            kinds.append(Seats(via, None, RURAL, sizes[via], 0, 0))
        else:
            kinds.extend(Seats(via, quota, _QUOTAS[quota], sizes[quota], 0, 0) for quota in Quota if sizes.get(quota))
    general = next(number for number, kind in enumerate(kinds) if kind.via is Via.GENERAL)
    late = len(kinds)
    kinds.append(Seats(Via.GENERAL, None, GENERAL, 0, late, 0))
    for number, kind in enumerate(kinds):
        if kind.via is not Via.GENERAL:
            kind.borrower = general if number < general else late
        kind.room += kind.planned
        if kind.borrower != number:
            kinds[kind.borrower].room += kind.planned
    return kinds


@dataclass(slots=True)
class Pool:
    """Whoever asks is offered the kinds of seats in their order; who is displaced goes on to the next kind.

    The set of those who hold a seat depends only on who asked, and nobody turned away would be taken had more people asked
    (the choice is substitutable): with growing demand a kind lends fewer seats and never more, so everybody moves down only.
    Nobody is turned away while a seat is empty that they may take. Hence deferred acceptance over such pools ends in the
    stable outcome that is best for all applicants at once, whatever the order of the offers (docs/competition.md).
    """

    specialty: str
    language: str
    kinds: list[Seats]
    tied: Sequence[int]
    entitled: Sequence[int]
    met: set[tuple[int, int]] = field(default_factory=set)

    def ask(self, entry: int) -> int | None:
        """Give `entry` a seat; returns who no longer has one here, perhaps `entry` itself. Records ties."""
        number = 0
        while number < len(self.kinds):
            kind = self.kinds[number]
            if not kind.bit & self.entitled[entry]:
                number += 1
            elif len(kind.held) < kind.room:
                heappush(kind.held, entry)
                if kind.borrower == number:
                    return None
                number = kind.borrower
                kind = self.kinds[number]
                kind.room -= 1
                if len(kind.held) <= kind.room:
                    return None
                entry = heappop(kind.held)
                self._note(number, entry)
                number += 1
            else:
                entry = heappushpop(kind.held, entry)
                self._note(number, entry)
                number += 1
        return entry

    def _note(self, number: int, displaced: int) -> None:
        held = self.kinds[number].held
        if held and self.tied[held[0]] == self.tied[displaced]:
            self.met.add((number, self.tied[displaced]))
