"""Where each application of a run ended, in every service that had to do with it, and whether that end is the rightful one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, TypeVar
from uuid import UUID

from contracts.common import BLANKS_FOR, Channel, NoticeKind, RefusalCode
from deploy.local.audit.ledger import Database
from deploy.local.people.demo import Filed
from law.universities import Universities
from services.con.application.state import Nothing
from services.con.application.state import State as Package
from services.esuvo.duplicates.request.state import OUTCOMES, Known
from services.portal.duplicates.decide import Closed, Open
from services.shep_gateway.decide import Conversation
from services.university_is.duplicates.case.state import Case, Status
from services.university_is.duplicates.ledger.state import BlankState

S = TypeVar("S")
OUTCOMES_OF_ROWS: Final = (
    "issued", "refused", "withdrawn", "rejected_at_portal", "rejected_at_counter", "already_open",
    "uncollected", "waiting_for_blanks", "unfinished",
)  # fmt: skip
_ENDS: Final = frozenset({"issued", "refused", "withdrawn"})
_SHORT: Final = frozenset({Status.SHORT, Status.WAITING})


@dataclass(frozen=True, slots=True)
class States:
    """Where each application stands in each service, replayed from the stored events."""

    portal: Mapping[UUID, Open | Closed]
    esuvo: Mapping[UUID, Known]
    university_is: Mapping[UUID, Case]
    shep_gateway: Mapping[UUID, Conversation]
    con: Mapping[UUID, Package]
    blanks: Mapping[str, Sequence[BlankState]]


def replay(databases: Mapping[str, Database]) -> States:
    return States(
        portal=_states(databases["portal"], "application", (Open, Closed)),
        esuvo=_states(databases["esuvo"], "request", Known),
        university_is=_states(databases["university_is"], "case", Case),
        shep_gateway=_states(databases["shep_gateway"], "conversation", Conversation),
        con={
            identity: state
            for identity, state in _states(databases["con"], "application", object).items()
            if not isinstance(state, Nothing)
        },
        blanks={
            code: [entry.state for entry in ledger.entries.values()]
            for code, ledger in _replayed(databases["university_is"], "blanks").items()
        },
    )


def outcome(each: Filed, states: States) -> str:
    """One of OUTCOMES_OF_ROWS. `already_open`: answered with the application that is open for the document (EDGE-11)."""
    if each.rejected:
        return "rejected_at_portal" if each.row.channel is Channel.PORTAL else "rejected_at_counter"
    if not each.application_id:
        return "unfinished"
    if not each.first:
        return "already_open"
    identity = UUID(each.application_id)
    end = _end(identity, each.row.channel, states)
    if end in _ENDS:
        return end
    case = states.university_is.get(identity)
    if case and case.status is Status.PREPARED:
        return "uncollected"
    return "waiting_for_blanks" if case and case.status in _SHORT else "unfinished"


def _end(identity: UUID, channel: Channel, states: States) -> str:
    """As the applicant's own door has it: the portal's word, or the university's where no portal was used."""
    if channel is Channel.PORTAL:
        state = states.portal.get(identity)
        return str(state.outcome) if isinstance(state, Closed) else ""
    if case := states.university_is.get(identity):
        return str(case.status)
    return str(getattr(states.con.get(identity), "status", ""))  # withdrawn before the courier came


def refusal(each: Filed, states: States) -> str:
    """The code of the refusal that the application ended with; empty if it did not."""
    if not each.first or not each.application_id:
        return ""
    identity = UUID(each.application_id)
    state, case = states.portal.get(identity), states.university_is.get(identity)
    if isinstance(state, Closed):
        return str(state.refusal_code or "")
    return str(case.refusal.code) if case and case.refusal else ""


def wrong_end(each: Filed, states: States, universities: Universities, *, judged: bool = True) -> str:
    """Why this row did not reach its rightful end in every service; empty if it did.

    `judged`: the file says what the end should be. Otherwise, as under staff that errs, any end does that all services
    agree on.
    """
    line = f"line {each.row.line}"
    door = "the portal" if each.row.channel is Channel.PORTAL else "the counter"
    if each.rejected:
        return f"{line}: rejected at {door}, {each.rejected}; a good row is filed"
    if not each.application_id:
        return f"{line} was never filed"
    if not each.first:
        return _left_open(each, states) if judged else ""
    return _wrong(each, states, universities, judged=judged)


def _wrong(each: Filed, states: States, universities: Universities, *, judged: bool) -> str:
    line, name = f"line {each.row.line}", each.application_id
    ended = (outcome(each, states), refusal(each, states))
    where = "at the portal" if each.row.channel is Channel.PORTAL else "at the university"
    expected = _expected(each, universities)
    if judged and ended[0] not in {kind for kind, _ in expected} | _ENDS:
        return f"{line}, {name}: open {where}"
    if judged and ended not in expected:
        return f"{line}, {name}: ended as {ended} {where}, expected one of {expected}"
    identity = UUID(name)
    if each.row.channel is Channel.PORTAL:
        state = states.portal.get(identity)
        return _disagreement(f"{line}, {name}", identity, state, states) if isinstance(state, Closed) else ""
    return _disagreement_at_counters(f"{line}, {name}", identity, ended[0], each.row.channel, states)


