"""The university's information system as the chassis runs it: eight kinds of stream, what it hears, what it tells."""

from contracts import esuvo_requests, issued_documents, university_cases, university_grants
from law.left_open import BlankAlarm
from law.universities import Universities
from services._chassis.aggregate import Service, Subscription
from services._eds.signed import UNCHECKED, SignedForms
from services.university_is.duplicates.case import hears as case
from services.university_is.duplicates.case.follows import Cases
from services.university_is.duplicates.counter.tells import counter
from services.university_is.duplicates.document.follows import documents
from services.university_is.duplicates.errand import hears as errand
from services.university_is.duplicates.errand.follows import errands
from services.university_is.duplicates.ledger.follows import ledger
from services.university_is.duplicates.register.follows import register
from services.university_is.grants.application import hears as grants
from services.university_is.grants.application.follows import Grants
from services.university_is.papers.follows import papers


def service(
    universities: Universities,
    blank_alarm: BlankAlarm | None = None,
    codes: issued_documents.Codes | None = None,
    forms: SignedForms = UNCHECKED,
) -> Service:
    """`codes` are those of its documents; without them, some that nobody can make again. `forms` checks what people signed.

    Nobody acts in it by themselves: people do everything over HTTP, or `simulated` adds some who do.
    """
    alarm = blank_alarm or BlankAlarm()
    return Service(
        name="university_is",
        aggregates=(
            Cases(universities, alarm).aggregate(),
            ledger(),
            register(),
            errands(alarm.most_requests),
            documents(),
            counter(),
            Grants(universities, codes or issued_documents.Codes()).aggregate(),
            papers(),
        ),
        subscriptions=_subscriptions(universities, forms),
        publishes={
            university_cases.TOPIC: university_cases.CATALOGUE,
            university_grants.TOPIC: university_grants.CATALOGUE,
            issued_documents.UNIVERSITY_TOPIC: issued_documents.CATALOGUE,
        },
    )


def _subscriptions(universities: Universities, forms: SignedForms) -> tuple[Subscription, ...]:
    routed = (*case.routed(universities, forms), grants.routed(universities, forms))
    return (
        Subscription(esuvo_requests.TOPIC, esuvo_requests.CATALOGUE, routed),
        case.notifications(),
        errand.supplies(),
        case.service_centre(universities),
        grants.competition(universities),
    )
