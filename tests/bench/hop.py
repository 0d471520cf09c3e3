"""One hop of the chassis, with all that a service process has but its HTTP: consume, decide, store, publish."""

import asyncio
from datetime import UTC, datetime

from pydantic import SecretStr

from contracts.sim_clock import ClockSet
from deploy.local.servers.processes import wait_until
from services._chassis.run import assemble, connect
from services._chassis.settings import Settings
from tests.bench.programs import Figures, Job, Meter, Parent, main
from tests.bench.work import NOON, SERVICE

_WITHIN_SECONDS = 30.0
_LOOK_SECONDS = 0.001


def settings_of(job: Job) -> Settings:
    return Settings(
        database_url=SecretStr(job.database_url),
        bootstrap_servers=job.bootstrap_servers,
        topic_prefix=job.topic_prefix,
        port=1,
        batch_size=job.batch_size,
    )


async def hop(job: Job, parent: Parent) -> Figures:
    settings = settings_of(job)
    pool = await connect(settings)
    parts, timers, _ = assemble(SERVICE, settings, pool)
    parts.clock.apply(ClockSet(sequence=1, virtual=NOON, wall=datetime.now(UTC), rate=0))
    intake_over, all_over = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        committing = group.create_task(parts.commands.run())
        group.create_task(timers.run(intake_over))
        group.create_task(parts.relay.run(all_over))
        await wait_until(lambda: parts.relay.connected, _WITHIN_SECONDS, "the relay's producer", _LOOK_SECONDS)
        await parent.ready()
        consuming = group.create_task(parts.consumer.run(intake_over))
        await wait_until(lambda: parts.consumer.connected, _WITHIN_SECONDS, "partitions", _LOOK_SECONDS)
        meter = Meter()
        await parent.told()
        figures = meter.read()
        intake_over.set()
        await consuming
        committing.cancel()
        all_over.set()
    await pool.close()
    return figures


if __name__ == "__main__":
    main(hop)