def _left_open(each: Filed, states: States) -> str:
    """Its first application is another row's, and has ended as well."""
    identity = UUID(each.application_id)
    end = _end(identity, each.row.channel, states)
    if end in _ENDS or each.row.channel is not Channel.PORTAL:
        return ""
    return f"line {each.row.line}, {each.application_id}: open at the portal"


def _expected(each: Filed, universities: Universities) -> list[tuple[str, str]]:
    """What the row itself says should come of it. One who withdraws may be too late (EDGE-21)."""
    row = each.row
    withdrawn = [("withdrawn", "")] if row.withdraw_at else []
    if row.university not in universities:
        return [("refused", str(RefusalCode.UNKNOWN_UNIVERSITY))]
    if not row.in_register:
        return [*withdrawn, ("refused", str(RefusalCode.UNRELIABLE_DATA))]
    return [*withdrawn, ("issued", "")]


def _disagreement(name: str, identity: UUID, state: Closed, states: States) -> str:
    request, case = states.esuvo.get(identity), states.university_is.get(identity)
    conversation = states.shep_gateway.get(identity)
    unroutable = state.refusal_code is RefusalCode.UNKNOWN_UNIVERSITY
    if request is None or (not unroutable and OUTCOMES[state.outcome] is not request.status):
        return f"{name}: {state.outcome} at the portal, {request.status if request else 'unknown'} at ESUVO"
    if not unroutable and (case is None or case.status != str(state.outcome)):
        return f"{name}: {state.outcome} at the portal, {case.status if case else 'unknown'} at the university"
    if conversation is None or any(entry.confirmed_at is None for entry in conversation.entries.values()):
        return f"{name}: the gateway has a notice that nobody confirmed"
    if state.outcome is NoticeKind.ISSUED and case is not None:
        ready = [notice for notice in state.application.notices if notice.kind is NoticeKind.READY]
        if len(ready) != 1 or ready[0].collection_place is None:
            return (
                f"{name}: {len(ready)} readiness notices instead of one that states the place of collection (DUP-GEN-5)"
            )
        return _wrong_blanks(name, case)
    return ""


def _disagreement_at_counters(name: str, identity: UUID, end: str, channel: Channel, states: States) -> str:
    case, package = states.university_is.get(identity), states.con.get(identity)
    if identity in states.portal:
        return f"{name}: filed at a counter, and the portal knows it"
    if channel is Channel.CON:
        status = str(getattr(package, "status", "unknown"))
        if end in _ENDS and status not in _OF_SERVICE_CENTRE[end]:
            return f"{name}: {end} at the university, {status} at the service centre"
    return _wrong_blanks(name, case) if case and end == "issued" else ""


# What the service centre calls these ends; a duplicate that went back is handed over by the university (EDGE-18).
_OF_SERVICE_CENTRE: Final[Mapping[str, frozenset[str]]] = {
    "issued": frozenset({"handed-over", "issued-at-university"}),
    "refused": frozenset({"refused-by-university"}),
    "withdrawn": frozenset({"withdrawn"}),
}


def _wrong_blanks(name: str, case: Case) -> str:
    kinds = sorted(blank.kind for blank in case.blanks)
    needed = sorted(BLANKS_FOR[case.request.document_kind])
    return "" if kinds == needed else f"{name}: written on the blank forms {kinds} instead of {needed}"


def blanks_used_twice(cases: Iterable[Case]) -> list[str]:
    used = Counter(
        (case.university, blank.kind, blank.serial)
        for case in cases
        if case.status == "issued"
        for blank in case.blanks
    )
    return [f"blank form {serial} was used {count} times" for serial, count in used.items() if count > 1]


def _states(database: Database, category: str, kind: type[S] | tuple[type[Any], ...]) -> dict[UUID, Any]:  # Any: `kind`
    """The states of one category of stream that are of this kind, by the stream's id."""
    found = {UUID(name): state for name, state in _replayed(database, category).items()}
    return {identity: state for identity, state in found.items() if isinstance(state, kind)}


def _replayed(database: Database, category: str) -> dict[str, Any]:  # Any: the category's own state
    aggregate = next(each for each in database.service.aggregates if each.category == category)
    return {
        stream.partition(":")[2]: reduce(aggregate.evolve, (row.event for row in rows), aggregate.initial)
        for stream, rows in database.streams.items()
        if stream.startswith(f"{category}:")
    }
