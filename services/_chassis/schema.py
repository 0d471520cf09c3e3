"""The chassis' tables, the same in every service's database. Migrations of each service run `V1`, then `V2`."""

from typing import Final

# events: (stream, version) is the lock of a stream; tx lets a reader that follows by position wait for late commits.
# outbox: rows hold the final bytes and go when the broker has acknowledged them; shard lets relays share the work.
# inbox: what has been seen, for ever. timers: what must be done later, at most one per stream and key.
V1: Final = """
create table events (
    position bigint generated always as identity,
    stream text not null,
    version integer not null check (version > 0),
    id uuid not null,
    name text not null,
    schema_version smallint not null,
    data jsonb not null,
    at timestamptz not null,
    correlation uuid not null,
    causation uuid not null,
    recorded_at timestamptz not null default clock_timestamp(),
    tx xid8 not null default pg_current_xact_id(),
    primary key (stream, version)
);
create unique index events_position on events (position);
create index events_correlation on events (correlation);

create table outbox (
    id bigint generated always as identity primary key,
    shard smallint not null,
    topic text not null,
    key bytea,
    value bytea not null
);

create table inbox (
    consumer text not null,
    message_id uuid not null,
    primary key (consumer, message_id)
);

create table timers (
    stream text not null,
    key text not null,
    id uuid not null,
    due_at timestamptz not null,
    data jsonb not null,
    correlation uuid not null,
    causation uuid not null,
    traceparent text not null,
    primary key (stream, key)
);
create index timers_due on timers (due_at, stream, key);
"""

# inbox.digest tells a repeat from another message under the same name; rows of before have none.
# unsent: rows of the outbox that the broker will never take, whole, with the reason.
V2: Final = """
alter table inbox add column digest bigint;

create table unsent (
    id bigint primary key,
    topic text not null,
    key bytea,
    value bytea not null,
    reason text not null,
    at timestamptz not null default clock_timestamp()
);
"""
