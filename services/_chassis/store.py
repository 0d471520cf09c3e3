"""The service's database: streams are loaded for a whole batch, and a whole batch is written by one statement."""

import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID
from zlib import crc32

import asyncpg
from pydantic_core import to_json

from contracts.event import Event
from services._chassis.aggregate import Aggregate, Projection, Row, Service, Timer
from services._chassis.batch import Loaded, Plan

Connection: TypeAlias = Any  # Any: asyncpg ships no types
TimerOrigin: TypeAlias = tuple[UUID, str]  # the conversation and the trace that the timer belongs to

# Others were faster: at a stream, or at a message (a claim that is missing divides by zero in the write statement).
CONFLICTS = (
    asyncpg.UniqueViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.DivisionByZeroError,
)
# What the database will not write however often it is asked: U+0000 in a text, a moment after the year 294276, …
UNWRITABLE = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.CardinalityViolationError)

_SEEN = "select message_id, digest from inbox where consumer = $1 and message_id = any($2::uuid[])"
_LOAD = """
select known.stream, later.version, later.name, later.schema_version, later.data
from unnest($1::text[], $2::int[]) as known(stream, version)
cross join lateral (
    select version, name, schema_version, data from events
    where stream = known.stream and version > known.version order by version
) as later
"""
# Whoever lost a stream to another writer takes its turns alone; whoever writes waits for those. Few locks for all
# streams, so that a large batch does not fill the server's table of locks.
_TURNS = 64
_TAKE_TURN = "select count(pg_advisory_xact_lock(7052017, turn)) from unnest($1::int[]) as turns(turn)"
_PENDING = "select (select count(*) from (select 1 from outbox limit 1000) as few), (select min(due_at) from timers)"
_STANDING = "select (select min(id) from outbox), (select min(due_at) from timers)"
_DUE = """
select id, stream, key, due_at, data, correlation, causation, traceparent from timers
where due_at <= $1 order by due_at, stream, key limit $2
"""


class Story(NamedTuple):
    """What a page shows of a stream: its state, and its events with their virtual times, oldest first."""

    state: Any  # Any: the state type belongs to the stream's aggregate
    history: Sequence[tuple[datetime, Event]]


