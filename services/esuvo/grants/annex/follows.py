"""Annexes of a protocol carry it out: each tells its contenders, in a transaction of its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from contracts.event import Event
from services._chassis.aggregate import Aggregate, Effect, Recorded, Schedule, Tell
from services.esuvo.grants.annex import decide as annex
from services.esuvo.grants.annex import state as annex_state
from services.esuvo.grants.annex.decide import ANNEX
from services.esuvo.grants.annex.state import Annex, Line, Sheet, State
from services.esuvo.grants.campaign.commission import Commission
from services.esuvo.grants.campaign.schedule import CampaignStep, later
from services.esuvo.grants.campaign.state import Campaign
from services.esuvo.grants.contender.decide import Decision
from services.esuvo.streams import annex_stream, contender_stream

TELL: Final = "tell"
SEND: Final = "send"
REPLACE: Final = "replace"


def aggregate() -> Aggregate[State]:
    return Aggregate(
        category="annex",
        initial=ANNEX.initial,
        evolve=ANNEX.evolve,
        events=annex_state.EVENTS,
        react=_react,
        timers={
            TELL: lambda state, timer: ANNEX.decide(annex.TellResults(timer.at), state),
            SEND: lambda state, timer: ANNEX.decide(annex.SendCertificates(timer.at), state),
            REPLACE: lambda state, timer: ANNEX.decide(annex.ReplaceCertificates(timer.at), state),
        },
        long=True,
    )


# Told by the campaign


def draw(sheets: Iterable[Sheet]) -> Iterable[Effect]:
    for sheet in sheets:
        yield Tell(annex_stream(sheet.campaign, sheet.round, sheet.number), partial(_draw, sheet))


def publish(state: Campaign, round_: int, command: annex.HearPublication) -> Iterable[Effect]:
    for stream in _of_round(state, round_):
        yield Tell(stream, lambda own, _at: ANNEX.decide(command, own))


def certify(state: Campaign, round_: int, commission: Commission) -> Iterable[Effect]:
    for stream in _of_round(state, round_):
        yield Tell(stream, partial(_hear_certification, commission))


def _of_round(state: Campaign, round_: int) -> Iterable[str]:
    signed = state.round(round_).protocol
    return [annex_stream(state.year, round_, number + 1) for number in range(signed.annexes if signed else 0)]


def _draw(sheet: Sheet, state: State, at: datetime) -> Sequence[Event]:
    return ANNEX.decide(annex.Draw(sheet, at), state)


def _hear_certification(commission: Commission, state: State, at: datetime) -> Sequence[Event]:
    misprinted = commission.misprints(state) if isinstance(state, Annex) else ()
    return ANNEX.decide(annex.HearCertification(misprinted, at), state)


# Told to the contenders


def _react(state: State, recorded: Recorded) -> Iterable[Effect]:
    if not isinstance(state, Annex):
        return
    match recorded.event:
        case annex_state.PublicationHeard(at=at):
            yield Schedule(TELL, at)
        case annex_state.ResultsTold() as told:
            yield from (_tell(line, decide) for line, decide in annex.results(state, told))
        case annex_state.CertificationHeard(at=at):
            yield Schedule(SEND, at)
        case annex_state.CertificatesSent(at=at):
            for line, number in state.certificates().values():
                yield _tell(line, annex.certified(line, number))
            if state.misprinted:
                yield Schedule(REPLACE, later(CampaignStep.CERTIFICATES, at))
        case annex_state.CertificatesReplaced():
            certificates = state.certificates()
            for index in state.misprinted:
                yield _tell(certificates[index][0], annex.replaced(*certificates[index]))


def _tell(line: Line, decide: Decision) -> Tell:
    return Tell(contender_stream(line.contender), decide)
