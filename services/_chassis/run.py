"""Builds and runs one service process: HTTP, consumer, relay, timers and clock, and stops them in order."""

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import asyncpg
import structlog
import uvicorn
from aiokafka import TopicPartition
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field

from services._chassis import clock_reader, http, logging, topics
from services._chassis.aggregate import Service
from services._chassis.batch import Batch
from services._chassis.clock import VirtualClock
from services._chassis.commands import Commands
from services._chassis.consumer import Consumer
from services._chassis.dead_letters import DeadLetters
from services._chassis.engine import TRANSIENT, Engine
from services._chassis.inbound import Reader
from services._chassis.metrics import Metrics
from services._chassis.relay import Relay
from services._chassis.settings import Settings
from services._chassis.stopping import for_life, unless
from services._chassis.store import Store
from services._chassis.timers import Timers

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Running:
    """What a service's HTTP handlers work with; found as `request.app.state.running`."""

    settings: Settings
    clock: VirtualClock
    engine: Engine
    commands: Commands
    store: Store
    consumer: Consumer
    relay: Relay


Heard = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}/[0-9]{1,5}:[0-9]{1,18}$")]


def running(request: Request) -> Running:
    """What the process of this request works with."""
    found: Running = request.app.state.running
    return found


# Every statement of ours finds its rows by an index and is planned once. The planner itself judges by statistics that a
# young table does not have, and then reads all of it for every batch.
_PLANS: Final = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
}


async def connect(settings: Settings) -> Any:  # Any: asyncpg ships no types
    """A pool on the service's database; jsonb travels as text, which the store reads with pydantic."""
    return await asyncpg.create_pool(
        settings.database_url.get_secret_value(),
        min_size=2,
        max_size=settings.database_pool,
        reset=_nothing_to_reset,
        server_settings={"synchronous_commit": "on", "application_name": settings.instance, **_PLANS},
    )


async def _nothing_to_reset(_connection: Any) -> None:
    """Our statements change nothing of a session, and locks end with their transaction: spare a round trip each time."""


def assemble(service: Service, settings: Settings, pool: Any) -> tuple[Running, Timers, Metrics]:
    """The object graph of one process. Any: asyncpg ships no types."""
    prefix = settings.topic_prefix
    metrics, clock, store = Metrics(service.name), VirtualClock(), Store(pool, service)
    batch = Batch(service, lambda topic: prefix + topic)
    engine = Engine(store, batch, metrics)
    own_topic = prefix + next(iter(service.publishes))
    dead_letters = DeadLetters(service.name, own_topic, metrics)
    consumer = Consumer(service.name, settings, engine, Reader(service, prefix), dead_letters, clock, metrics)
    relay = Relay(pool, settings.bootstrap_servers, engine.to_publish, engine.busy, metrics)
    timers = Timers(engine, batch, clock, dead_letters, metrics, settings.batch_size)
    parts = Running(settings, clock, engine, Commands(engine, clock), store, consumer, relay)
    return parts, timers, metrics


def create_app(service: Service, parts: Running, metrics: Metrics, routers: tuple[APIRouter, ...]) -> FastAPI:
    app = FastAPI(title=f"egov-chain: {service.name}", version="1", redoc_url=None)
    app.state.running = parts
    http.install(app, metrics)
    app.include_router(_operations(metrics, http.operator_only(parts.settings.operator_token)))
    for router in routers:
        app.include_router(router)
    return app


def _operations(metrics: Metrics, operator: Callable[[Request], Awaitable[None]]) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready(request: Request, response: Response) -> dict[str, object]:
        """The clock is known, the consumer has its partitions, the relay its producer, and the database answers."""
        parts = running(request)
        checks = {
            "clock": parts.clock.sequence > 0,
            "consumer": parts.consumer.connected,
            "relay": parts.relay.connected,
            "database": await _database_answers(parts),
        }
        response.status_code = 200 if all(checks.values()) else 503
        return {"status": "ready" if all(checks.values()) else "not ready", "checks": checks}

    @router.get("/metrics", include_in_schema=False)
    async def exposed() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    @router.get("/internal/activity", dependencies=[Depends(operator)])
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
        positions: dict[str, dict[str, int]] = {}
        for partition, offset in parts.consumer.positions.items():
            positions.setdefault(partition.topic, {})[str(partition.partition)] = offset
        found = {
            "running": parts.engine.busy.running,
            "outbox": outbox,
            "next_timer": next_timer.isoformat() if next_timer else None,
            "clock": parts.clock.sequence,
            "hears": parts.consumer.topics,
            "positions": positions,
        }
        return JSONResponse(found)

    return router


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
        await parts.store.rows("select 1 as one")
    except TRANSIENT:
        return False
    return True


async def _follow_clock(parts: Running, stopping: asyncio.Event) -> None:
    settings = parts.settings
    await clock_reader.follow(
        parts.clock, parts.engine.busy.notice, settings.bootstrap_servers, settings.topic_prefix, stopping
    )


class _Server(uvicorn.Server):
    """Signals are ours: the server, the consumer, the timers and the relay stop in that order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    service: Service,
    settings: Settings,
    routers: tuple[APIRouter, ...] = (),
    prepare: Callable[[FastAPI], None] = lambda _app: None,
) -> None:
    """Run until SIGTERM or SIGINT. One task dying ends the process rather than leaving a half-alive service."""
    pool = await connect(settings)
    parts, timers, metrics = assemble(service, settings, pool)
    app = create_app(service, parts, metrics, routers)
    prepare(app)
    server = _Server(
        uvicorn.Config(app, host=settings.host, port=settings.port, log_config=None, access_log=False, lifespan="off")
    )
    asked, intake_over, all_over = asyncio.Event(), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True
        asked.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    heard = (each.topic for each in service.subscriptions)

    async def intake() -> None:
        """Everything that brings work in; over when the HTTP server has stopped."""
        async with asyncio.TaskGroup() as group:
            committing = group.create_task(for_life(parts.commands.run()))
            group.create_task(for_life(parts.consumer.run(intake_over)))
            group.create_task(for_life(timers.run(intake_over)))
            await server.serve()
            committing.cancel()
            intake_over.set()
        all_over.set()

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(for_life(_follow_clock(parts, all_over)))
            if await unless(asked, topics.ensure(settings, (*service.publishes, *heard))):
                group.create_task(for_life(parts.relay.run(all_over)))
                group.create_task(intake())
                log.info("started", port=settings.port)
            else:
                all_over.set()
        log.info("stopped")
    finally:
        await pool.close()


def calm_collector() -> None:
    """A batch is thousands of objects that live for a moment: the collector's own pace costs a third of the speed."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def main(
    service: Service,
    settings: Settings,
    routers: tuple[APIRouter, ...] = (),
    prepare: Callable[[FastAPI], None] = lambda _app: None,
) -> None:
    """The body of a service's `main`: exit code 1 when a task died."""
    logging.configure(service.name, settings.instance, settings.log_level)
    calm_collector()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(service, settings, routers, prepare))
    except* Exception as died:
        for each in died.exceptions:
            log.exception("died", exc_info=each)
        sys.exit(1)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    import uvloop  # noqa: PLC0415 - only the process's main needs it

    return uvloop.new_event_loop
