"""A Kafka record is read into something to decide on, or into the reason why it cannot be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias, get_args
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ValidationError
from pydantic_core import to_json

from contracts.dead_letter import DeadReason
from contracts.envelope import Envelope, SubjectMismatch, content_type_violation
from contracts.event import Event, UnknownEvent
from contracts.topics import TOPICS
from services._chassis import ids
from services._chassis.aggregate import Message, Route, Service, Subscription
from services._chassis.batch import Input
from services._chassis.clock import AHEAD, VirtualClock
from services._chassis.dead_letters import Position
from services._chassis.errors import Violation, violations
from services._chassis.records import UnreadableRecord

MOST_BYTES: Final = 1024 * 1024  # of a message; compressed, the broker takes more
OWNERS: Final[Mapping[str, str]] = {each.name: f"/{each.owner}" for each in TOPICS}
# Moments in `data` that tell of what is to come. All others tell what has happened.
_MOMENTS: Final = frozenset({datetime, AwareDatetime})
_TO_COME: Final = frozenset({"due_at", "planned_end", "overall_due", "backstop", "held_at"})

_STRUCTURED: Final = "send the whole envelope as the value, in structured mode, with that content-type"
_REUSED: Final = Violation(
    "/id", "source and id name one message, and it said something else", "give every message an id of its own"
)


class Understood(NamedTuple):
    """A message with a handler; `id` is what the inbox remembers, `digest` what it said."""

    id: UUID
    position: Position
    input: Input
    digest: int | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A record for the dead-letter topic."""

    position: Position
    reason: DeadReason
    violation: Violation


class Skipped(NamedTuple):
    """An event that this service does not act on."""

    position: Position


Reading: TypeAlias = Understood | Unusable | Skipped


class Reader:
    """Reads records by the service's subscriptions; `topics` maps the broker's topic names to them. Each topic has one
    `source`, its owner; what has no owner among the contracts anybody may write.
    """

    def __init__(self, service: Service, topic_prefix: str, owners: Mapping[str, str] = OWNERS) -> None:
        self._owners = {topic_prefix + topic: source for topic, source in owners.items()}
        self._subscriptions = {topic_prefix + each.topic: each for each in service.subscriptions}
        self._routes = {
            (topic_prefix + each.topic, route.event.name): route
            for each in service.subscriptions
            for route in each.routes
        }

    @property
    def topics(self) -> list[str]:
        return sorted(self._subscriptions)

    def read_all(self, records: Iterable[Any], clock: VirtualClock) -> list[Reading]:  # Any: aiokafka ships no types
        """Each record, in its order, as it is to be read at this moment."""
        now, latest = clock.now(), clock.latest()
        return [
            _unreadable(each)
            if isinstance(each, UnreadableRecord)
            else self.read(
                Position(each.topic, each.partition, each.offset, each.key, each.value, each.timestamp, each.headers),
                now,
                latest,
            )
            for each in records
        ]

    def read(self, position: Position, now: datetime, latest: datetime | None = None) -> Reading:
        """`now` is virtual time; a message is decided at its own time where that is later, but not later than `latest`."""
        if len(position.value or b"") > MOST_BYTES:
            violation = Violation("", f"a message is at most {MOST_BYTES} bytes", "send less in one message")
            return Unusable(position, DeadReason.NOT_AN_ENVELOPE, violation)
        wrong_mode = content_type_violation(position.headers)
        if wrong_mode:
            return Unusable(position, DeadReason.NOT_AN_ENVELOPE, Violation("", wrong_mode, _STRUCTURED))
        try:
            envelope = Envelope.read(position.value)
        except ValidationError as error:
            return Unusable(position, DeadReason.NOT_AN_ENVELOPE, self._first(error))
        if position.key != envelope.subject.encode():
            rule = "the record's key is the envelope's subject, so that one application keeps its order"
            violation = Violation("/subject", rule, "send the application's id as key and as subject")
            return Unusable(position, DeadReason.NOT_AN_ENVELOPE, violation)
        owner = self._owners.get(position.topic, envelope.source)
        if envelope.source != owner:
            violation = Violation("/source", f"the source of this topic is {owner}", "only its owner writes a topic")
            return Unusable(position, DeadReason.WRONG_SOURCE, violation)
        return self._read_event(position, envelope, self._subscriptions[position.topic], now, latest or now + AHEAD)

    def _read_event(
        self, position: Position, envelope: Envelope, heard: Subscription, now: datetime, latest: datetime
    ) -> Reading:
        event = self._decode(position, envelope, heard)
        if isinstance(event, Unusable):
            return event
        early = _early(envelope, event, latest)
        if early:
            return Unusable(position, DeadReason.TIME_OUT_OF_BOUNDS, early)
        route = self._routes.get((position.topic, envelope.event_name))
        if route is None:
            return Skipped(position)
        try:
            found = self._input(envelope, event, route, max(now, envelope.time))
        except Exception as bug:  # noqa: BLE001 - the table's function has a bug: the other messages go on
            violation = Violation(
                "", f"no stream could be named: {_named(bug)}", "correct the row of the inbound table"
            )
            return Unusable(position, DeadReason.HANDLER_ERROR, violation)
        return Understood(ids.of_message(envelope.source, envelope.id), position, found, _digest(envelope))

    def _decode(self, position: Position, envelope: Envelope, heard: Subscription) -> Event | Unusable:
        try:
            return envelope.event(heard.catalogue)
        except UnknownEvent as unknown:
            remedy = "send a type of this topic's catalogue; deploy consumers of a new version before its producer"
            violation = Violation("/type", str(unknown), remedy)
            return Unusable(position, DeadReason.UNKNOWN_EVENT, violation)
        except ValidationError as error:
            return Unusable(position, DeadReason.INVALID_DATA, self._first(error, "/data"))
        except SubjectMismatch as fault:
            violation = Violation("/subject", str(fault), fault.remedy)
            return Unusable(position, DeadReason.NOT_AN_ENVELOPE, violation)
        except Exception as bug:  # noqa: BLE001 - an upcaster met data that its version does not allow
            remedy = "send data that the schema of this version allows"
            violation = Violation("/data", f"{envelope.type} could not be lifted: {_named(bug)}", remedy)
            return Unusable(position, DeadReason.INVALID_DATA, violation)

    @staticmethod
    def _input(envelope: Envelope, event: Event, route: Route, at: datetime) -> Input:
        message = Message(envelope.id, envelope.subject, at, event, envelope.correlationid)

        def decide(state: Any, _at: datetime) -> Any:  # Any: `on` tied the state and the event to the handler
            return route.handle(state, message)

        return Input(envelope.id, route.stream(message), decide, at, envelope.correlationid, envelope.traceparent)

    @staticmethod
    def _first(error: ValidationError, root: str = "") -> Violation:
        found = violations(error, root)
        rule = "; ".join(f"{each.field or 'the value'}: {each.rule}" for each in found[:5])
        return Violation(found[0].field, rule, found[0].remedy)


