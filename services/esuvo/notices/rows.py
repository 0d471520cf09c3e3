"""The read model of notices: a row per notice, without personal data."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.esuvo.notices.decide import Delivery, State


def notice_row(identity: str, state: State) -> Row | None:
    if not isinstance(state, Delivery):
        return None
    return {
        "notice_id": identity,
        "application_id": state.notice.application_id,
        "kind": state.notice.kind,
        "hop": state.hop,
        "attempt": state.attempt,
        "forwarded_at": state.forwarded_at,
    }


NOTICES: Final = Projection(
    "notices",
    ("notice_id",),
    ("notice_id", "application_id", "kind", "hop", "attempt", "forwarded_at"),
    notice_row,
)


ITS_NOTICES: Final = "select * from notices where application_id = $1 order by notice_id"
