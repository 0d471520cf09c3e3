"""Which contract event is the output of each step (DUP-OUT, GRANT-OUT: a step may start only on the output before)."""

from typing import Final

from contracts import (
    con_applications,
    esuvo_competition,
    esuvo_requests,
    portal_applications,
    university_cases,
    university_grants,
)
from contracts.event import Event
from contracts.topics import TOPICS, Topic
from law.regulation import Step

_AT_THE_UNIVERSITY: Final[dict[str, type[Event]]] = {
    "register": university_cases.CaseRegistered,
    "verify": university_cases.CaseVerified,
    "consider": university_cases.CaseConsidered,
    "request_blank": university_cases.BlankFormRequested,
    "prepare_duplicate": university_cases.DuplicatePrepared,
    "notify_ready": university_cases.NoticePosted,
    "hand_over": university_cases.DuplicateIssued,
}
# The receipt's event tells all four acts at the counter, each with its time. The courier's two ways end where he arrives.
_OVER_THE_SERVICE_CENTRE: Final[dict[str, type[Event]]] = {
    **dict.fromkeys(("submit", "register", "fill_request_form", "issue_receipt"), con_applications.ApplicationAccepted),
    "dispatch": con_applications.PackageDelivered,
    "prepare_duplicate": con_applications.DuplicateReceived,
    "hand_over": con_applications.DuplicateHandedOver,
}
# Signing in is not published: the first event is the signed application.
_OVER_THE_PORTAL: Final[dict[str, type[Event]]] = {
    "sign_in": portal_applications.ApplicationSubmitted,
    "apply": portal_applications.ApplicationSubmitted,
    "route": esuvo_requests.RequestRouted,
}
_DUPLICATE: Final = {
    "paper": _AT_THE_UNIVERSITY,
    "con": _AT_THE_UNIVERSITY | _OVER_THE_SERVICE_CENTRE,
    "portal": _AT_THE_UNIVERSITY | _OVER_THE_PORTAL,
}
# The registration's event carries the receipt. What is signed is the acknowledgement too, and the first and the second
# result are in the personal account (INC-12). The sheets are one act for the applications of both channels.
_GRANT: Final[dict[str, dict[str, type[Event]]]] = {
    "paper": {
        "accept": university_grants.GrantApplicationRegistered,
        "issue_receipt": university_grants.GrantApplicationRegistered,
        "certify_participation": university_grants.ParticipationCertified,
        "forward": university_grants.ForwardedToTestingCentre,
        "prepare_sheets": esuvo_competition.SummarySheetsPrepared,
    },
    "portal": {
        "apply": portal_applications.GrantApplicationSubmitted,
        "acknowledge": portal_applications.GrantApplicationSubmitted,
        "verify": university_grants.GrantApplicationVerified,
        "forward": university_grants.ForwardedToTestingCentre,
        "prepare_sheets": esuvo_competition.SummarySheetsPrepared,
    },
    "common": {
        "decide": esuvo_competition.ProtocolSigned,
        "issue_order": esuvo_competition.OrderIssued,
        "prepare_certificates": esuvo_competition.CertificatesPrepared,
        "publish": esuvo_competition.ListPublished,
        "notify_result": portal_applications.NoticeReceived,
        "hand_over": university_grants.CertificateHandedOver,
        "assign_scholarship": university_grants.ScholarshipAssigned,
    },
    "interaction": {
        **dict.fromkeys(
            ("start_order", "sign_in", "fill_in", "choose_certificate"), portal_applications.GrantApplicationSubmitted
        ),
        **dict.fromkeys(("sign", "register"), portal_applications.GrantApplicationSubmitted),
        "verify_and_forward": university_grants.ForwardedToTestingCentre,
        "load": esuvo_competition.GrantApplicationAccepted,
        **dict.fromkeys(("first_result", "second_result"), portal_applications.NoticeReceived),
    },
}
_OF: Final = {"duplicate": _DUPLICATE, "grant": _GRANT}


def output(service: str, channel: str, step: Step) -> type[Event] | None:
    """The event that is published when the step is done; None if there is none, as for a refused signature (ADR 0012)."""
    return _OF[service][channel].get(step.action)


def topic_of(event: type[Event]) -> Topic:
    return next(topic for topic in TOPICS if event in set(topic.catalogue))
