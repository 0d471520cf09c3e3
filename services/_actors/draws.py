"""Chance that is no chance: what a seeded policy draws, the same in every service and on every run."""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import blake2b
from typing import Final, TypeVar
from uuid import UUID

from contracts.common import Collector, CollectorKind, PowerOfAttorney

T = TypeVar("T")


class Draw:
    """Numbers that hang on seed, application and step alone, so that one seed gives one history."""

    def __init__(self, seed: int, application_id: UUID, label: str) -> None:
        named = f"{seed}\x1f{application_id}\x1f{label}".encode()
        self._left = int.from_bytes(blake2b(named, digest_size=16).digest(), "big")

    def below(self, bound: int) -> int:
        self._left, number = divmod(self._left, bound)
        return number

    def between(self, least: int, most: int) -> int:
        """One of these numbers, both included."""
        return least + self.below(most - least + 1)

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def happens(self, chance: float) -> bool:
        """True for about that share of the applications."""
        return self.below(100) < round(chance * 100)


# Made-up people: whoever the draw names has no IIN and stands in no register.
_RELATIVES: Final = ("Сейтқали Б. М.", "Жұмабекова Г. Т.", "Оспанов Е. Қ.", "Тілеубай А. С.")
_NOTARIES: Final = ("Ыбыраева Л. Н.", "Төлегенов Д. А.")


def collector(seed: int, application_id: UUID, representative_share: float, day: date) -> Collector:
    """Who comes on `day`: the applicant, or for that share a representative whose power of attorney is in force (EDGE-19)."""
    draw = Draw(seed, application_id, "collector")
    if not draw.happens(representative_share):
        return Collector(kind=CollectorKind.APPLICANT)
    return Collector(
        kind=CollectorKind.REPRESENTATIVE,
        name=draw.pick(_RELATIVES),
        power_of_attorney=PowerOfAttorney(
            number=f"{1 + draw.below(9_999)}-{day.year}",
            notary=draw.pick(_NOTARIES),
            issued_on=day - timedelta(days=1 + draw.below(30)),
        ),
    )
