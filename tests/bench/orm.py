"""The same hop the way most would write it: FastStream, SQLAlchemy's ORM, a commit per message, a polling relay.

It keeps the same promises: the inbox row, the event and the outbox row are one transaction, the offset is committed
after it, and a row counts as published when the broker has acknowledged it.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid4

from aiokafka import ConsumerRebalanceListener
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from pydantic import AwareDatetime, BaseModel, JsonValue
from pydantic_core import from_json
from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contracts.envelope import CONTENT_TYPE, Envelope
from services._chassis import ids
from tests.bench.programs import Figures, Job, Meter, Parent, main
from tests.bench.work import IN, NAME, OUT, Answered, Filed, Taken

_POLL_SECONDS: Final = 0.1
_MOST: Final = 100


class Base(DeclarativeBase):
    pass


class EventRow(Base):
    __tablename__ = "events"

    stream: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    name: Mapped[str]
    schema_version: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)  # Any: a JSON object
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    correlation: Mapped[UUID] = mapped_column(index=True)
    causation: Mapped[UUID]


class InboxRow(Base):
    __tablename__ = "inbox"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(primary_key=True)


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_waiting", "id", postgresql_where="published_at is null"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    topic: Mapped[str]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Incoming(BaseModel):
    id: UUID
    source: str
    type: Literal["kz.egov.bench.filed.v1"]
    subject: str
    time: AwareDatetime
    correlationid: UUID
    traceparent: str
    data: Filed


async def take(session: AsyncSession, incoming: Incoming, out: str) -> None:
    """One message, in its transaction."""
    remembered = ids.of_message(incoming.source, incoming.id)
    if await session.get(InboxRow, (NAME, remembered)):
        return
    stream = f"case:{incoming.subject}"
    history = select(EventRow).where(EventRow.stream == stream).order_by(EventRow.version)
    events = (await session.scalars(history)).all()
    filed = incoming.data
    taken = Taken(
        number=filed.number,
        total=_total(events) + filed.number,
        iin=filed.iin,
        university=filed.university,
        specialty=filed.specialty,
    )
    event = EventRow(
        stream=stream,
        version=len(events) + 1,
        id=uuid4(),
        name=Taken.name,
        schema_version=1,
        data=taken.model_dump(mode="json"),
        at=incoming.time,
        correlation=incoming.correlationid,
        causation=incoming.id,
    )
    answer = Answered(
        number=taken.number, total=taken.total, iin=taken.iin, university=taken.university, surname=taken.specialty
    )
    envelope = Envelope.wrap(
        answer,
        identity=uuid4(),
        source="/bench",
        subject=incoming.subject,
        time=incoming.time,
        correlation=incoming.correlationid,
        causation=event.id,
        recorded=datetime.now(UTC),
        traceparent=incoming.traceparent,
    )
    session.add_all(
        [
            InboxRow(consumer=NAME, message_id=remembered),
            event,
            OutboxRow(topic=out, key=incoming.subject.encode(), value=envelope.to_bytes()),
        ]
    )


def _total(events: Sequence[EventRow]) -> int:
    return events[-1].data["total"] if events else 0


async def relay(broker: KafkaBroker, sessions: async_sessionmaker[AsyncSession]) -> None:
    """Looks for rows that wait, publishes them in their order and marks them."""
    waiting = select(OutboxRow).where(OutboxRow.published_at.is_(None)).order_by(OutboxRow.id).limit(_MOST)
    while True:
        async with sessions.begin() as session:
            rows = (await session.scalars(waiting)).all()
            for row in rows:
                await broker.publish(row.value, row.topic, key=row.key, headers={"content-type": CONTENT_TYPE})
                row.published_at = datetime.now(UTC)
        if not rows:
            await asyncio.sleep(_POLL_SECONDS)


async def decode(message: KafkaMessage) -> JsonValue:
    """Our content type is one that the library takes for bytes."""
    value: JsonValue = from_json(message.body)
    return value


class Assigned(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka ships no types
    """Starts the meter when the partitions are there."""

    def __init__(self) -> None:
        self.meter: asyncio.Future[Meter] = asyncio.get_running_loop().create_future()

    def on_partitions_revoked(self, revoked: object) -> None:
        pass

    def on_partitions_assigned(self, assigned: object) -> None:
        if assigned and not self.meter.done():
            self.meter.set_result(Meter())


async def orm(job: Job, parent: Parent) -> Figures:
    engine = await _database(job)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    broker = KafkaBroker(
        job.bootstrap_servers, acks="all", enable_idempotence=True, logger=logging.getLogger("faststream")
    )
    assigned = Assigned()

    @broker.subscriber(
        job.topic_prefix + IN,
        group_id=job.topic_prefix + NAME,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        fetch_max_wait_ms=20,
        listener=assigned,
        decoder=decode,
    )
    async def on_message(incoming: Incoming) -> None:
        async with sessions.begin() as session:
            await take(session, incoming, job.topic_prefix + OUT)

    await broker.connect()
    await parent.ready()
    await broker.start()
    async with asyncio.TaskGroup() as group:
        publishing = group.create_task(relay(broker, sessions))
        meter = await assigned.meter
        await parent.told()
        figures = meter.read()
        await _until_marked(sessions)
        publishing.cancel()
    await broker.stop()
    await engine.dispose()
    return figures


async def _database(job: Job) -> AsyncEngine:
    engine = create_async_engine(job.database_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return engine


async def _until_marked(sessions: async_sessionmaker[AsyncSession]) -> None:
    """The last rows are on their topic and about to be marked."""
    async with asyncio.timeout(10), sessions() as session:
        while (await session.scalars(select(OutboxRow.id).where(OutboxRow.published_at.is_(None)).limit(1))).all():
            await session.rollback()
            await asyncio.sleep(_POLL_SECONDS)


if __name__ == "__main__":
    main(orm)
