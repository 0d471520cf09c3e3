"""What an operator, and the conductor, ask every service: whether it lives, is ready, is at rest; its metrics."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Final

from aiokafka import TopicPartition
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field

from services._chassis.engine import TRANSIENT
from services._chassis.metrics import Metrics
from services._chassis.running import Running, running
from services._chassis.settings import CHAIN_HEADER

Heard = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}/[0-9]{1,5}:[0-9]{1,18}$")]

CHECKS: Final = ("clock", "consumer", "relay", "timers", "database", "broker")
_ANSWER_SECONDS: Final = 3.0


def router(metrics: Metrics, operator: Callable[[Request], Awaitable[None]]) -> APIRouter:
    routes = APIRouter(tags=["operations"])

    def named(request: Request, response: Response) -> None:
        """Whose process this is: on a machine with several chains, another one may answer at the same address."""
        parts = running(request)
        response.headers[CHAIN_HEADER] = parts.settings.chain_id

    @routes.get("/health/live", dependencies=[Depends(named)])
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @routes.get("/health/ready", dependencies=[Depends(named)])
    async def ready(request: Request, response: Response) -> dict[str, object]:
        """Broker and database answer, the clock is known, the consumer has its partitions, the relay its producer; and none
        of consumer, relay and timers has work that has not moved for a while. `reasons` says why one is false.
        """
        parts = running(request)
        troubles = dict(parts.progress.troubles)
        troubles |= {} if await _database_answers(parts) else {"database": "it does not answer"}
        response.status_code = 503 if troubles else 200
        return {
            "status": "not ready" if troubles else "ready",
            "checks": {each: each not in troubles for each in CHECKS},
            "reasons": troubles,
        }

    @routes.get("/metrics", include_in_schema=False)
    async def exposed() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    @routes.get("/internal/activity", dependencies=[Depends(operator)])
    async def activity(
        request: Request,
        clock: Annotated[int, Query(ge=0, description="wait for this state of the clock")] = 0,
        heard: Annotated[
            tuple[Heard, ...], Query(description="wait until these are handled: topic/partition:offset")
        ] = (),
        patience: Annotated[float, Query(ge=0, le=10, description="seconds to wait for rest")] = 0,
    ) -> JSONResponse:
        """What the conductor judges quiescence by (docs/adr/0007), as soon as this process is at rest."""
        parts = running(request)
        outbox, next_timer = await _at_rest(parts, clock, dict(map(_end, heard)), patience)
        metrics.outbox.set(outbox)
        found = {
            "running": parts.engine.busy.running,
            "outbox": outbox,
            "next_timer": next_timer.isoformat() if next_timer else None,
            "clock": parts.clock.sequence,
            "hears": parts.consumer.topics,
            "positions": _by_topic(parts.consumer.positions),
            "published": _by_topic(parts.relay.published),
        }
        return JSONResponse(found)

    return routes


def _by_topic(offsets: Mapping[TopicPartition, int]) -> dict[str, dict[str, int]]:
    topics = {topic for topic, _ in offsets}
    return {topic: {str(n): end for (name, n), end in offsets.items() if name == topic} for topic in sorted(topics)}


def _end(text: str) -> tuple[TopicPartition, int]:
    place, _, offset = text.rpartition(":")
    topic, _, number = place.rpartition("/")
    return TopicPartition(topic, int(number)), int(offset)


async def _at_rest(
    parts: Running, sequence: int, ends: Mapping[TopicPartition, int], patience: float
) -> tuple[int, datetime | None]:
    """The outbox and the next timer when no work is under way any more, or when patience ends."""
    # At rest they are of one moment with what was handled by then: nothing was finished while the database was asked.
    loop, busy = asyncio.get_running_loop(), parts.engine.busy
    until = loop.time() + patience
    while True:
        unread = any(parts.consumer.positions.get(partition, end) < end for partition, end in ends.items())
        behind, finished = parts.clock.sequence < sequence or busy.running or unread, busy.finished
        outbox, next_timer = (0, None) if behind else await parts.store.pending()
        due = next_timer is not None and parts.clock.sequence and next_timer <= parts.clock.now()
        left = until - loop.time()
        if not (behind or outbox or due or busy.running or busy.finished != finished):
            return outbox, next_timer
        if left <= 0:
            return await parts.store.pending()
        await busy.change(left)


async def _database_answers(parts: Running) -> bool:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            await parts.store.rows("select 1 as one")
    except TRANSIENT:
        return False
    return True
