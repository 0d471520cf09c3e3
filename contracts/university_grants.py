"""Published by the university's information system on `university.grants.v1`: admission committees and rectors.

Keyed by application id, one conversation per application for a grant.
"""

from typing import ClassVar, Final

from pydantic import Field

from contracts.common import ApplicationId, Channel, Collector, Refusal, UniversityCode
from contracts.event import Catalogue, Event, Text
from contracts.grants import CampaignYear, GrantReceipt, RegistrationNumber, Standing
from contracts.kinds import Day, Flag, Line, Moment

TOPIC: Final = "university.grants.v1"


class AdmissionEvent(Event):
    """What every event says: which application, at which university, when."""

    application_id: ApplicationId
    university: UniversityCode
    at: Moment = Field(description="virtual time of what happened")


class GrantApplicationRegistered(AdmissionEvent):
    """The committee registered the application under a number (GRANT-P-1); an electronic one as soon as it arrived."""

    name: ClassVar[str] = "kz.egov.university.grant-application-registered"
    title: ClassVar[Text] = Text(
        kk="Грантқа өтініш тіркелді", ru="Заявление на грант зарегистрировано", en="Grant application registered"
    )

    channel: Channel = Field(description="paper or portal")
    campaign: CampaignYear
    regulation: Line = Field(description="id of the regulation that governs the application")
    registration_number: RegistrationNumber
    receipt: GrantReceipt | None = Field(default=None, description="the receipt, for a paper package (GRANT-P-1a)")


class ParticipationCertified(AdmissionEvent):
    """The applicant received the certificate of participation, which confirms that the data were entered (GRANT-P-1b)."""

    name: ClassVar[str] = "kz.egov.university.participation-certified"
    title: ClassVar[Text] = Text(
        kk="Конкурсқа қатысу анықтамасы берілді",
        ru="Выдана справка об участии в конкурсе",
        en="Participation certified",
    )

    registration_number: RegistrationNumber


class GrantApplicationVerified(AdmissionEvent):
    """The secretary processed and checked the electronic application (GRANT-E-2)."""

    name: ClassVar[str] = "kz.egov.university.grant-application-verified"
    title: ClassVar[Text] = Text(
        kk="Грантқа өтініш тексерілді", ru="Заявление на грант проверено", en="Grant application verified"
    )

    benefits_proven: Flag = Field(description="whether the quota or right that it claims is proven (EDGE-29)")


class GrantIntakeRefused(AdmissionEvent):
    """The committee refused the application, with the reason (GRANT-E-1a, REF-2, EDGE-26, EDGE-27)."""

    name: ClassVar[str] = "kz.egov.university.grant-intake-refused"
    title: ClassVar[Text] = Text(
        kk="Өтінішті қабылдаудан бас тартылды", ru="Отказано в принятии заявления", en="Grant intake refused"
    )

    channel: Channel = Field(description="paper or portal")
    refusal: Refusal = Field(description="the reasoned refusal")


class ForwardedToTestingCentre(AdmissionEvent):
    """The application is on its way to the National Testing Centre's common database (GRANT-P-2, GRANT-E-3)."""

    name: ClassVar[str] = "kz.egov.university.forwarded-to-testing-centre"
    title: ClassVar[Text] = Text(kk="ҰТО-ға жіберілді", ru="Направлено в НЦТ", en="Forwarded to the Testing Centre")

    channel: Channel = Field(description="paper or portal")
    campaign: CampaignYear
    standing: Standing = Field(description="the application as the competition counts it")


class CertificateHandedOver(AdmissionEvent):
    """The winner received the grant award certificate (GRANT-C-9, not later than 15 August)."""

    name: ClassVar[str] = "kz.egov.university.certificate-handed-over"
    title: ClassVar[Text] = Text(kk="Куәлік табысталды", ru="Свидетельство выдано", en="Certificate handed over")

    certificate_number: Line = Field(description="number of the award certificate")
    collector: Collector = Field(description="who collected it")


class WinnerEnrolled(AdmissionEvent):
    """The winner handed in the documents and was enrolled as a student."""

    name: ClassVar[str] = "kz.egov.university.winner-enrolled"
    title: ClassVar[Text] = Text(kk="Студент қатарына қабылданды", ru="Зачислен в вуз", en="Winner enrolled")


class GrantDeclined(AdmissionEvent):
    """The winner did not enrol in time: the seat is free again (EDGE-35)."""

    name: ClassVar[str] = "kz.egov.university.grant-declined"
    title: ClassVar[Text] = Text(kk="Гранттан бас тартты", ru="Обладатель гранта не зачислен", en="Grant declined")


class ScholarshipAssigned(AdmissionEvent):
    """The rector's order assigns the scholarship (GRANT-C-9s, not later than 25 August; GRANT-GEN-4, INC-17)."""

    name: ClassVar[str] = "kz.egov.university.scholarship-assigned"
    title: ClassVar[Text] = Text(kk="Стипендия тағайындалды", ru="Стипендия назначена", en="Scholarship assigned")

    order_number: Line = Field(
        description="number of the order, which is one for all that a university assigns on a day"
    )
    order_date: Day = Field(description="date of the order, in the university's zone")
    paid_from: Day = Field(description="first day of the payment (domain B.5)")


class GrantDeadlineNear(AdmissionEvent):
    """The deadline of a step that is not done is near: a warning before `GrantDeadlineBreached`."""

    name: ClassVar[str] = "kz.egov.university.grant-deadline-near"
    title: ClassVar[Text] = Text(
        kk="Грант қызметінің мерзімі жақындады", ru="Срок по гранту истекает", en="Grant deadline near"
    )

    step: Line = Field(description="the regulation's step, for example GRANT-E-2")
    due_at: Moment = Field(description="virtual time when the step is due")


class GrantDeadlineBreached(AdmissionEvent):
    """A step was not done by its deadline; the procedure goes on (EDGE-15, EDGE-36)."""

    name: ClassVar[str] = "kz.egov.university.grant-deadline-breached"
    title: ClassVar[Text] = Text(
        kk="Грант қызметінің мерзімі бұзылды", ru="Срок по гранту нарушен", en="Grant deadline breached"
    )

    step: Line = Field(description="the regulation's step, for example GRANT-C-9")
    limit: Line = Field(description="the limit in words, for example 2 working_day, or the fixed date")
    counting: Line = Field(description="the counting rule that applied, event_day or next_day (domain C.4)")
    due_at: Moment = Field(description="virtual time when the step was due")


CATALOGUE: Final = Catalogue(
    [
        GrantApplicationRegistered,
        ParticipationCertified,
        GrantApplicationVerified,
        GrantIntakeRefused,
        ForwardedToTestingCentre,
        CertificateHandedOver,
        WinnerEnrolled,
        GrantDeclined,
        ScholarshipAssigned,
        GrantDeadlineNear,
        GrantDeadlineBreached,
    ]
)
