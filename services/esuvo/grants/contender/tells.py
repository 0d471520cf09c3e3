"""What others are told of a person in the common database: private event to contract."""

from typing import Any

from contracts import esuvo_competition as wire
from contracts.common import Refusal
from contracts.event import Event
from services.esuvo.grants.contender.events import (
    CertificateIssued,
    ContenderEntered,
    ContenderMerged,
    ContenderRejected,
    GrantAwarded,
    GrantNotAwarded,
)
from services.esuvo.grants.contender.state import Contender


def contract_event(state: Contender, event: Event) -> wire.ContenderEvent | None:
    """None for what is told with the reason in words, or not at all. Fields of the same name are passed on as they are."""
    of: dict[str, Any] = {**_of(state), **dict(event)}  # Any: the fields of all of them
    match event:
        case ContenderEntered():
            return wire.GrantApplicationAccepted.model_validate(of)
        case ContenderRejected():
            return wire.GrantApplicationRejected.model_validate(of)
        case ContenderMerged():
            return wire.GrantApplicationMerged.model_validate(of)
        case GrantAwarded(choice=number):
            return wire.GrantAwarded.model_validate({**of, **_seat(state, number)})
        case CertificateIssued(choice=number, number=certificate):
            return wire.CertificateDispatched.model_validate(
                {**of, **_seat(state, number), "certificate_number": certificate}
            )
        case _:
            return None


def not_awarded(state: Contender, event: GrantNotAwarded, refusal: Refusal) -> wire.GrantNotAwarded:
    return wire.GrantNotAwarded.model_validate({**_of(state), **dict(event), "refusal": refusal})


def _of(state: Contender) -> dict[str, Any]:  # Any: the fields that every event of an application has
    return {"application_id": state.application_id, "campaign": state.campaign}


def _seat(state: Contender, number: int) -> dict[str, Any]:  # Any: fields of an event
    choice = state.standing.request.choices[number - 1]
    return {
        "university": choice.university,
        "specialty": choice.specialty,
        "language": state.standing.request.language,
    }