class Store:
    """Reads and writes streams. Remembers states it has seen; what others wrote since is read before each decision."""

    def __init__(self, pool: Any, service: Service, remember: int = 20_000) -> None:  # Any: asyncpg ships no types
        self._pool = pool
        self._service = service
        self._aggregates: Mapping[str, Aggregate[Any]] = {each.category: each for each in service.aggregates}
        self._projections = [each.projection for each in service.aggregates if each.projection]
        self._write = _write_statement(self._projections)
        self._known: OrderedDict[str, Loaded] = OrderedDict()
        self._remember = remember

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Without a transaction around: what `write` does is one statement, and so one transaction, by itself."""
        async with self._pool.acquire() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def seen(self, connection: Connection, messages: Iterable[UUID]) -> dict[UUID, int | None]:
        """Those of `messages` that have been handled, with the digest of what they said."""
        return {row[0]: row[1] for row in await connection.fetch(_SEEN, self._service.name, list(messages))}

    async def load(self, connection: Connection, streams: Iterable[str]) -> dict[str, Loaded]:
        """The states of `streams` as committed now, in one round trip."""
        wanted = {stream: self.remembered(stream) for stream in streams}
        versions = [each.version for each in wanted.values()]
        for stream, version, name, schema_version, data in await connection.fetch(_LOAD, list(wanted), versions):
            aggregate = self._aggregate(stream)
            event = aggregate.events.decode_json(name, schema_version, data)
            wanted[stream] = Loaded(aggregate.evolve(wanted[stream].state, event), version)
        return wanted

    def remembered(self, stream: str) -> Loaded:
        """As this process last saw the stream, or as a new one: what others wrote since is not in it."""
        return self._known.get(stream) or Loaded(self._aggregate(stream).initial, 0)

    async def take_turn(self, connection: Connection, streams: Iterable[str]) -> None:
        """Wait until nobody else is writing these streams; until the transaction ends nobody else will."""
        await connection.execute(_TAKE_TURN, _turns(streams))

    async def write(self, connection: Connection, plan: Plan) -> None:
        """Claims, events, outbox, timers, read-model rows, all or nothing.

        Raises one of CONFLICTS when somebody wrote a stream or claimed a message meanwhile.
        """
        cancelled = [(*key, None) for key, row in plan.timers.items() if row is None]
        gone = [*cancelled, *((*key, fired) for key, fired in plan.fired.items())]
        await connection.execute(
            self._write,
            *_columns(9, _event_rows(plan)),
            *_columns(4, ((row.shard, *row) for row in plan.outbox)),
            *_columns(3, gone),
            *_columns(8, _timer_rows(plan)),
            self._service.name,
            *_columns(2, _claim_rows(plan)),
            _turns({event.stream for event in plan.events}),
            *(self._projected(each, plan) for each in self._projections),
        )

    def committed(self, plan: Plan) -> None:
        """Remember the states that a committed plan reached."""
        for stream in {event.stream for event in plan.events}:
            self._known[stream] = plan.streams[stream]
            self._known.move_to_end(stream)
        while len(self._known) > self._remember:
            self._known.popitem(last=False)

    def forget(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._known.pop(stream, None)

    async def read(self, stream: str) -> Loaded:
        """A stream's state outside of any decision, for a page or an answer."""
        async with self._pool.acquire() as connection:
            return (await self.load(connection, [stream]))[stream]

    async def history(self, stream: str) -> list[tuple[datetime, Event]]:
        """A stream's events with their virtual times, oldest first."""
        query = "select at, name, schema_version, data from events where stream = $1 order by version"
        events = self._aggregate(stream).events
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(query, stream)
        return [(at, events.decode_json(name, version, data)) for at, name, version, data in rows]

    async def story(self, stream: str) -> Story:
        """A stream's state and its history, of one moment, in one round trip."""
        aggregate, history = self._aggregate(stream), await self.history(stream)
        state = aggregate.initial
        for _, event in history:
            state = aggregate.evolve(state, event)
        return Story(state, history)

    async def rows(self, query: str, *arguments: object) -> list[Row]:
        """Read-model rows as dictionaries."""
        async with self._pool.acquire() as connection:
            return [dict(row) for row in await connection.fetch(query, *arguments)]

    async def due_timers(self, connection: Connection, now: datetime, limit: int) -> list[tuple[Timer, TimerOrigin]]:
        """Timers due at `now` or before, in the order that counts: moment, stream, key."""
        return [
            (Timer(row[0], row[1], row[2], row[3], json.loads(row[4])), (row[5], row[7]))
            for row in await connection.fetch(_DUE, now, limit)
        ]

    async def pending(self) -> tuple[int, datetime | None]:
        """How many rows wait in the outbox (counted up to 1,000), and when the earliest timer is due."""
        row = await self._pool.fetchrow(_PENDING)
        return row[0], row[1]

    async def standing(self) -> tuple[int | None, datetime | None]:
        """The oldest row of the outbox, and when the earliest timer is due."""
        row = await self._pool.fetchrow(_STANDING)
        return row[0], row[1]

    def _aggregate(self, stream: str) -> Aggregate[Any]:
        return self._aggregates[stream.partition(":")[0]]

    def _projected(self, projection: Projection[Any], plan: Plan) -> str:
        touched = dict.fromkeys(event.stream for event in plan.events)
        rows = [
            projection.row(stream.partition(":")[2], plan.streams[stream].state)
            for stream in touched
            if self._aggregate(stream).projection is projection
        ]
        return to_json([row for row in rows if row]).decode()


def _turns(streams: Iterable[str]) -> list[int]:
    """In one order for all writers, so that two of them cannot deadlock."""
    return sorted({crc32(stream.encode()) % _TURNS for stream in streams})


