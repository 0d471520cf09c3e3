"""Given a history, when a command, then exactly these events: the tests of deciders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import pytest

from services._chassis.decider import Decider, Ignored, Refused

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[S, C, E]):
    decider: Decider[S, C, E]
    history: tuple[E, ...]
    command: C

    def then(self, *expected: E) -> None:
        assert list(self._decide()) == list(expected)  # exact: order, count, every field

    def then_nothing(self) -> None:
        self.then()

    def then_ignored(self, reason: str) -> None:
        assert self._decide() == Ignored(reason)

    def then_refused(self, code: str) -> None:
        with pytest.raises(Refused) as refusal:
            self._decide()
        assert refusal.value.code == code

    def _decide(self) -> Sequence[E]:
        return self.decider.decide(self.command, self.decider.replay(self.history))


@dataclass(frozen=True, slots=True)
class Given(Generic[S, C, E]):
    decider: Decider[S, C, E]
    history: tuple[E, ...]

    def when(self, command: C) -> Outcome[S, C, E]:
        return Outcome(self.decider, self.history, command)


@dataclass(frozen=True, slots=True)
class Scenario(Generic[S, C, E]):
    decider: Decider[S, C, E]

    def given(self, *history: E) -> Given[S, C, E]:
        return Given(self.decider, history)
