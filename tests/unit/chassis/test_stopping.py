"""Work that is left when the process is told to stop."""

import asyncio

import pytest

from services._chassis.stopping import unless


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
