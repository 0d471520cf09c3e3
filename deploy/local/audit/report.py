"""What a run came to: outcomes, deadlines, messages, and whether every application reached its rightful end everywhere."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Protocol

from contracts.common import Channel
from deploy.local.audit.ends import OUTCOMES_OF_ROWS, States, blanks_used_twice, outcome, refusal, wrong_end
from deploy.local.audit.ledger import Ledger
from deploy.local.people.demo import Filed, Story
from law.universities import Universities

# Events that are alarms, and what the report calls them.
_ALARMS: Final[Mapping[str, str]] = {
    "kz.egov.university.deadline-near": "deadline_near",
    "kz.egov.university.schedule-infeasible": "schedule_infeasible",
}
_OVERALL: Final = "overall"


@dataclass(slots=True)
class Report:
    """The `--report` file. `per_step` counts deadlines met and missed; `faults` says whose end is not the rightful one."""

    applications: int
    malformed_rows: int
    by_outcome: dict[str, int]
    by_channel: dict[str, dict[str, int]]
    by_regulation: dict[str, dict[str, int]]
    turned_away: int
    refused_by_code: dict[str, int]
    rejected_by_code: dict[str, int]
    per_step: dict[str, dict[str, int]]
    breaches: dict[str, int]
    alarms: dict[str, int]
    blanks: dict[str, dict[str, int]]
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


def report(
    story: Story, malformed: int, states: States, ledger: Ledger, universities: Universities, *, judged: bool = True
) -> Report:
    """`judged`: every row has the end that the file says; otherwise all services agree on whatever end it has."""
    outcomes = Counter(outcome(each, states) for each in story.filed)
    faults = [fault for each in story.filed if (fault := wrong_end(each, states, universities, judged=judged))]
    faults += [f"dead letters on {topic}: {count}" for topic, count in ledger.dead.items()]
    return Report(
        applications=len(story.filed),
        malformed_rows=malformed,
        by_outcome={name: outcomes[name] for name in OUTCOMES_OF_ROWS},
        by_channel=_by_channel(story.filed, states),
        by_regulation=_by_regulation(states),
        turned_away=sum(each.turned_away for each in story.filed),
        refused_by_code=_refusals(story.filed, states),
        rejected_by_code=dict(sorted(Counter(each.rejected for each in story.filed if each.rejected).items())),
        per_step=deadlines(_with_steps(states)),
        breaches=dict(sorted(ledger.breaches.items())),
        alarms={
            **{name: ledger.events.get(event, 0) for event, name in _ALARMS.items()},
            "overall_missed": ledger.breaches.get(_OVERALL, 0),
        },
        blanks=_blanks(states, universities),
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
        faults=[*faults, *blanks_used_twice(states.university_is.values()), *ledger.faults],
    )


class _Timed(Protocol):
    """A step of a case or an act of the service centre."""

    @property
    def step(self) -> str: ...

    @property
    def met(self) -> bool | None: ...


def deadlines(steps: Iterable[_Timed]) -> dict[str, dict[str, int]]:
    """Per step of the regulation how often its deadline was met and missed; `without` counts steps that have none."""
    counted: dict[str, dict[str, int]] = {}
    for step in steps:
        row = counted.setdefault(str(step.step), {"met": 0, "missed": 0, "without": 0})
        verdict = {True: "met", False: "missed", None: "without"}[step.met]
        row[verdict] += 1
    return dict(sorted(counted.items(), key=lambda each: _in_the_orders_order(each[0])))


def _in_the_orders_order(step: str) -> tuple[str, int]:
    """DUP-CON-10 comes after DUP-CON-9."""
    channel, _, number = step.rpartition("-")
    return (channel, int(number)) if number.isdigit() else (step, 0)


def _with_steps(states: States) -> Iterable[_Timed]:
    for case in states.university_is.values():
        yield from case.steps
        if case.overall:
            yield case.overall
    for package in states.con.values():
        yield from getattr(package, "acts", ())


def _by_channel(filed: Sequence[Filed], states: States) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for channel in Channel:
        counted = Counter(outcome(each, states) for each in filed if each.row.channel is channel)
        if counted:
            found[str(channel)] = {name: counted[name] for name in OUTCOMES_OF_ROWS if counted[name]}
    return found


def _by_regulation(states: States) -> dict[str, dict[str, int]]:
    """Where the universities' cases stand, by the regulation that governs each (EDGE-37)."""
    found: dict[str, Counter[str]] = {}
    for case in states.university_is.values():
        found.setdefault(case.opened.regulation, Counter())[str(case.status)] += 1
    return {name: dict(sorted(counted.items())) for name, counted in sorted(found.items())}


def _blanks(states: States, universities: Universities) -> dict[str, dict[str, int]]:
    """Per university the blank forms by what has become of them; where nothing was asked for, nothing is said."""
    asked = {case.university for case in states.university_is.values()}
    found = {}
    for code in sorted(asked & universities.keys()):
        counted = Counter(str(each) for each in states.blanks.get(code, ()))
        found[code] = dict(sorted(counted.items()))
    return found


def _refusals(filed: Sequence[Filed], states: States) -> dict[str, int]:
    codes = Counter(code for each in filed if (code := refusal(each, states)))
    return dict(sorted(codes.items()))
