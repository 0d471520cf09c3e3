"""A store with a past: events and inbox rows as years of use leave them, ids in the order of time as `ids.derive` gives."""

from typing import Any, Final

from tests.bench.work import NAME, NOON, Taken

_OPEN: Final = 100  # streams that get events by turns
EVENTS_OF_A_STREAM: Final = 10


def _id(milliseconds: str, label: str) -> str:
    """Forty-eight bits of time, then a hash."""
    hashed = f"substr(md5({label}), 1, 3) || 'a' || substr(md5({label}), 4, 15)"
    return f"(lpad(to_hex({milliseconds}), 12, '0') || '8' || {hashed})::uuid"


_NOW: Final = f"{int(NOON.timestamp() * 1000)} + number"
_ABOUT: Final = _id(f"{int(NOON.timestamp() * 1000)} + begun", "'stream' || begun")
_FILL: Final = f"""
with rows as (
    select number, number / {_OPEN * EVENTS_OF_A_STREAM} * {_OPEN} + number % {_OPEN} as begun,
           (number % {_OPEN * EVENTS_OF_A_STREAM} / {_OPEN} + 1)::int as version
    from generate_series(0::bigint, $1::bigint - 1) as number),
named as (
    select version, {_id(_NOW, "'event' || number")} as id, {_ABOUT} as about,
           {_id(_NOW, "'cause' || number")} as cause,
           $2::timestamptz + number * interval '1 ms' as at, number
    from rows),
remembered as (insert into inbox (consumer, message_id) select $3::text, cause from named order by number)
insert into events (stream, version, id, name, schema_version, data, at, correlation, causation)
select 'case:' || about, version, id, $4::text, 1,
       jsonb_build_object('number', number, 'total', number, 'iin', '820708212592',
                          'university', '049', 'specialty', '5B050900'),
       at, about, cause
from named order by number
"""  # noqa: S608 - constants of ours


async def fill(connection: Any, count: int) -> None:  # Any: asyncpg ships no types
    """`count` events in the order in which they came, and what the planner should know of them."""
    await connection.execute(_FILL, count, NOON, NAME, Taken.name, timeout=None)
    await connection.execute("vacuum analyze events")
    await connection.execute("vacuum analyze inbox")
