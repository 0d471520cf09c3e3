"""What all acts share: whose turn it is, and whether an act was late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from services._chassis.decider import Refused
from services.con.application import terms
from services.con.application.events import DeadlineMissed, Step
from services.con.application.state import Act, Nothing, Package, State, TurnedAway

HOW: Final = {
    Step.REGISTER: "/registration",
    Step.FILL_FORM: "/form",
    Step.ISSUE_RECEIPT: "/receipt",
    Step.DISPATCH: "/dispatch",
}


def package_of(state: State) -> Package:
    """The complete package. Raises Refused when there is none under this id."""
    match state:
        case Package():
            return state
        case TurnedAway():
            raise Refused(
                "application.refused",
                "an incomplete package is refused before registration (DUP-GEN-6)",
                remedy="hand in a complete package with POST /applications",
            )
        case Nothing():
            raise Refused(
                "application.unknown",
                "an act at the counter concerns a package that was handed in",
                field="/path/application_id",
                remedy="hand in the package with POST /applications and use the id of the answer",
            )
        case _:
            assert_never(state)


def turn(step: Step, state: State) -> tuple[Package, Act]:
    """The package and its act `step`, running or done. Raises Refused when its turn has not come or never will."""
    package = package_of(state)
    for act in package.acts:
        if act.step is step:
            return package, act
    running = package.running
    if running is None:
        raise ended(package)
    raise Refused(
        "application.out-of-order",
        f"each act starts on the output of the one before: {step} has to wait for {running.step}",
        remedy=f"do {running.step} first: POST /applications/{{application_id}}{HOW[running.step]}",
    )


def ended(package: Package) -> Refused:
    return Refused(
        "application.ended",
        f"an application that is {package.status} takes no further act",
        remedy="hand in a new package with POST /applications if a duplicate is still needed",
    )


def late(act: Act, regulation: str, at: datetime) -> Sequence[DeadlineMissed]:
    """The breach of a running act, unless there is none or it is on record. Also asked when the act is done: a jump
    of virtual time may bring the operator before the timer.
    """
    if act.missed or at <= act.due_at:
        return []
    limit = terms.limit_of(regulation, act.step)
    return [DeadlineMissed(step=act.step, limit=f"{limit.value} {limit.unit}", due_at=act.due_at, at=at)]
