"""Published by ESUVO on `esuvo.requests.v1`, keyed by application id: what goes to universities, and what ESUVO watches there."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from contracts.common import (
    ApplicationId,
    Channel,
    DuplicateRequest,
    GraduationYear,
    NoticeId,
    NoticeKind,
    PublicService,
    RefusalCode,
    SpecialtyCode,
    UniversityCode,
    Value,
)
from contracts.event import Catalogue, Event, Text
from contracts.forms import SIGNED, SignedForm
from contracts.grants import MOST_ATTACHMENTS, Attachment, GrantRequest
from contracts.kinds import Id, Moment, line, whole

TOPIC: Final = "esuvo.requests.v1"


class RequestRouted(Event):
    """ESUVO sends the request to the information system of the university that it concerns (DUP-PORTAL-3)."""

    name: ClassVar[str] = "kz.egov.esuvo.request-routed"
    title: ClassVar[Text] = Text(kk="Сұрау ЖОО-ға жіберілді", ru="Запрос направлен в вуз", en="Request routed")

    application_id: ApplicationId
    request: DuplicateRequest = Field(description="what the applicant asks for")
    channel: Channel = Field(description="where the application was handed in")
    filed_at: Moment = Field(description="virtual time of filing: it decides which regulation governs")
    routed_at: Moment = Field(description="virtual time of routing")
    signed: SignedForm | None = Field(default=None, description=SIGNED)


class GrantApplicationRouted(Event):
    """ESUVO sends an electronic application for a grant to the admission committee of its first choice (GRANT-PORTAL-7)."""

    name: ClassVar[str] = "kz.egov.esuvo.grant-application-routed"
    title: ClassVar[Text] = Text(
        kk="Грантқа өтініш ЖОО-ға жіберілді", ru="Заявление на грант направлено в вуз", en="Grant application routed"
    )

    application_id: ApplicationId
    university: UniversityCode
    request: GrantRequest = Field(description="what the applicant states")
    attachments: tuple[Attachment, ...] = Field(
        max_length=MOST_ATTACHMENTS, description="electronic copies, each with the digest of its content"
    )
    filed_at: Moment = Field(description="virtual time of filing: it decides which regulation governs")
    routed_at: Moment = Field(description="virtual time of routing")
    signed: SignedForm | None = Field(default=None, description=SIGNED)


class CorrectionRouted(Event):
    """ESUVO passes the corrected particulars of a returned request on to the university."""

    name: ClassVar[str] = "kz.egov.esuvo.correction-routed"
    title: ClassVar[Text] = Text(kk="Түзету жіберілді", ru="Исправление направлено", en="Correction routed")

    application_id: ApplicationId
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    corrected_at: Moment = Field(description="virtual time of the correction")
    signed: SignedForm | None = Field(default=None, description=SIGNED)


class WithdrawalRouted(Event):
    """ESUVO passes the applicant's request to withdraw on to the university (EDGE-21)."""

    name: ClassVar[str] = "kz.egov.esuvo.withdrawal-routed"
    title: ClassVar[Text] = Text(kk="Қайтарып алу жіберілді", ru="Отзыв направлен", en="Withdrawal routed")

    application_id: ApplicationId
    university: UniversityCode
    requested_at: Moment = Field(description="virtual time of the request")
    signed: SignedForm | None = Field(default=None, description=SIGNED)


class RoutingFailed(Event):
    """No university has the code in the application: it is unknown, closed or merged (EDGE-09)."""

    name: ClassVar[str] = "kz.egov.esuvo.routing-failed"
    title: ClassVar[Text] = Text(kk="ЖОО табылмады", ru="Вуз не найден", en="Routing failed")

    application_id: ApplicationId
    university: UniversityCode
    code: RefusalCode = Field(description="the ground of the refusal")
    failed_at: Moment = Field(description="virtual time of the failure")


class StepLimit(Value):
    """The longest that a step may take, by the regulation."""

    value: Annotated[int, whole(1, 1_000_000)] = Field(description="number of units")
    unit: Literal["minute", "working_day", "calendar_day"] = Field(description="the unit")


class RequestOverdue(Event):
    """ESUVO heard nothing of a step within its limit, by its own watch; the procedure goes on (EDGE-15, EDGE-16)."""

    name: ClassVar[str] = "kz.egov.esuvo.request-overdue"
    title: ClassVar[Text] = Text(kk="Мерзім өтті", ru="Срок истёк", en="Request overdue")

    application_id: ApplicationId
    university: UniversityCode
    step: Annotated[str, line(40)] = Field(
        description="the regulation's step, for example DUP-PORTAL-5; overall for the term of the whole service",
    )
    limit: StepLimit = Field(description="the limit that has passed")
    began_at: Moment = Field(description="virtual time from which the term was counted")
    due_at: Moment = Field(description="virtual time when the step was due")
    overdue_at: Moment = Field(description="virtual time from which it counts as overdue")
    service: PublicService = Field(default=PublicService.DUPLICATE, description="the public service that it belongs to")


class Told(Value):
    """The outcome that the applicant was told, by which notice."""

    kind: NoticeKind = Field(description="ready, issued, refused or withdrawn")
    notice_id: NoticeId
    at: Moment = Field(description="virtual time when ESUVO forwarded the notice")


class CameTo(Value):
    """How the case ended, by which message of the university."""

    outcome: NoticeKind = Field(description="issued, refused or withdrawn")
    event_id: Id = Field(description="id of that message")
    at: Moment = Field(description="virtual time when ESUVO received it")


class ContradictionFound(Event):
    """The applicant was told one outcome, and the case ended with another; published once for each such notice.

    ESUVO then sends a notice of its own, whose field `corrects` names the wrong one.
    """

    name: ClassVar[str] = "kz.egov.esuvo.contradiction-found"
    title: ClassVar[Text] = Text(kk="Қайшылық табылды", ru="Обнаружено противоречие", en="Contradiction found")

    application_id: ApplicationId
    university: UniversityCode
    told: Told = Field(description="what the applicant was told")
    came_to: CameTo = Field(description="how the case ended")
    found_at: Moment = Field(description="virtual time of the finding")


CATALOGUE: Final = Catalogue(
    [
        RequestRouted,
        GrantApplicationRouted,
        CorrectionRouted,
        WithdrawalRouted,
        RoutingFailed,
        RequestOverdue,
        ContradictionFound,
    ]
)
