"""What an annex decides: it is drawn once, told of list and certificates, and then tells its contenders. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, assert_never

from services._chassis.decider import Decider, Ignored, Refused
from services.esuvo.grants.annex.commands import (
    Command,
    Draw,
    HearCertification,
    HearPublication,
    ReplaceCertificates,
    SendCertificates,
    TellResults,
)
from services.esuvo.grants.annex.events import (
    AnnexDrawn,
    AnnexEvent,
    CertificatesReplaced,
    CertificatesSent,
    CertificationHeard,
    Last,
    Line,
    PublicationHeard,
    ResultsTold,
)
from services.esuvo.grants.annex.state import Annex, State, Undrawn, evolve
from services.esuvo.grants.contender import decide as contender
from services.esuvo.grants.contender.commands import Refuse
from services.esuvo.grants.contender.events import ContenderEvent, CutoffPoints
from services.esuvo.grants.contender.state import Contender
from services.esuvo.grants.contender.state import State as ContenderState


def decide(command: Command, state: State) -> Sequence[AnnexEvent]:
    match command, state:
        case Draw(), Undrawn():
            return [AnnexDrawn(sheet=command.sheet, at=command.at)]
        case _, Undrawn():
            remedy = "sign the protocol first"
            raise Refused("annex.unknown", "no protocol has drawn this annex", field="", remedy=remedy)
        case _, Annex():
            return _follow(command, state)
        case _:
            assert_never(state)


def _follow(command: Command, state: Annex) -> Sequence[AnnexEvent]:
    match command, state:
        case HearPublication(), Annex(heard=None):
            return [PublicationHeard(order_number=command.order_number, collect_by=command.collect_by, at=command.at)]
        case TellResults(), Annex(heard=PublicationHeard() as heard, told=False):
            return [ResultsTold(order_number=heard.order_number, collect_by=heard.collect_by, at=command.at)]
        case HearCertification(), Annex(certified=None):
            return [CertificationHeard(misprinted=command.misprinted, at=command.at)]
        case SendCertificates(), Annex(certified=CertificationHeard(), sent=False):
            return [CertificatesSent(at=command.at)]
        case ReplaceCertificates(), Annex(sent=True, replaced=False) if state.misprinted:
            return [CertificatesReplaced(at=command.at)]
        case _:
            return Ignored(_why_nothing(command, state))


def _why_nothing(command: Command, state: Annex) -> str:
    match command, state:
        case TellResults(), Annex(heard=None):
            return "not-published-yet"
        case SendCertificates(), Annex(certified=None):
            return "not-certified-yet"
        case ReplaceCertificates(), Annex(sent=False):
            return "not-sent-yet"
        case ReplaceCertificates(), Annex() if not state.misprinted:
            return "nothing-misprinted"
        case _:
            return "already-done"


ANNEX: Final[Decider[State, Command, AnnexEvent]] = Decider(Undrawn(), decide, evolve)


def results(annex: Annex, told: ResultsTold) -> Iterable[tuple[Line, contender.Decision]]:
    """The award, or the refusal with the points that would have been needed, for each line."""
    round_, lasts = annex.sheet.round, annex.lasts()

    def refuse(state: ContenderState, at: datetime) -> Sequence[ContenderEvent]:
        return contender.decide(Refuse(told.order_number, round_, _cutoffs(lasts, state), at), state)

    for line in annex.sheet.lines:
        if line.via:
            yield line, contender.award(told.order_number, round_, line.choice, line.via, told.collect_by)
        else:
            yield line, refuse


def certified(line: Line, number: str) -> contender.Decision:
    return contender.certify(number, line.choice)


def replaced(line: Line, number: str) -> contender.Decision:
    """A new certificate for the misprinted one of that number."""
    return contender.certify(f"{number}-2", line.choice, replaces=number)


def _cutoffs(lasts: Mapping[tuple[str, str], Last], state: ContenderState) -> tuple[CutoffPoints, ...]:
    if not isinstance(state, Contender):
        return ()
    request = state.standing.request
    found = ((number, lasts.get((each.specialty, request.language))) for number, each in enumerate(request.choices, 1))
    return tuple(
        CutoffPoints(choice=number, total=last.total, profile_score=last.profile_score)
        if last
        else CutoffPoints(choice=number)
        for number, last in found
    )
