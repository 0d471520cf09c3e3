"""What the certificate of participation says: personal data, the specialties in their order, benefits and rights (GRANT-P-1b)."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from contracts.common import Applicant
from contracts.event import Text
from contracts.grants import PreferentialRight, Quota, StudyLanguage
from law.specialties import Specialties
from law.universities import Universities
from services.university_is.grants.application.events import GrantTask
from services.university_is.grants.application.state import Grant


class Listed(BaseModel):
    """A line of the ordered list. A name is none where the code is not in the classifier or the list of universities."""

    model_config = ConfigDict(frozen=True)

    specialty: str
    specialty_name: Text | None
    university: str
    university_name: Text | None


class Participation(BaseModel):
    """The content of the certificate; `issued_at` is none until it is given."""

    model_config = ConfigDict(frozen=True)

    registration_number: str
    applicant: Applicant
    language: StudyLanguage
    points: int = Field(description="the sum of the certificate of points")
    choices: tuple[Listed, ...] = Field(description="in the order of preference")
    quota: Quota | None = Field(description="claimed quota")
    rural: bool
    preferential_right: PreferentialRight | None
    benefits_proven: bool = Field(description="whether proof lies with the application for what it claims (EDGE-29)")
    issued_at: datetime | None


def participation(grant: Grant, universities: Universities, specialties: Specialties) -> Participation:
    request = grant.registered.request
    issued = next((each.done for each in grant.steps if each.task is GrantTask.CERTIFY_PARTICIPATION), None)
    listed = ((each, specialties.get(each.specialty), universities.get(each.university)) for each in request.choices)
    return Participation(
        registration_number=grant.registered.registration_number,
        applicant=request.applicant,
        language=request.language,
        points=request.certificate.scores.total,
        choices=tuple(
            Listed(
                specialty=choice.specialty,
                specialty_name=specialty.name if specialty else None,
                university=choice.university,
                university_name=university.name if university else None,
            )
            for choice, specialty, university in listed
        ),
        quota=request.quota,
        rural=request.rural,
        preferential_right=request.preferential_right,
        benefits_proven=grant.benefits_proven,
        issued_at=issued,
    )
