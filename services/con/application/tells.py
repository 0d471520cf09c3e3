"""What others are told of an event of an application."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from contracts import con_applications
from contracts.common import Channel
from contracts.event import Event
from law.package import missing
from services.con.application import events as e
from services.con.application import texts
from services.con.application.state import Package, Status, TurnedAway


def refused(state: TurnedAway) -> con_applications.PackageRefused:
    asked = state.particulars
    return con_applications.PackageRefused(
        application_id=state.application_id,
        university=asked.university,
        document_kind=asked.document_kind,
        reason=asked.reason,
        presented=state.presented,
        missing=tuple(missing(kind) for kind in state.missing),
        receipt=state.receipt,
        refused_at=state.receipt.issued_at,
    )


# Told as it was recorded, under the name that its time has outside.
_AS_RECORDED: Final[Mapping[type[Event], tuple[type[Event], str]]] = MappingProxyType(
    {
        e.Dispatched: (con_applications.PackageDispatched, "dispatched_at"),
        e.Corrected: (con_applications.CorrectionHandedIn, "corrected_at"),
        e.DuplicateArrived: (con_applications.DuplicateReceived, "received_at"),
        e.HandedOver: (con_applications.DuplicateHandedOver, "handed_over_at"),
        e.Returned: (con_applications.DuplicateReturned, "returned_at"),
        e.DeadlineMissed: (con_applications.DeadlineBreached, "at"),
    }
)


def told(state: Package, event: Event) -> Iterator[Event]:
    """The contract events that follow from `event`, in order; `state` is the one after it."""
    names = {"application_id": state.application_id, "university": state.particulars.university}
    match event:
        case e.ReceiptIssued() if state.number:
            yield _accepted(state, event)
        case e.Delivered():
            yield _delivered(state, event)
            if state.wishes_to_withdraw:
                # Asked while the courier was under way: the university knows of the case only now.
                yield con_applications.WithdrawalHandedIn.model_validate(names | {"requested_at": event.at})
        case e.WithdrawalRequested() if state.status is not Status.DISPATCHED:
            yield con_applications.WithdrawalHandedIn.model_validate(names | {"requested_at": event.at})
        case _ if type(event) in _AS_RECORDED:
            kind, time = _AS_RECORDED[type(event)]
            recorded = dict(event)
            yield kind.model_validate(recorded | names | {time: recorded["at"]})
    notice = texts.notice_of(state, event)
    if notice:
        yield con_applications.ApplicantNotified.model_validate(
            names | {"kind": notice[0], "text": notice[1], "notified_at": state.moved_at}
        )


def _accepted(state: Package, event: e.ReceiptIssued) -> con_applications.ApplicationAccepted:
    done_at = {act.step: act.done_at for act in state.acts}
    return con_applications.ApplicationAccepted.model_validate(
        _handed_on(state)
        | {
            "receipt": event.receipt,
            "handed_in_at": done_at[e.Step.HAND_IN],
            "registered_at": done_at[e.Step.REGISTER],
            "accepted_at": event.at,
        }
    )


def _delivered(state: Package, event: e.Delivered) -> con_applications.PackageDelivered:
    return con_applications.PackageDelivered.model_validate(
        _handed_on(state) | {"filed_at": state.acts[0].done_at, "delivered_at": event.at}
    )


def _handed_on(state: Package) -> dict[str, object]:
    return {
        "application_id": state.application_id,
        "request": state.particulars.numbered(state.number or ""),
        "channel": Channel.CON,
        "regulation": state.regulation,
        "documents": state.documents,
    }
