"""Published by ESUVO on `esuvo.notifications.v1`, keyed by application id: notices for the gateway, and what came of them."""

from typing import ClassVar, Final

from pydantic import Field

from contracts.common import (
    ApplicationId,
    Attempt,
    Notice,
    NoticeId,
    NoticeKind,
)
from contracts.event import Catalogue, Event, Text
from contracts.kinds import Moment

TOPIC: Final = "esuvo.notifications.v1"


class NoticeForwarded(Event):
    """ESUVO hands a notice for the applicant to the gateway (DUP-PORTAL-8); `attempt` counts from 1."""

    name: ClassVar[str] = "kz.egov.esuvo.notice-forwarded"
    title: ClassVar[Text] = Text(kk="Хабарлама шлюзге берілді", ru="Уведомление передано", en="Notice forwarded")

    application_id: ApplicationId
    notice: Notice = Field(description="the notice itself")
    attempt: Attempt
    forwarded_at: Moment = Field(description="virtual time when ESUVO handed it over")


class NoticeDelivered(Event):
    """The gateway reports that the notice is in the applicant's personal account."""

    name: ClassVar[str] = "kz.egov.esuvo.notice-delivered"
    title: ClassVar[Text] = Text(kk="Хабарлама жеткізілді", ru="Уведомление доставлено", en="Notice delivered")

    application_id: ApplicationId
    notice_id: NoticeId
    kind: NoticeKind = Field(description="what the notice is about")
    delivered_at: Moment = Field(description="virtual time of the gateway's confirmation")


class NoticeUndeliverable(Event):
    """The notice did not reach the portal after every attempt; the university falls back to paper (EDGE-20)."""

    name: ClassVar[str] = "kz.egov.esuvo.notice-undeliverable"
    title: ClassVar[Text] = Text(kk="Хабарлама жетпеді", ru="Уведомление не доставлено", en="Notice undeliverable")

    application_id: ApplicationId
    notice_id: NoticeId
    kind: NoticeKind = Field(description="what the notice is about")
    given_up_at: Moment = Field(description="virtual time of giving up")


CATALOGUE: Final = Catalogue([NoticeForwarded, NoticeDelivered, NoticeUndeliverable])
