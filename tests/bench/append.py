"""Appends of the chassis as a person's request makes them: `Commands` gathers those that wait at the same moment."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from contracts.event import Event
from contracts.sim_clock import ClockSet
from services._chassis import ids
from services._chassis.commands import Commands
from services._chassis.run import assemble, connect
from tests.bench.hop import settings_of
from tests.bench.programs import Figures, Job, Parent, main
from tests.bench.work import CASES, NOON, SERVICE, Case, Taken, subject

WARM_UP: Final = 20
# It stores and says nothing, as the library that it is compared with.
_SILENT: Final = replace(SERVICE, aggregates=(replace(CASES, react=lambda _case, _recorded: ()),))


async def append(job: Job, _parent: Parent) -> Figures:
    """`count` new streams of one event each, by `clients` who wait for each answer before they go on."""
    settings = settings_of(job)
    pool = await connect(settings)
    parts, _, _ = assemble(_SILENT, settings, pool)
    parts.clock.apply(ClockSet(sequence=1, virtual=NOON, wall=datetime.now(UTC), rate=0))
    committing = asyncio.create_task(parts.commands.run())
    await _client(parts.commands, range(-WARM_UP, 0))  # connections and statements are there before time counts
    began = time.perf_counter()
    async with asyncio.TaskGroup() as clients:
        for number in range(job.clients):
            clients.create_task(_client(parts.commands, range(number, job.count, job.clients)))
    seconds = time.perf_counter() - began
    committing.cancel()
    await pool.close()
    return {"appends": job.count, "seconds": seconds, "per_second": job.count / seconds}


async def _client(commands: Commands, numbers: Iterable[int]) -> None:
    for number in numbers:
        about = subject(number)
        cause = ids.derive(NOON, about, "request")
        await commands.execute(f"case:{about}", _record, cause=cause, correlation=about)


def _record(case: Case, _at: datetime) -> Sequence[Event]:
    number = case.taken + 1
    return [Taken(number=number, total=number, iin="820708212592", university="049", specialty="5B050900")]


if __name__ == "__main__":
    main(append)
