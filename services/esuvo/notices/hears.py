"""What ESUVO makes of the notices of universities, and of what the gateway says of each notice."""

from collections.abc import Sequence
from typing import Any, Final

from contracts import shep_deliveries as gateway
from contracts import university_cases as university
from services._chassis.aggregate import Message, Subscription, on
from services.esuvo.notices.decide import NOTICE, Abandon, Accept, Confirm, Forward, NoticeEvent, State
from services.esuvo.streams import notice_stream


def forward(state: State, message: Message[university.NoticeSent]) -> Sequence[NoticeEvent]:
    data = message.data
    return NOTICE.decide(Forward(data.application_id, data.university, data.notice, message.at), state)


def accept(state: State, message: Message[gateway.DeliveryAccepted]) -> Sequence[NoticeEvent]:
    return NOTICE.decide(Accept(message.data.application_id, message.at), state)


def confirm(state: State, message: Message[gateway.DeliveryConfirmed]) -> Sequence[NoticeEvent]:
    data = message.data
    return NOTICE.decide(Confirm(data.application_id, data.kind, message.at), state)


def abandon(state: State, message: Message[gateway.DeliveryAbandoned]) -> Sequence[NoticeEvent]:
    data = message.data
    return NOTICE.decide(Abandon(data.application_id, data.kind, message.at), state)


def _notice_of(message: Message[Any]) -> str:  # Any: every event of the gateway names its notice
    return notice_stream(message.data.notice_id)


FROM_UNIVERSITY: Final = (
    on(
        university.NoticeSent,
        stream=lambda message: notice_stream(message.data.notice.notice_id),
        handle=forward,
    ),
)
FROM_GATEWAY: Final = Subscription(
    gateway.TOPIC,
    gateway.CATALOGUE,
    (
        on(gateway.DeliveryAccepted, stream=_notice_of, handle=accept),
        on(gateway.DeliveryConfirmed, stream=_notice_of, handle=confirm),
        on(gateway.DeliveryAbandoned, stream=_notice_of, handle=abandon),
    ),
)