def _event_rows(plan: Plan) -> Iterable[tuple[object, ...]]:
    """Streams in one order for all writers, so that two of them cannot deadlock."""
    for identity, stream, version, event, *origin in sorted(plan.events, key=lambda each: each.stream):
        yield stream, version, identity, event.name, event.version, event.model_dump_json(), *origin


def _claim_rows(plan: Plan) -> Iterable[tuple[object, ...]]:
    return sorted(plan.claims, key=lambda each: each.id.int)


def _timer_rows(plan: Plan) -> Iterable[tuple[object, ...]]:
    for _, row in sorted(plan.timers.items(), key=lambda each: each[0]):
        if row is not None:
            due_at, data = row.schedule.due_at, json.dumps(row.schedule.data)
            yield row.stream, row.key, row.id, due_at, data, row.correlation, row.causation, row.traceparent


def _columns(count: int, rows: Iterable[tuple[object, ...]]) -> Iterable[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]


def _write_statement(projections: Sequence[Projection[Any]]) -> str:
    """One statement for all of it. PostgreSQL is free to run its parts in any order, so each names the part that it
    waits for. All else waits for the events: two writers of one stream queue on its unique key before either takes an
    outbox id or another row, so that the ids of one key follow the order of its events and no two writers wait for each
    other. A timer that fired goes by its id: one that was set anew meanwhile stays.
    """
    parts = [
        """with waited as materialized (
            select pg_advisory_xact_lock_shared(7052017, turn) from unnest($28::int[]) as turns(turn)),
        appended as (
            insert into events (stream, version, id, name, schema_version, data, at, correlation, causation)
            select * from unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::smallint[], $6::jsonb[],
                                 $7::timestamptz[], $8::uuid[], $9::uuid[])
            where (select count(*) from waited) >= 0
            returning 1),
        enqueued as (
            insert into outbox (shard, topic, key, value)
            select row.shard, row.topic, row.key, row.value
            from unnest($10::smallint[], $11::text[], $12::bytea[], $13::bytea[]) with ordinality
                as row(shard, topic, key, value, number)
            where (select count(*) from appended) >= 0
            order by row.number),
        cancelled as (
            delete from timers using unnest($14::text[], $15::text[], $16::uuid[]) as gone(stream, key, id)
            where timers.stream = gone.stream and timers.key = gone.key and timers.id = coalesce(gone.id, timers.id)
            and (select count(*) from appended) >= 0),
        scheduled as (
            insert into timers (stream, key, id, due_at, data, correlation, causation, traceparent)
            select * from unnest($17::text[], $18::text[], $19::uuid[], $20::timestamptz[], $21::jsonb[],
                                 $22::uuid[], $23::uuid[], $24::text[])
            where (select count(*) from appended) >= 0
            on conflict (stream, key) do update set id = excluded.id, due_at = excluded.due_at, data = excluded.data,
                correlation = excluded.correlation, causation = excluded.causation, traceparent = excluded.traceparent),
        claimed as (
            insert into inbox (consumer, message_id, digest)
            select $25, * from unnest($26::uuid[], $27::bigint[])
            where (select count(*) from waited) >= 0
            on conflict do nothing returning 1)"""
    ]
    for number, projection in enumerate(projections, start=29):
        table, key, columns = projection.table, ", ".join(projection.key), ", ".join(projection.columns)
        changes = ", ".join(f"{each} = excluded.{each}" for each in projection.columns if each not in projection.key)
        parts.append(
            f"""{table}_rows as (
            insert into {table} ({columns})
            select {columns} from jsonb_populate_recordset(null::{table}, ${number}::jsonb)
            where (select count(*) from appended) >= 0
            on conflict ({key}) do update set {changes})"""  # noqa: S608 - names from the service's own projection
        )
    all_claimed = "case when (select count(*) from claimed) = cardinality($26::uuid[]) then 1 else 0 end"
    return ",\n".join(parts) + f"\nselect 1 / {all_claimed}"
