"""Which of the private events of an application for a grant others hear, and in which words."""

from contracts import university_grants as contract
from contracts.event import Event
from services.university_is.grants.application import events as e
from services.university_is.grants.application.state import Grant


def told(grant: Grant, event: Event) -> contract.AdmissionEvent | None:  # noqa: PLR0911 - one arm per contract event
    """The contract event of a private one; None when it stays in the house. `grant` stands as after the event."""
    who, where, came = grant.application_id, grant.university, grant.registered
    match event:
        case e.Registered(at=at):
            return contract.GrantApplicationRegistered(
                application_id=who,
                university=where,
                at=at,
                channel=came.channel,
                campaign=came.campaign,
                regulation=came.regulation,
                registration_number=came.registration_number,
                receipt=came.receipt,
            )
        case e.ParticipationCertified(at=at):
            return contract.ParticipationCertified(
                application_id=who, university=came.university, at=at, registration_number=came.registration_number
            )
        case e.Verified(at=at, benefits_proven=proven):
            return contract.GrantApplicationVerified(
                application_id=who, university=where, at=at, benefits_proven=proven
            )
        case e.IntakeRefused(at=at, refusal=refusal):
            return contract.GrantIntakeRefused(
                application_id=who, university=where, at=at, channel=came.channel, refusal=refusal
            )
        case e.Forwarded(at=at):
            return contract.ForwardedToTestingCentre(
                application_id=who,
                university=where,
                at=at,
                channel=came.channel,
                campaign=came.campaign,
                standing=grant.standing,
            )
        case e.DeadlineNear(at=at, step=step, due_at=due):
            return contract.GrantDeadlineNear(application_id=who, university=where, at=at, step=step, due_at=due)
        case e.DeadlineMissed():
            return contract.GrantDeadlineBreached(
                application_id=who,
                university=where,
                at=event.at,
                step=event.step,
                limit=event.limit,
                counting=event.counting,
                due_at=event.due_at,
            )
        case _:
            return _of_winner(grant, event)


def _of_winner(grant: Grant, event: Event) -> contract.AdmissionEvent | None:
    """The university of the award acts, which may be another than the committee's."""
    who, where = grant.application_id, grant.university
    match event:
        case e.CertificateHandedOver(at=at, certificate_number=number, collector=collector):
            return contract.CertificateHandedOver(
                application_id=who, university=where, at=at, certificate_number=number, collector=collector
            )
        case e.Enrolled(at=at):
            return contract.WinnerEnrolled(application_id=who, university=where, at=at)
        case e.Declined(at=at):
            return contract.GrantDeclined(application_id=who, university=where, at=at)
        case e.ScholarshipAssigned(at=at):
            return contract.ScholarshipAssigned(
                application_id=who,
                university=where,
                at=at,
                order_number=event.order_number,
                order_date=event.order_date,
                paid_from=event.paid_from,
            )
        case _:
            return None
