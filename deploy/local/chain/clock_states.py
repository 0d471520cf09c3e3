"""States of the virtual clock, as the launcher reads and makes them: its topic is open to rubbish as any other."""

from datetime import UTC, datetime
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer
from pydantic import ValidationError

from contracts import sim_clock
from contracts.envelope import Envelope
from contracts.event import UnknownEvent
from deploy.local.errors import LauncherError
from services._chassis.broker import Broker, client_options
from services._chassis.records import forgive

SOURCE: Final = "/conductor"
_SILENT_ROUNDS: Final = 10
_ROUND_MS: Final = 200
_REMEDIES: Final = {
    "rate": f"write virtual seconds per second from 0 to {sim_clock.MOST_RATE:.0f}",
    "virtual": f"choose a moment from {sim_clock.BEGINNING:%Y-%m-%d} to {sim_clock.END:%Y-%m-%d}",
    "wall": "set the clock of this machine",
    "sequence": "forget the topic with the rest: `egov down`, `egov reset`, `egov up`",
}


class Heard(NamedTuple):
    """The newest state, and how many records on the topic are none."""

    newest: sim_clock.ClockSet | None
    unreadable: int

    def __str__(self) -> str:
        return f"{sim_clock.TOPIC}: {self.unreadable} records there are no states of the clock and were passed over."


async def newest(broker: Broker | str, topic: str) -> Heard:
    """What the services go by, too: the highest number counts, and what cannot be read is passed over."""
    forgive()
    consumer = AIOKafkaConsumer(
        topic, **client_options(broker), auto_offset_reset="earliest", isolation_level="read_committed"
    )
    states: list[sim_clock.ClockSet] = []
    unreadable, silent = 0, 0
    try:
        await consumer.start()
        partitions = consumer.assignment()
        ends = await consumer.end_offsets(partitions)
        # What follows a transaction that was never ended is nobody's to read: silence ends it, too.
        while silent < _SILENT_ROUNDS and any([await consumer.position(each) < ends[each] for each in partitions]):
            batches = await consumer.getmany(timeout_ms=_ROUND_MS)
            silent = 0 if batches else silent + 1
            for records in batches.values():
                found = [state_in(record.value) for record in records]
                states += filter(None, found)
                unreadable += found.count(None)
    finally:
        await consumer.stop()
    return Heard(max(states, key=lambda each: each.sequence, default=None), unreadable)


def state_in(value: bytes | None) -> sim_clock.ClockSet | None:
    """None for what is no state of the clock, or is not its owner's."""
    try:
        envelope = Envelope.read(value)
        state = sim_clock.CATALOGUE.decode(envelope.event_name, envelope.event_version, envelope.data)
    except (ValidationError, UnknownEvent):
        return None
    return state if isinstance(state, sim_clock.ClockSet) and envelope.source == SOURCE else None


def state_of(virtual: datetime, rate: float, *, sequence: int = 1, wall: datetime | None = None) -> sim_clock.ClockSet:
    """A state within the contract's bounds. Raises LauncherError that names the field, the rule and the remedy."""
    try:
        utc = virtual.astimezone(UTC)
    except OverflowError:
        utc = virtual  # outside of the calendar, and so of the contract
    try:
        return sim_clock.ClockSet(sequence=sequence, virtual=utc, wall=wall or datetime.now(UTC), rate=rate)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        field = str(first["loc"][0])
        value = {"rate": f"{rate:g}", "virtual": virtual.isoformat(), "sequence": str(sequence)}.get(field, "")
        rule = first["msg"].replace("Input", "it", 1)
        raise LauncherError(f"{field} {value}: {rule}; {_REMEDIES.get(field, 'correct it')}.") from None
