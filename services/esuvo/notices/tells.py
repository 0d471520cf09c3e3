"""What others are told of a notice on its way: private event to contract."""

from contracts import esuvo_notifications as wire
from services.esuvo.notices.events import NoticeDelivered, NoticeUndeliverable
from services.esuvo.notices.state import Delivery


def forwarded(state: Delivery) -> wire.NoticeForwarded:
    """For the gateway to deliver, and for the university as the answer that its notice is under way."""
    return wire.NoticeForwarded(
        application_id=state.notice.application_id,
        notice=state.notice,
        attempt=state.attempt,
        forwarded_at=state.forwarded_at,
    )


def settled(
    state: Delivery, event: NoticeDelivered | NoticeUndeliverable
) -> wire.NoticeDelivered | wire.NoticeUndeliverable:
    notice = state.notice
    of = {"application_id": notice.application_id, "notice_id": notice.notice_id, "kind": notice.kind}
    if isinstance(event, NoticeDelivered):
        return wire.NoticeDelivered(**of, delivered_at=event.at)
    return wire.NoticeUndeliverable(**of, given_up_at=event.at)
