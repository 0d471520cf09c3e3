"""What others are told of an application for a grant before it is in the register: private event to contract."""

from typing import Any

from contracts import esuvo_requests as wire
from contracts.common import PublicService
from contracts.event import Event
from services.esuvo.grants.application.events import GrantOverdueFound, GrantRouted, GrantRoutingFailed
from services.esuvo.grants.application.state import Sent


def contract_event(state: Sent, event: Event) -> Event | None:
    """None for what only ESUVO knows. Fields of the same name are passed on as they are."""
    ours = {"application_id": state.application_id, "university": state.university}
    of: dict[str, Any] = {**ours, **dict(event)}  # Any: the fields of all of them
    match event:
        case GrantRouted(at=at):
            return wire.GrantApplicationRouted.model_validate({**of, "routed_at": at})
        case GrantRoutingFailed(at=at):
            return wire.RoutingFailed.model_validate({**of, "failed_at": at})
        case GrantOverdueFound(at=at):
            return wire.RequestOverdue.model_validate({**of, "overdue_at": at, "service": PublicService.GRANT})
        case _:
            return None
