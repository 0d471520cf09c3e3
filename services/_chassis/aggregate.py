"""How a service describes itself to the chassis: its kinds of stream, what follows from an event, what it hears."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from contracts.event import Catalogue, Event, JsonObject

S = TypeVar("S")
M = TypeVar("M", bound=Event)
Row: TypeAlias = dict[str, object]


class Recorded(NamedTuple):
    """A private event as it stands in its stream."""

    id: UUID
    stream: str
    version: int
    event: Event
    at: datetime
    correlation: UUID
    causation: UUID


@dataclass(frozen=True, slots=True)
class Publish:
    """Tell others: one contract event on a topic of ours; `subject` is the application's id and the Kafka key."""

    topic: str
    subject: str
    event: Event


@dataclass(frozen=True, slots=True)
class Schedule:
    """Do later: at most one timer per stream and key; scheduling again moves it."""

    key: str
    due_at: datetime
    data: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Forget the timer of this key, if there is one."""

    key: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Another stream of this service decides at once, in the same transaction; if it refuses, all of it is refused."""

    stream: str
    decide: "Decide"


Effect: TypeAlias = Publish | Schedule | Cancel | Tell


@dataclass(frozen=True)  # no slots: Python 3.11 cannot write Name[type](...) with both
class Message(Generic[M]):
    """What a handler gets: the contract event, and the attributes of its envelope that a decision may use.

    `at` is the virtual time of the decision, never before the message's own time.
    """

    id: UUID
    subject: str
    at: datetime
    data: M
    correlation: UUID


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that has come due; `at` is the moment it was set for, `rows` the answer to its survey, if it has one."""

    id: UUID
    stream: str
    key: str
    at: datetime
    data: JsonObject
    rows: Sequence[Mapping[str, Any]] = ()  # Any: the columns are the survey's


@dataclass(frozen=True, slots=True)
class Survey:
    """A question to the service's own read models, asked in the transaction of the timer that decides on the answer."""

    query: str
    arguments: Callable[[Timer], Sequence[object]]


# Any: the chassis holds the streams of many aggregates side by side; each aggregate ties its state to its functions.
Decide: TypeAlias = Callable[[Any, datetime], Sequence[Event]]


@dataclass(frozen=True)  # no slots: Python 3.11 cannot write Name[type](...) with both
class Projection(Generic[S]):
    """A read-model row per stream, a function of the stream's state; written in the transaction of the events."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    row: Callable[[str, S], Row | None]


@dataclass(frozen=True)  # no slots: Python 3.11 cannot write Name[type](...) with both
class Aggregate(Generic[S]):
    """One kind of stream, named `<category>:<id>`; `logged` is False for what the log hash leaves out (signing in)."""

    category: str
    initial: S
    evolve: Callable[[S, Any], S]  # Any: each service narrows to its own events with match
    events: Catalogue
    react: Callable[[S, Recorded], Iterable[Effect]] = lambda _state, _recorded: ()
    timers: Mapping[str, Callable[[S, Timer], Sequence[Event]]] = field(default_factory=dict)
    # A timer with a survey, and every timer of an aggregate that is `long`, has a transaction to itself.
    surveys: Mapping[str, Survey] = field(default_factory=dict)
    long: bool = False
    projection: Projection[S] | None = None
    logged: bool = True

    def stream(self, identity: object) -> str:
        return f"{self.category}:{identity}"

    def with_actors(
        self,
        react: Callable[[S, Recorded], Iterable[Effect]] = lambda _state, _recorded: (),
        timers: Mapping[str, Callable[[S, Timer], Sequence[Event]]] | None = None,
        surveys: Mapping[str, Survey] | None = None,
    ) -> "Aggregate[S]":
        """The same with people who act by themselves: what they do follows after all that follows without them."""
        if taken := self.timers.keys() & (timers or {}):
            raise ValueError(f"two timers of {self.category} are named {', '.join(sorted(taken))}: rename the actors'")

        def together(state: S, recorded: Recorded) -> Iterable[Effect]:
            yield from self.react(state, recorded)
            yield from react(state, recorded)

        return replace(
            self, react=together, timers={**self.timers, **(timers or {})}, surveys={**self.surveys, **(surveys or {})}
        )


@dataclass(frozen=True)  # no slots: Python 3.11 cannot write Name[type](...) with both
class Actors(Generic[S]):
    """Simulated people at one kind of stream. Without them its tasks wait until somebody does them over HTTP."""

    category: str
    react: Callable[[S, Recorded], Iterable[Effect]] = lambda _state, _recorded: ()
    timers: Mapping[str, Callable[[S, Timer], Sequence[Event]]] = field(default_factory=dict)
    surveys: Mapping[str, Survey] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """A row of the inbound table. Make it with `on`, so that the type checker ties the event to its functions."""

    event: type[Event]
    stream: Callable[[Any], str]  # Any: tied to `event` by `on`
    handle: Callable[[Any, Any], Sequence[Event]]  # Any: tied to `event` by `on`


def on(
    event: type[M],
    *,
    stream: Callable[[Message[M]], str],
    handle: Callable[[Any, Message[M]], Sequence[Event]],  # Any: the state of the stream's aggregate
) -> Route:
    """Messages of `event` concern the stream that `stream` names; `handle` says what they make of its state."""
    return Route(event, stream, handle)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A topic this service hears. Events of the catalogue without a route are skipped on purpose."""

    topic: str
    catalogue: Catalogue
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """All that the chassis needs to know of a service. `name` is the Kafka group and the inbox key: never rename it."""

    name: str
    aggregates: tuple[Aggregate[Any], ...]  # Any: aggregates of different states side by side
    subscriptions: tuple[Subscription, ...]
    publishes: Mapping[str, Catalogue]

    def with_actors(self, *actors: Actors[Any]) -> "Service":  # Any: as of the aggregates
        """The service with simulated people: `__main__` adds them, and nothing else of the service knows of them."""
        aggregates = {each.category: each for each in self.aggregates}
        for each in actors:
            if each.category not in aggregates:
                raise ValueError(f"{self.name} has no streams named {each.category}: {', '.join(aggregates)}")
            aggregates[each.category] = aggregates[each.category].with_actors(each.react, each.timers, each.surveys)
        return replace(self, aggregates=tuple(aggregates.values()))
