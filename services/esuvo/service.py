"""What ESUVO hears and what it tells, as tables: this file is all of it."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar, get_args

from contracts import campaign, portal, shep, university
from contracts import esuvo as wire
from contracts.documents import registry
from contracts.event import Catalogue
from services._chassis.aggregate import Aggregate, Message, Route, Service, Subscription, on
from services._eds.signed import UNCHECKED, SignedForms
from services.esuvo.duplicates.blanks import decide as blanks
from services.esuvo.duplicates.blanks import serials
from services.esuvo.duplicates.blanks.decide import BLANK_REQUEST
from services.esuvo.duplicates.blanks.serials import SERIALS
from services.esuvo.duplicates.request import events
from services.esuvo.duplicates.request import follows as told
from services.esuvo.duplicates.request import hears as heard
from services.esuvo.duplicates.request import rows as projections
from services.esuvo.duplicates.request.decide import REQUEST
from services.esuvo.duplicates.request.events import Status
from services.esuvo.duplicates.request.state import State
from services.esuvo.grants.application import hears as grants
from services.esuvo.grants.campaign.follows import Campaigns, usual_campaigns
from services.esuvo.grants.register import Register, usual
from services.esuvo.notices import decide as notices
from services.esuvo.notices.decide import NOTICE
from services.esuvo.simulated.ministry import Ministry
from services.esuvo.streams import DELIVER, RESEND, SUPPLY, WATCH, ministry_stream, notice_stream, request_stream
from services.esuvo.universities.directory import Directory

C = TypeVar("C", bound=university.CaseEvent)
REQUEST_EVENTS: Final = Catalogue(get_args(events.RequestEvent))
NOTICE_EVENTS: Final = Catalogue(
    [
        notices.NoticeForwarded,
        notices.NoticeRepeated,
        notices.NoticeAccepted,
        notices.NoticeDelivered,
        notices.NoticeUndeliverable,
    ]
)
BLANK_EVENTS: Final = Catalogue(
    [
        blanks.BlankRequestReceived,
        blanks.SupplyGranted,
        blanks.SupplyRefused,
        blanks.BlanksSupplied,
        blanks.BlanksDelivered,
    ]
)


def _request_of(message: Message[Any]) -> str:  # Any: every event heard here names its application
    return request_stream(message.data.application_id)


def _notice_of(message: Message[Any]) -> str:  # Any: every event of the gateway names its notice
    return notice_stream(message.data.notice_id)


def _portal(directory: Directory, forms: SignedForms, *, over_gateway: bool) -> Subscription:
    """What the portal says: on its own topic, or where the gateway passes it on (INC-09)."""
    routes = (
        on(portal.ApplicationSubmitted, stream=_request_of, handle=partial(heard.take, directory, forms)),
        on(portal.ApplicationCorrected, stream=_request_of, handle=partial(heard.correct, forms)),
        on(portal.WithdrawalRequested, stream=_request_of, handle=partial(heard.withdraw, forms)),
        on(portal.ApplicationClosed, stream=_request_of, handle=heard.close),
        *grants.portal_routes(directory, forms),
    )
    if over_gateway:
        return Subscription(shep.REQUESTS, portal.REQUESTS_CATALOGUE, routes)
    return Subscription(portal.TOPIC, portal.CATALOGUE, routes)


def _step(event: type[C], status: Status, mark: Callable[[C], str]) -> Route:
    return on(event, stream=_request_of, handle=partial(heard.progress, status, mark))


def _subscriptions(directory: Directory, forms: SignedForms, *, over_gateway: bool) -> tuple[Subscription, ...]:
    return (
        _portal(directory, forms, over_gateway=over_gateway),
        Subscription(
            university.TOPIC,
            university.CATALOGUE,
            (
                _step(university.CaseOpened, Status.OPENED, lambda said: f"{said.regulation} {said.channel}"),
                _step(university.CaseRegistered, Status.REGISTERED, lambda said: said.incoming_number),
                _step(university.CaseReturned, Status.RETURNED, heard.moment_of),
                _step(university.HearingAppointed, Status.HEARING, lambda said: said.held_at.isoformat()),
                _step(university.CaseVerified, Status.VERIFIED, lambda said: said.reference_note),
                _step(university.CaseConsidered, Status.CONSIDERED, heard.unmarked),
                on(
                    university.BlankFormRequested,
                    stream=lambda message: ministry_stream(message.data.application_id),
                    handle=heard.ask_ministry,
                ),
                _step(university.DuplicatePrepared, Status.PREPARED, heard.blanks_of),
                on(university.DuplicateIssued, stream=_request_of, handle=heard.issue),
                on(university.CaseRefused, stream=_request_of, handle=heard.refuse),
                on(university.CaseWithdrawn, stream=_request_of, handle=heard.withdrawn),
                on(university.WithdrawalDeclined, stream=_request_of, handle=heard.decline_withdrawal),
                on(
                    university.NoticeSent,
                    stream=lambda message: notice_stream(message.data.notice.notice_id),
                    handle=heard.forward,
                ),
            ),
        ),
        grants.SUBSCRIPTION,
        Subscription(
            shep.TOPIC,
            shep.CATALOGUE,
            (
                on(shep.DeliveryAccepted, stream=_notice_of, handle=heard.accept),
                on(shep.DeliveryConfirmed, stream=_notice_of, handle=heard.confirm),
                on(shep.DeliveryAbandoned, stream=_notice_of, handle=heard.abandon),
            ),
        ),
    )


def service(
    policy: Ministry | None,
    directory: Directory,
    register: Register | None = None,
    campaigns: Campaigns | None = None,
    *,
    over_gateway: bool = False,
    forms: SignedForms = UNCHECKED,
) -> Service:
    """ESUVO with the Ministry's side of it. Without a policy the Ministry's desk is done by people over HTTP; without a
    register an application for a grant is judged by the data of this repository, without campaigns by a usual commission.
    `over_gateway`: requests come from the portal by way of the gateway. `forms` checks what applicants signed.
    """
    campaigns = campaigns or usual_campaigns()
    requests: Aggregate[State] = Aggregate(
        category="request",
        initial=REQUEST.initial,
        evolve=REQUEST.evolve,
        events=REQUEST_EVENTS,
        react=told.react_request,
        timers={WATCH: heard.watch},
        projection=projections.REQUESTS,
    )
    deliveries: Aggregate[notices.State] = Aggregate(
        category="notice",
        initial=NOTICE.initial,
        evolve=NOTICE.evolve,
        events=NOTICE_EVENTS,
        react=told.react_notice,
        timers={RESEND: heard.resend},
        projection=projections.NOTICES,
    )
    ministry: Aggregate[blanks.State] = Aggregate(
        category="ministry",
        initial=BLANK_REQUEST.initial,
        evolve=BLANK_REQUEST.evolve,
        events=BLANK_EVENTS,
        react=partial(told.react_ministry, policy),
        timers={SUPPLY: partial(heard.supply, policy), DELIVER: heard.deliver},
    )
    numbers: Aggregate[int] = Aggregate(
        category="serials",
        initial=SERIALS.initial,
        evolve=SERIALS.evolve,
        events=Catalogue([serials.BlockReserved]),
        react=told.react_serials,
    )
    return Service(
        name="esuvo",
        aggregates=(
            requests,
            deliveries,
            ministry,
            numbers,
            *grants.aggregates(register or usual(directory.universities), campaigns.opening),
            *campaigns.aggregates(),
        ),
        subscriptions=_subscriptions(directory, forms, over_gateway=over_gateway),
        publishes={
            wire.REQUESTS: wire.REQUESTS_CATALOGUE,
            wire.NOTIFICATIONS: wire.NOTIFICATIONS_CATALOGUE,
            wire.BLANKS: wire.BLANKS_CATALOGUE,
            campaign.TOPIC: campaign.CATALOGUE,
            registry.ESUVO_TOPIC: registry.CATALOGUE,
        },
    )
