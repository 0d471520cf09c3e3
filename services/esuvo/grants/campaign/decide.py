"""A year's campaign after the register: summary sheets, the commission's protocol, order, list and certificates. Pure.

Whatever is repeated gives no events; what is out of turn is refused.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from services._chassis.decider import Decider, Ignored, Refused
from services.esuvo.grants.campaign.commands import (
    Breach,
    Certify,
    Command,
    IssueOrder,
    Meet,
    Open,
    PrepareSheets,
    Publish,
    Sign,
)
from services.esuvo.grants.campaign.events import (
    CampaignClosed,
    CampaignEvent,
    CampaignOpened,
    CertificatesPrepared,
    DeadlineBreached,
    Flaw,
    ListPublished,
    MeetingHeld,
    MeetingInvalid,
    OrderIssued,
    ProtocolSigned,
    ScheduleInfeasible,
    SheetsPrepared,
)
from services.esuvo.grants.campaign.state import Campaign, Round, State, Unopened, evolve
from services.esuvo.grants.schedule import CampaignStep

ROUNDS: Final = 2


def decide(command: Command, state: State) -> Sequence[CampaignEvent]:
    match command, state:
        case Open(), Unopened():
            return _open(command)
        case Open(), Campaign():
            return Ignored("already-open")
        case _, Unopened():
            raise _out_of_turn("no application of this year has entered the register", "wait for the first one")
        case _, Campaign():
            return _follow(command, state)
        case _:
            assert_never(state)


def _open(command: Open) -> Sequence[CampaignEvent]:
    opened = CampaignOpened(
        campaign=command.year,
        regulation=command.regulation,
        rules=command.rules,
        seats=command.seats,
        at=command.at,
    )
    if command.infeasible is None:
        return [opened]
    late = command.infeasible
    return [
        opened,
        ScheduleInfeasible(step=late.step, planned_end=late.planned.at, backstop=late.backstop.at, at=command.at),
    ]


def _follow(command: Command, state: Campaign) -> Sequence[CampaignEvent]:  # noqa: PLR0911 - a line for each command
    match command:
        case Open():
            return Ignored("already-open")
        case PrepareSheets():
            return Ignored("sheets-already-prepared") if state.sheets else [_sheets(command)]
        case Meet():
            return _meet(command, state)
        case Sign():
            return _sign(command, state)
        case IssueOrder():
            return _order(command, state)
        case Publish():
            return _publish(command, state)
        case Certify():
            return _certify(command, state)
        case Breach():
            return _breach(command, state)
        case _:
            assert_never(command)


def _sheets(command: PrepareSheets) -> SheetsPrepared:
    return SheetsPrepared(contenders=command.contenders, digest=command.digest, at=command.at)


def flaw_of(members: int, present: int) -> Flaw | None:
    """An odd number of members, two thirds of them present (domain B.3)."""
    if members % 2 == 0:
        return Flaw.EVEN
    return Flaw.NO_QUORUM if 3 * present < 2 * members else None


def _meet(command: Meet, state: Campaign) -> Sequence[CampaignEvent]:
    if not state.sheets:
        raise _out_of_turn("the summary sheets are not before the commission yet", "meet when they are prepared")
    now = state.round(command.round)
    if now.protocol or state.closed_at:
        return Ignored("already-decided")
    if command.round > 1 and not state.round(command.round - 1).is_complete:
        raise _out_of_turn("the round before is not complete", "publish its list and prepare its certificates first")
    if not 0 <= command.present <= command.members:
        detail = f"{command.present} of {command.members} members cannot be present"
        remedy = f"give a number from 0 to {command.members}"
        raise Refused("campaign.presence-impossible", detail, field="/present", remedy=remedy)
    flaw = flaw_of(command.members, command.present)
    round_, members, present, at = command.round, command.members, command.present, command.at
    if flaw:
        return [MeetingInvalid(round=round_, members=members, present=present, flaw=flaw, at=at)]
    return [MeetingHeld(round=round_, members=members, present=present, at=at)]


def _sign(command: Sign, state: Campaign) -> Sequence[CampaignEvent]:
    now, decided = state.round(command.round), command.decided
    if now.protocol or state.closed_at:
        return Ignored("already-decided")
    if now.held is None:
        return Ignored("no-meeting-held")
    if command.round > 1 and not decided.freed:
        return [CampaignClosed(at=command.at)]
    signed = ProtocolSigned(
        number=f"{state.year}-{command.round}",
        round=command.round,
        members=now.held.members,
        present=now.held.present,
        awarded=decided.awarded,
        refused=decided.refused,
        digest=decided.digest,
        annexes=len(decided.sheets),
        drawn=decided.sheets,
        at=command.at,
    )
    return [signed, *decided.ties]


def _order(command: IssueOrder, state: Campaign) -> Sequence[CampaignEvent]:
    now = state.round(command.round)
    if now.protocol is None:
        raise _out_of_turn("the commission has signed no protocol", "issue the order when it has")
    if not command.corrective:
        number = f"{state.year}-{command.round}"
        return Ignored("order-already-issued") if now.order else [_issued(command, number, now.protocol.awarded)]
    if now.order is None or now.published is None:
        raise _out_of_turn("no list has been published", "correct an order when its list has been read")
    if now.correction:
        return Ignored("order-already-corrected")
    return [_issued(command, f"{now.order.number}-1", now.protocol.awarded, now.order.number)]


def _issued(command: IssueOrder, number: str, awarded: int, corrects: str | None = None) -> OrderIssued:
    return OrderIssued(
        number=number,
        order_date=command.day,
        round=command.round,
        awarded=awarded,
        corrects=corrects,
        at=command.at,
    )


def _publish(command: Publish, state: Campaign) -> Sequence[CampaignEvent]:
    now = state.round(command.round)
    if now.order is None or now.protocol is None:
        raise _out_of_turn("the Ministry has issued no order", "publish the list when it has")
    if now.published and (now.correction is None or now.republished):
        return Ignored("list-already-published")
    order = now.correction or now.order
    published = ListPublished(
        order_number=order.number,
        round=command.round,
        holders=now.protocol.awarded,
        flawed=command.flawed and now.published is None,
        at=command.at,
    )
    return _perhaps_closed(published, state, command.at)


def _certify(command: Certify, state: Campaign) -> Sequence[CampaignEvent]:
    now = state.round(command.round)
    if now.order is None or now.protocol is None:
        raise _out_of_turn("the Ministry has issued no order", "prepare certificates when it has")
    if now.certificates:
        return Ignored("certificates-already-prepared")
    prepared = CertificatesPrepared(round=command.round, certificates=now.protocol.awarded, at=command.at)
    return _perhaps_closed(prepared, state, command.at)


def _perhaps_closed(
    event: ListPublished | CertificatesPrepared, state: Campaign, at: datetime
) -> Sequence[CampaignEvent]:
    after = evolve(state, event)
    over = isinstance(after, Campaign) and event.round == ROUNDS and after.round(event.round).is_complete
    return [event, CampaignClosed(at=at)] if over and not state.closed_at else [event]


def _breach(command: Breach, state: Campaign) -> Sequence[CampaignEvent]:
    if f"{command.step}:{command.round}" in state.breached:
        return Ignored("breach-already-found")
    if _is_done(command.step, state.round(command.round)):
        return Ignored("done-in-time")
    return [DeadlineBreached(step=command.step, round=command.round, due_at=command.due_at, at=command.at)]


def _is_done(step: CampaignStep, now: Round) -> bool:
    match step:
        case CampaignStep.PROTOCOL:
            return now.protocol is not None
        case CampaignStep.ORDER:
            return now.order is not None
        case CampaignStep.PUBLICATION:
            return now.published is not None
        case CampaignStep.CERTIFICATES:
            return now.certificates is not None
        case _:
            return True


def _out_of_turn(detail: str, remedy: str) -> Refused:
    return Refused("campaign.out-of-turn", detail, field="", remedy=remedy)


CAMPAIGN: Final[Decider[State, Command, CampaignEvent]] = Decider(Unopened(), decide, evolve)
