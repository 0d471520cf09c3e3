"""Words of the grants service: who applies, with which points, for which specialties, with which benefits.

The identifiers follow the glossary (domain.md, part F); the rules themselves are data of law/competition.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from contracts.common import Applicant, Digest, SpecialtyCode, UniversityCode, Value
from contracts.kinds import Day, Flag, Moment, decimal, form, line, whole
from contracts.names import Name

MOST_CHOICES: Final = 4
MOST_ATTACHMENTS: Final = 20
MOST_BYTES: Final = 5 * 1024 * 1024  # of one electronic copy (domain B.2)
Score = Annotated[int, whole(0, 25), Field(description="points in one subject, at most 25")]
CampaignYear = Annotated[int, whole(2015, 2100), Field(description="year of the campaign")]
RegistrationNumber = Annotated[
    str,
    form(r"^[0-9]{3}-[0-9]{4}-[0-9]{6}$", 15),
    Field(description="number under which an admission committee registered the application: code, year, number"),
]


class StudyLanguage(StrEnum):
    """Language of instruction; each has seats of its own."""

    KAZAKH = "kk"
    RUSSIAN = "ru"


class Subject(StrEnum):
    """Subjects of the test. Everybody takes the first three and one of the others (domain B.3)."""

    LANGUAGE = "language"
    HISTORY = "history"
    MATHEMATICS = "mathematics"
    PHYSICS = "physics"
    CHEMISTRY = "chemistry"
    BIOLOGY = "biology"
    GEOGRAPHY = "geography"
    FOREIGN_LANGUAGE = "foreign_language"
    LITERATURE = "literature"
    WORLD_HISTORY = "world_history"
    CREATIVE = "creative"


class CertificateKind(StrEnum):
    """Kind of certificate of points: ЕНТ of the school year, or КТА for those who left school earlier."""

    ENT = "ent"
    KTA = "kta"


class Quota(StrEnum):
    """Admission quotas (domain B.4)."""

    ORPHAN = "orphan"
    DISABLED = "disabled"
    VETERAN = "veteran"
    ETHNIC_KAZAKH = "ethnic_kazakh"


class PreferentialRight(StrEnum):
    """Preferential rights, in the order of domain B.3 (tie-break 1): they decide between equal points and give no seat."""

    ALTYN_BELGI = "altyn_belgi"
    COLLEGE_EXPERIENCE = "college_experience"
    OLYMPIAD_WINNER = "olympiad_winner"
    SOCIAL = "social"
    HONOURS = "honours"


class Via(StrEnum):
    """The kind of seat that a grant was won by."""

    QUOTA = "quota"
    GENERAL = "general"
    RURAL = "rural"


class AttachmentKind(StrEnum):
    """What an electronic copy shows (domain B.2)."""

    EDUCATION_DOCUMENT = "education_document"
    POINTS_CERTIFICATE = "points_certificate"
    PHOTO = "photo"
    MEDICAL_FORM = "medical_form"
    IDENTITY_DOCUMENT = "identity_document"
    BENEFIT_PROOF = "benefit_proof"


# Assumed (domain B.2): the list of point 9 of the Standard was not found. Proof of a benefit comes on top where one is claimed.
REQUIRED_ATTACHMENTS: Final = (
    AttachmentKind.EDUCATION_DOCUMENT,
    AttachmentKind.POINTS_CERTIFICATE,
    AttachmentKind.PHOTO,
    AttachmentKind.MEDICAL_FORM,
    AttachmentKind.IDENTITY_DOCUMENT,
)


class Attachment(Value):
    """An electronic copy, identified by its content: the same file is stored once."""

    kind: AttachmentKind = Field(description="what the copy shows")
    digest: Digest
    media_type: Annotated[str, form(r"^(image/jpeg|image/png|application/pdf)$", 15)] = Field(
        description="media type of the content itself, whatever was claimed"
    )
    size: Annotated[int, whole(1, MOST_BYTES)] = Field(description="bytes")


class Scores(Value):
    """The points of one certificate; their sum is at most 100 (domain B.3)."""

    language: Score
    history: Score
    mathematics: Score
    elective: Score
    elective_subject: Subject = Field(description="the subject that was chosen")

    @property
    def total(self) -> int:
        return self.language + self.history + self.mathematics + self.elective


class PointsCertificate(Value):
    """The certificate of points (сертификат ЕНТ or КТА)."""

    kind: CertificateKind = Field(description="ent or kta")
    number: Annotated[str, form(r"^[0-9]{6,12}$", 12)] = Field(description="number printed on the certificate")
    scores: Scores = Field(description="the points")


_MARK: Final = r"^((2|3|4)(\.[0-9]{1,2})?|5(\.0{1,2})?)$"
# Written as text, so that no reader rounds it.
AverageMark = Annotated[Decimal, decimal(_MARK, least=2, most=5, places=2)]


class Choice(Value):
    """One line of the applicant's ordered list: the specialty, and the university to study it at."""

    specialty: SpecialtyCode
    university: UniversityCode


class GrantRequest(Value):
    """What an applicant for a grant states, the same on the portal's form and at the admission committee's desk."""

    applicant: Applicant = Field(description="who applies")
    language: StudyLanguage = Field(description="language of instruction")
    certificate: PointsCertificate = Field(description="the certificate of points")
    certificate_average: AverageMark = Field(description="average mark of the school certificate or diploma")
    preferential_right: PreferentialRight | None = Field(default=None, description="claimed preferential right")
    quota: Quota | None = Field(default=None, description="claimed admission quota")
    rural: Flag = Field(default=False, description="whether the applicant counts as rural youth")
    choices: tuple[Choice, ...] = Field(min_length=1, max_length=MOST_CHOICES, description="in the order of preference")


class GrantReceipt(Value):
    """The receipt that the committee gives for a paper package (GRANT-P-1a)."""

    accepted_by: Name = Field(description="surname and initials of the person who accepted the documents")
    stamp: Annotated[str, line(100)] = Field(description="the committee's stamp, in words")
    incoming_number: RegistrationNumber
    accepted_on: Day = Field(description="date of acceptance, in the university's zone")


class Standing(Value):
    """An application as the committee forwards it, with all that the competition counts (GRANT-P-2, GRANT-E-3)."""

    registration_number: RegistrationNumber
    request: GrantRequest = Field(description="what the applicant states")
    benefits_proven: Flag = Field(description="whether the quota or right that it claims is proven")
    registered_at: Moment = Field(description="virtual time of registration")
