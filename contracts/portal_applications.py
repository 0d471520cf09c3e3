"""Published by the portal on `portal.applications.v1`, keyed by application id."""

from typing import Annotated, ClassVar, Final

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
    Value,
)
from contracts.event import Catalogue, Event, JsonObject, Text
from contracts.forms import SIGNED, SignedForm
from contracts.grants import MOST_ATTACHMENTS, Attachment, GrantRequest
from contracts.kinds import Moment, line

TOPIC: Final = "portal.applications.v1"


class Signature(Value):
    """The EDS as the portal confirmed it: who signed, with which certificate, over which bytes (DUP-PORTAL-1, -2)."""

    certificate_serial: Annotated[str, line(64)] = Field(description="serial number of the signer's certificate")
    digest: Annotated[str, line(64)] = Field(description="SHA-256 over the signed bytes, hexadecimal")
    signed_at: Moment = Field(description="virtual time of signing")


class ApplicationSubmitted(Event):
    """An applicant filled in and signed an application for a duplicate (DUP-PORTAL-2)."""

    name: ClassVar[str] = "kz.egov.portal.application-submitted"
    version: ClassVar[int] = 3
    title: ClassVar[Text] = Text(kk="Өтініш берілді", ru="Заявление подано", en="Application submitted")

    application_id: ApplicationId
    request: DuplicateRequest = Field(description="what the applicant asks for")
    channel: Channel = Field(description="where the application was handed in")
    signature: Signature = Field(description="the EDS as the portal confirmed it")
    submitted_at: Moment = Field(description="virtual time of signing and submitting")
    signed: SignedForm | None = Field(default=None, description=SIGNED)


class GrantApplicationSubmitted(Event):
    """An applicant filled in and signed an application for a grant, with copies attached (GRANT-E-1, GRANT-PORTAL-3 to -5).

    It is the technical acknowledgement as well: the portal received the application (INC-12).
    """

    name: ClassVar[str] = "kz.egov.portal.grant-application-submitted"
    version: ClassVar[int] = 2
    title: ClassVar[Text] = Text(
        kk="Грантқа өтініш берілді", ru="Заявление на грант подано", en="Grant application submitted"
    )

    application_id: ApplicationId
    request: GrantRequest = Field(description="what the applicant states")
    attachments: tuple[Attachment, ...] = Field(
        max_length=MOST_ATTACHMENTS, description="electronic copies, each with the digest of its content"
    )
    signature: Signature = Field(description="the EDS as the portal confirmed it")
    submitted_at: Moment = Field(description="virtual time of signing and submitting")
    signed: SignedForm | None = Field(default=None, description=SIGNED)


class ApplicationCorrected(Event):
    """The applicant corrected what the university had returned, and signed again (domain B.1)."""

    name: ClassVar[str] = "kz.egov.portal.application-corrected"
    version: ClassVar[int] = 2
    title: ClassVar[Text] = Text(kk="Өтініш түзетілді", ru="Заявление исправлено", en="Application corrected")

    application_id: ApplicationId
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    signature: Signature = Field(description="the EDS as the portal confirmed it")
    corrected_at: Moment = Field(description="virtual time of the correction")
    signed: SignedForm | None = Field(default=None, description=SIGNED)


class WithdrawalRequested(Event):
    """The applicant asks to withdraw the application (EDGE-21); the university decides whether it is in time."""

    name: ClassVar[str] = "kz.egov.portal.withdrawal-requested"
    version: ClassVar[int] = 2
    title: ClassVar[Text] = Text(kk="Қайтарып алу сұралды", ru="Запрошен отзыв заявления", en="Withdrawal requested")

    application_id: ApplicationId
    requested_at: Moment = Field(description="virtual time of the request")
    signed: SignedForm | None = Field(default=None, description=SIGNED)


class NoticeReceived(Event):
    """The portal put a notice into the applicant's personal account, which confirms the gateway's delivery."""

    name: ClassVar[str] = "kz.egov.portal.notice-received"
    title: ClassVar[Text] = Text(kk="Хабарлама алынды", ru="Уведомление получено", en="Notice received")

    application_id: ApplicationId
    notice_id: NoticeId
    kind: NoticeKind = Field(description="what the notice is about")
    received_at: Moment = Field(description="virtual time of receipt")


class ApplicationClosed(Event):
    """The application ended at the portal: issued, refused (with the code) or withdrawn; a grant awarded or not awarded.

    `not-awarded` may be followed by an award in a later round: then this event is published once more (EDGE-35).
    """

    name: ClassVar[str] = "kz.egov.portal.application-closed"
    title: ClassVar[Text] = Text(kk="Өтініш жабылды", ru="Заявление закрыто", en="Application closed")

    application_id: ApplicationId
    outcome: NoticeKind = Field(
        description="how it ended: issued, refused or withdrawn; awarded or not-awarded for a grant"
    )
    refusal_code: RefusalCode | None = Field(
        default=None, description="ground of the refusal, if it was refused or no grant was awarded"
    )
    closed_at: Moment = Field(description="virtual time of the end")
    service: PublicService = Field(default=PublicService.DUPLICATE, description="the public service that it belongs to")


def _submitted_v1(data: JsonObject) -> JsonObject:
    """v1 predates the service centres: every application came from the portal itself."""
    return {**data, "channel": Channel.PORTAL.value}


def _unsigned(data: JsonObject) -> JsonObject:
    """Before, the portal kept the signed form: readers of such an event have to trust the portal."""
    return {**data, "signed": None}


UPCASTERS: Final = {
    (ApplicationSubmitted.name, 1): _submitted_v1,
    (ApplicationSubmitted.name, 2): _unsigned,
    (GrantApplicationSubmitted.name, 1): _unsigned,
    (ApplicationCorrected.name, 1): _unsigned,
    (WithdrawalRequested.name, 1): _unsigned,
}
CATALOGUE: Final = Catalogue(
    events=[
        ApplicationSubmitted,
        GrantApplicationSubmitted,
        ApplicationCorrected,
        WithdrawalRequested,
        NoticeReceived,
        ApplicationClosed,
    ],
    upcasters=UPCASTERS,
)
