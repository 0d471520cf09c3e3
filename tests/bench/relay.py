"""How fast a full outbox is published: taken, sent, acknowledged by the broker, removed."""

import asyncio
import time
from datetime import UTC, datetime

from contracts.sim_clock import ClockSet
from deploy.local.servers.processes import wait_until
from services._chassis.batch import OutboxRow
from services._chassis.run import assemble, connect
from tests.bench.hop import settings_of
from tests.bench.programs import WITHIN_SECONDS, Figures, Job, Parent, main
from tests.bench.work import NOON, OUT, SERVICE, messages

_LOOK_SECONDS = 0.001


async def relay(job: Job, _parent: Parent) -> Figures:
    settings = settings_of(job)
    pool = await connect(settings)
    rows = [OutboxRow(job.topic_prefix + OUT, key, value) for key, value in messages(job.count)]
    async with pool.acquire() as connection:
        await connection.copy_records_to_table(
            "outbox",
            columns=("shard", "topic", "key", "value"),
            records=[(row.shard, row.topic, row.key, row.value) for row in rows],
        )
        await connection.execute("analyze outbox")
    parts, _, metrics = assemble(SERVICE, settings, pool)
    parts.clock.apply(ClockSet(sequence=1, virtual=NOON, wall=datetime.now(UTC), rate=0))
    stopping = asyncio.Event()

    def published() -> bool:
        found = metrics.registry.get_sample_value("egov_messages_published_total", {"topic": job.topic_prefix + OUT})
        return found == job.count

    publishing = asyncio.create_task(parts.relay.run(stopping))
    await wait_until(lambda: parts.relay.connected, WITHIN_SECONDS, "the producer", _LOOK_SECONDS)
    began = time.perf_counter()
    await wait_until(published, WITHIN_SECONDS, "an empty outbox", _LOOK_SECONDS)
    seconds = time.perf_counter() - began
    stopping.set()
    await publishing
    await pool.close()
    return {"rows": job.count, "seconds": seconds, "per_second": job.count / seconds}


if __name__ == "__main__":
    main(relay)
