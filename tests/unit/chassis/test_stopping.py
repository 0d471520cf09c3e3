"""Work that is left when the process is told to stop."""

import asyncio

import pytest

from services._chassis.stopping import Vanished, close, for_life, unless


async def test_work_that_ends_was_done() -> None:
    assert await unless(asyncio.Event(), asyncio.sleep(0))


async def test_work_that_fails_raises_what_it_raised() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await unless(asyncio.Event(), fail())


async def test_work_that_would_never_end_is_cancelled_when_told_to_stop() -> None:
    stopping, cancelled = asyncio.Event(), asyncio.Event()

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    waiting = asyncio.create_task(unless(stopping, for_ever()))
    await asyncio.sleep(0)
    stopping.set()

    assert not await asyncio.wait_for(waiting, 1)
    assert cancelled.is_set()


class Stumbling:
    """A Kafka client whose stop ends as aiokafka's does in the pause after a failed request."""

    def __init__(self) -> None:
        self.client = self
        self.closed = False

    async def stop(self) -> None:
        own = asyncio.get_running_loop().create_future()
        own.cancel()
        await own

    async def close(self) -> None:
        self.closed = True


async def test_a_client_that_stumbles_over_its_own_task_does_not_cancel_who_stops_it() -> None:
    stumbling = Stumbling()
    await close(stumbling)

    assert stumbling.closed


async def test_a_client_that_does_not_stop_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck(Stumbling):
        async def stop(self) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr("services._chassis.stopping._STOP_SECONDS", 0.01)
    stuck = Stuck()
    await asyncio.wait_for(close(stuck), 1)

    assert stuck.closed


async def test_who_is_cancelled_while_stopping_a_client_stays_cancelled() -> None:
    class Slow(Stumbling):
        async def stop(self) -> None:
            await asyncio.Event().wait()

    stopping = asyncio.create_task(close(Slow()))
    await asyncio.sleep(0)
    stopping.cancel()

    with pytest.raises(asyncio.CancelledError):
        await stopping


async def test_a_task_that_vanishes_ends_its_group_with_an_error() -> None:
    async def process() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(for_life(Stumbling().stop()))
            group.create_task(for_life(asyncio.sleep(60)))

    with pytest.raises(ExceptionGroup) as died:
        await process()

    assert died.group_contains(Vanished)


async def test_a_task_that_is_told_to_end_ends_without_a_word() -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(for_life(asyncio.sleep(60)))
        await asyncio.sleep(0)
        task.cancel()

    assert task.cancelled()
