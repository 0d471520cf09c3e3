"""After the competition: the award, the certificate, the enrolment and the scholarship (GRANT-C-9, GRANT-C-9s)."""

from collections.abc import Sequence
from typing import Final, assert_never

from services._chassis.decider import Ignored, Refused
from services.university_is.grants.application import commands as c
from services.university_is.grants.application import events as e
from services.university_is.grants.application.events import GrantTask
from services.university_is.grants.application.state import ENDS, Grant, Status, evolve, is_due
from services.university_is.grants.application.terms import ENROLMENT

_IN_COMPETITION: Final = frozenset({Status.FORWARDED, Status.NOT_AWARDED, Status.AWARDED, Status.HANDED_OVER})
_STUDENTS: Final = frozenset({Status.ENROLLED, Status.ASSIGNED})


def decide_after(command: c.OfCampaign | c.OfWinner, grant: Grant) -> Sequence[e.GrantEvent]:  # noqa: PLR0911 - one arm per command
    match command:
        case c.NoteRejected() | c.NoteMerged():
            return _left_out(command, grant)
        case c.NoteAwarded():
            return _note_awarded(command, grant)
        case c.NoteNotAwarded():
            return _note_not_awarded(command, grant)
        case c.NoteCertificate():
            return _note_certificate(command, grant)
        case c.HandOver():
            return _hand_over(command, grant)
        case c.Enrol():
            return _enrol(command, grant)
        case c.EndEnrolment(at=at):
            ends = grant.enrolment_ends
            return [e.Declined(at=at)] if ends and at >= ends else Ignored("nobody-to-enrol")
        case c.AssignScholarship():
            return _assign(command, grant)
        case _:
            assert_never(command)


def _left_out(command: c.NoteRejected | c.NoteMerged, grant: Grant) -> Sequence[e.GrantEvent]:
    """The application takes no part; a certificate of participation that is being written still confirms the entry (INC-11)."""
    if grant.status in ENDS:
        return Ignored("already-ended")
    _competes(grant)
    match command:
        case c.NoteRejected(refusal=refusal, at=at):
            return [e.Rejected(refusal=refusal, at=at)]
        case c.NoteMerged(into=into, at=at):
            return [e.Merged(into=into, at=at)]


def _note_awarded(command: c.NoteAwarded, grant: Grant) -> Sequence[e.GrantEvent]:
    """In a later round after a refusal too (EDGE-35); a corrective order may name another seat, until enrolment (EDGE-33)."""
    awarded = e.Awarded(
        university=command.university,
        zone=command.zone,
        week=command.week,
        specialty=command.specialty,
        language=command.language,
        via=command.via,
        choice=command.choice,
        round=command.round,
        order_number=command.order_number,
        at=command.at,
    )
    if grant.award and grant.award.model_copy(update={"begins": (), "at": command.at}) == awarded:
        return Ignored("already-awarded")
    _competes(grant)
    _is_choice(grant, command.university, command.specialty, command.choice)
    if command.language is not grant.registered.request.language:
        raise Refused(
            "grant.other-language",
            f"the application is for seats of language {grant.registered.request.language}",
            field="/data/language",
            remedy="award a seat of the language that the applicant stated",
        )
    return [_with_hand_over(awarded, grant)]


def _note_not_awarded(command: c.NoteNotAwarded, grant: Grant) -> Sequence[e.GrantEvent]:
    if grant.status in ENDS:
        return Ignored("already-ended")
    if grant.status is Status.NOT_AWARDED and grant.refusal == command.refusal:
        return Ignored("already-refused")
    _competes(grant)
    return [e.NotAwarded(refusal=command.refusal, order_number=command.order_number, at=command.at)]


def _note_certificate(command: c.NoteCertificate, grant: Grant) -> Sequence[e.GrantEvent]:
    """It may come before the list is published: the two branches are parallel. A reissued one replaces the other (EDGE-33)."""
    held = grant.certificate
    if grant.status in ENDS - {Status.ASSIGNED}:
        return Ignored("already-ended")
    if held and held.certificate_number == command.certificate_number:
        return Ignored("certificate-already-here")
    if grant.status not in _STUDENTS:
        _competes(grant)
    _is_choice(grant, command.university, command.specialty)
    if command.replaces and (held is None or held.certificate_number != command.replaces):
        raise Refused(
            "grant.certificate-unknown",
            f"certificate {command.replaces} has not come for this application, so none takes its place",
            field="/data/replaces",
            remedy="name the certificate that came last for this application, or none",
        )
    arrived = e.CertificateArrived(
        university=command.university,
        certificate_number=command.certificate_number,
        replaces=command.replaces,
        at=command.at,
    )
    return [_with_hand_over(arrived, grant)]


