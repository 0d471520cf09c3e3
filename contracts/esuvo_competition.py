"""Published by ESUVO on `esuvo.competition.v1`: the National Testing Centre, the Republican Competition Commission, the
Ministry's order and the media.

Events of one application are keyed by its id; events of the whole campaign by the campaign's own id.
"""

from typing import Annotated, ClassVar, Final
from uuid import UUID, uuid5

from pydantic import Field

from contracts.common import ApplicationId, Channel, Digest, Refusal, SpecialtyCode, UniversityCode
from contracts.event import Catalogue, Event, Text
from contracts.grants import CampaignYear, StudyLanguage, Via
from contracts.kinds import Day, Id, Line, Moment, whole

TOPIC: Final = "esuvo.competition.v1"
MOST_TIED: Final = 5_000  # two lists of so many ids still fit into a record
_CAMPAIGNS: Final = UUID("6d0f2a55-705a-5a1e-9c0e-0705000000f4")
CampaignId = Annotated[Id, Field(description="id of the campaign: the key of its records")]
Count = Annotated[int, whole(0, 10_000_000)]
Members = Annotated[int, whole(1, 1_000)]
Round = Annotated[
    int,
    whole(1, 1_000),
    Field(description="1 is the competition; from 2 on, seats that became free are awarded (EDGE-35)"),
]


def campaign_id(year: int) -> UUID:
    """The id of the campaign of a year, the same in every service."""
    return uuid5(_CAMPAIGNS, str(year))


class ContenderEvent(Event):
    """What every event of an application says."""

    application_id: ApplicationId
    campaign: CampaignYear
    at: Moment = Field(description="virtual time of what happened")


class CampaignEvent(Event):
    """What every event of a campaign says."""

    subject_field: ClassVar[str | None] = "campaign_id"

    campaign_id: CampaignId
    campaign: CampaignYear
    at: Moment = Field(description="virtual time of what happened")


class GrantApplicationAccepted(ContenderEvent):
    """The Testing Centre entered the application in the common database: the first result (GRANT-P-2, GRANT-E-4, INC-12)."""

    name: ClassVar[str] = "kz.egov.esuvo.grant-application-accepted"
    title: ClassVar[Text] = Text(
        kk="Өтініш конкурсқа қабылданды", ru="Заявление принято к конкурсу", en="Grant application accepted"
    )

    channel: Channel = Field(description="paper or portal")


class GrantApplicationRejected(ContenderEvent):
    """The Testing Centre did not accept the application to the competition (REF-2, EDGE-26, EDGE-27)."""

    name: ClassVar[str] = "kz.egov.esuvo.grant-application-rejected"
    title: ClassVar[Text] = Text(
        kk="Өтініш конкурсқа қабылданбады", ru="Заявление не принято к конкурсу", en="Grant application rejected"
    )

    channel: Channel = Field(description="paper or portal")
    refusal: Refusal = Field(description="the reasoned refusal")


class GrantApplicationMerged(ContenderEvent):
    """The same person already has an application in the common database, and only one competes (EDGE-28)."""

    name: ClassVar[str] = "kz.egov.esuvo.grant-application-merged"
    title: ClassVar[Text] = Text(kk="Өтініш біріктірілді", ru="Заявление объединено", en="Grant application merged")

    channel: Channel = Field(description="paper or portal")
    into: ApplicationId = Field(description="the application that takes part")


class GrantAwarded(ContenderEvent):
    """The Ministry's order names the applicant (GRANT-C-6)."""

    name: ClassVar[str] = "kz.egov.esuvo.grant-awarded"
    title: ClassVar[Text] = Text(kk="Грант тағайындалды", ru="Грант присуждён", en="Grant awarded")

    university: UniversityCode
    specialty: SpecialtyCode
    language: StudyLanguage = Field(description="language of instruction")
    via: Via = Field(description="the kind of seat that it was won by")
    choice: Annotated[int, whole(1, 4)] = Field(description="which of the applicant's choices it was, counted from 1")
    round: Round
    order_number: Line = Field(description="number of the Ministry's order")


class GrantNotAwarded(ContenderEvent):
    """No seat was left for any of the choices, with a reasoned refusal (GRANT-C-8e, REF-3)."""

    name: ClassVar[str] = "kz.egov.esuvo.grant-not-awarded"
    title: ClassVar[Text] = Text(kk="Грант тағайындалмады", ru="Грант не присуждён", en="Grant not awarded")

    refusal: Refusal = Field(description="the reasoned refusal")
    order_number: Line = Field(description="number of the Ministry's order")


class CertificateDispatched(ContenderEvent):
    """The award certificate is on its way from the Testing Centre to the university (GRANT-C-7, INC-25)."""

    name: ClassVar[str] = "kz.egov.esuvo.certificate-dispatched"
    title: ClassVar[Text] = Text(kk="Куәлік жіберілді", ru="Свидетельство направлено", en="Certificate dispatched")

    university: UniversityCode
    specialty: SpecialtyCode
    certificate_number: Line = Field(description="number of the award certificate")
    replaces: Line | None = Field(
        default=None, description="number of the misprinted certificate it replaces (EDGE-33)"
    )


class CampaignOpened(CampaignEvent):
    """The common database takes applications of this year (GRANT-P-2)."""

    name: ClassVar[str] = "kz.egov.esuvo.campaign-opened"
    title: ClassVar[Text] = Text(kk="Науқан ашылды", ru="Кампания открыта", en="Campaign opened")

    regulation: Line = Field(description="id of the regulation that governs the campaign")
    rules: Line = Field(description="id of the rules of the competition")
    seats: Count = Field(description="seats of the state educational order")


