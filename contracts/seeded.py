"""Chance that is no chance: what a seeded policy draws, the same in every service and on every run."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Draw:
    """Numbers that hang on seed, application and step alone, so that one seed gives one history."""

    def __init__(self, seed: int, application_id: UUID, label: str) -> None:
        named = f"{seed}\x1f{application_id}\x1f{label}".encode()
        self._left = int.from_bytes(blake2b(named, digest_size=16).digest(), "big")

    def below(self, bound: int) -> int:
        self._left, number = divmod(self._left, bound)
        return number

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def happens(self, chance: float) -> bool:
        """True for about that share of the applications."""
        return self.below(100) < round(chance * 100)
