"""Whatever stands on the clock's topic, the launcher reads the newest state that is one, and sets the next."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts import sim_clock
from deploy.local.chain.clock_states import state_in, state_of
from deploy.local.chain.conductor import conductor
from deploy.local.errors import LauncherError
from deploy.local.servers.topics import read_topics
from tests.support.process import NOON
from tests.support.servers import Place


def poisons(good: bytes) -> Iterator[bytes | None]:
    """The like of a good state with one thing wrong, and what is no state at all."""
    yield None
    yield from (b"", b"rubbish", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, good[:-1])
    for changes in (
        {"rate": 1e300},
        {"rate": float("inf")},
        {"rate": float("nan")},
        {"rate": -1},
        {"virtual": "9999-12-31T23:59:59.999999Z"},
        {"virtual": "0001-01-01T00:00:00+06:00"},
        {"virtual": "10000-01-01T00:00:00Z"},
        {"sequence": 2**63},
        {"sequence": 10**30},
        {"sequence": 0},
        {"sequence": "many"},
    ):
        envelope = json.loads(good)
        yield json.dumps({**envelope, "data": {**envelope["data"], **changes}}).encode()
    yield json.dumps({**json.loads(good), "type": "kz.egov.sim.other.v1"}).encode()
    yield json.dumps({**json.loads(good), "source": "/portal"}).encode()


async def test_what_is_no_state_is_passed_over_and_counted(corner: Place) -> None:
    broker, topic = corner.servers.bootstrap_servers, corner.topic_prefix + sim_clock.TOPIC
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    async with conductor([], broker, corner.topic_prefix, "token") as first:
        await first.set_clock(NOON, rate=0)
        assert first.state is not None
        good = await _last(broker, topic)
    async with AIOKafkaProducer(bootstrap_servers=broker) as producer:
        for value in (wrong := list(poisons(good))):
            await producer.send_and_wait(topic, value, key=b"clock")
    async with AIOKafkaProducer(bootstrap_servers=broker, transactional_id=topic) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, good.replace(b'"sequence":1', b'"sequence":9'), key=b"clock")
        await producer.abort_transaction()
    async with conductor([], broker, corner.topic_prefix, "token") as second:
        found, said = second.now, second.passed_over
        await second.set_clock(NOON + timedelta(hours=1), rate=sim_clock.MOST_RATE)
        at_the_end = second.now

    assert [state_in(value) for value in wrong] == [None] * len(wrong)
    assert found == NOON
    assert said == f"sim.clock.v1: {len(wrong)} records there are no states of the clock and were passed over."
    assert second.state is not None
    assert second.state.sequence == 2
    assert at_the_end <= sim_clock.END


async def _last(broker: str, topic: str) -> bytes:
    return (await read_topics(broker, [topic]))[topic][-1]


@pytest.mark.parametrize("rate", [1e13, -1, float("nan"), float("inf"), 1e300])
def test_a_rate_out_of_bounds_is_refused_with_field_rule_and_remedy(rate: float) -> None:
    with pytest.raises(LauncherError, match=r"rate .*: it should be .*; write virtual seconds per second from 0 to"):
        state_of(NOON, rate)


def test_a_moment_out_of_the_calendar_is_refused() -> None:
    for moment in (sim_clock.END + timedelta(days=1), sim_clock.BEGINNING - timedelta(days=1)):
        with pytest.raises(LauncherError, match="choose a moment from 1900-01-02 to 2199-12-31"):
            state_of(moment, 0)


def test_the_last_number_of_all_is_said_with_its_remedy() -> None:
    with pytest.raises(LauncherError, match="egov reset"):
        state_of(NOON, 0, sequence=sim_clock.MOST_STATES + 1)
