"""Published by the portal on `portal.applications.v1`, keyed by application id."""

from typing import ClassVar, Final
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Channel, DuplicateRequest, GraduationYear, NoticeKind, RefusalCode, SpecialtyCode, Value
from contracts.event import Catalogue, Event, JsonObject, Text

TOPIC: Final = "portal.applications.v1"


class Signature(Value):
    """The EDS as the portal confirmed it: who signed, with which certificate, over which bytes (DUP-PORTAL-1, -2)."""

    certificate_serial: str
    digest: str
    signed_at: AwareDatetime


class ApplicationSubmitted(Event):
    """An applicant filled in and signed an application for a duplicate (DUP-PORTAL-2)."""

    name: ClassVar[str] = "kz.egov.portal.application-submitted"
    version: ClassVar[int] = 2
    title: ClassVar[Text] = Text(kk="Өтініш берілді", ru="Заявление подано", en="Application submitted")

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    signature: Signature
    submitted_at: AwareDatetime


class ApplicationCorrected(Event):
    """The applicant put right what the university had returned, and signed again (domain B.1)."""

    name: ClassVar[str] = "kz.egov.portal.application-corrected"
    title: ClassVar[Text] = Text(kk="Өтініш түзетілді", ru="Заявление исправлено", en="Application corrected")

    application_id: UUID
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    signature: Signature
    corrected_at: AwareDatetime


class WithdrawalRequested(Event):
    """The applicant asks to take the application back (EDGE-21); the university decides whether it still can be."""

    name: ClassVar[str] = "kz.egov.portal.withdrawal-requested"
    title: ClassVar[Text] = Text(kk="Қайтарып алу сұралды", ru="Запрошен отзыв заявления", en="Withdrawal requested")

    application_id: UUID
    requested_at: AwareDatetime


class NoticeReceived(Event):
    """The portal put a notice into the applicant's personal account: the gateway's delivery is confirmed by this."""

    name: ClassVar[str] = "kz.egov.portal.notice-received"
    title: ClassVar[Text] = Text(kk="Хабарлама алынды", ru="Уведомление получено", en="Notice received")

    application_id: UUID
    notice_id: UUID
    kind: NoticeKind
    received_at: AwareDatetime


class ApplicationClosed(Event):
    """The application has reached its end at the portal: issued, refused (with its code) or withdrawn."""

    name: ClassVar[str] = "kz.egov.portal.application-closed"
    title: ClassVar[Text] = Text(kk="Өтініш жабылды", ru="Заявление закрыто", en="Application closed")

    application_id: UUID
    outcome: NoticeKind
    refusal_code: RefusalCode | None = None
    closed_at: AwareDatetime


def _submitted_v1(data: JsonObject) -> JsonObject:
    """v1 predates the service centres: every application came from the portal itself."""
    return {**data, "channel": Channel.PORTAL.value}


CATALOGUE: Final = Catalogue(
    events=[ApplicationSubmitted, ApplicationCorrected, WithdrawalRequested, NoticeReceived, ApplicationClosed],
    upcasters={(ApplicationSubmitted.name, 1): _submitted_v1},
)