def _named(bug: Exception) -> str:
    return f"{type(bug).__name__}: {bug}"


def _unreadable(record: UnreadableRecord) -> Unusable:
    place = (
        f"offset {record.offset}" if record.through == record.offset else f"offsets {record.offset} to {record.through}"
    )
    position = Position(record.topic, record.partition, record.offset, None, record.raw, record.timestamp)
    remedy = "send it again as Kafka's protocol has it; where nobody sent it so, look after the broker's disk"
    violation = Violation("", f"{place} cannot be read: {record.reason}"[:1_000], remedy)
    return Unusable(position, DeadReason.UNREADABLE, violation)


def _digest(envelope: Envelope) -> int:
    """What a message says: a repeat may come with another trace, or at another moment of the wall clock."""
    return ids.digest(envelope.type.encode(), envelope.subject.encode(), to_json(envelope.time), to_json(envelope.data))


def _early(envelope: Envelope, event: Event, latest: datetime) -> Violation | None:
    """What the message tells as having happened, though our clock says that it cannot have."""
    if envelope.time > latest:
        return _ahead("/time", latest)
    for pointer, moment in _moments(event):
        if moment > latest:
            return _ahead(f"/data{pointer}", latest)
    return None


def _ahead(pointer: str, latest: datetime) -> Violation:
    rule = f"what has happened cannot lie ahead of the virtual clock: {latest.isoformat()} is the latest moment allowed"
    return Violation(pointer, rule, "take the time from sim.clock.v1")


def _moments(value: BaseModel) -> Iterator[tuple[str, datetime]]:
    for name, is_moment in _telling(type(value)):
        found = getattr(value, name)
        if is_moment:
            if found is not None:
                yield f"/{name}", found
        elif isinstance(found, BaseModel):
            yield from ((f"/{name}{rest}", moment) for rest, moment in _moments(found))
        elif found:
            for number, each in enumerate(found):
                yield from ((f"/{name}/{number}{rest}", moment) for rest, moment in _moments(each))


@cache
def _telling(model: type[BaseModel]) -> tuple[tuple[str, bool], ...]:
    """The fields that are such moments (True), or that hold some further inside (False)."""
    kinds = {name: list(_kinds(field.annotation)) for name, field in model.model_fields.items() if name not in _TO_COME}
    return tuple(
        (name, not _MOMENTS.isdisjoint(found))
        for name, found in kinds.items()
        if not _MOMENTS.isdisjoint(found) or any(issubclass(each, BaseModel) and _telling(each) for each in found)
    )


def _kinds(annotation: object) -> Iterator[type]:
    """The types that an annotation is made of: those of a union, and those inside of a tuple."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for each in get_args(annotation):
        yield from _kinds(each)


def sort_out(wanted: Sequence[Reading], seen: Mapping[UUID, int | None]) -> tuple[list[Understood], list[Unusable]]:
    """What is new among `wanted`. A repeat is passed over; the same id with something else to say cannot be used."""
    new: dict[UUID, Understood] = {}
    unusable: list[Unusable] = []
    for each in wanted:
        if seen and each.position.id in seen:
            continue
        if isinstance(each, Unusable):
            unusable.append(each)
        elif isinstance(each, Understood):
            first = new.setdefault(each.id, each) if each.id not in seen else None
            said = first.digest if first else seen[each.id]
            if said is not None and said != each.digest:
                unusable.append(Unusable(each.position, DeadReason.ID_REUSED, _REUSED))
    return list(new.values()), unusable
