"""A process of its own, as an operator has it: it answers, it says whether it is ready, and SIGTERM ends it in order."""

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts import sim_clock
from contracts.sim_clock import ClockSet
from deploy.local.servers.ports import free_port
from deploy.local.servers.processes import Process, wait_until
from services._chassis.operations import CHECKS
from services._chassis.sending import partition_of
from tests.support.process import NOON, WITHIN, Stand
from tests.support.servers import Place
from tests.support.tally import IN, OUT, Number

MAIN = """
from services._chassis.run import main
from services._chassis.settings import Settings
from tests.support.tally import SERVICE
main(SERVICE, Settings())
"""


@pytest.fixture
def port() -> int:
    return free_port()


@contextmanager
def process(place: Place, port: int, directory: Path, **settings: str) -> Iterator[Process]:
    env = {
        "DATABASE_URL": place.database_url,
        "BOOTSTRAP_SERVERS": place.servers.bootstrap_servers,
        "TOPIC_PREFIX": place.topic_prefix,
        "PORT": str(port),
        **settings,
    }
    root = Path(__file__).parents[3]
    started = Process("tally", [sys.executable, "-c", MAIN], env, directory / "tally.log", cwd=root)
    started.start()
    try:
        yield started
    finally:
        started.kill()


def logged(started: Process) -> list[dict[str, Any]]:  # Any: JSON
    return [json.loads(line) for line in started.log_path.read_text().splitlines()]


async def ready(port: int) -> dict[str, bool]:
    """The checks of readiness; none while nothing answers."""
    async with httpx.AsyncClient(trust_env=False) as http:
        try:
            answer = await http.get(f"http://127.0.0.1:{port}/health/ready")
        except httpx.HTTPError:
            return {}
    checks: dict[str, bool] = answer.json()["checks"]
    assert (answer.status_code == 200) == all(checks.values())
    return checks


async def ended(started: Process) -> int | None:
    started.terminate()
    await wait_until(lambda: not started.alive, WITHIN, "the process to end")
    return started.returncode


async def test_a_process_works_until_it_is_told_to_stop_and_leaves_nothing_behind(
    still: Stand, port: int, tmp_path: Path
) -> None:
    with process(still.place, port, tmp_path) as started:
        await wait_until(lambda: up_but_for_the_clock(port), WITHIN, "the process")
        state = ClockSet(sequence=1, virtual=NOON, wall=NOON, rate=0)
        await still.send(sim_clock.TOPIC, state, sim_clock.KEY)
        await wait_until(lambda: wholly_ready(port), WITHIN, "the clock and the partitions")
        await still.send(IN, Number(value=3), "a")
        told = await still.read(OUT, 1)
        code = await ended(started)
        lines = logged(started)

    assert told[0].data["total"] == 3
    assert (await still.parts.store.pending())[0] == 0
    assert code == 0
    assert [each["event"] for each in lines if each["event"] in ("started", "stopped")] == ["started", "stopped"]
    assert {each["service"] for each in lines} == {"tally"}
    assert [each for each in lines if each["level"] in ("error", "critical")] == []


async def up_but_for_the_clock(port: int) -> bool:
    waiting = {"clock": False, "consumer": False}
    return await ready(port) == {**dict.fromkeys(CHECKS, True), **waiting}


async def wholly_ready(port: int) -> bool:
    return all((await ready(port)).values())


async def test_activity_is_answered_once_what_was_asked_for_is_handled_and_published(
    still: Stand, port: int, tmp_path: Path
) -> None:
    with process(still.place, port, tmp_path, OPERATOR_TOKEN="opens-the-operators-doors", PARTITIONS="4"):
        await wait_until(lambda: up_but_for_the_clock(port), WITHIN, "the process")
        state = ClockSet(sequence=1, virtual=NOON, wall=NOON, rate=0)
        await still.send(sim_clock.TOPIC, state, sim_clock.KEY)
        await wait_until(lambda: wholly_ready(port), WITHIN, "the clock and the partitions")
        topic, partition = still.place.topic_prefix + IN, str(partition_of(b"a", 4))
        asking = asyncio.create_task(activity(port, f"{topic}/{partition}:1"))
        await still.send(IN, Number(value=3), "a")
        answer = await asking
        wrong = await activity(port, "the first message")

    found = answer.json()
    assert found["positions"][topic][partition] == 1
    assert found["published"] == {still.place.topic_prefix + OUT: {partition: 1}}
    assert (found["running"], found["outbox"]) == (0, 0)
    assert wrong.status_code == 422


async def activity(port: int, heard: str) -> httpx.Response:
    headers = {"authorization": "Bearer opens-the-operators-doors"}
    query: dict[str, str | int] = {"heard": heard, "clock": 1, "patience": 10}
    async with httpx.AsyncClient(trust_env=False, timeout=WITHIN) as http:
        return await http.get(f"http://127.0.0.1:{port}/internal/activity", params=query, headers=headers)


async def test_a_process_without_a_clock_ends_when_told_to(tables: Place, port: int, tmp_path: Path) -> None:
    with process(tables, port, tmp_path) as started:
        await wait_until(lambda: up_but_for_the_clock(port), WITHIN, "the process")
        code = await ended(started)

    assert code == 0


async def test_a_process_without_a_broker_waits_for_it_and_ends_when_told_to(
    tables: Place, port: int, tmp_path: Path
) -> None:
    with process(tables, port, tmp_path, BOOTSTRAP_SERVERS=f"127.0.0.1:{free_port(port)}") as started:
        await wait_until(lambda: "waiting for the broker" in started.last_lines(), WITHIN, "its first try")
        code = await ended(started)

    assert code == 0


async def test_a_process_without_its_database_ends_with_an_error_that_names_no_password(
    tables: Place, port: int, tmp_path: Path
) -> None:
    url = f"postgresql://egov:hidden@127.0.0.1:{free_port(port)}/x"
    with process(tables, port, tmp_path, DATABASE_URL=url) as started:
        await wait_until(lambda: not started.alive, WITHIN, "the process to give up")

    assert started.returncode == 1
    assert logged(started)[-1]["event"] == "died"
    assert "hidden" not in started.log_path.read_text()


async def test_ctrl_c_in_a_terminal_ends_it_too(tables: Place, port: int, tmp_path: Path) -> None:
    with process(tables, port, tmp_path) as started:
        started.stop_signal = signal.SIGINT
        await wait_until(lambda: up_but_for_the_clock(port), WITHIN, "the process")

        assert await ended(started) == 0
