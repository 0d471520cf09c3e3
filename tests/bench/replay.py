"""How fast stored events become states and read-model rows, beside the bare reading of the same rows."""

import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from services._chassis.aggregate import Projection, Row
from services._chassis.run import connect
from services._chassis.store import Store
from tests.bench.fill import fill
from tests.bench.hop import settings_of
from tests.bench.programs import Figures, Job, Parent, main
from tests.bench.work import CASES, SERVICE, Case

_TOGETHER: Final = 500
_STREAMS: Final = "select stream from events where version = 1 order by position"
_BARE: Final = """
select stream, version, name, schema_version, data from events
where stream = any($1::text[]) order by stream, version
"""
Reading: TypeAlias = Callable[[list[str]], Coroutine[None, None, int]]


def _row(identity: str, case: Case) -> Row:
    return {"id": identity, "taken": case.taken, "total": case.total}


_PROJECTION: Final = Projection[Case](table="cases", key=("id",), columns=("id", "taken", "total"), row=_row)
_PROJECTED: Final = replace(SERVICE, aggregates=(replace(CASES, projection=_PROJECTION),))


async def replay(job: Job, _parent: Parent) -> Figures:
    pool = await connect(settings_of(job))
    store = Store(pool, _PROJECTED)
    async with pool.acquire() as connection:
        await fill(connection, job.count)
        streams = [row[0] for row in await connection.fetch(_STREAMS)]

        async def ours(some: list[str]) -> int:
            loaded = await store.load(connection, some)
            rows = [_row(stream.partition(":")[2], each.state) for stream, each in loaded.items()]
            return sum(int(str(row["taken"])) for row in rows)

        async def bare(some: list[str]) -> int:
            return len(await connection.fetch(_BARE, some))

        raw, own = await _rate(bare, streams, job.count), await _rate(ours, streams, job.count)
    await pool.close()
    return {"events": job.count, "per_second": own, "bare_rows_per_second": raw}


async def _rate(reading: Reading, streams: Sequence[str], count: int) -> float:
    began = time.perf_counter()
    read = [await reading(list(streams[first : first + _TOGETHER])) for first in range(0, len(streams), _TOGETHER)]
    seconds = time.perf_counter() - began
    if sum(read) != count:
        raise ValueError(f"{count} events are there, {sum(read)} were read")
    return count / seconds


if __name__ == "__main__":
    main(replay)
