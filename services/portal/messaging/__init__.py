"""What the portal hears and says on Kafka, and how its streams hang together. SERVICE at the bottom is all of it."""

from typing import Final

from contracts import portal, shep
from services._chassis.aggregate import Aggregate, Service, Subscription, on
from services.portal.domain import account
from services.portal.messaging.applications import APPLICATION, DOCUMENT, notice

ACCOUNT: Final = Aggregate[account.AccountOpened | None](
    category="account", initial=None, evolve=lambda _account, event: event, events=account.ACCOUNT_EVENTS
)
CHALLENGE: Final = Aggregate[bool](
    category="challenge",
    initial=False,
    evolve=lambda _used, _event: True,
    events=account.CHALLENGE_EVENTS,
    logged=False,
)

SERVICE: Final = Service(
    name="portal",
    aggregates=(APPLICATION, DOCUMENT, ACCOUNT, CHALLENGE),
    subscriptions=(
        Subscription(
            topic=shep.TOPIC,
            catalogue=shep.CATALOGUE,
            routes=(on(shep.NoticeDispatched, stream=lambda each: APPLICATION.stream(each.subject), handle=notice),),
        ),
    ),
    publishes={portal.TOPIC: portal.CATALOGUE},
)
