"""The order in which a university says the steps of a case, by the regulation's data: what is out of it is set aside. Pure."""

from typing import Final

from services._chassis.decider import Refused
from services.esuvo.duplicates.request.events import Status
from services.esuvo.duplicates.request.state import ENDS, STEPS, Known

# Where the case branches off, and comes back: from which of the university's steps (domain B.1, BR-1).
_BRANCHES: Final = {
    Status.RETURNED: frozenset({Status.VERIFIED}),
    Status.HEARING: frozenset({Status.VERIFIED, Status.CONSIDERED}),
    Status.AWAITING_BLANK: frozenset({Status.PREPARED}),
}
_REMEDY: Final = "say each step after the one before it, once; GET /requests/{application_id} shows what was heard"


def check(status: Status, mark: str, state: Known) -> None:
    """Raises Refused, with the steps' ids, unless `status` may follow where the case stands."""
    if state.case in ENDS:
        raise _refused(
            "request.already-ended",
            f"the case has ended as {state.case}: nothing follows, {_named(status, state)} neither",
        )
    if status in state.marks and status in STEPS and state.marks[status] != mark:
        raise _refused(
            "request.step-changed",
            f"{_named(status, state)} was said before with other particulars; a step is done once",
        )
    match status:
        case Status.OPENED:
            _check_opening(state)
        case Status.WITHDRAWN:
            _check_withdrawal(state)
        case Status.REFUSED:
            _check_unprepared(status, state)
        case Status.RETURNED | Status.HEARING | Status.AWAITING_BLANK:
            _check_branch(status, state)
        case _:
            _check_turn(status, state)


def check_withdrawal_asked(state: Known) -> None:
    """Only an applicant withdraws (EDGE-21)."""
    if state.withdrawal_requested_at is None:
        raise _refused(
            "request.withdrawal-not-asked",
            "the applicant has not asked to withdraw (EDGE-21), so no withdrawal is confirmed or declined",
            "answer a withdrawal-routed of esuvo.requests.v1; refuse a case by case-refused",
        )


def check_ready(state: Known) -> None:
    """A duplicate is ready once it is prepared; before that the applicant is not told so."""
    if state.done not in {Status.PREPARED, Status.ISSUED}:
        raise _refused(
            "request.out-of-order",
            f"the notice of readiness follows {_named(Status.PREPARED, state)}; next here is {_next(state)}",
            "say duplicate-prepared first, then send the notice",
        )


def _check_opening(state: Known) -> None:
    if state.case is not Status.ROUTED:
        raise _refused(
            "request.out-of-order",
            f"a case is opened once, before {_named(Status.REGISTERED, state)}; this one is {state.case}",
        )


def _check_withdrawal(state: Known) -> None:
    check_withdrawal_asked(state)
    if state.withdrawal_declined:
        raise _refused(
            "request.out-of-order", "the withdrawal was declined before; it cannot be confirmed as well (EDGE-21)"
        )
    _check_unprepared(Status.WITHDRAWN, state)


def _check_unprepared(status: Status, state: Known) -> None:
    """What is prepared is handed over: it is neither refused nor withdrawn any more (A.12, EDGE-21)."""
    if state.done is Status.PREPARED:
        raise _refused(
            "request.out-of-order",
            f"after {_named(Status.PREPARED, state)} follows {_named(Status.ISSUED, state)}; a case is {status} before that",
        )


def _check_branch(status: Status, state: Known) -> None:
    if status is Status.AWAITING_BLANK and state.terms and not state.terms.has("request_blank"):
        raise _refused(
            "request.no-such-step",
            f"{state.terms.regulation} knows no request for blank forms: universities print forms of their own",
            "prepare the duplicate without one",
        )
    if state.case in {Status.RETURNED, Status.HEARING}:
        raise _refused(
            "request.out-of-order", f"the case is {state.case}; it cannot be {status} before that has an end"
        )
    if state.next not in _BRANCHES[status]:
        allowed = " or ".join(_named(each, state) for each in STEPS if each in _BRANCHES[status])
        raise _refused(
            "request.out-of-order", f"a case is {status} when {allowed} is next; next here is {_next(state)}"
        )


def _check_turn(status: Status, state: Known) -> None:
    if state.case is Status.RETURNED:
        raise _refused(
            "request.out-of-order",
            f"the case was returned for correction: {_named(status, state)} comes after the correction",
        )
    if state.next is not status:
        raise _refused("request.out-of-order", f"{_named(status, state)} was said, but next is {_next(state)}")


def _next(state: Known) -> str:
    return _named(state.next, state) if state.next else "nothing"


def _named(status: Status, state: Known) -> str:
    """`DUP-PORTAL-5 (verified)`, or the status alone where no step of the regulation is behind it."""
    step = state.terms.step(STEPS[status]) if state.terms and status in STEPS else None
    return f"{step.id} ({status})" if step else str(status)


def _refused(code: str, detail: str, remedy: str = _REMEDY) -> Refused:
    return Refused(code, detail, field="/type", remedy=remedy)
