"""The Ministry has no duty to answer (INC-21): silence, refusal and a wrong supply keep the request open (EDGE-13)."""

from collections.abc import Sequence

from contracts.common import SupplyFault
from services._chassis.decider import Ignored
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case.state import Case, Waiting


def decide_supply(command: c.NoteSupply | c.NoteSilence, case: Case) -> Sequence[e.CaseEvent]:
    """After silence all that the case needs is asked for again: others may have taken what once came for it."""
    if not isinstance(case.stands, Waiting):
        return Ignored("not-waiting-for-blanks")
    held = {each.kind for each in case.blanks}
    if isinstance(command, c.NoteSilence):
        lacking, fault = tuple(each for each in case.kinds if each not in held), SupplyFault.SILENCE
    else:
        lacking = tuple(each for each in case.stands.short if each not in command.kinds)
        fault = SupplyFault.INCOMPLETE if command.kinds else SupplyFault.REFUSED
    if not lacking:
        return Ignored("nothing-is-short")
    return [
        e.BlanksNotSupplied(
            kinds=lacking,
            fault=fault,
            requests=case.blank_requests,
            asked_again=case.blank_requests < command.most,
            at=command.at,
        )
    ]
