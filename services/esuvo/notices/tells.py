"""What others are told of a notice on its way: private event to contract."""

from contracts import esuvo_notifications
from services.esuvo.notices.events import NoticeDelivered, NoticeUndeliverable
from services.esuvo.notices.state import Delivery


def forwarded(state: Delivery) -> esuvo_notifications.NoticeForwarded:
    """For the gateway to deliver, and for the university as the answer that its notice is under way."""
    return esuvo_notifications.NoticeForwarded(
        application_id=state.notice.application_id,
        notice=state.notice,
        attempt=state.attempt,
        forwarded_at=state.forwarded_at,
    )


def settled(
    state: Delivery, event: NoticeDelivered | NoticeUndeliverable
) -> esuvo_notifications.NoticeDelivered | esuvo_notifications.NoticeUndeliverable:
    notice = state.notice
    of = {"application_id": notice.application_id, "notice_id": notice.notice_id, "kind": notice.kind}
    if isinstance(event, NoticeDelivered):
        return esuvo_notifications.NoticeDelivered(**of, delivered_at=event.at)
    return esuvo_notifications.NoticeUndeliverable(**of, given_up_at=event.at)
