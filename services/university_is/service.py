"""The university's information system as the chassis runs it: eight kinds of stream, what it hears, what it tells."""

from contracts import issued_documents, university_cases, university_grants
from law.universities import Universities
from services._chassis.aggregate import Service
from services._eds.signed import UNCHECKED, SignedForms
from services.university_is.duplicates.case.follows import Cases
from services.university_is.duplicates.case.hears import subscriptions
from services.university_is.duplicates.counter import tells as counter
from services.university_is.duplicates.document import follows as documents
from services.university_is.duplicates.ledger import follows as supplies
from services.university_is.grants.application.follows import Grants
from services.university_is.papers import follows as papers
from services.university_is.simulated.committee import GrantStaff
from services.university_is.simulated.staff import Simulated


def service(
    staff: Simulated,
    universities: Universities,
    codes: issued_documents.Codes | None = None,
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
            Grants(GrantStaff(staff), universities, codes or issued_documents.Codes()).aggregate(),
            papers.papers(),
        ),
        subscriptions=subscriptions(universities, forms),
        publishes={
            university_cases.TOPIC: university_cases.CATALOGUE,
            university_grants.TOPIC: university_grants.CATALOGUE,
            issued_documents.UNIVERSITY_TOPIC: issued_documents.CATALOGUE,
        },
    )
