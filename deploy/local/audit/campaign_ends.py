"""Where each application of a campaign should have ended, worked out from the file alone, and whether the services agree.

From the services come only facts that no file can know: an application's id and registration number, which of a person's
applications was the first in the register, whether a committee breached its term and the register had closed, whether a winner
never got the certificate. Who competes, who wins and what follows is reckoned here anew.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final
from uuid import UUID

from contracts.common import RefusalCode
from contracts.grants import MOST_CHOICES, Subject
from deploy.local.audit.ledger import Database
from deploy.local.files.campaign import CampaignRow, Door, Signature
from deploy.local.people.campaign import Applied
from law.competition import Award, ChoiceMarks, Contender, Result, decide, decide_again, ineligible, rules
from law.regulation.campaign import window
from law.regulation.model import load
from law.specialties import SeatRow, load_specialties, load_state_order
from law.universities import Universities
from services.esuvo.grants.contender.state import Contender as Person
from services.portal.grants import decide as portal
from services.university_is.grants.application import state as committee

_REGULATION: Final = "KZ-MES-705-GRANT"
NOT_AWARDED: Final = "not awarded"
DECLINED: Final = "declined"
SCHOLARSHIP: Final = "scholarship"
REFUSED: Final = "refused"
MERGED: Final = "merged"
ANSWERED_BEFORE: Final = "answered with the first"
AT_THE_DOOR: Final = "rejected at the door"
UNFINISHED: Final = "unfinished"
ENDS: Final = (SCHOLARSHIP, DECLINED, NOT_AWARDED, REFUSED, MERGED, ANSWERED_BEFORE, AT_THE_DOOR, UNFINISHED)

# How each service calls an end; the portal keeps an award that its winner did not take up.
_AT_COMMITTEE: Final = {
    committee.Status.ASSIGNED: SCHOLARSHIP,
    committee.Status.DECLINED: DECLINED,
    committee.Status.NOT_AWARDED: NOT_AWARDED,
    committee.Status.REFUSED: REFUSED,
    committee.Status.REJECTED: REFUSED,
    committee.Status.MERGED: MERGED,
}
_AT_PORTAL: Final = {
    portal.Status.AWARDED: {SCHOLARSHIP, DECLINED},
    portal.Status.NOT_AWARDED: {NOT_AWARDED},
    portal.Status.REFUSED: {REFUSED, MERGED},
}
_IN_REGISTER: Final = {"awarded": SCHOLARSHIP, "released": DECLINED, "not-awarded": NOT_AWARDED, "rejected": REFUSED}


@dataclass(frozen=True, slots=True)
class States:
    """Where each application and each person stands, replayed from the stored events."""

    portal: Mapping[UUID, portal.Application]
    committee: Mapping[UUID, committee.Grant]
    register: Mapping[str, Person]

    def end(self, application_id: str) -> str:
        """How the application ended at the university, in the words of ENDS."""
        found = self.committee.get(UUID(application_id)) if application_id else None
        return _AT_COMMITTEE.get(found.status, UNFINISHED) if found else UNFINISHED


def replay(databases: Mapping[str, Database]) -> States:
    return States(
        portal=_states(databases["portal"], "grant", portal.Application),
        committee=_states(databases["university_is"], "grant", committee.Grant),
        register={
            state.standing.request.applicant.iin: state
            for state in _replayed(databases["esuvo"], "contender", Person).values()
        },
    )


def _states(database: Database, category: str, kind: type[Any]) -> dict[UUID, Any]:  # Any: states of one aggregate
    return {UUID(name): state for name, state in _replayed(database, category, kind).items()}


def _replayed(database: Database, category: str, kind: type[Any]) -> dict[str, Any]:
    aggregate = next(each for each in database.service.aggregates if each.category == category)
    found = {}
    for stream, rows in database.streams.items():
        own, _, name = stream.partition(":")
        if own == category:
            state = reduce(aggregate.evolve, (row.event for row in rows), aggregate.initial)
            if isinstance(state, kind):
                found[name] = state
    return found


@dataclass(frozen=True, slots=True)
class Rightful:
    """What should have become of the campaign: the end of each row by its line, and both rounds of the competition."""

    ends: Mapping[int, str]
    contenders: Sequence[Contender]
    seats: Sequence[SeatRow]
    first: Result
    second: Result
    rounds: Mapping[str, tuple[int, Award]]


def rightful(
    applied: Sequence[Applied], states: States, universities: Universities, seats: Sequence[SeatRow] = ()
) -> Rightful:
    """By the rules of the year in which most of them were filed, and its seats if no others are given."""
    return _Reckoning(applied, states, universities, seats).done()


class _Reckoning:
    def __init__(
        self, applied: Sequence[Applied], states: States, universities: Universities, seats: Sequence[SeatRow]
    ) -> None:
        self.applied = applied
        self.states = states
        self.universities = universities
        self.specialties = load_specialties()
        year = Counter(each.at.year for each in applied).most_common(1)[0][0]
        self.rules = rules(year)
        self.window = window(load(_REGULATION), year)
        self.seats = seats or load_state_order(year)

    def done(self) -> Rightful:
        ends: dict[int, str] = {}
        competing: dict[str, list[Applied]] = {}
        for each in sorted(self.applied, key=lambda one: (one.at, one.row.line)):
            row = each.row
            if self._turned_away(each):
                ends[row.line] = AT_THE_DOOR
            elif row.channel is Door.PORTAL and self._open_at_portal(each, competing):
                ends[row.line] = ANSWERED_BEFORE
            elif ineligible(self.contender(row), self.rules) or not self._routable(row):
                ends[row.line] = REFUSED if row.channel is Door.PORTAL else AT_THE_DOOR
            elif self._forwarded_too_late(each):
                ends[row.line] = REFUSED
            else:
                competing.setdefault(row.iin, []).append(each)
        return self._held(ends, competing)

    def _held(self, ends: dict[int, str], competing: Mapping[str, list[Applied]]) -> Rightful:
        counted = {iin: self._first_in_register(iin, those) for iin, those in competing.items()}
        for iin, those in competing.items():
            ends |= {each.row.line: MERGED for each in those if each is not counted[iin]}
        contenders = [self.contender(each.row, each.application_id) for each in counted.values()]
        first = decide(contenders, self.seats, self.rules)
        leaving = [each for each in first.awards if not self._enrols(counted[each.iin])]
        freed = Counter((each.specialty, counted[each.iin].row.language.value) for each in leaving)
        free = [SeatRow(*seat, number, rural=False) for seat, number in sorted(freed.items())]
        second = decide_again(contenders, {each.iin for each in first.awards}, free, self.rules)
        rounds = {each.iin: (number, each) for number, held in ((1, first), (2, second)) for each in held.awards}
        for iin, each in counted.items():
            ends[each.row.line] = (SCHOLARSHIP if self._enrols(each) else DECLINED) if iin in rounds else NOT_AWARDED
        return Rightful(ends, contenders, self.seats, first, second, rounds)

    def _forwarded_too_late(self, each: Applied) -> bool:
        """A committee that breached its term may find the register closed: then it must have said so itself (EDGE-15)."""
        found = self._at_committee(each)
        if found is None or found.refusal is None or found.refusal.code is not RefusalCode.TOO_LATE:
            return False
        return any(step.met is False for step in found.steps)

    def _enrols(self, each: Applied) -> bool:
        """Who means to study, and got the certificate that one enrols with."""
        found = self._at_committee(each)
        return each.row.enrols and not (found and found.award and found.handed_over is None)

    def _at_committee(self, each: Applied) -> committee.Grant | None:
        return self.states.committee.get(UUID(each.application_id)) if each.application_id else None

    def _turned_away(self, each: Applied) -> bool:
        """What the portal or the counter refuses at once (EDGE-03, EDGE-05, EDGE-27, EDGE-34)."""
        row = each.row
        known = [self.specialties.get(choice.specialty) for choice in row.choices]
        codes = [choice.specialty for choice in row.choices]
        fits = all(found and found.elective is row.elective and row.language in found.languages for found in known)
        return (
            not self.window.covers(each.at)
            or row.signature is not Signature.GOOD
            or len(codes) > MOST_CHOICES
            or len(set(codes)) != len(codes)
            or not fits
        )

    def _open_at_portal(self, each: Applied, competing: Mapping[str, Sequence[Applied]]) -> bool:
        return any(other.row.channel is Door.PORTAL for other in competing.get(each.row.iin, ()))

    def _routable(self, row: CampaignRow) -> bool:
        return all(choice.university in self.universities for choice in row.choices)

    def _first_in_register(self, iin: str, those: Sequence[Applied]) -> Applied:
        person = self.states.register.get(iin)
        found = str(person.application_id) if person else ""
        return next((each for each in those if each.application_id == found), those[0])

    def contender(self, row: CampaignRow, application_id: str = "") -> Contender:
        """As the competition should count the row: a benefit without proof is none (EDGE-29)."""
        marks = [self._marks(row, choice.specialty) for choice in row.choices]
        registered = self.states.committee.get(UUID(application_id)) if application_id else None
        return Contender(
            iin=row.iin,
            language=row.language,
            total=row.scores.total,
            profile_score=marks[0].profile_score,
            other_min_score=marks[0].other_min_score,
            certificate_average=row.certificate_average,
            preferential_rank=self.rules.preferential_rank(row.preferential_right) if row.proof else 0,
            quota=row.quota if row.proof else None,
            rural=row.rural,
            choices=tuple(choice.specialty for choice in row.choices),
            registration_number=registered.registered.registration_number if registered else "",
            creative_score=row.score_elective if row.elective is Subject.CREATIVE else None,
            by_choice=tuple(marks),
        )

    def _marks(self, row: CampaignRow, code: str) -> ChoiceMarks:
        specialty = self.specialties.get(code)
        points = {
            Subject.LANGUAGE: row.score_language,
            Subject.HISTORY: row.score_history,
            Subject.MATHEMATICS: row.score_mathematics,
            row.elective: row.score_elective,
        }
        profile = specialty.profile if specialty and specialty.profile in points else row.elective
        return ChoiceMarks(points[profile], min(score for subject, score in points.items() if subject is not profile))


def wrong_ends(applied: Sequence[Applied], states: States, right: Rightful) -> Iterator[str]:
    """What is said of each row whose end, in any service, is not the one it should have."""
    for each in applied:
        expected = right.ends[each.row.line]
        for found in _found(each, expected, states):
            yield f"line {each.row.line}: should have ended as {expected}: {found}"
    yield from _wrong_seats(applied, states, right)


def _found(each: Applied, expected: str, states: States) -> Iterator[str]:
    if (expected == AT_THE_DOOR) != bool(each.rejected):
        yield f"the door said {each.rejected or 'yes'}"
    if expected == AT_THE_DOOR or each.rejected:
        return
    if (expected == ANSWERED_BEFORE) == each.first:
        yield "it was taken anew" if each.first else "it was answered with an application that was open"
    if expected == ANSWERED_BEFORE:
        return
    if (at_committee := states.end(each.application_id)) != expected:
        yield f"at the university it is {at_committee}"
    if each.row.channel is Door.PORTAL:
        here = states.portal.get(UUID(each.application_id))
        if here is None or expected not in _AT_PORTAL.get(here.status, set()):
            yield f"at the portal it is {here.status if here else 'unknown'}"
    person = states.register.get(each.row.iin)
    if expected in {SCHOLARSHIP, DECLINED, NOT_AWARDED} and (
        person is None or _IN_REGISTER.get(person.status) != expected
    ):
        yield f"in the register it is {person.status if person else 'unknown'}"


def _wrong_seats(applied: Sequence[Applied], states: States, right: Rightful) -> Iterator[str]:
    """Every award, by specialty, kind of seat, choice, round and university, is the one that the competition gives."""
    rows = {each.application_id: each.row for each in applied if each.first}
    for application_id, found in states.committee.items():
        row = rows.get(str(application_id))
        if row is None:
            yield f"application {application_id} is at a university and nobody of the file filed it"
            continue
        number, award = right.rounds.get(row.iin, (0, None))
        got = found.award
        wanted = award and (award.specialty, row.choices[award.choice - 1].university, award.via, award.choice, number)
        has = got and (got.specialty, got.university, got.via, got.choice, got.round)
        if right.ends[row.line] in {SCHOLARSHIP, DECLINED, NOT_AWARDED} and wanted != has:
            yield f"line {row.line}: the university has the award {has}, the competition gives {wanted}"
