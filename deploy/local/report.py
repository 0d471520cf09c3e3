"""What a run came to: outcomes, deadlines, messages, and whether every application reached its rightful end everywhere."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import reduce
from typing import Any, Final, TypeVar
from uuid import UUID

from contracts.common import BLANKS_FOR, NoticeKind, RefusalCode
from contracts.universities import Universities
from deploy.local.demo import Filed, Story
from deploy.local.ledger import Database, Ledger
from services.esuvo.domain.state import OUTCOMES, Known
from services.portal.domain import Closed, Open
from services.shep_gateway.domain import Conversation
from services.university_is.domain.state import Case

S = TypeVar("S")
OUTCOMES_OF_ROWS: Final = ("issued", "refused", "withdrawn", "rejected_at_portal", "already_open", "unfinished")


@dataclass(frozen=True, slots=True)
class States:
    """Where each application stands in each service, replayed from the stored events."""

    portal: Mapping[UUID, Open | Closed]
    esuvo: Mapping[UUID, Known]
    university_is: Mapping[UUID, Case]
    shep_gateway: Mapping[UUID, Conversation]


@dataclass(slots=True)
class Report:
    """The `--report` file. `per_step` counts deadlines met and missed; `faults` says whose end is not the rightful one."""

    applications: int
    malformed_rows: int
    by_outcome: dict[str, int]
    refused_by_code: dict[str, int]
    rejected_by_code: dict[str, int]
    per_step: dict[str, dict[str, int]]
    per_topic: dict[str, int]
    dead_letters: dict[str, int]
    repeated_deliveries: int
    lost: int
    duplicated_effects: int
    out_of_order: int
    wall_seconds: float
    simulated_days: float
    clock_jumps: int
    log_hash: str
    faults: list[str] = field(default_factory=list)

    @property
    def rightful(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        return asdict(self)


def replay(databases: Mapping[str, Database]) -> States:
    return States(
        portal=_states(databases["portal"], "application", (Open, Closed)),
        esuvo=_states(databases["esuvo"], "request", Known),
        university_is=_states(databases["university_is"], "case", Case),
        shep_gateway=_states(databases["shep_gateway"], "conversation", Conversation),
    )


def report(story: Story, malformed: int, states: States, ledger: Ledger, universities: Universities) -> Report:
    outcomes = Counter(outcome(each, states) for each in story.filed)
    faults = [fault for each in story.filed if (fault := wrong_end(each, states, universities))]
    faults += [f"dead letters on {topic}: {count}" for topic, count in ledger.dead.items()]
    return Report(
        applications=len(story.filed),
        malformed_rows=malformed,
        by_outcome={name: outcomes[name] for name in OUTCOMES_OF_ROWS},
        refused_by_code=_refusals(story.filed, states),
        rejected_by_code=dict(sorted(Counter(each.rejected for each in story.filed if each.rejected).items())),
        per_step=deadlines(states.university_is.values()),
        per_topic=dict(sorted(ledger.messages.items())),
        dead_letters=ledger.dead,
        repeated_deliveries=sum(ledger.repeated.values()),
        lost=len(ledger.lost),
        duplicated_effects=len(ledger.duplicated_effects),
        out_of_order=len(ledger.out_of_order),
        wall_seconds=round(story.wall_seconds, 2),
        simulated_days=round((story.ended - story.started).total_seconds() / 86_400, 2),
        clock_jumps=story.jumps,
        log_hash=ledger.log_hash,
        faults=[*faults, *_blanks_used_twice(states.university_is.values()), *ledger.faults],
    )


def outcome(each: Filed, states: States) -> str:
    """One of OUTCOMES_OF_ROWS. `already_open`: answered with the application that is open for the document (EDGE-11)."""
    if each.rejected:
        return "rejected_at_portal"
    if each.application_id and not each.first:
        return "already_open"
    state = states.portal.get(UUID(each.application_id)) if each.application_id else None
    return str(state.outcome) if isinstance(state, Closed) else "unfinished"


def deadlines(cases: Iterable[Case]) -> dict[str, dict[str, int]]:
    """Per step of the regulation how often its deadline was met and missed; `without` counts steps that have none."""
    counted: dict[str, dict[str, int]] = {}
    for case in cases:
        for step in (*case.steps, *([case.overall] if case.overall else [])):
            row = counted.setdefault(step.step, {"met": 0, "missed": 0, "without": 0})
            verdict = {True: "met", False: "missed", None: "without"}[step.met]
            row[verdict] += 1
    return dict(sorted(counted.items()))


def wrong_end(each: Filed, states: States, universities: Universities) -> str:
    """Why this row did not reach its rightful end in every service; empty if it did."""
    line, name = f"line {each.row.line}", each.application_id
    if each.rejected:
        return f"{line}: rejected at the portal, {each.rejected}; a good row is filed"
    if not name:
        return f"{line} was never filed"
    identity = UUID(name)
    state = states.portal.get(identity)
    if not isinstance(state, Closed):
        return f"{line}, {name}: open at the portal"
    if not each.first:
        return ""  # its first application is another row's
    expected = _expected(each, universities)
    ended = (state.outcome, state.refusal_code)
    if ended not in expected:
        return f"{line}, {name}: ended as {ended} at the portal, expected one of {expected}"
    return _disagreement(f"{line}, {name}", identity, state, states)


def _expected(each: Filed, universities: Universities) -> list[tuple[NoticeKind, RefusalCode | None]]:
    """What the row itself says should come of it. One who withdraws may be too late (EDGE-21)."""
    row = each.row
    withdrawn = [(NoticeKind.WITHDRAWN, None)] if row.withdraw_at else []
    if row.university not in universities:
        return [(NoticeKind.REFUSED, RefusalCode.UNKNOWN_UNIVERSITY)]
    if not row.in_register:
        return [*withdrawn, (NoticeKind.REFUSED, RefusalCode.UNRELIABLE_DATA)]
    return [*withdrawn, (NoticeKind.ISSUED, None)]


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
        return _wrong_issue(name, state, case)
    return ""


def _wrong_issue(name: str, state: Closed, case: Case) -> str:
    ready = [notice for notice in state.application.notices if notice.kind is NoticeKind.READY]
    if len(ready) != 1 or ready[0].collection_place is None:
        return f"{name}: {len(ready)} readiness notices instead of one that states the place of collection (DUP-GEN-5)"
    kinds = sorted(blank.kind for blank in case.blanks)
    needed = sorted(BLANKS_FOR[case.request.document_kind])
    return "" if kinds == needed else f"{name}: written on the blank forms {kinds} instead of {needed}"


def _blanks_used_twice(cases: Iterable[Case]) -> list[str]:
    used = Counter(
        (case.university, blank.kind, blank.serial)
        for case in cases
        if case.status == "issued"
        for blank in case.blanks
    )
    return [f"blank form {serial} was used {count} times" for serial, count in used.items() if count > 1]


def _refusals(filed: Sequence[Filed], states: States) -> dict[str, int]:
    ends = (states.portal.get(UUID(each.application_id)) for each in filed if each.first)
    codes = Counter(str(end.refusal_code) for end in ends if isinstance(end, Closed) and end.refusal_code)
    return dict(sorted(codes.items()))


def _states(database: Database, category: str, kind: type[S] | tuple[type[Any], ...]) -> dict[UUID, Any]:  # Any: `kind`
    """The states of one category of stream that are of this kind, by the stream's id."""
    aggregate = next(each for each in database.service.aggregates if each.category == category)
    found = {
        UUID(stream.partition(":")[2]): reduce(aggregate.evolve, (row.event for row in rows), aggregate.initial)
        for stream, rows in database.streams.items()
        if stream.startswith(f"{category}:")
    }
    return {identity: state for identity, state in found.items() if isinstance(state, kind)}
