"""Writes the applications file of the demo: `python -m deploy.local.made_up.applications --seed 705 --out FILE`.

One seed gives one file. The rows are made-up people at real universities, filed between 15 February and
18 March 2016, most of them plainly and some at every awkward moment that the chain must get right.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from contracts.common import Channel, DocumentKind, Reason
from contracts.generate import plainly
from contracts.package import PackageDocument
from deploy.local.errors import known
from deploy.local.files.columns import COLUMNS, Collects
from deploy.local.made_up.people import People, Person
from law.universities import Specialty, Universities, load_universities

FIRST_DAY: Final = date(2016, 2, 15)
LAST_DAY: Final = date(2016, 3, 18)
WORKED_SATURDAY: Final = date(2016, 3, 5)
DAYS_OFF: Final = (date(2016, 3, 7), date(2016, 3, 8))  # the Monday moved to 5 March, and Women's Day
UNKNOWN_UNIVERSITY: Final = "998"

_SATURDAY_SUNDAY: Final = (6, 7)
_DAYS: Final = tuple(FIRST_DAY + timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
_WEEKENDS: Final = tuple(day for day in _DAYS if day.isoweekday() in _SATURDAY_SUNDAY and day != WORKED_SATURDAY)
_WORKDAYS: Final = tuple(day for day in _DAYS if day.isoweekday() not in _SATURDAY_SUNDAY and day not in DAYS_OFF)
_DAY: Final = (time(8), time(21, 59))
_LUNCH: Final = (time(13), time(14, 29))
_FAMILIAR_SHARE: Final = 0.35
_YEARS: Final = range(1995, 2016)


class Degree(NamedTuple):
    """What a person holds from a university: one row of its graduate register."""

    person: Person
    university: str
    specialty: Specialty
    year: int


@dataclass(frozen=True, slots=True)
class Filing:
    """One application. `comment` says why the row is in the file."""

    filed_at: datetime
    degree: Degree
    kind: DocumentKind
    reason: Reason
    comment: str
    in_register: bool = True
    register_year: int | None = None
    withdraw_at: datetime | None = None
    channel: Channel = Channel.PORTAL
    left_out: PackageDocument | None = None
    collects: Collects = Collects.APPLICANT

    def cells(self) -> dict[str, str]:
        person = self.degree.person
        return {
            "filed_at": self.filed_at.isoformat(timespec="minutes"),
            **person._asdict(),
            "university": self.degree.university,
            "specialty": self.degree.specialty.code,
            "graduation_year": str(self.degree.year),
            "document_kind": self.kind,
            "reason": self.reason,
            "in_register": "yes" if self.in_register else "no",
            "register_graduation_year": str(self.register_year or ""),
            "withdraw_at": self.withdraw_at.isoformat(timespec="minutes") if self.withdraw_at else "",
            "channel": "" if self.channel is Channel.PORTAL else self.channel,
            "left_out": self.left_out or "",
            "collects": "" if self.collects is Collects.APPLICANT else self.collects,
            "comment": self.comment,
        }


class Moment(NamedTuple):
    """A day out of `days`, a minute from `span[0]` to `span[1]`."""

    days: tuple[date, ...]
    span: tuple[time, time]


class Situation(NamedTuple):
    comment: str
    rows: int
    moment: Moment


SITUATIONS: Final = (
    Situation("ordinary", 240, Moment(_WORKDAYS, _DAY)),
    Situation("filed on a weekend", 14, Moment(_WEEKENDS, _DAY)),
    Situation("filed on a holiday", 10, Moment(DAYS_OFF, _DAY)),
    Situation("filed on the worked Saturday", 8, Moment((WORKED_SATURDAY,), _DAY)),
    Situation("filed at 23:30", 8, Moment(_WORKDAYS, (time(23, 30), time(23, 30)))),
    Situation("filed just before midnight", 6, Moment(_WORKDAYS, (time(23, 59), time(23, 59)))),
    Situation("filed at lunch", 12, Moment(_WORKDAYS, _LUNCH)),
)


class Rush(NamedTuple):
    """Several people at one minute: what is scarce must go by key, not by arrival."""

    university: str
    at: datetime
    kind: DocumentKind
    rows: int


RUSHES: Final = (
    Rush("037", datetime.fromisoformat("2016-02-17T10:15"), DocumentKind.DIPLOMA, 5),
    Rush("037", datetime.fromisoformat("2016-02-24T10:15"), DocumentKind.DIPLOMA_WITH_SUPPLEMENT, 5),
    Rush("020", datetime.fromisoformat("2016-02-18T11:40"), DocumentKind.DIPLOMA, 4),
    Rush("020", datetime.fromisoformat("2016-03-01T11:40"), DocumentKind.SUPPLEMENT, 4),
    Rush("027", datetime.fromisoformat("2016-02-22T09:00"), DocumentKind.DIPLOMA, 3),
)


class Visits(NamedTuple):
    """People at the counters: so many at the university's own, so many at the service centre's."""

    comment: str
    paper: int
    con: int


# At a counter, people come at quarter hours, and may come at one.
ORDINARY_VISITS: Final = Visits("ordinary", 30, 20)
NAME_CHANGES: Final = Visits("another name: with the original and the certificate", 4, 3)
INCOMPLETE: Final = Visits("a document left at home: turned away, comes again", 4, 4)
REPRESENTATIVES: Final = Visits("a representative collects, with a power of attorney", 2, 2)
STRANGERS: Final = Visits("graduate unknown to the university", 2, 2)
ERRING: Final = Visits("errs in the year of graduation: returned for correction", 2, 2)
WITHDRAWING: Final = Visits("withdrawn early", 1, 1)
TWICE: Final = Visits("ordinary, and asked for again", 1, 1)
SATURDAYS: Final = Visits("on a Saturday: the service centre is open, the university is not", 0, 2)
_OPEN: Final = (time(9, 30), time(17, 30))
_SCARCE: Final = frozenset({"020", "037"})  # what runs out is the portal's story

UNKNOWN_GRADUATES: Final = 12
MISTAKEN_YEARS: Final = 8
EARLY_WITHDRAWALS: Final = 3
LATE_WITHDRAWALS: Final = 3
DUPLICATES: Final = 5


def generate(seed: int, universities: Universities) -> list[Filing]:
    """Every filing, in the order of the clock on the wall and then of the IIN."""
    over_portal = list(_Town(Random(seed), universities).filings())  # noqa: S311 - a sample that must repeat, no secret
    known = {filing.degree.person.iin for filing in over_portal}
    at_counters = _Counters(Random(f"{seed}/counters"), universities, known).filings()  # noqa: S311 - as above
    return sorted([*over_portal, *at_counters], key=lambda filing: (filing.filed_at, filing.degree.person.iin))


def write(filings: list[Filing], out: Path) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows(filing.cells() for filing in filings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=705)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    write(generate(options.seed, load_universities()), options.out)


@dataclass(slots=True)
class _Town:
    """Draws from one stream of chance, and remembers what must not come twice."""

    random: Random
    universities: Universities
    people: Iterator[Person] = field(init=False)
    taken: set[datetime] = field(default_factory=lambda: {rush.at for rush in RUSHES})
    held: list[Degree] = field(default_factory=list)
    asked: set[tuple[str, str, DocumentKind]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.people = iter(People(self.random))

    def filings(self) -> Iterator[Filing]:
        return chain(
            (self._plain(situation) for situation in SITUATIONS for _ in range(situation.rows)),
            (self._rushed(rush) for rush in RUSHES for _ in range(rush.rows)),
            (self._unknown_graduate() for _ in range(UNKNOWN_GRADUATES)),
            (self._mistaken_year() for _ in range(MISTAKEN_YEARS)),
            (self._withdrawn(timedelta(days=1), "withdrawn early") for _ in range(EARLY_WITHDRAWALS)),
            (self._withdrawn(timedelta(days=13), "withdrawn after consideration") for _ in range(LATE_WITHDRAWALS)),
            chain.from_iterable(self._duplicate() for _ in range(DUPLICATES)),
            [self._lost_university()],
        )

    def _plain(self, situation: Situation) -> Filing:
        """By someone new, or by someone who has already asked for another document."""
        degree = self._degree()
        while not (kinds := self._not_asked(degree)):
            degree = self._degree()
        if degree not in self.held:
            self.held.append(degree)
        return self._filing(self._minute(situation.moment), degree, self.random.choice(kinds), situation.comment)

    def _rushed(self, rush: Rush) -> Filing:
        degree = self._graduate(next(self.people), rush.university)
        return self._filing(rush.at, degree, rush.kind, "filed at one minute with others")

    def _alone(self, comment: str) -> Filing:
        """By someone who files nothing else."""
        degree = self._graduate(next(self.people), self._any_university())
        kind = self.random.choice(list(DocumentKind))
        return self._filing(self._minute(SITUATIONS[0].moment), degree, kind, comment)

    def _unknown_graduate(self) -> Filing:
        return replace(self._alone("graduate unknown to the university"), in_register=False)

    def _mistaken_year(self) -> Filing:
        filing = self._alone("errs in the year of graduation: returned for correction")
        specialty, year = filing.degree.specialty, filing.degree.year
        return replace(filing, register_year=year + 1 if year < specialty.last_year else year - 1)

    def _withdrawn(self, after: timedelta, comment: str) -> Filing:
        filing = self._alone(comment)
        return replace(filing, withdraw_at=filing.filed_at + after)

    def _duplicate(self) -> tuple[Filing, Filing]:
        first = self._alone("ordinary, and asked for again")
        later = self._later(first.filed_at)
        return first, replace(first, filed_at=later, comment="duplicate of an open application")

    def _lost_university(self) -> Filing:
        filing = self._alone("no university has this code")
        return replace(filing, degree=filing.degree._replace(university=UNKNOWN_UNIVERSITY))

    def _filing(self, at: datetime, degree: Degree, kind: DocumentKind, comment: str) -> Filing:
        self.asked.add((degree.person.iin, degree.university, kind))
        return Filing(at, degree, kind, self.random.choice(list(Reason)), comment)

    def _degree(self) -> Degree:
        if not self.held or self.random.random() > _FAMILIAR_SHARE:
            return self._graduate(next(self.people), self._any_university())
        held = self.random.choice(self.held)
        university = self._any_university()
        known = [degree for degree in self.held if degree.person == held.person]
        if any(degree.university == university for degree in known) or len(known) > 1:
            return held
        return self._graduate(held.person, university)

    def _graduate(self, person: Person, university: str) -> Degree:
        specialty = self.random.choice(self.universities[university].specialties)
        years = [year for year in _YEARS if specialty.first_year <= year <= specialty.last_year]
        return Degree(person, university, specialty, self.random.choice(years))

    def _not_asked(self, degree: Degree) -> list[DocumentKind]:
        return [kind for kind in DocumentKind if (degree.person.iin, degree.university, kind) not in self.asked]

    def _any_university(self) -> str:
        return self.random.choice(list(self.universities))

    def _minute(self, moment: Moment) -> datetime:
        """A minute that nobody has taken: a tie is meant where it stands in RUSHES, and nowhere else."""
        first, last = (at.hour * 60 + at.minute for at in moment.span)
        while True:
            day = self.random.choice(moment.days)
            minute = self.random.randint(first, last)
            found = datetime.combine(day, time(minute // 60, minute % 60))
            if found not in self.taken:
                self.taken.add(found)
                return found

    def _later(self, first: datetime) -> datetime:
        days = (first.date() + timedelta(2), first.date() + timedelta(3))
        return self._minute(Moment(days, _DAY))


@dataclass(slots=True)
class _Counters:
    """Draws from a chance of its own, so that the rows of the portal stay as they are; nobody of them comes here."""

    random: Random
    universities: Universities
    known: set[str]
    people: Iterator[Person] = field(init=False)

    def __post_init__(self) -> None:
        self.people = (person for person in People(self.random) if person.iin not in self.known)

    def filings(self) -> Iterator[Filing]:
        yield from self._visits(ORDINARY_VISITS)
        for filing in self._visits(NAME_CHANGES):
            yield replace(filing, reason=Reason.NAME_CHANGE)
        for number, filing in enumerate(self._visits(INCOMPLETE)):
            yield _INCOMPLETE_WAYS[number % len(_INCOMPLETE_WAYS)](filing)
        for filing in self._visits(REPRESENTATIVES):
            yield replace(filing, collects=Collects.REPRESENTATIVE)
        for filing in self._visits(STRANGERS):
            yield replace(filing, in_register=False)
        for filing in self._visits(ERRING):
            specialty, year = filing.degree.specialty, filing.degree.year
            yield replace(filing, register_year=year + 1 if year < specialty.last_year else year - 1)
        for filing in self._visits(WITHDRAWING):
            yield replace(filing, withdraw_at=_next_workday(filing.filed_at))
        for filing in self._visits(TWICE):
            yield filing
            comment = "duplicate of an open application"
            yield replace(filing, filed_at=_next_workday(filing.filed_at), comment=comment)
        for filing in self._visits(SATURDAYS):
            saturday = filing.filed_at + timedelta(days=6 - filing.filed_at.isoweekday())
            yield replace(filing, filed_at=saturday)

    def _visits(self, visits: Visits) -> Iterator[Filing]:
        for channel, count in ((Channel.PAPER, visits.paper), (Channel.CON, visits.con)):
            for _ in range(count):
                yield self._visit(channel, visits.comment)

    def _visit(self, channel: Channel, comment: str) -> Filing:
        university = self.random.choice([code for code in self.universities if code not in _SCARCE])
        specialty = self.random.choice(self.universities[university].specialties)
        years = [year for year in _YEARS if specialty.first_year <= year <= specialty.last_year]
        degree = Degree(next(self.people), university, specialty, self.random.choice(years))
        first, last = (at.hour * 4 + at.minute // 15 for at in _OPEN)
        quarter = self.random.randint(first, last)
        at = datetime.combine(self.random.choice(_WORKDAYS), time(quarter // 4, quarter % 4 * 15))
        kind, reason = self.random.choice(list(DocumentKind)), self.random.choice(list(Reason))
        return Filing(at, degree, kind, reason, comment, channel=channel)


_INCOMPLETE_WAYS: Final = (
    lambda filing: replace(filing, left_out=PackageDocument.IDENTITY_DOCUMENT),
    lambda filing: replace(filing, reason=Reason.DAMAGE, left_out=PackageDocument.ORIGINAL_DOCUMENT),
    lambda filing: replace(filing, reason=Reason.NAME_CHANGE, left_out=PackageDocument.ORIGINAL_DOCUMENT),
    lambda filing: replace(filing, reason=Reason.NAME_CHANGE, left_out=PackageDocument.NAME_CHANGE_CERTIFICATE),
)


def _next_workday(at: datetime) -> datetime:
    return next(
        datetime.combine(day, at.time())
        for day in (at.date() + timedelta(days=number) for number in range(1, 10))
        if day.isoweekday() not in _SATURDAY_SUNDAY and day not in DAYS_OFF
    )


if __name__ == "__main__":
    sys.exit(plainly.run(main, known))
