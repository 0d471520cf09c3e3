"""Dead letters: what nobody here can use is set aside with its reason, and the rest of the batch goes on."""

import base64
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from contracts.dead_letter import DeadLettered, DeadReason
from contracts.envelope import Envelope
from services._chassis import ids
from services._chassis.aggregate import Timer
from services._chassis.batch import OutboxRow
from services._chassis.decider import Refused
from services._chassis.errors import Violation
from services._chassis.metrics import Metrics

SUFFIX: Final = ".dead"
_STACK_CHARACTERS: Final = 8_000
# Whatever came, its letter must fit into a Kafka message (1 MiB); the whole still stands at its position.
_MOST_OF_VALUE: Final = 64 * 1024
_MOST_OF_KEY: Final = 1_000
_MOST_OF_RULE: Final = 2_000
_Judged: TypeAlias = tuple[DeadReason, Violation, str | None]  # and the stack of a bug


class Position(NamedTuple):
    """Where a message stood, and its bytes as they came."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None

    @property
    def id(self) -> UUID:
        """Stands in for the message's own id where it has none that can be read."""
        return ids.derive(datetime.fromtimestamp(0, UTC), f"{self.topic}/{self.partition}/{self.offset}")


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
            field=violation.field,
            rule=violation.rule[:_MOST_OF_RULE],
            remedy=violation.remedy,
            consumer=self.service,
            topic=position.topic,
            partition=position.partition,
            offset=position.offset,
            key=key,
            value=value,
            value_encoding=encoding,
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


def _text(value: bytes | None) -> tuple[str | None, str]:
    """As much of a value as a letter holds, and how to read it."""
    if value is None:
        return None, "none"
    cut = ", cut" if len(value) > _MOST_OF_VALUE else ""
    try:
        return value.decode()[:_MOST_OF_VALUE], "utf-8" + cut
    except UnicodeDecodeError:
        return base64.b64encode(value[:_MOST_OF_VALUE]).decode(), "base64" + cut
