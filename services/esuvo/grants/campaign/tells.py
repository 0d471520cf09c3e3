"""What others are told of a campaign: private event to contract."""

from typing import Any, Final

from contracts import esuvo_competition as wire
from contracts.esuvo_competition import campaign_id
from contracts.event import Event, Text
from law.regulation import CountFrom
from services.esuvo.grants.campaign import events
from services.esuvo.grants.campaign.state import Campaign
from services.esuvo.grants.schedule import limit_of

_FLAWS: Final = {
    events.Flaw.EVEN: Text(
        kk="Комиссия мүшелерінің саны жұп",
        ru="Число членов комиссии чётное",
        en="The commission has an even number of members",
    ),
    events.Flaw.NO_QUORUM: Text(
        kk="Кворум жоқ: мүшелердің үштен екісінен азы қатысты",
        ru="Нет кворума: присутствует менее двух третей членов",
        en="No quorum: fewer than two thirds of the members came",
    ),
}


def contract_event(state: Campaign, event: Event, counting: CountFrom) -> Event | None:
    """What others are told of it; None for what only ESUVO knows."""
    of: dict[str, Any] = {"campaign_id": campaign_id(state.year), "campaign": state.year}  # Any: fields of all of them
    if same := _SAME.get(type(event)):
        return same.model_validate({**of, **dict(event)})
    match event:
        case events.MeetingInvalid():
            return wire.MeetingInvalid(
                **of, members=event.members, present=event.present, reason=_FLAWS[event.flaw], at=event.at
            )
        case events.DeadlineBreached():
            return wire.CampaignDeadlineBreached(
                **of, step=event.step, limit=limit_of(event.step), counting=counting, due_at=event.due_at, at=event.at
            )
        case _:
            return None


# Events that others are told as they are: they have the fields of the contract, and some of our own.
_SAME: Final[dict[type[Event], type[wire.CampaignEvent]]] = {
    events.CampaignOpened: wire.CampaignOpened,
    events.ScheduleInfeasible: wire.CampaignScheduleInfeasible,
    events.SheetsPrepared: wire.SummarySheetsPrepared,
    events.ProtocolSigned: wire.ProtocolSigned,
    events.TieUnresolved: wire.TieUnresolved,
    events.OrderIssued: wire.OrderIssued,
    events.ListPublished: wire.ListPublished,
    events.CertificatesPrepared: wire.CertificatesPrepared,
}
