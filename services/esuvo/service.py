"""What ESUVO hears and what it tells, put together from its rooms: this file is all of it."""

from contracts import (
    esuvo_blanks,
    esuvo_competition,
    esuvo_notifications,
    esuvo_requests,
    issued_documents,
    portal_applications,
    shep_requests,
    university_cases,
)
from services._chassis.aggregate import Service, Subscription
from services._eds.signed import UNCHECKED, SignedForms
from services.esuvo.duplicates.blanks import follows as blanks
from services.esuvo.duplicates.blanks import hears as of_blanks
from services.esuvo.duplicates.request import follows as requests
from services.esuvo.duplicates.request import hears as of_requests
from services.esuvo.grants.annex import follows as annexes
from services.esuvo.grants.application import follows as applications
from services.esuvo.grants.application import hears as of_applications
from services.esuvo.grants.campaign.follows import Campaigns, usual_campaigns
from services.esuvo.grants.contender import follows as contenders
from services.esuvo.grants.contender.register import Register, usual
from services.esuvo.notices import follows as notices
from services.esuvo.notices import hears as of_notices
from services.esuvo.papers import tells as papers
from services.esuvo.universities.directory import Directory


def service(
    directory: Directory,
    register: Register | None = None,
    campaigns: Campaigns | None = None,
    *,
    over_gateway: bool = False,
    forms: SignedForms = UNCHECKED,
    codes: issued_documents.Codes | None = None,
) -> Service:
    """ESUVO with the Ministry's side of it; what people do there they do over HTTP. Without a register an application for
    a grant is judged by the data of this repository, without campaigns awarded from its seats.
    `over_gateway`: requests come from the portal by way of the gateway. `forms` checks what applicants signed.
    `codes` are those of its papers; without them some that nobody can make again.
    """
    campaigns = campaigns or usual_campaigns()
    codes = codes or issued_documents.Codes()
    register = register or usual(directory.universities)
    return Service(
        name="esuvo",
        aggregates=(
            requests.aggregate(),
            notices.aggregate(requests.meaning),
            *blanks.aggregates(),
            applications.aggregate(register),
            papers.of_contenders(contenders.aggregate(register, campaigns.opening), codes, register),
            papers.of_campaign(campaigns.aggregate(), codes),
            annexes.aggregate(),
        ),
        subscriptions=(
            _portal(directory, forms, over_gateway=over_gateway),
            Subscription(
                university_cases.TOPIC,
                university_cases.CATALOGUE,
                (*of_requests.FROM_UNIVERSITY, *of_blanks.FROM_UNIVERSITY, *of_notices.FROM_UNIVERSITY),
            ),
            of_applications.FROM_COMMITTEES,
            of_notices.FROM_GATEWAY,
        ),
        publishes={
            esuvo_requests.TOPIC: esuvo_requests.CATALOGUE,
            esuvo_notifications.TOPIC: esuvo_notifications.CATALOGUE,
            esuvo_blanks.TOPIC: esuvo_blanks.CATALOGUE,
            esuvo_competition.TOPIC: esuvo_competition.CATALOGUE,
            issued_documents.ESUVO_TOPIC: issued_documents.CATALOGUE,
        },
    )


def _portal(directory: Directory, forms: SignedForms, *, over_gateway: bool) -> Subscription:
    """What the portal says: on its own topic, or where the gateway passes it on (INC-09)."""
    routes = (*of_requests.from_portal(directory, forms), *of_applications.from_portal(directory, forms))
    if over_gateway:
        return Subscription(shep_requests.TOPIC, shep_requests.CATALOGUE, routes)
    return Subscription(portal_applications.TOPIC, portal_applications.CATALOGUE, routes)
