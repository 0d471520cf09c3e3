"""Which contract event is the output of each step (DUP-OUT, GRANT-OUT: a step may start only on the output before)."""

from typing import Final

from contracts import admission, campaign, con, esuvo, portal, university
from contracts.event import Event
from contracts.regulation import Step
from contracts.topics import TOPICS, Topic

_AT_THE_UNIVERSITY: Final[dict[str, type[Event]]] = {
    "register": university.CaseRegistered,
    "verify": university.CaseVerified,
    "consider": university.CaseConsidered,
    "request_blank": university.BlankFormRequested,
    "prepare_duplicate": university.DuplicatePrepared,
    "notify_ready": university.NoticePosted,
    "hand_over": university.DuplicateIssued,
}
# The receipt's event tells all four acts at the counter, each with its time. The courier's two ways end where he arrives.
_OVER_THE_SERVICE_CENTRE: Final[dict[str, type[Event]]] = {
    **dict.fromkeys(("submit", "register", "fill_request_form", "issue_receipt"), con.ApplicationAccepted),
    "dispatch": con.PackageDelivered,
    "prepare_duplicate": con.DuplicateReceived,
    "hand_over": con.DuplicateHandedOver,
}
# Signing in is nobody else's business: the first to be heard of it is what was signed.
_OVER_THE_PORTAL: Final[dict[str, type[Event]]] = {
    "sign_in": portal.ApplicationSubmitted,
    "apply": portal.ApplicationSubmitted,
    "route": esuvo.RequestRouted,
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
        "accept": admission.GrantApplicationRegistered,
        "issue_receipt": admission.GrantApplicationRegistered,
        "certify_participation": admission.ParticipationCertified,
        "forward": admission.ForwardedToTestingCentre,
        "prepare_sheets": campaign.SummarySheetsPrepared,
    },
    "portal": {
        "apply": portal.GrantApplicationSubmitted,
        "acknowledge": portal.GrantApplicationSubmitted,
        "verify": admission.GrantApplicationVerified,
        "forward": admission.ForwardedToTestingCentre,
        "prepare_sheets": campaign.SummarySheetsPrepared,
    },
    "common": {
        "decide": campaign.ProtocolSigned,
        "issue_order": campaign.OrderIssued,
        "prepare_certificates": campaign.CertificatesPrepared,
        "publish": campaign.ListPublished,
        "notify_result": portal.NoticeReceived,
        "hand_over": admission.CertificateHandedOver,
        "assign_scholarship": admission.ScholarshipAssigned,
    },
    "interaction": {
        **dict.fromkeys(("start_order", "sign_in", "fill_in", "choose_certificate"), portal.GrantApplicationSubmitted),
        **dict.fromkeys(("sign", "register"), portal.GrantApplicationSubmitted),
        "verify_and_forward": admission.ForwardedToTestingCentre,
        "load": campaign.GrantApplicationAccepted,
        **dict.fromkeys(("first_result", "second_result"), portal.NoticeReceived),
    },
}
_OF: Final = {"duplicate": _DUPLICATE, "grant": _GRANT}


def output(service: str, channel: str, step: Step) -> type[Event] | None:
    """The event others hear when the step is done; None when no contract says it, as of a refused signature (ADR 0012)."""
    return _OF[service][channel].get(step.action)


def topic_of(event: type[Event]) -> Topic:
    return next(topic for topic in TOPICS if event in set(topic.catalogue))
