"""A person in the National Testing Centre's common database: one record of the competition, however many applications. Pure.

The first application that reaches the register counts; others are merged into it (EDGE-28). What the commission and the
Ministry decide of the person is told here by the campaign.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from contracts.common import Refusal
from contracts.grants import Via
from services._chassis.decider import Decider, Ignored, Refused
from services.esuvo.grants.contender.commands import Award, Certify, Command, Enter, Refuse, Release
from services.esuvo.grants.contender.events import (
    CertificateIssued,
    ContenderEntered,
    ContenderEvent,
    ContenderMerged,
    ContenderRejected,
    CutoffPoints,
    GrantAwarded,
    GrantNotAwarded,
    GrantReleased,
)
from services.esuvo.grants.contender.state import Contender, ContenderStatus, Nobody, State, evolve

Decision: TypeAlias = Callable[[State, datetime], Sequence[ContenderEvent]]


def decide(command: Command, state: State) -> Sequence[ContenderEvent]:
    match command, state:
        case Enter(), _:
            return _enter(command, state)
        case _, Nobody():
            detail = "no application of this person is in the register"
            raise Refused("contender.unknown", detail, field="", remedy="decide only on those in the register")
        case _, Contender():
            return _follow(command, state)
        case _:
            assert_never(state)


def _enter(command: Enter, state: State) -> Sequence[ContenderEvent]:
    if isinstance(state, Contender):
        if state.knows(command.application_id):
            return Ignored("already-in-register")
        if state.status is not ContenderStatus.REJECTED:
            who, into = command.application_id, state.application_id
            return [ContenderMerged(application_id=who, channel=command.channel, into=into, at=command.at)]
    if isinstance(command.counted, Refusal):
        return [
            ContenderRejected(
                application_id=command.application_id,
                university=command.university,
                channel=command.channel,
                campaign=command.campaign,
                standing=command.standing,
                refusal=command.counted,
                at=command.at,
            )
        ]
    return [
        ContenderEntered(
            application_id=command.application_id,
            university=command.university,
            channel=command.channel,
            campaign=command.campaign,
            standing=command.standing,
            counted=command.counted,
            at=command.at,
        )
    ]


def _follow(command: Award | Refuse | Certify | Release, state: Contender) -> Sequence[ContenderEvent]:
    if state.status is ContenderStatus.REJECTED:
        detail = "the person was not admitted to the competition"
        raise Refused("contender.rejected", detail, field="", remedy="decide only on those who take part")
    match command:
        case Award():
            return _award(command, state)
        case Refuse():
            return _refuse(command, state)
        case Certify():
            return _certify(command, state)
        case Release():
            return _release(command, state)
        case _:
            assert_never(command)


def _award(command: Award, state: Contender) -> Sequence[ContenderEvent]:
    """A further order may award what an earlier one did not, or correct an award (EDGE-33, EDGE-35)."""
    _check_choice(command.choice, state)
    if state.status is ContenderStatus.RELEASED:
        detail = "the person gave a grant of this campaign up"
        raise Refused("contender.released", detail, field="", remedy="award the seat to somebody without a grant")
    awarded = GrantAwarded(
        order_number=command.order_number,
        round=command.round,
        choice=command.choice,
        via=command.via,
        collect_by=command.collect_by,
        at=command.at,
    )
    if state.award and state.award.order_number == command.order_number:
        if state.award == awarded.model_copy(update={"at": state.award.at}):
            return Ignored("already-awarded")
        detail = f"order {command.order_number} awarded another seat to this person"
        raise Refused("contender.already-awarded", detail, field="", remedy="correct an order by another order")
    return [awarded]


def _refuse(command: Refuse, state: Contender) -> Sequence[ContenderEvent]:
    match state:
        case Contender(status=ContenderStatus.NOT_AWARDED | ContenderStatus.RELEASED):
            return Ignored("already-without-grant")
        case Contender(award=GrantAwarded(order_number=number)) if number == command.order_number:
            detail = f"order {number} awards a grant to this person"
            raise Refused("contender.already-awarded", detail, field="", remedy="correct an order by another order")
        case _:
            return [
                GrantNotAwarded(
                    order_number=command.order_number,
                    round=command.round,
                    code=command.code,
                    cutoffs=command.cutoffs,
                    at=command.at,
                )
            ]


def _certify(command: Certify, state: Contender) -> Sequence[ContenderEvent]:
    _check_choice(command.choice, state)
    if state.certificate_number == command.number:
        return Ignored("certificate-already-issued")
    if state.status is ContenderStatus.RELEASED:
        return Ignored("grant-given-up")
    return [CertificateIssued(number=command.number, choice=command.choice, replaces=command.replaces, at=command.at)]


def _release(command: Release, state: Contender) -> Sequence[ContenderEvent]:
    if state.status is ContenderStatus.RELEASED:
        return Ignored("already-given-up")
    choice = state.choice(state.award.choice) if state.award else None
    if command.application_id != state.application_id or choice is None:
        detail = "no grant was awarded on this application"
        raise Refused("contender.no-grant", detail, field="/data/application_id", remedy="name a winner's application")
    if command.university != choice.university:
        detail = f"the grant is for university {choice.university}, not for {command.university}"
        remedy = "only the university where the winner is to study speaks of enrolment"
        raise Refused("contender.other-university", detail, field="/data/university", remedy=remedy)
    return [GrantReleased(at=command.at)]


def _check_choice(number: int, state: Contender) -> None:
    if state.choice(number) is None:
        most = len(state.standing.request.choices)
        raise Refused(
            "contender.choice-unknown",
            f"there is no choice {number}",
            field="",
            remedy=f"name a choice from 1 to {most}",
        )


CONTENDER: Final[Decider[State, Command, ContenderEvent]] = Decider(Nobody(), decide, evolve)


def award(order_number: str, round_: int, choice: int, via: Via, collect_by: date) -> Decision:
    """What the campaign tells a winner's stream."""
    return lambda state, at: decide(Award(order_number, round_, choice, via, collect_by, at), state)


def refuse(order_number: str, round_: int, cutoffs: Sequence[CutoffPoints] = ()) -> Decision:
    """What the campaign tells the stream of somebody without a grant."""
    return lambda state, at: decide(Refuse(order_number, round_, tuple(cutoffs), at), state)


def certify(number: str, choice: int, replaces: str | None = None) -> Decision:
    """What the campaign tells a winner's stream when the certificate is prepared."""
    return lambda state, at: decide(Certify(number, choice, replaces, at), state)


def release(application_id: UUID, university: str) -> Decision:
    """What an application tells its person's stream when its winner did not enrol."""
    return lambda state, at: decide(Release(application_id, university, at), state)
