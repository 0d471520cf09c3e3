"""Dead letters: what nobody here can use is set aside with its reason, and the rest of the batch goes on."""

import base64
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from contracts.dead_letter import DeadLettered, DeadReason, Header
from contracts.envelope import Envelope
from services._chassis import ids
from services._chassis.aggregate import Timer
from services._chassis.batch import OutboxRow
from services._chassis.decider import Refused
from services._chassis.errors import Violation
from services._chassis.metrics import Metrics

SUFFIX: Final = ".dead"
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_STACK_CHARACTERS: Final = 8_000
# Whatever came, its letter must fit into a Kafka message (1 MiB); the whole still stands at its position.
_MOST_OF_VALUE: Final = 64 * 1024
_MOST_OF_KEY: Final = 1_000
_MOST_OF_RULE: Final = 2_000
_MOST_OF_HEADER: Final = 1_000
_MOST_HEADERS: Final = 32
_Judged: TypeAlias = tuple[DeadReason, Violation, str | None]  # and the stack of a bug


class Position(NamedTuple):
    """Where a message stood, and its bytes as they came."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int = -1
    headers: Sequence[tuple[str, bytes | None]] = ()

    @property
    def id(self) -> UUID:
        """Stands in for the message's own id where it has none that can be read. The topic may have been made anew, so
        that the place alone tells nothing: what stood there, and since when, belongs to it.
        """
        place = f"{self.topic}/{self.partition}/{self.offset}/{self.timestamp}"
        return ids.derive(_EPOCH, place, ids.digest(self.key or b"", self.value or b""))


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Makes the outbox rows. `own_topic` takes the timers that failed, which came over no topic."""

    service: str
    own_topic: str
    metrics: Metrics
    wall: Callable[[], datetime] = lambda: datetime.now(UTC)

    def of_message(self, position: Position, reason: DeadReason, violation: Violation, stack: str | None) -> OutboxRow:
        return self._row(position, (reason, violation, stack))

    def of_failure(self, position: Position, failure: Exception) -> OutboxRow:
        """A message that was read, and that its handler refused or failed on."""
        return self._row(position, self._judged(failure))

    def of_timer(self, timer: Timer, failure: Exception) -> OutboxRow:
        value = f'{{"stream":"{timer.stream}","timer":"{timer.key}","due_at":"{timer.at.isoformat()}"}}'
        position = Position(self.own_topic, -1, -1, timer.stream.encode(), value.encode())
        return self._row(position, self._judged(failure), cause=timer.id)

    def of_unsendable(self, row: OutboxRow, reason: str) -> OutboxRow:
        """A message of ours that the broker will never take."""
        topic = row.topic.removesuffix(SUFFIX)
        remedy = "mend the cause, then put the row of the table unsent back into outbox"
        position = Position(topic, -1, -1, row.key, row.value[:_MOST_OF_VALUE])
        cause = ids.derive(_EPOCH, topic, ids.digest(row.key or b"", row.value))
        return self._row(position, (DeadReason.UNSENDABLE, Violation("", reason, remedy), None), cause)

    @staticmethod
    def _judged(failure: Exception) -> _Judged:
        if isinstance(failure, Refused):
            remedy = failure.remedy or "check the order of messages of this application at their source"
            return DeadReason.REFUSED, Violation(failure.field, f"{failure.code}: {failure.detail}", remedy), None
        stack = "".join(traceback.format_exception(failure))[-_STACK_CHARACTERS:]
        rule = f"{type(failure).__name__}: {failure}"
        return DeadReason.HANDLER_ERROR, Violation("", rule, "correct the handler, then send the message again"), stack

    def _row(self, position: Position, judged: _Judged, cause: UUID | None = None) -> OutboxRow:
        reason, violation, stack = judged
        self.metrics.dead.labels(position.topic, reason).inc()
        raw_key = None if position.key is None else position.key[:_MOST_OF_KEY]
        key = None if raw_key is None else raw_key.decode(errors="replace")
        value, encoding = _text(position.value)
        now = self.wall()
        letter = DeadLettered(
            reason=reason,
            field=violation.field[:_MOST_OF_RULE],
            rule=violation.rule[:_MOST_OF_RULE],
            remedy=violation.remedy[:_MOST_OF_RULE],
            consumer=self.service,
            topic=position.topic,
            partition=position.partition,
            offset=position.offset,
            key=key,
            value=value,
            value_encoding=encoding,
            headers=tuple(map(_header, position.headers[:_MOST_HEADERS])),
            stack=stack,
            at=now,
        )
        cause = cause or position.id
        envelope = Envelope.wrap(
            letter,
            identity=ids.derive(now, cause, self.service, SUFFIX),
            source=f"/{self.service}",
            subject=(key or "unknown")[:200] or "unknown",
            time=now,
            correlation=cause,
            causation=cause,
            recorded=now,
        )
        return OutboxRow(position.topic + SUFFIX, raw_key, envelope.to_bytes())


def _header(header: tuple[str, bytes | None]) -> Header:
    name, value = header
    text = None if value is None else value[:_MOST_OF_HEADER].decode(errors="replace")
    return Header(name=name[:_MOST_OF_HEADER], value=text)


def _text(value: bytes | None) -> tuple[str | None, str]:
    """As much of a value as a letter holds, and how to read it."""
    if value is None:
        return None, "none"
    cut = ", cut" if len(value) > _MOST_OF_VALUE else ""
    try:
        return value.decode()[:_MOST_OF_VALUE], "utf-8" + cut
    except UnicodeDecodeError:
        return base64.b64encode(value[:_MOST_OF_VALUE]).decode(), "base64" + cut
