"""Waiting that ends when the process is told to stop."""

import asyncio
from collections.abc import Coroutine
from typing import Any


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
