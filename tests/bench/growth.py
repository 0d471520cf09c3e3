"""What an event costs in a store of 10,000 and in one of a million, batch by batch in turns."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import mean, median
from typing import Any, Final

import asyncpg
import psutil

from contracts.event import Event
from services._chassis import ids
from services._chassis.batch import Batch, Claim, Input
from services._chassis.store import Store
from tests.bench.fill import EVENTS_OF_A_STREAM, fill
from tests.bench.programs import Figures, Job, Parent, main
from tests.bench.work import NOON, SERVICE, Case, Taken, subject

FEW: Final = 10_000
_TOGETHER: Final = 100  # streams; each gets one event of a batch, until it has as many as those that are there
_LATER: Final = 10_000_000
BEFORE: Final = EVENTS_OF_A_STREAM * _TOGETHER  # appended to each before it counts


@dataclass(slots=True)
class Side:
    """One of the two stores and what it has cost so far, without what does not depend on its size: deciding."""

    store: Store
    connection: Any  # Any: asyncpg ships no types
    janitor: Any
    backend: psutil.Process | None
    seconds: list[float] = field(default_factory=list)
    client_cpu: float = 0.0

    async def append(self, batch: Batch, inputs: Sequence[Input]) -> None:
        began, cpu = time.perf_counter(), time.process_time()
        loaded = await self.store.load(self.connection, {each.stream for each in inputs})
        read, cpu_read = time.perf_counter(), time.process_time()
        plan = batch.decide(inputs, loaded, {})
        plan.claims += [Claim(each.cause) for each in inputs]
        decided, cpu_decided = time.perf_counter(), time.process_time()
        await self.store.write(self.connection, plan)
        self.seconds.append(read - began + time.perf_counter() - decided)
        self.client_cpu += cpu_read - cpu + time.process_time() - cpu_decided
        self.store.committed(plan)
        await self.janitor.execute("delete from outbox")  # as the relay does

    def backend_cpu(self) -> float:
        return sum(self.backend.cpu_times()[:2]) if self.backend else 0.0


async def growth(job: Job, _parent: Parent) -> Figures:
    """`count` is the size of the larger store."""
    few = await _side(job, job.database_url, FEW)
    many = await _side(job, job.other_database_url, job.count)
    await few.janitor.execute("checkpoint")
    batch = Batch(SERVICE, lambda topic: topic)
    for number in range(-EVENTS_OF_A_STREAM, 0):  # to have the statements and the pages at hand
        for side in (few, many):
            await side.append(batch, _inputs(number))
    used = {"few": few.backend_cpu(), "many": many.backend_cpu()}
    for side in (few, many):
        side.seconds.clear()
        side.client_cpu = 0.0
    for number in range(job.batches):
        for side in (few, many) if number % 2 else (many, few):
            await side.append(batch, _inputs(number))
    events = job.batches * _TOGETHER
    figures: Figures = {"events_few": FEW, "events_many": job.count, "events_appended_to_each": events}
    for name, side in (("few", few), ("many", many)):
        figures[f"{name}_us_per_event"] = median(side.seconds) / _TOGETHER * 1e6
        figures[f"{name}_mean_us_per_event"] = mean(side.seconds) / _TOGETHER * 1e6
        figures[f"{name}_client_cpu_us_per_event"] = side.client_cpu / events * 1e6
        if side.backend:
            figures[f"{name}_database_cpu_us_per_event"] = (side.backend_cpu() - used[name]) / events * 1e6
        await side.connection.close()
        await side.janitor.close()
    return figures


async def _side(job: Job, database_url: str, count: int) -> Side:
    connection, janitor = [await asyncpg.connect(database_url) for _ in range(2)]
    await fill(connection, count)
    backend = psutil.Process(connection.get_server_pid()) if job.servers_are_ours else None
    return Side(Store(None, SERVICE), connection, janitor, backend)


def _inputs(number: int) -> list[Input]:
    """The batch of this number: the next event of each of the streams that are open by then."""
    block = number // EVENTS_OF_A_STREAM
    found = []
    for each in range(_TOGETHER):
        about = subject(_LATER + block * _TOGETHER + each)
        at = NOON + timedelta(milliseconds=_LATER + number * _TOGETHER + each)
        found.append(Input(ids.derive(at, about, "cause"), f"case:{about}", _record, at, about))
    return found


def _record(case: Case, _at: datetime) -> Sequence[Event]:
    number = case.taken + 1
    return [Taken(number=number, total=number, iin="820708212592", university="049", specialty="5B050900")]


if __name__ == "__main__":
    main(growth)
