"""Whether anything is under way in a chain: asked of its processes, and of the ends of its topics (docs/adr/0007)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Final, TypeAlias
from urllib.parse import urlencode

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from pydantic import AwareDatetime, BaseModel

from contracts.sim_clock import ClockSet

_PATIENCE_SECONDS: Final = 2.0  # how long a process may keep its answer back, to be found at rest by then

Ends: TypeAlias = Mapping[TopicPartition, int]
Offsets: TypeAlias = Mapping[str, Mapping[str, int]]  # by topic and partition, as JSON has them
Fetch: TypeAlias = Callable[[str], Awaitable[bytes]]


class NoAnswer(Exception):  # noqa: N818 - it reads as a fact
    """A process does not answer: it died and is being started again."""


class Activity(BaseModel):
    """What a service process says of itself at `/internal/activity`."""

    running: int
    outbox: int
    next_timer: AwareDatetime | None
    clock: int
    hears: tuple[str, ...]
    positions: Offsets
    published: Offsets


@dataclass(frozen=True, slots=True)
class Look:
    """`quiet` if nothing is under way; then `next_timer` is the earliest of all services, else `why_not` says who is busy.

    `at_once` if the next look may follow at once: whoever is asked then keeps the answer back until it is at rest.
    """

    quiet: bool
    next_timer: datetime | None
    why_not: str
    at_once: bool = False


class Rest:
    """What each process said when it was last found at rest. It stays true until the process has a reason to act: a message
    that it has yet to handle, a timer that has come due, or a person's request.
    """

    def __init__(self, instances: Sequence[str], fetch: Fetch, ends: Callable[[set[str]], Awaitable[Ends]]) -> None:
        self._instances = list(instances)
        self._fetch = fetch
        self._ends = ends
        self._found: dict[str, Activity] = {}  # of two processes of one service the later one knows its next timer
        self._awaited: dict[str, Ends] = {}

    def leave_out(self, instance: str) -> None:
        self._instances.remove(instance)
        self._found.pop(instance, None)

    def take_in(self, instance: str) -> None:
        self._instances.append(instance)

    def forget(self) -> None:
        """Anybody may have been asked to do something."""
        self._found.clear()
        self._awaited.clear()

    def moved(self, now: datetime) -> None:
        """Time has moved, and nothing else happened: only those with a timer that is due have something to do."""
        due = {each.hears for each in self._services() if each.next_timer and each.next_timer <= now}
        self._found = {name: each for name, each in self._found.items() if each.hears not in due}

    async def look(self, state: ClockSet | None) -> Look:
        """All of whom it is not known are asked at once: who has yet to handle something is asked again. By what they have
        published themselves, and once they have handled that, by the ends of the topics, where anybody may have written.
        """
        asked = [each for each in self._instances if each not in self._found]
        sequence = state.sequence if state else 0
        answers = await asyncio.gather(*(self.ask(each, sequence) for each in asked), return_exceptions=True)
        busy = [each for each in map(self._found_busy, asked, answers, repeat(state)) if each]
        if busy:
            return Look(quiet=False, next_timer=None, why_not=busy[0])
        look = self._judge(_highest(each.published for each in self._found.values()))
        if not look.quiet:
            return look
        try:
            ends = await self._ends({topic for each in self._found.values() for topic in each.hears})
        except (KafkaError, OSError) as reason:
            return Look(quiet=False, next_timer=None, why_not=named(reason))
        return self._judge(ends)

    async def ask(self, instance: str, sequence: int) -> Activity:
        """What the process says once it is at rest, or its patience ends. Raises NoAnswer."""
        awaited = self._awaited.get(instance, {}).items()
        query = [("heard", f"{topic}/{number}:{end}") for (topic, number), end in awaited]
        query += [("clock", str(sequence)), ("patience", str(_PATIENCE_SECONDS))]
        return Activity.model_validate_json(await self._fetch(f"{instance}/internal/activity?{urlencode(query)}"))

    def _found_busy(self, instance: str, answer: Activity | BaseException, state: ClockSet | None) -> str:
        """Why it is not at rest; empty if it is."""
        match answer:
            case Activity():
                why = _busy(answer, state)
                if not why:
                    self._found[instance] = answer
            case NoAnswer():
                why = str(answer)
            case _:
                raise answer
        return f"{instance}: {why}" if why else ""

    def _judge(self, ends: Ends) -> Look:
        self._awaited.clear()
        why = ""
        for hears, reached in self._reached().items():
            left = {each: end for each, end in ends.items() if each.topic in hears and reached.get(each, -1) < end}
            if not left:
                continue
            why = why or next(
                f"{topic}/{number} is not read to its end, {end}" for (topic, number), end in left.items()
            )
            for instance in [name for name, each in self._found.items() if each.hears == hears]:
                del self._found[instance]
                self._awaited[instance] = left
        timers = [each.next_timer for each in self._services() if each.next_timer]
        return Look(not why, min(timers, default=None), why, at_once=bool(why))

    def _services(self) -> Iterator[Activity]:
        """What was heard last of each service."""
        yield from {each.hears: each for each in self._found.values()}.values()

    def _reached(self) -> Mapping[tuple[str, ...], Mapping[TopicPartition, int]]:
        """How far each service has handled the partitions that its processes share."""
        told: dict[tuple[str, ...], list[Offsets]] = {}
        for each in self._found.values():
            told.setdefault(each.hears, []).append(each.positions)
        return {hears: _highest(positions) for hears, positions in told.items()}


def _busy(each: Activity, state: ClockSet | None) -> str:
    if each.running or each.outbox:
        return f"{each.running} pieces of work under way, {each.outbox} rows to publish"
    if state and each.clock != state.sequence:
        return f"clock {each.clock} instead of {state.sequence}"
    if each.next_timer and state and each.next_timer <= state.virtual:
        return f"a timer of {each.next_timer} is due"
    return ""


def _highest(told: Iterable[Offsets]) -> dict[TopicPartition, int]:
    """Of what several processes told of a partition, the furthest."""
    highest: dict[TopicPartition, int] = {}
    for each in told:
        for topic, offsets in each.items():
            for number, offset in offsets.items():
                partition = TopicPartition(topic, int(number))
                highest[partition] = max(offset, highest.get(partition, -1))
    return highest


def named(reason: BaseException) -> str:
    """What went wrong, with its kind: many errors of the network have no text."""
    return f"{type(reason).__name__}: {reason}"
