"""Published by the gateway (ШЭП) on `shep.deliveries.v1`, keyed by application id."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from contracts.common import ApplicationId, Attempt, Notice, NoticeId, NoticeKind
from contracts.event import Catalogue, Event, Text
from contracts.kinds import Moment, whole

TOPIC: Final = "shep.deliveries.v1"


class DeliveryAccepted(Event):
    """The gateway took a notice into its journal; the sender need not send it again."""

    name: ClassVar[str] = "kz.egov.shep.delivery-accepted"
    title: ClassVar[Text] = Text(kk="Шлюз қабылдады", ru="Принято шлюзом", en="Delivery accepted")

    application_id: ApplicationId
    notice_id: NoticeId
    accepted_at: Moment = Field(description="virtual time of acceptance")


class NoticeDispatched(Event):
    """The gateway hands the notice to the portal; `attempt` counts from 1."""

    name: ClassVar[str] = "kz.egov.shep.notice-dispatched"
    title: ClassVar[Text] = Text(kk="Порталға жіберілді", ru="Передано порталу", en="Notice dispatched")

    application_id: ApplicationId
    notice: Notice = Field(description="the notice itself")
    attempt: Attempt
    dispatched_at: Moment = Field(description="virtual time of dispatch")


class DeliveryConfirmed(Event):
    """The portal confirmed that the applicant has the notice."""

    name: ClassVar[str] = "kz.egov.shep.delivery-confirmed"
    title: ClassVar[Text] = Text(kk="Жеткізу расталды", ru="Доставка подтверждена", en="Delivery confirmed")

    application_id: ApplicationId
    notice_id: NoticeId
    kind: NoticeKind = Field(description="what the notice is about")
    confirmed_at: Moment = Field(description="virtual time of the portal's confirmation")


class DeliveryAbandoned(Event):
    """The portal confirmed none of the attempts to deliver the notice (EDGE-20)."""

    name: ClassVar[str] = "kz.egov.shep.delivery-abandoned"
    title: ClassVar[Text] = Text(kk="Жеткізу тоқтатылды", ru="Доставка прекращена", en="Delivery abandoned")

    application_id: ApplicationId
    notice_id: NoticeId
    kind: NoticeKind = Field(description="what the notice is about")
    attempts: Annotated[int, whole(1, 1_000_000)] = Field(description="number of attempts")
    abandoned_at: Moment = Field(description="virtual time of giving up")


CATALOGUE: Final = Catalogue([DeliveryAccepted, NoticeDispatched, DeliveryConfirmed, DeliveryAbandoned])