class CampaignScheduleInfeasible(CampaignEvent):
    """Planned from the last day of the filing window, the steps end after a fixed date (INC-20, EDGE-34)."""

    name: ClassVar[str] = "kz.egov.esuvo.campaign-schedule-infeasible"
    title: ClassVar[Text] = Text(
        kk="Қадамдар белгіленген күнге сыймайды", ru="Шаги не укладываются в срок", en="Campaign schedule infeasible"
    )

    step: Line = Field(description="the step with the fixed date, for example GRANT-C-9")
    planned_end: Moment = Field(description="virtual time when the step is due at the latest by the limits")
    backstop: Moment = Field(description="virtual time of the fixed date")


class SummarySheetsPrepared(CampaignEvent):
    """The commission received the summary sheets by field and specialty (GRANT-P-3, GRANT-E-4)."""

    name: ClassVar[str] = "kz.egov.esuvo.summary-sheets-prepared"
    title: ClassVar[Text] = Text(
        kk="Жиынтық ведомостар дайындалды", ru="Сводные ведомости подготовлены", en="Summary sheets prepared"
    )

    contenders: Count = Field(description="number of applicants in the competition")
    digest: Digest


class MeetingInvalid(CampaignEvent):
    """The commission could not decide: an even number of members, or no quorum; the term runs on (EDGE-32)."""

    name: ClassVar[str] = "kz.egov.esuvo.meeting-invalid"
    title: ClassVar[Text] = Text(kk="Отырыс жарамсыз", ru="Заседание неправомочно", en="Meeting invalid")

    members: Members = Field(description="members of the commission")
    present: Count = Field(description="members who came")
    reason: Text = Field(description="what was wrong")


class ProtocolSigned(CampaignEvent):
    """The Republican Competition Commission decided and signed the protocol (GRANT-C-5)."""

    name: ClassVar[str] = "kz.egov.esuvo.protocol-signed"
    title: ClassVar[Text] = Text(kk="Хаттамаға қол қойылды", ru="Протокол подписан", en="Protocol signed")

    number: Line = Field(description="number of the protocol")
    round: Round
    members: Members = Field(description="members of the commission, an odd number")
    present: Members = Field(description="members who decided, at least two thirds")
    awarded: Count = Field(description="number of grants awarded")
    refused: Count = Field(description="number of applicants without a grant")
    digest: Digest


class TieUnresolved(CampaignEvent):
    """The rules did not decide between these applicants at the last seat; the registration number did (EDGE-30)."""

    name: ClassVar[str] = "kz.egov.esuvo.tie-unresolved"
    title: ClassVar[Text] = Text(kk="Тең нәтиже", ru="Равенство не разрешено правилами", en="Tie unresolved")

    specialty: SpecialtyCode
    language: StudyLanguage = Field(description="language of instruction")
    via: Via = Field(description="the kind of seat")
    won: tuple[ApplicationId, ...] = Field(max_length=MOST_TIED, description="applications of the tie that won a seat")
    lost: tuple[ApplicationId, ...] = Field(
        min_length=1, max_length=MOST_TIED, description="applications of the tie that did not"
    )


class OrderIssued(CampaignEvent):
    """The Ministry's award order, passed to the Testing Centre and the media (GRANT-C-6)."""

    name: ClassVar[str] = "kz.egov.esuvo.order-issued"
    title: ClassVar[Text] = Text(kk="Бұйрық шықты", ru="Приказ издан", en="Order issued")

    number: Line = Field(description="number of the order")
    order_date: Day = Field(description="date of the order")
    round: Round
    awarded: Count = Field(description="number of grants that it awards")
    corrects: Line | None = Field(default=None, description="number of the order that it corrects (EDGE-33)")


class ListPublished(CampaignEvent):
    """The media published the list of grant holders (GRANT-C-8, GRANT-GEN-6)."""

    name: ClassVar[str] = "kz.egov.esuvo.list-published"
    title: ClassVar[Text] = Text(
        kk="Грант иегерлерінің тізімі жарияланды", ru="Список обладателей грантов опубликован", en="List published"
    )

    order_number: Line = Field(description="number of the order that it follows")
    round: Round
    holders: Count = Field(description="number of names in the list")


class CertificatesPrepared(CampaignEvent):
    """The Testing Centre prepared the award certificates (GRANT-C-7)."""

    name: ClassVar[str] = "kz.egov.esuvo.certificates-prepared"
    title: ClassVar[Text] = Text(kk="Куәліктер дайындалды", ru="Свидетельства подготовлены", en="Certificates prepared")

    round: Round
    certificates: Count = Field(description="number of certificates")


class CampaignDeadlineBreached(CampaignEvent):
    """A step of the campaign was not done by its deadline; the campaign goes on (EDGE-15, EDGE-32, EDGE-33)."""

    name: ClassVar[str] = "kz.egov.esuvo.campaign-deadline-breached"
    title: ClassVar[Text] = Text(
        kk="Науқан мерзімі бұзылды", ru="Срок кампании нарушен", en="Campaign deadline breached"
    )

    step: Line = Field(description="the regulation's step, for example GRANT-C-5")
    limit: Line = Field(description="the limit in words, for example 3 working_day")
    counting: Line = Field(description="the counting rule that applied, event_day or next_day (domain C.4)")
    due_at: Moment = Field(description="virtual time when the step was due")


CATALOGUE: Final = Catalogue(
    [
        GrantApplicationAccepted,
        GrantApplicationRejected,
        GrantApplicationMerged,
        GrantAwarded,
        GrantNotAwarded,
        CertificateDispatched,
        CampaignOpened,
        CampaignScheduleInfeasible,
        SummarySheetsPrepared,
        MeetingInvalid,
        ProtocolSigned,
        TieUnresolved,
        OrderIssued,
        ListPublished,
        CertificatesPrepared,
        CampaignDeadlineBreached,
    ]
)
