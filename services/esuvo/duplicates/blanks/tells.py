"""What others are told of a request for blank forms: private event to contract."""

from contracts import esuvo_blanks as wire
from contracts.event import Event
from services.esuvo.duplicates.blanks.events import (
    BlankRequestReceived,
    BlanksDelivered,
    BlanksSupplied,
    SupplyRefused,
)
from services.esuvo.duplicates.blanks.state import Answered, Asked, State


def contract_event(state: State, event: Event) -> Event | None:
    """None for what only ESUVO knows, and for forms that have yet to be delivered (INC-02)."""
    match state, event:
        case Asked(), BlankRequestReceived(at=at):
            return wire.BlankRequestReceived(**_of(state), kinds=state.kinds, received_at=at)
        case Answered(request=asked), SupplyRefused(at=at):
            return wire.BlanksRefused(**_of(asked), kinds=asked.kinds, refused_at=at)
        case Answered(request=asked), BlanksSupplied() if asked.by_agent:
            return None
        case Answered(request=asked), BlanksSupplied(at=at) | BlanksDelivered(at=at):
            return wire.BlanksSupplied(**_of(asked), blanks=state.blanks, supplied_at=at)
        case _:
            return None


def _of(asked: Asked) -> dict[str, object]:
    return {"application_id": asked.application_id, "university": asked.university}
