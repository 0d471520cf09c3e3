"""The university's information system as the chassis runs it: eight kinds of stream, what it hears, what it tells."""

from contracts import admission, university
from contracts.documents import registry
from contracts.universities import Universities
from services._chassis.aggregate import Service
from services._eds.signed import UNCHECKED, SignedForms
from services.university_is.grant_staff import GrantStaff
from services.university_is.messaging import counter, documents, papers, supplies
from services.university_is.messaging.cases import Cases
from services.university_is.messaging.grants import Grants
from services.university_is.messaging.inbound import subscriptions
from services.university_is.staff import Simulated


def service(
    staff: Simulated,
    universities: Universities,
    codes: registry.Codes | None = None,
    forms: SignedForms = UNCHECKED,
) -> Service:
    """`codes` are those of its documents; without them, some that nobody can make again. `forms` checks what people signed."""
    return Service(
        name="university_is",
        aggregates=(
            Cases(staff, universities).aggregate(),
            supplies.ledger(universities),
            supplies.register(),
            supplies.errands(staff.blank_alarm.most_requests),
            documents.documents(),
            counter.counter(),
            Grants(GrantStaff(staff), universities, codes or registry.Codes()).aggregate(),
            papers.papers(),
        ),
        subscriptions=subscriptions(universities, forms),
        publishes={
            university.TOPIC: university.CATALOGUE,
            admission.TOPIC: admission.CATALOGUE,
            registry.UNIVERSITY_TOPIC: registry.CATALOGUE,
        },
    )
