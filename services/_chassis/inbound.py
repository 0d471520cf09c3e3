"""A Kafka record is read into something to decide on, or into the reason why it cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from pydantic import ValidationError

from contracts.dead_letter import DeadReason
from contracts.envelope import Envelope
from contracts.event import Event, UnknownEvent
from services._chassis.aggregate import Message, Route, Service, Subscription
from services._chassis.batch import Input
from services._chassis.dead_letters import Position
from services._chassis.errors import Violation, violations


class Understood(NamedTuple):
    """A message with a handler; `id` is what the inbox remembers."""

    id: UUID
    position: Position
    input: Input


@dataclass(frozen=True, slots=True)
class Unusable:
    """A record for the dead-letter topic."""

    id: UUID
    position: Position
    reason: DeadReason
    violation: Violation


class Skipped(NamedTuple):
    """An event that this service does not act on."""

    position: Position


Reading: TypeAlias = Understood | Unusable | Skipped


class Reader:
    """Reads records by the service's subscriptions; `topics` maps the broker's topic names to them."""

    def __init__(self, service: Service, topic_prefix: str) -> None:
        self._subscriptions = {topic_prefix + each.topic: each for each in service.subscriptions}
        self._routes = {
            (topic_prefix + each.topic, route.event.name): route
            for each in service.subscriptions
            for route in each.routes
        }

    @property
    def topics(self) -> list[str]:
        return sorted(self._subscriptions)

    def read(self, position: Position, now: datetime) -> Reading:
        """`now` is virtual time; a message is decided at its own time where that is later."""
        try:
            envelope = Envelope.model_validate_json(position.value or b"")
        except ValidationError as error:
            return Unusable(position.id, position, DeadReason.NOT_AN_ENVELOPE, self._first(error))
        if position.key != envelope.subject.encode():
            rule = "the record's key is the envelope's subject, so that one application keeps its order"
            violation = Violation("/subject", rule, "send the application's id as key and as subject")
            return Unusable(position.id, position, DeadReason.NOT_AN_ENVELOPE, violation)
        return self._read_event(position, envelope, self._subscriptions[position.topic], now)

    def _read_event(self, position: Position, envelope: Envelope, heard: Subscription, now: datetime) -> Reading:
        try:
            event = heard.catalogue.decode(envelope.event_name, envelope.event_version, envelope.data)
        except UnknownEvent as unknown:
            remedy = "send a type of this topic's catalogue; deploy consumers of a new version before its producer"
            violation = Violation("/type", str(unknown), remedy)
            return Unusable(envelope.id, position, DeadReason.UNKNOWN_EVENT, violation)
        except ValidationError as error:
            return Unusable(envelope.id, position, DeadReason.INVALID_DATA, self._first(error, "/data"))
        except Exception as bug:  # noqa: BLE001 - an upcaster met data that its version does not allow
            remedy = "send data that the schema of this version allows"
            violation = Violation("/data", f"{envelope.type} could not be lifted: {_named(bug)}", remedy)
            return Unusable(envelope.id, position, DeadReason.INVALID_DATA, violation)
        route = self._routes.get((position.topic, envelope.event_name))
        if route is None:
            return Skipped(position)
        try:
            found = self._input(envelope, event, route, max(now, envelope.time))
        except Exception as bug:  # noqa: BLE001 - the table's function has a bug: the other messages go on
            violation = Violation(
                "", f"no stream could be named: {_named(bug)}", "correct the row of the inbound table"
            )
            return Unusable(envelope.id, position, DeadReason.HANDLER_ERROR, violation)
        return Understood(envelope.id, position, found)

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


def sort_out(wanted: Sequence[Reading], seen: set[UUID]) -> tuple[list[Understood], list[Unusable]]:
    """What is new among `wanted`; of two messages with one id the first."""
    new: dict[UUID, Understood] = {}
    unusable: list[Unusable] = []
    for each in wanted:
        if seen and each.position.id in seen:
            continue
        if isinstance(each, Understood) and each.id not in seen:
            new.setdefault(each.id, each)
        elif isinstance(each, Unusable):
            unusable.append(each)
    return list(new.values()), unusable
