"""What others are told of an event of an application."""

from collections.abc import Iterator

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


def told(state: Package, event: Event) -> Iterator[Event]:  # noqa: C901 - a table, one row an event
    """The contract events that follow from `event`, in order; `state` is the one after it."""
    names = {"application_id": state.application_id, "university": state.particulars.university}
    match event:
        case e.ReceiptIssued() if state.number:
            yield _accepted(state, event)
        case e.Dispatched():
            yield con_applications.PackageDispatched.model_validate(
                names | {"waybill": event.waybill, "dispatched_at": event.at}
            )
        case e.Delivered():
            yield _delivered(state, event)
            if state.wishes_to_withdraw:
                # Asked while the courier was under way: the university knows of the case only now.
                yield con_applications.WithdrawalHandedIn.model_validate(names | {"requested_at": event.at})
        case e.Corrected():
            corrected = {"specialty": event.specialty, "graduation_year": event.graduation_year}
            yield con_applications.CorrectionHandedIn.model_validate(names | corrected | {"corrected_at": event.at})
        case e.WithdrawalRequested() if state.status is not Status.DISPATCHED:
            yield con_applications.WithdrawalHandedIn.model_validate(names | {"requested_at": event.at})
        case e.DuplicateArrived():
            yield con_applications.DuplicateReceived.model_validate(names | {"received_at": event.at})
        case e.HandedOver():
            yield con_applications.DuplicateHandedOver.model_validate(
                names | {"collector": event.collector, "handed_over_at": event.at}
            )
        case e.Returned():
            yield con_applications.DuplicateReturned.model_validate(names | {"returned_at": event.at})
        case e.DeadlineMissed():
            yield con_applications.DeadlineBreached.model_validate(
                names | {"step": event.step, "limit": event.limit, "due_at": event.due_at, "at": event.at}
            )
        case _:
            pass
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
