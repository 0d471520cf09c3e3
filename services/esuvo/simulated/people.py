"""Simulated people are put to work here, and only `__main__` asks for it: without them people act over HTTP."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from services._chassis.aggregate import Aggregate, Effect, Recorded, Service
from services.esuvo.simulated.commission import Commission
from services.esuvo.simulated.ministry import Ministry


def staffed(service: Service, ministry: Ministry, commission: Commission | None = None) -> Service:
    """The same service, at whose desks simulated people act."""
    actors: dict[str, Ministry | Commission] = {"ministry": ministry}
    if commission:
        actors["campaign"] = commission
    aggregates = (_with(each, actors.get(each.category)) for each in service.aggregates)
    return replace(service, aggregates=tuple(aggregates))


def _with(aggregate: Aggregate[Any], actor: Any) -> Aggregate[Any]:  # Any: each acts on the state of its own aggregate
    if actor is None:
        return aggregate

    def react(state: Any, recorded: Recorded) -> Iterable[Effect]:
        yield from aggregate.react(state, recorded)
        yield from actor.react(state, recorded)

    return replace(aggregate, react=react, timers={**aggregate.timers, **actor.timers})
