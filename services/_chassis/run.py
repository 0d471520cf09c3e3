"""Builds and runs one service process: HTTP, consumer, relay, timers and clock, and stops them in order."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import asyncpg
import structlog
import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from services._chassis import http, logging, operations, pages, topics
from services._chassis.aggregate import Service
from services._chassis.batch import Batch
from services._chassis.clock import VirtualClock
from services._chassis.clock_reader import ClockReader
from services._chassis.commands import Commands
from services._chassis.consumer import Consumer
from services._chassis.dead_letters import DeadLetters
from services._chassis.engine import Engine
from services._chassis.inbound import Reader
from services._chassis.intake import Intake
from services._chassis.metrics import Metrics
from services._chassis.progress import Progress
from services._chassis.protocol import Bounded, room_for_connections
from services._chassis.relay import Relay
from services._chassis.running import Running
from services._chassis.settings import Settings
from services._chassis.stopping import for_life, unless
from services._chassis.store import Store
from services._chassis.timers import Timers

log = structlog.get_logger()


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
    following = ClockReader(clock, engine.busy.notice, settings.broker, prefix, metrics.refused_states.inc)
    reader = Reader(service, prefix)
    consumer = Consumer(
        service.name, settings, Intake(engine, dead_letters), reader, engine.busy, clock, metrics, following.caught_up
    )
    relay = Relay(pool, settings.broker, engine.to_publish, engine.busy, metrics, dead_letters)
    timers = Timers(engine, batch, clock, dead_letters, metrics, settings.batch_size)
    progress = Progress(store, clock, consumer, relay)
    parts = Running(settings, clock, engine, Commands(engine, clock), store, consumer, relay, following, progress)
    return parts, timers, metrics


def create_app(service: Service, parts: Running, metrics: Metrics, routers: tuple[APIRouter, ...]) -> FastAPI:
    app = FastAPI(
        title=f"egov-chain: {service.name}", version="1", docs_url=None, redoc_url=None, responses=http.ANSWERS
    )
    app.state.running = parts
    http.install(app, metrics)
    app.include_router(pages.router(app.title))
    app.include_router(operations.router(metrics, http.operator_only(parts.settings.operator_token)))
    for router in routers:
        app.include_router(router)
    pages.with_token(app)
    return app


class _Server(uvicorn.Server):
    """Signals are ours: the server, the consumer, the timers and the relay stop in that order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; once a second all connections are told that time passes."""
        if counter % 10 == 0:
            for each in [each for each in self.server_state.connections if isinstance(each, Bounded)]:
                each.swept(1.0)
        return await super().on_tick(counter)


def server_of(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A server whose connections have bounds."""
    Bounded.room = room_for_connections()
    return _Server(
        uvicorn.Config(
            app,
            host,
            port,
            http=Bounded,
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            proxy_headers=False,
        )
    )


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
    server = server_of(app, settings.host, settings.port)
    listening = [socket.socket(fileno=settings.listen_fd)] if settings.listen_fd else None
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
            await server.serve(listening)
            committing.cancel()
            intake_over.set()
        all_over.set()

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(for_life(parts.reader.follow(all_over)))
            group.create_task(for_life(parts.progress.run(all_over)))
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
