"""A service in memory: its own table and batch code, with dictionaries where the database and the broker would be."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from contracts.envelope import Envelope
from contracts.event import Catalogue, Event
from services._chassis.aggregate import Decide, Row, Service, Timer
from services._chassis.batch import Batch, Failed, Input, Loaded, Plan, TimerRow
from services._chassis.dead_letters import Position
from services._chassis.inbound import OWNERS, Reader, Understood

# Stands in for the query of a survey, by the timer's kind. Any: columns are of every type.
Answers: TypeAlias = Mapping[str, Callable[["InMemory", Timer], Iterable[Mapping[str, Any]]]]


class InMemory:
    """Hear messages, fire timers, give commands; `published` holds what would have gone to Kafka, decoded."""

    def __init__(self, service: Service, answers: Answers | None = None) -> None:
        self.service = service
        self.answers = answers or {}
        self.batch = Batch(service, lambda topic: topic)
        self.reader = Reader(service, "")
        self.streams: dict[str, Loaded] = {}
        self.timers: dict[tuple[str, str], TimerRow] = {}
        self.events: list[Event] = []
        self.published: list[tuple[str, Event]] = []

    def hear(self, topic: str, event: Event, subject: UUID | str, at: datetime) -> Plan:
        """A message arrives. Raises what the handler raised."""
        message = Envelope.wrap(
            event,
            identity=uuid4(),
            source=OWNERS.get(topic, "/test"),
            subject=str(subject),
            time=at,
            correlation=subject if isinstance(subject, UUID) else uuid4(),
            causation=uuid4(),
        )
        return self.hear_bytes(topic, message.to_bytes(), message.subject, at)

    def hear_bytes(self, topic: str, value: bytes, key: str, at: datetime) -> Plan:
        """A record arrives as it stands on the topic. Raises what the handler raised."""
        read = self.reader.read(Position(topic, 0, 0, key.encode(), value), at)
        assert isinstance(read, Understood), read
        return self._decide(read.input)

    def command(self, stream: str, decide: Decide, at: datetime) -> Plan:
        return self._decide(Input(uuid4(), stream, decide, at, uuid4()))

    def fire_next(self, until: datetime | None = None) -> TimerRow | None:
        """Fire the earliest timer, if there is one (not after `until`)."""
        due = sorted(self.timers.values(), key=lambda each: (each.schedule.due_at, each.stream, each.key))
        if not due or (until is not None and due[0].schedule.due_at > until):
            return None
        row = due[0]
        kind, aggregate = row.key.partition(":")[0], self.batch.aggregate(row.stream)
        timer = Timer(row.id, row.stream, row.key, row.schedule.due_at, row.schedule.data)
        if kind in aggregate.surveys:
            timer = replace(timer, rows=tuple(self.answers[kind](self, timer)))
        handle = aggregate.timers[kind]
        del self.timers[row.stream, row.key]
        self._decide(
            Input(
                row.id, row.stream, lambda state, _at: handle(state, timer), timer.at, row.correlation, row.traceparent
            )
        )
        return row

    def loaded(self, stream: str) -> Loaded:
        """A stream as it stands, or as a new one."""
        return self.streams.get(stream) or self.batch.new(stream)

    def state(self, stream: str) -> object:
        return self.streams[stream].state

    def rows(self, table: str) -> list[Row]:
        """The rows of a read model, in the order of their streams."""
        found = []
        for stream, loaded in sorted(self.streams.items()):
            projection = self.batch.aggregate(stream).projection
            if projection and projection.table == table:
                found.append(projection.row(stream.partition(":")[2], loaded.state))
        return [row for row in found if row]

    def take_published(self) -> list[Event]:
        """What was published since the last call, oldest first."""
        events = [event for _, event in self.published]
        self.published.clear()
        return events

    def _decide(self, each: Input) -> Plan:
        try:
            plan = self.batch.decide([each], {}, {}, self.loaded)
        except Failed as failure:
            raise failure.reason from failure
        result = plan.results[0]
        if isinstance(result, Exception):
            raise result
        self._keep(plan)
        return plan

    def _keep(self, plan: Plan) -> None:
        self.streams |= plan.streams
        self.events += [recorded.event for recorded in plan.events]
        for key, timer in plan.timers.items():
            if timer is None:
                self.timers.pop(key, None)
            else:
                self.timers[key] = timer
        for row in plan.outbox:
            message = Envelope.model_validate_json(row.value)
            catalogue: Catalogue = self.service.publishes[row.topic]
            self.published.append(
                (row.topic, catalogue.decode(message.event_name, message.event_version, message.data))
            )
