"""What a service decides with: pure functions of state and command."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, Never, TypeVar

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


class Refused(Exception):  # noqa: N818 - it reads as a fact: the domain refused
    """The domain said no. `code` is part of the API: clients switch on it."""

    def __init__(self, code: str, detail: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.field = field
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Ignored(Sequence[Never]):
    """No events, and why: `return Ignored("already-closed")`. Operators see how often each reason was given."""

    reason: str

    def __len__(self) -> int:
        return 0

    def __getitem__(self, index: Any) -> Never:  # Any: a number or a slice, and there is nothing at either
        raise IndexError(index)


@dataclass(frozen=True)  # no slots: Python 3.11 cannot write Name[type](...) with both
class Decider(Generic[S, C, E]):
    """`decide` says which events a command makes of a state; `evolve` says what an event makes of it."""

    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]

    def replay(self, history: Iterable[E]) -> S:
        return reduce(self.evolve, history, self.initial)
