"""The broker and the database are killed while messages flow; afterwards everything has happened, once."""

import asyncio
from datetime import timedelta

import pytest

from deploy.local.servers.kafka import Kafka
from deploy.local.servers.postgres import Postgres
from deploy.local.servers.processes import wait_until
from services._chassis.engine import TRANSIENT
from tests.support.process import NOON, WITHIN, Stand, everything, once
from tests.support.tally import IN, OUT, Number, tally_of

pytestmark = pytest.mark.own_servers


async def send(service: Stand, *values: int) -> None:
    for value in values:
        await service.send(IN, Number(value=value), "a")


def loops_are_alive(service: Stand) -> bool:
    return not any(task.done() for task in service.tasks)


async def test_messages_and_requests_outlive_the_death_of_the_broker(service: Stand, own_kafka: Kafka) -> None:
    await send(service, *range(1, 31))
    own_kafka.kill()
    try:
        while_it_was_away = await service.ask("b", 7)
    finally:
        await own_kafka.start()
    await send(service, *range(31, 61))
    await service.read(OUT, 61)
    await service.settled()
    told = once(await everything(service.place, OUT))

    assert while_it_was_away.state == 7
    assert [each.data["value"] for each in told if each.subject == "a"] == list(range(1, 61))
    assert [each.data["value"] for each in told if each.subject == "b"] == [7]
    assert loops_are_alive(service)


async def test_messages_requests_and_timers_outlive_the_death_of_the_database(
    service: Stand, own_postgres: Postgres
) -> None:
    await send(service, *range(1, 31))
    own_postgres.kill()
    try:
        with pytest.raises(TRANSIENT):
            await asyncio.wait_for(service.ask("b", 1), WITHIN)
        await send(service, *range(31, 61))
    finally:
        await own_postgres.start()
    told = await service.read(OUT, 60)
    after = await service.ask("b", 2)
    await service.jump(NOON + timedelta(hours=1))
    await wait_until(lambda: service.counted("egov_timers_fired_total", key="remind") == 2, WITHIN, "both timers")
    await service.settled()

    assert [each.data["value"] for each in told] == list(range(1, 61))
    assert (await service.parts.store.read(tally_of("a"))).state == sum(range(1, 61))
    assert after.state == 2
    assert loops_are_alive(service)