def _with_hand_over(event: e.Awarded | e.CertificateArrived, grant: Grant) -> e.Awarded | e.CertificateArrived:
    """The hand-over begins when the certificate is there and the award is known.

    The fixed date is that of the award's certificate; one that is exchanged later has no term of its own (assumed).
    """
    after = evolve(grant, event)
    if not isinstance(after, Grant) or after.award is None or after.certificate is None:
        return event
    if after.under_way(GrantTask.HAND_OVER_CERTIFICATE) or _has(after, after.certificate.certificate_number):
        return event
    begun = after.terms.begin(GrantTask.HAND_OVER_CERTIFICATE, event.at)
    exchanged = begun.model_copy(update={"due_at": None}) if after.handed_over else begun
    return event.model_copy(update={"begins": (exchanged,)})


def _is_choice(grant: Grant, university: str, specialty: str, number: int | None = None) -> None:
    """A seat is one of those that the applicant chose, and that choice of the list which it is said to be."""
    choices = grant.registered.request.choices
    named = choices if number is None else choices[number - 1 : number]
    if not any((each.university, each.specialty) == (university, specialty) for each in named):
        raise Refused(
            "grant.not-chosen",
            f"the applicant chose no seat for specialty {specialty} at university {university}"
            + (f" as choice {number}" if number else ""),
            field="/data/specialty",
            remedy="name a choice of the application as it was forwarded",
        )


def _has(grant: Grant, number: str) -> bool:
    return grant.handed_over is not None and grant.handed_over.certificate_number == number


def _hand_over(command: c.HandOver, grant: Grant) -> Sequence[e.GrantEvent]:
    """To the winner, or to a representative with a power of attorney (EDGE-19)."""
    step = is_due(grant, GrantTask.HAND_OVER_CERTIFICATE)
    if step is None or grant.certificate is None:
        return Ignored("already-done")
    if not command.collector.authorised(command.at.astimezone(grant.calendar.zone).date()):
        raise Refused(
            "collector.power-of-attorney",
            "a representative collects by name, with a notarised power of attorney that is in force (EDGE-19)",
            field="/collector/power_of_attorney",
            remedy="state the representative's name and the notarised power of attorney in force today, "
            "or hand the certificate to the winner",
        )
    enrolment = e.Begun(step=ENROLMENT, task=GrantTask.ENROL, due_at=grant.enrolment_ends)
    return [
        e.CertificateHandedOver(
            step=step.step,
            certificate_number=grant.certificate.certificate_number,
            collector=command.collector,
            begins=(enrolment,) if grant.status is Status.AWARDED else (),
            at=command.at,
        )
    ]


def _enrol(command: c.Enrol, grant: Grant) -> Sequence[e.GrantEvent]:
    """The scholarship follows without an application (INC-17)."""
    step = is_due(grant, GrantTask.ENROL)
    if step is None:
        return Ignored("already-done")
    order = grant.terms.begin(GrantTask.ASSIGN_SCHOLARSHIP, command.at)
    return [e.Enrolled(step=step.step, begins=(order,), at=command.at)]


def _assign(command: c.AssignScholarship, grant: Grant) -> Sequence[e.GrantEvent]:
    step = is_due(grant, GrantTask.ASSIGN_SCHOLARSHIP)
    if step is None:
        return Ignored("already-done")
    day = command.at.astimezone(grant.calendar.zone).date()
    return [
        e.ScholarshipAssigned(
            step=step.step,
            order_number=command.order_number or f"{grant.university}-{day.isoformat()}/С",
            order_date=day,
            paid_from=grant.terms.paid_from(day),
            at=command.at,
        )
    ]


def _competes(grant: Grant) -> None:
    if grant.status not in _IN_COMPETITION:
        raise Refused(
            "grant.not-in-competition",
            f"the application is {grant.status}: the campaign decides on those that were forwarded and are not students yet",
            field="/data/application_id",
            remedy="send the id of an application whose ForwardedToTestingCentre came over university.grants.v1; "
            "GET /grants/{application_id} shows where it stands",
        )
