"""Which contract event is the output of each step (DUP-OUT: a step may start only on the output of the one before)."""

from typing import Final

from contracts import con, esuvo, portal, university
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
_OWN: Final = {"con": _OVER_THE_SERVICE_CENTRE, "portal": _OVER_THE_PORTAL}


def output(channel: str, step: Step) -> type[Event] | None:
    """The event others hear when the step is done; None when no contract says it."""
    return _OWN.get(channel, {}).get(step.action) or _AT_THE_UNIVERSITY.get(step.action)


def topic_of(event: type[Event]) -> Topic:
    return next(topic for topic in TOPICS if event in set(topic.catalogue))
