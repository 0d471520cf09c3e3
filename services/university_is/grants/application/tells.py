"""Which of the private events of an application for a grant others hear, and in which words."""

from collections.abc import Mapping
from typing import Final

from contracts import university_grants as contract
from contracts.event import Event
from services.university_is.grants.application import events as e
from services.university_is.grants.application.state import Grant

# Told as they were recorded: fields of the same name. The last four are of the university of the award, which may be
# another than the committee's.
_AS_RECORDED: Final[Mapping[type[Event], type[contract.AdmissionEvent]]] = {
    e.Registered: contract.GrantApplicationRegistered,
    e.Verified: contract.GrantApplicationVerified,
    e.DeadlineNear: contract.GrantDeadlineNear,
    e.DeadlineMissed: contract.GrantDeadlineBreached,
    e.CertificateHandedOver: contract.CertificateHandedOver,
    e.Enrolled: contract.WinnerEnrolled,
    e.Declined: contract.GrantDeclined,
    e.ScholarshipAssigned: contract.ScholarshipAssigned,
}


def told(grant: Grant, event: Event) -> contract.AdmissionEvent | None:
    """The contract event of a private one; None when it stays in the house. `grant` stands as after the event."""
    of = {**dict(event), "application_id": grant.application_id, "university": grant.university}
    came = grant.registered
    match event:
        case e.ParticipationCertified():
            numbered = {"university": came.university, "registration_number": came.registration_number}
            return contract.ParticipationCertified.model_validate({**of, **numbered})
        case e.IntakeRefused():
            return contract.GrantIntakeRefused.model_validate({**of, "channel": came.channel})
        case e.Forwarded():
            came_as = {"channel": came.channel, "campaign": came.campaign, "standing": grant.standing}
            return contract.ForwardedToTestingCentre.model_validate({**of, **came_as})
        case _:
            kind = _AS_RECORDED.get(type(event))
            return kind.model_validate(of) if kind else None
