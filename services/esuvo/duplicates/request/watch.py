"""Which terms of a request run, and which have passed while its university was silent (EDGE-15, EDGE-16). Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from services.esuvo.duplicates.request.events import OverdueFound, Status
from services.esuvo.duplicates.request.state import ENDS, STEPS, Known
from services.esuvo.terms import Term, Terms

# Whom the request waits for is not the university: the applicant corrects, or is heard (domain B.1, `pre_refusal_hearing`).
_WITH_THE_APPLICANT: Final = frozenset({Status.RETURNED, Status.HEARING})


def ends_at(state: Known) -> datetime | None:
    """When the next term ends that has not passed yet; None while nothing runs."""
    return min((each.due_at for each in _unpassed(state)), default=None)


def passed(state: Known, at: datetime) -> Sequence[OverdueFound]:
    """The terms that passed before `at`, each told once."""
    return [
        OverdueFound(step=each.step, limit=each.limit, began_at=each.began_at, due_at=each.due_at, at=at)
        for each in _unpassed(state)
        if each.due_at < at
    ]


def _unpassed(state: Known) -> Iterator[Term]:
    told = {each.step for each in state.overdue}
    return (each for each in _running(state) if each.step not in told)


def _running(state: Known) -> Iterator[Term]:
    """An applicant who was told an end has the university's answer, even where no event of the case says it."""
    if state.terms is None or state.case in ENDS or state.answered:
        return
    step = _step(state, state.terms)
    if step:
        yield step
    if state.done is not Status.PREPARED:
        whole = state.terms.overall(state.filed_at)
        if whole:
            yield whole


def _step(state: Known, terms: Terms) -> Term | None:
    """Whether a blank form lies in stock the university alone knows: without a request for one the preparation is due."""
    if state.done is Status.PREPARED:
        return None if state.ready_told else terms.running(STEPS[Status.PREPARED], state.since)
    if state.case in _WITH_THE_APPLICANT or (state.case is Status.AWAITING_BLANK and terms.stands_still):
        return None
    return terms.running(STEPS[state.next], state.since) if state.next else None
