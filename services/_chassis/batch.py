"""A batch decided in memory: pure, so that it can be decided again when a stream was not as presumed or an input fails."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID
from zlib import crc32

from contracts.envelope import Envelope
from contracts.event import Event
from services._chassis import ids
from services._chassis.aggregate import Aggregate, Cancel, Decide, Effect, Publish, Recorded, Schedule, Service, Tell
from services._chassis.decider import Ignored

SHARDS = 16


class Input(NamedTuple):
    """One thing to decide on: a message, a timer that came due or a person's request."""

    cause: UUID
    stream: str
    decide: Decide
    at: datetime
    correlation: UUID
    traceparent: str | None = None


class Loaded(NamedTuple):
    """A stream as it stood when it was read."""

    state: Any  # Any: the state type belongs to the stream's aggregate
    version: int


class Claim(NamedTuple):
    """What the inbox remembers: that this was handled, and what it said, where it was a message that could be read."""

    id: UUID
    digest: int | None = None


class OutboxRow(NamedTuple):
    topic: str
    key: bytes | None
    value: bytes

    @property
    def shard(self) -> int:
        return crc32(self.key or b"") % SHARDS


@dataclass(frozen=True, slots=True)
class TimerRow:
    stream: str
    key: str
    id: UUID
    schedule: Schedule
    correlation: UUID
    causation: UUID
    traceparent: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What one input led to: the events of its own stream, and that stream's state afterwards."""

    events: tuple[Event, ...]
    state: Any  # Any: as in Loaded


class Nothing(NamedTuple):
    """What `cause` led to on a stream, and why."""

    stream: str
    reason: str
    cause: UUID


@dataclass(slots=True)
class Plan:
    """Everything a batch will write, in one transaction. `presumed` are the streams that it took as `presume` has them."""

    results: dict[int, Decision | Exception] = field(default_factory=dict)
    streams: dict[str, Loaded] = field(default_factory=dict)
    presumed: dict[str, Loaded] = field(default_factory=dict)
    events: list[Recorded] = field(default_factory=list)
    outbox: list[OutboxRow] = field(default_factory=list)
    timers: dict[tuple[str, str], TimerRow | None] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    fired: dict[tuple[str, str], UUID] = field(default_factory=dict)
    ignored: list[Nothing] = field(default_factory=list, compare=False)
    presume: Callable[[str], Loaded] = field(default=dict[str, Loaded]().__getitem__, compare=False)

    def stream(self, name: str) -> Loaded:
        """A stream as this plan leaves it so far."""
        if name not in self.streams:
            self.streams[name] = self.presumed[name] = self.presume(name)
        return self.streams[name]

    @property
    def is_empty(self) -> bool:
        return not (self.events or self.outbox or self.timers or self.claims or self.fired)


class Failed(Exception):  # noqa: N818 - not an error of the batch: one input of it is to be left out
    """Input number `index` cannot be decided; if what was `presumed` by then holds, the others are decided without it."""

    def __init__(self, index: int, reason: Exception, presumed: Mapping[str, Loaded]) -> None:
        super().__init__(f"input {index}: {reason}")
        self.index = index
        self.reason = reason
        self.presumed = presumed


def message_id(recorded: Recorded, topic: str, number: int) -> UUID:
    """The id of what is told of an event: `number` counts, from 0, what this event publishes."""
    return ids.derive(recorded.at, recorded.id, topic, number)


class Batch:
    """Decides inputs in order. `wall` stamps the envelopes; nothing else here depends on when it runs."""

    def __init__(
        self,
        service: Service,
        topic_name: Callable[[str], str],
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._service = service.name
        self._aggregates: Mapping[str, Aggregate[Any]] = {each.category: each for each in service.aggregates}
        self._publishes = service.publishes
        self._topic_name = topic_name
        self._wall = wall

    def aggregate(self, stream: str) -> Aggregate[Any]:
        return self._aggregates[stream.partition(":")[0]]

    def new(self, stream: str) -> Loaded:
        """A stream that has no events yet."""
        return Loaded(self.aggregate(stream).initial, 0)

    def decide(
        self,
        inputs: Sequence[Input],
        loaded: Mapping[str, Loaded],
        failed: Mapping[int, Exception],
        presume: Callable[[str], Loaded] | None = None,
    ) -> Plan:
        """The plan of all inputs but the failed ones. A stream that was not loaded is taken from `presume`, or else is new: the
        plan is valid only if the streams in `presumed` are the same in the store. Raises Failed; then nothing of it is valid.
        """
        plan = Plan(results=dict(failed), streams=dict(loaded), presume=presume or self.new)
        wall = self._wall()
        for index, each in enumerate(inputs):
            if index in failed:
                continue
            before = len(plan.events)
            try:
                self._apply(plan, each, each.stream, each.decide, each.cause, wall)
            except Exception as reason:
                if len(plan.events) > before:
                    raise Failed(index, reason, plan.presumed) from reason
                plan.results[index] = reason  # it changed nothing, so the rest of the plan still counts
                continue
            own = tuple(event.event for event in plan.events[before:] if event.stream == each.stream)
            plan.results[index] = Decision(own, plan.streams[each.stream].state)
        return plan

    def _apply(self, plan: Plan, each: Input, stream: str, decide: Decide, cause: UUID, wall: datetime) -> None:
        aggregate = self.aggregate(stream)
        decided = decide(plan.stream(stream).state, each.at)
        if isinstance(decided, Ignored):
            plan.ignored.append(Nothing(stream, decided.reason, cause))
        for event in decided:
            current = plan.streams[stream]
            version = current.version + 1
            recorded = Recorded(
                id=ids.derive(each.at, cause, stream, version),
                stream=stream,
                version=version,
                event=event,
                at=each.at,
                correlation=each.correlation,
                causation=cause,
            )
            state = aggregate.evolve(current.state, event)
            plan.streams[stream] = Loaded(state, version)
            plan.events.append(recorded)
            self._follow(plan, each, recorded, aggregate.react(state, recorded), wall)

    def _follow(self, plan: Plan, each: Input, recorded: Recorded, effects: Iterable[Effect], wall: datetime) -> None:
        published = count()  # only what is published has a number: what else follows changes no message's id
        for effect in effects:
            match effect:
                case Publish():
                    plan.outbox.append(self._envelope(each, recorded, effect, next(published), wall))
                case Schedule():
                    plan.timers[recorded.stream, effect.key] = TimerRow(
                        stream=recorded.stream,
                        key=effect.key,
                        id=ids.derive(effect.due_at, recorded.id, effect.key),
                        schedule=effect,
                        correlation=each.correlation,
                        causation=recorded.id,
                        traceparent=ids.trace_parent(each.traceparent, each.correlation, recorded.id),
                    )
                case Cancel():
                    plan.timers[recorded.stream, effect.key] = None
                case Tell():
                    self._apply(plan, each, effect.stream, effect.decide, recorded.id, wall)

    def _envelope(self, each: Input, recorded: Recorded, publish: Publish, number: int, wall: datetime) -> OutboxRow:
        if publish.event.name not in self._publishes[publish.topic]:
            raise ValueError(f"{publish.event.name} is not in the catalogue of {publish.topic}: add it there first")
        value = Envelope.encode(
            publish.event,
            identity=message_id(recorded, publish.topic, number),
            source=f"/{self._service}",
            subject=publish.subject,
            time=recorded.at,
            correlation=each.correlation,
            causation=recorded.id,
            recorded=wall,
            traceparent=ids.trace_parent(each.traceparent, each.correlation, recorded.id),
        )
        return OutboxRow(self._topic_name(publish.topic), publish.subject.encode(), value)
