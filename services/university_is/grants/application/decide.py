"""An application for a grant, decided step by step: at the committee, after the competition, and when a term ends.

GRANT-P-1 to P-2, GRANT-E-2 and E-3 here; GRANT-C-9 and C-9s in `winner`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from contracts.common import Channel, Refusal
from contracts.grants import GrantReceipt, Standing
from law.regulation import governing
from law.regulation.campaign import ZONE, campaign_year
from services._chassis.decider import Decider, Ignored, Refused
from services.university_is.grants.application import commands as c
from services.university_is.grants.application import events as e
from services.university_is.grants.application import intake
from services.university_is.grants.application.events import GrantTask
from services.university_is.grants.application.state import Grant, State, Unknown, evolve, is_due
from services.university_is.grants.application.terms import SERVICE, Terms
from services.university_is.grants.application.winner import decide_after
from services.university_is.steps import StepRecord

_SIX_DIGITS: Final = 10**6


def decide(command: c.Command, state: State) -> Sequence[e.GrantEvent]:
    match command, state:
        case c.Register(), Grant():
            return Ignored("already-registered")
        case c.Register(), Unknown() | e.TurnedAway():
            return _register(command, state)
        case _, Grant():
            return _decide(command, state)
        case _:
            raise Refused(
                "grant.unknown",
                "no application for a grant of this id is registered",
                field="/application_id",
                remedy="register it first: POST /grants, or wait until ESUVO has routed it; or correct the id",
            )


def _decide(command: c.Command, grant: Grant) -> Sequence[e.GrantEvent]:  # noqa: PLR0911 - one arm per kind of command
    match command:
        case c.Register():
            return Ignored("already-registered")
        case c.Verify():
            return _verify(command, grant)
        case c.Accept(benefits_proven=proven, at=at):
            step = is_due(grant, GrantTask.VERIFY_APPLICATION)
            return _verified(grant, step, at, proven=proven) if step else Ignored("already-done")
        case c.Refuse(refusal=refusal, at=at):
            step = is_due(grant, GrantTask.VERIFY_APPLICATION)
            return [e.IntakeRefused(step=step.step, refusal=refusal, at=at)] if step else Ignored("already-done")
        case c.CertifyParticipation(at=at):
            step = is_due(grant, GrantTask.CERTIFY_PARTICIPATION)
            return [e.ParticipationCertified(step=step.step, at=at)] if step else Ignored("already-done")
        case c.Forward(at=at):
            step = is_due(grant, GrantTask.FORWARD)
            return [e.Forwarded(step=step.step, at=at)] if step else Ignored("already-done")
        case c.WarnOfDeadline() | c.MissDeadline():
            return _deadline(command, grant)
        case _:
            return decide_after(command, grant)


def _register(command: c.Register, before: State) -> Sequence[e.GrantEvent]:
    """On paper the committee looks before it takes; what comes electronically has a number at once (GRANT-P-1, GRANT-E-2)."""
    year = campaign_year(command.filed_at)
    regulation = governing(command.filed_at.astimezone(ZONE).date(), SERVICE)
    terms = Terms(regulation.id, command.channel, command.zone, command.week, year)
    number = registration_number(command.university, year, command.application_id)
    proven = intake.proven(command.request, command.documents)
    paper = command.channel is Channel.PAPER
    if paper:
        standing = Standing(
            registration_number=number, request=command.request, benefits_proven=proven, registered_at=command.at
        )
        refusal = intake.objection(standing, command.documents, command.unproven, year)
        if refusal:
            return _turned_away(command, refusal, before)
    begun = (GrantTask.CERTIFY_PARTICIPATION, GrantTask.FORWARD) if paper else (GrantTask.VERIFY_APPLICATION,)
    registered = e.Registered(
        application_id=command.application_id,
        university=command.university,
        zone=command.zone,
        week=command.week,
        request=command.request,
        channel=command.channel,
        filed_at=command.filed_at,
        campaign=year,
        regulation=regulation.id,
        registration_number=number,
        documents=command.documents,
        benefits_proven=proven,
        receipt=_receipt(command, terms, number) if paper else None,
        begins=tuple(terms.begin(task, command.at) for task in begun),
        at=command.at,
    )
    return [registered]


def registration_number(university: str, year: int, application_id: UUID) -> str:
    """Derived, since counting would hang on the order of arrival."""
    return f"{university}-{year}-{application_id.int % _SIX_DIGITS:06d}"


def _receipt(command: c.Register, terms: Terms, number: str) -> GrantReceipt:
    """With its required fields: who accepted, the stamp, the incoming number, the date (GRANT-P-1a)."""
    return GrantReceipt(
        accepted_by=command.accepted_by,
        stamp=f"Қабылдау комиссиясы / Приёмная комиссия № {command.university}",
        incoming_number=number,
        accepted_on=command.at.astimezone(terms.calendar.zone).date(),
    )


def _turned_away(command: c.Register, refusal: Refusal, before: State) -> Sequence[e.GrantEvent]:
    if isinstance(before, e.TurnedAway) and before.refusal == refusal:
        return Ignored("already-refused")
    return [
        e.TurnedAway(
            application_id=command.application_id, university=command.university, refusal=refusal, at=command.at
        )
    ]


def _verify(command: c.Verify, grant: Grant) -> Sequence[e.GrantEvent]:
    """The rules decide: package, choices, thresholds, proof of what is claimed (EDGE-26, EDGE-27, EDGE-29)."""
    step = is_due(grant, GrantTask.VERIFY_APPLICATION)
    if step is None:
        return Ignored("already-done")
    came = grant.registered
    refusal = intake.objection(grant.standing, came.documents, command.unproven, came.campaign)
    if refusal:
        return [e.IntakeRefused(step=step.step, refusal=refusal, at=command.at)]
    return _verified(grant, step, command.at, proven=grant.benefits_proven)


def _verified(grant: Grant, step: StepRecord, at: datetime, *, proven: bool) -> Sequence[e.GrantEvent]:
    forward = grant.terms.begin(GrantTask.FORWARD, at)
    return [e.Verified(step=step.step, benefits_proven=proven, begins=(forward,), at=at)]


def _deadline(command: c.WarnOfDeadline | c.MissDeadline, grant: Grant) -> Sequence[e.GrantEvent]:
    """The procedure goes on (EDGE-15)."""
    record = next((each for each in grant.open_steps if each.step == command.step), None)
    if record is None or record.due is None:
        return Ignored("step-is-over")
    match command:
        case c.WarnOfDeadline(step=step, at=at):
            return Ignored("already-warned") if record.warned else [e.DeadlineNear(step=step, due_at=record.due, at=at)]
        case c.MissDeadline(step=step, at=at):
            missed = e.DeadlineMissed(
                step=step,
                limit=grant.terms.limit_in_words(step),
                counting=grant.terms.counting_in_words(),
                due_at=record.due,
                at=at,
            )
            return Ignored("already-missed") if record.breached else [missed]
        case _:
            assert_never(command)


GRANT: Final = Decider[State, c.Command, e.GrantEvent](Unknown(), decide, evolve)
