"""What came over Kafka is decided on, a batch in one transaction; what cannot be used is set aside."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from services._chassis.batch import Claim, Plan
from services._chassis.dead_letters import DeadLetters, Position
from services._chassis.engine import Conflicted, Engine, Work, lasting
from services._chassis.inbound import Reading, Understood, Unusable, sort_out
from services._chassis.store import UNWRITABLE, Connection

_ONCE_MORE_SECONDS: Final = 0.1

log = structlog.get_logger()


class Intake:
    """A batch whose parts fail is decided again, part by part: nobody suffers for another's message."""

    def __init__(self, engine: Engine, dead_letters: DeadLetters) -> None:
        self._engine = engine
        self._dead_letters = dead_letters

    async def decide(
        self, wanted: Sequence[Reading], decided: asyncio.Event | None = None, *, once_more: bool = True
    ) -> None:
        """`decided` is set when all that is left is to write."""

        async def gather(connection: Connection, again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
            seen = await self._seen(connection, wanted) if again else {}
            new, unusable = sort_out(wanted, seen)

            def finish(plan: Plan) -> None:
                self._finish(plan, new, unusable)
                if decided:
                    decided.set()

            return Work([each.input for each in new], finish)

        try:
            await self._engine.transact("kafka", gather)
        except Exception as reason:
            if not (isinstance(reason, Conflicted) or lasting(reason)):
                raise
            if len(wanted) > 1:
                for each in wanted:
                    await self.decide([each])
            elif isinstance(reason, Conflicted):
                raise
            elif once_more and not isinstance(reason, UNWRITABLE):
                # A connection may have ended in a guise that we do not know: no message is set aside for that.
                await asyncio.sleep(_ONCE_MORE_SECONDS)
                await self.decide(wanted, once_more=False)
            else:
                await self._set_aside(wanted[0], reason)

    async def _set_aside(self, message: Reading, reason: Exception) -> None:
        """It was decided on, but what follows from it cannot be written: neither now nor later."""

        async def gather(connection: Connection, _again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
            seen = await self._seen(connection, [message])
            return Work([], lambda plan: None if seen else self._bury(plan, message.position, reason))

        await self._engine.transact("kafka", gather)

    async def _seen(self, connection: Connection, messages: Sequence[Reading]) -> dict[UUID, int | None]:
        """A message is known by its own id once it has acted, by its position once it was set aside."""
        ids = {each.position.id for each in messages} | {each.id for each in messages if isinstance(each, Understood)}
        return await self._engine.store.seen(connection, ids)

    def _bury(self, plan: Plan, position: Position, reason: Exception) -> None:
        """Only the position is claimed: the message may come again, under its own id, when its cause is mended."""
        log.error("message set aside", topic=position.topic, error=str(reason))
        plan.claims.append(Claim(position.id))
        plan.outbox.append(self._dead_letters.of_failure(position, reason))

    def _finish(self, plan: Plan, new: list[Understood], unusable: list[Unusable]) -> None:
        for each in unusable:
            log.error(
                "unusable message", topic=each.position.topic, offset=each.position.offset, rule=each.violation.rule
            )
            plan.claims.append(Claim(each.position.id))
            plan.outbox.append(self._dead_letters.of_message(each.position, each.reason, each.violation, None))
        for index, understood in enumerate(new):
            result = plan.results[index]
            if isinstance(result, Exception):
                self._bury(plan, understood.position, result)
            else:
                plan.claims.append(Claim(understood.id, understood.digest))
