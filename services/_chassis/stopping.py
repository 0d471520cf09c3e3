"""Ends that were asked for, and ends that were not."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

_STOP_SECONDS: Final = 10.0


async def unless(stopping: asyncio.Event, doing: Coroutine[Any, Any, None]) -> bool:  # Any: what coroutines send
    """Do it, or leave it when told to stop first; whether it was done. Raises what it raises."""
    work, told = asyncio.create_task(doing), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((work, told), return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            await work
        return work.done()
    finally:
        for task in (work, told):
            task.cancel()
        await asyncio.gather(work, told, return_exceptions=True)


async def close(client: Any) -> None:  # Any: aiokafka ships no types
    """Stop a consumer or a producer, or leave it after some seconds. In the pause after a failed request its `stop` raises
    CancelledError at whoever called it, who then would seem to have been cancelled; that is passed on only if somebody did
    cancel us.
    """
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await client.stop()
    except (asyncio.CancelledError, TimeoutError):
        if _was_asked():
            raise
        await (client.client if hasattr(client, "client") else client._client).close()  # noqa: SLF001 - half stopped


async def for_life(doing: Coroutine[Any, Any, None]) -> None:  # Any: what coroutines send
    """A task of the process. One that ends as if cancelled, though nobody cancelled it, would vanish unseen from its
    TaskGroup: it ends the process like any other failure. Raises Vanished then.
    """
    try:
        await doing
    except asyncio.CancelledError as gone:
        if _was_asked():
            raise
        raise Vanished("a task ended as if it had been cancelled, and nobody had asked for that") from gone


class Vanished(Exception):  # noqa: N818 - it reads as a fact
    """A task of the process is gone."""


def _was_asked() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
