"""What a campaign came to: ends, seats, deadlines and messages, and whether every application reached its rightful end."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from contracts.grants import Via
from deploy.local.audit.campaign_ends import ENDS, Rightful, States, wrong_ends
from deploy.local.audit.ledger import Ledger
from deploy.local.audit.report import deadlines
from deploy.local.people.campaign import Story
from law.competition import Cutoff
from law.specialties import load_specialties

_SHOWN_CUTOFFS: Final = 8
_TALLIES: Final = {
    "kz.egov.esuvo.grant-application-accepted": "first results: accepted",
    "kz.egov.esuvo.grant-application-rejected": "first results: not accepted by the Testing Centre",
    "kz.egov.university.grant-intake-refused": "first results: refused by a committee",
    "kz.egov.esuvo.grant-application-merged": "merged into a first application",
    "kz.egov.esuvo.tie-unresolved": "ties beyond the rules",
    "kz.egov.university.certificate-handed-over": "certificates handed over",
    "kz.egov.university.winner-enrolled": "winners enrolled",
    "kz.egov.university.scholarship-assigned": "scholarships assigned",
    "kz.egov.university.grant-declined": "declined",
}


@dataclass(slots=True)
class Report:
    """The `--report` file. `faults` says whose end is not the rightful one, and what the ledger found."""

    applications: int
    malformed_rows: int
    by_end: dict[str, dict[str, int]]
    rejected_by_code: dict[str, int]
    refused_by_code: dict[str, int]
    tallies: dict[str, int]
    seats: int
    awards_by_via: dict[str, int]
    awards_by_field: dict[str, int]
    awarded_again: int
    cutoffs: list[dict[str, Any]]  # Any: JSON
    per_step: dict[str, dict[str, int]]
    breaches: dict[str, int]
    per_topic: dict[str, int]
    dead_letters: dict[str, int]
    repeated_deliveries: int
    lost: int
    duplicated_effects: int
    out_of_order: int
    wall_seconds: float
    applications_per_second: float
    simulated_days: float
    clock_jumps: int
    log_hash: str
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        return asdict(self)


def report(story: Story, malformed: int, states: States, right: Rightful, ledger: Ledger) -> Report:
    rejected = Counter(each.rejected for each in story.applied if each.rejected)
    awards = [*right.first.awards, *right.second.awards]
    fields = load_specialties()
    return Report(
        applications=len(story.applied),
        malformed_rows=malformed,
        by_end=_by_end(story, states),
        rejected_by_code=dict(sorted(rejected.items())),
        refused_by_code=_refusals(states),
        tallies={what: ledger.events.get(name, 0) for name, what in _TALLIES.items()},
        seats=sum(row.seats for row in right.seats),
        awards_by_via=dict(sorted(Counter(str(each.via) for each in awards).items())),
        awards_by_field=dict(Counter(fields[each.specialty].field.name.en for each in awards).most_common()),
        awarded_again=len(right.second.awards),
        cutoffs=[_cutoff(each) for each in _hardest(right.first.cutoffs)],
        per_step=deadlines(step for grant in states.committee.values() for step in grant.steps),
        breaches=dict(sorted(ledger.breaches.items())),
        per_topic=dict(sorted(ledger.messages.items())),
        dead_letters=ledger.dead,
        repeated_deliveries=sum(ledger.repeated.values()),
        lost=len(ledger.lost),
        duplicated_effects=len(ledger.duplicated_effects),
        out_of_order=len(ledger.out_of_order),
        wall_seconds=round(story.wall_seconds, 2),
        applications_per_second=round(len(story.applied) / story.wall_seconds, 2),
        simulated_days=round((story.ended - story.started).total_seconds() / 86_400, 2),
        clock_jumps=story.jumps,
        log_hash=ledger.log_hash,
        faults=[
            *wrong_ends(story.applied, states, right),
            *(f"dead letters on {topic}: {count}" for topic, count in ledger.dead.items()),
            *ledger.faults,
        ],
    )


def _by_end(story: Story, states: States) -> dict[str, dict[str, int]]:
    """By channel, how its applications really ended."""
    found: dict[str, Counter[str]] = {}
    for each in story.applied:
        end = "rejected at the door" if each.rejected else states.end(each.application_id)
        if each.application_id and not each.first:
            end = "answered with the first"
        found.setdefault(each.row.channel, Counter())[end] += 1
    return {door: {end: counted[end] for end in ENDS if counted[end]} for door, counted in sorted(found.items())}


def _refusals(states: States) -> dict[str, int]:
    """By code: those of committees and of the Testing Centre, and those to award."""
    codes = Counter(str(grant.refusal.code) for grant in states.committee.values() if grant.refusal)
    return dict(sorted(codes.items()))


def _hardest(cutoffs: Sequence[Cutoff]) -> Iterable[Cutoff]:
    """The general seats that took most points, each specialty in one language once."""
    general = [each for each in cutoffs if each.via is Via.GENERAL and each.total is not None]
    return sorted(general, key=lambda each: (-(each.total or 0), each.specialty, each.language))[:_SHOWN_CUTOFFS]


def _cutoff(each: Cutoff) -> dict[str, Any]:
    return {
        "specialty": each.specialty,
        "name": load_specialties()[each.specialty].name.en,
        "language": each.language,
        "seats": each.seats,
        "total": each.total,
        "profile_score": each.profile_score,
    }
