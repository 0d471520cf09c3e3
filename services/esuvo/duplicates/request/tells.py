"""What others are told of a request: private event to contract."""

from typing import Any

from contracts import esuvo_requests as wire
from contracts.event import Event
from services.esuvo.duplicates.request import events
from services.esuvo.duplicates.request.state import Known


def contract_event(state: Known, event: Event) -> Event | None:  # noqa: PLR0911 - one arm per contract event
    """None for what only ESUVO knows. Fields of the same name are passed on as they are."""
    ours = {"application_id": state.application_id, "university": state.request.university}
    of: dict[str, Any] = {**ours, **dict(event)}  # Any: the fields of all of them
    match event:
        case events.RequestRouted(at=at):
            return wire.RequestRouted.model_validate({**of, "routed_at": at})
        case events.RoutingFailed(at=at):
            return wire.RoutingFailed.model_validate({**of, "failed_at": at})
        case events.CorrectionRouted():
            return wire.CorrectionRouted.model_validate(of)
        case events.WithdrawalRouted():
            return wire.WithdrawalRouted.model_validate(of)
        case events.OverdueFound(at=at):
            return wire.RequestOverdue.model_validate({**of, "overdue_at": at})
        case events.ContradictionFound():
            return wire.ContradictionFound(
                application_id=state.application_id,
                university=state.request.university,
                told=wire.Told(kind=event.kind, notice_id=event.notice_id, at=event.told_at),
                came_to=wire.CameTo(outcome=event.outcome, event_id=event.event_id, at=event.ended_at),
                found_at=event.at,
            )
        case _:
            return None
