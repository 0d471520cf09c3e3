"""Annexes of a protocol carry it out: each tells its contenders, in a transaction of its own."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias

from contracts.event import Event
from services._chassis.aggregate import Aggregate, Effect, Recorded, Schedule, Tell
from services.esuvo.grants.annex import commands, events
from services.esuvo.grants.annex import decide as annex
from services.esuvo.grants.annex.decide import ANNEX
from services.esuvo.grants.annex.events import Line, Sheet
from services.esuvo.grants.annex.state import Annex, State
from services.esuvo.grants.contender.decide import Decision
from services.esuvo.grants.schedule import CampaignStep, later
from services.esuvo.streams import annex_stream, contender_stream

TELL: Final = "tell"
SEND: Final = "send"
REPLACE: Final = "replace"
# Which lines of an annex, by index, have a certificate that is misprinted (EDGE-33).
Misprinted: TypeAlias = Callable[[Annex], tuple[int, ...]]


def no_misprints(_annex: Annex) -> tuple[int, ...]:
    """Every certificate comes out of the press as it should."""
    return ()


def aggregate() -> Aggregate[State]:
    return Aggregate(
        category="annex",
        initial=ANNEX.initial,
        evolve=ANNEX.evolve,
        events=events.EVENTS,
        react=_react,
        timers={
            TELL: lambda state, timer: ANNEX.decide(commands.TellResults(timer.at), state),
            SEND: lambda state, timer: ANNEX.decide(commands.SendCertificates(timer.at), state),
            REPLACE: lambda state, timer: ANNEX.decide(commands.ReplaceCertificates(timer.at), state),
        },
        long=True,
    )


# Told by the campaign


def draw(sheets: Iterable[Sheet]) -> Iterable[Effect]:
    for sheet in sheets:
        yield Tell(annex_stream(sheet.campaign, sheet.round, sheet.number), partial(_draw, sheet))


def publish(streams: Iterable[str], command: commands.HearPublication) -> Iterable[Effect]:
    for stream in streams:
        yield Tell(stream, lambda own, _at: ANNEX.decide(command, own))


def certify(streams: Iterable[str], misprinted: Misprinted) -> Iterable[Effect]:
    for stream in streams:
        yield Tell(stream, partial(_hear_certification, misprinted))


def _draw(sheet: Sheet, state: State, at: datetime) -> Sequence[Event]:
    return ANNEX.decide(commands.Draw(sheet, at), state)


def _hear_certification(misprinted: Misprinted, state: State, at: datetime) -> Sequence[Event]:
    lines = misprinted(state) if isinstance(state, Annex) else ()
    return ANNEX.decide(commands.HearCertification(lines, at), state)


# Told to the contenders


def _react(state: State, recorded: Recorded) -> Iterable[Effect]:
    if not isinstance(state, Annex):
        return
    match recorded.event:
        case events.PublicationHeard(at=at):
            yield Schedule(TELL, at)
        case events.ResultsTold() as told:
            yield from (_tell(line, decide) for line, decide in annex.results(state, told))
        case events.CertificationHeard(at=at):
            yield Schedule(SEND, at)
        case events.CertificatesSent(at=at):
            for line, number in state.certificates().values():
                yield _tell(line, annex.certified(line, number))
            if state.misprinted:
                yield Schedule(REPLACE, later(CampaignStep.CERTIFICATES, at))
        case events.CertificatesReplaced():
            certificates = state.certificates()
            for index in state.misprinted:
                yield _tell(certificates[index][0], annex.replaced(*certificates[index]))


def _tell(line: Line, decide: Decision) -> Tell:
    return Tell(contender_stream(line.contender), decide)
