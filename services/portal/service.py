"""What the portal hears and says on Kafka, and how its streams hang together. SERVICE at the bottom is all of it."""

from collections.abc import Sequence
from typing import Final

from contracts import portal_applications, shep_deliveries
from contracts.common import PublicService
from contracts.event import Event
from services._chassis.aggregate import Aggregate, Message, Service, Subscription, on
from services.portal.account import decide as account
from services.portal.duplicates import decide as application
from services.portal.duplicates.follows import APPLICATION, DOCUMENT
from services.portal.forms.follows import FILINGS
from services.portal.grants import decide as grant
from services.portal.grants.follows import CONTEST, GRANT
from services.portal.notices import ReceiveNotice
from services.portal.papers.registry import ISSUED, SUBSCRIPTIONS


def _concerned(message: Message[shep_deliveries.NoticeDispatched]) -> str:
    """The stream of the application that a notice is about, by the public service that it belongs to."""
    about_grants = message.data.notice.service is PublicService.GRANT
    return (GRANT if about_grants else APPLICATION).stream(message.subject)


def _notice(
    state: application.State | grant.State, message: Message[shep_deliveries.NoticeDispatched]
) -> Sequence[Event]:
    received = ReceiveNotice(message.data.notice, message.at)
    if isinstance(state, grant.Unfiled | grant.Application):
        return grant.decide(received, state)
    return application.decide(received, state)


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
    aggregates=(APPLICATION, DOCUMENT, GRANT, CONTEST, FILINGS, ACCOUNT, CHALLENGE, ISSUED),
    subscriptions=(
        Subscription(
            topic=shep_deliveries.TOPIC,
            catalogue=shep_deliveries.CATALOGUE,
            routes=(on(shep_deliveries.NoticeDispatched, stream=_concerned, handle=_notice),),
        ),
        *SUBSCRIPTIONS,
    ),
    publishes={portal_applications.TOPIC: portal_applications.CATALOGUE},
)
