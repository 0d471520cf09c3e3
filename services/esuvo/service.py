"""What ESUVO hears and what it tells, as tables: this file is all of it."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar, get_args

from contracts import (
    esuvo_blanks,
    esuvo_competition,
    esuvo_notifications,
    esuvo_requests,
    issued_documents,
    portal_applications,
    shep_deliveries,
    shep_requests,
    university_cases,
)
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

C = TypeVar("C", bound=university_cases.CaseEvent)
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
        on(portal_applications.ApplicationSubmitted, stream=_request_of, handle=partial(heard.take, directory, forms)),
        on(portal_applications.ApplicationCorrected, stream=_request_of, handle=partial(heard.correct, forms)),
        on(portal_applications.WithdrawalRequested, stream=_request_of, handle=partial(heard.withdraw, forms)),
        on(portal_applications.ApplicationClosed, stream=_request_of, handle=heard.close),
        *grants.portal_routes(directory, forms),
    )
    if over_gateway:
        return Subscription(shep_requests.TOPIC, shep_requests.CATALOGUE, routes)
    return Subscription(portal_applications.TOPIC, portal_applications.CATALOGUE, routes)


def _step(event: type[C], status: Status, mark: Callable[[C], str]) -> Route:
    return on(event, stream=_request_of, handle=partial(heard.progress, status, mark))


def _subscriptions(directory: Directory, forms: SignedForms, *, over_gateway: bool) -> tuple[Subscription, ...]:
    return (
        _portal(directory, forms, over_gateway=over_gateway),
        Subscription(
            university_cases.TOPIC,
            university_cases.CATALOGUE,
            (
                _step(university_cases.CaseOpened, Status.OPENED, lambda said: f"{said.regulation} {said.channel}"),
                _step(university_cases.CaseRegistered, Status.REGISTERED, lambda said: said.incoming_number),
                _step(university_cases.CaseReturned, Status.RETURNED, heard.moment_of),
                _step(university_cases.HearingAppointed, Status.HEARING, lambda said: said.held_at.isoformat()),
                _step(university_cases.CaseVerified, Status.VERIFIED, lambda said: said.reference_note),
                _step(university_cases.CaseConsidered, Status.CONSIDERED, heard.unmarked),
                on(
                    university_cases.BlankFormRequested,
                    stream=lambda message: ministry_stream(message.data.application_id),
                    handle=heard.ask_ministry,
                ),
                _step(university_cases.DuplicatePrepared, Status.PREPARED, heard.blanks_of),
                on(university_cases.DuplicateIssued, stream=_request_of, handle=heard.issue),
                on(university_cases.CaseRefused, stream=_request_of, handle=heard.refuse),
                on(university_cases.CaseWithdrawn, stream=_request_of, handle=heard.withdrawn),
                on(university_cases.WithdrawalDeclined, stream=_request_of, handle=heard.decline_withdrawal),
                on(
                    university_cases.NoticeSent,
                    stream=lambda message: notice_stream(message.data.notice.notice_id),
                    handle=heard.forward,
                ),
            ),
        ),
        grants.SUBSCRIPTION,
        Subscription(
            shep_deliveries.TOPIC,
            shep_deliveries.CATALOGUE,
            (
                on(shep_deliveries.DeliveryAccepted, stream=_notice_of, handle=heard.accept),
                on(shep_deliveries.DeliveryConfirmed, stream=_notice_of, handle=heard.confirm),
                on(shep_deliveries.DeliveryAbandoned, stream=_notice_of, handle=heard.abandon),
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
            esuvo_requests.TOPIC: esuvo_requests.CATALOGUE,
            esuvo_notifications.TOPIC: esuvo_notifications.CATALOGUE,
            esuvo_blanks.TOPIC: esuvo_blanks.CATALOGUE,
            esuvo_competition.TOPIC: esuvo_competition.CATALOGUE,
            issued_documents.ESUVO_TOPIC: issued_documents.CATALOGUE,
        },
    )
