"""Writes the file of a grant campaign: `python -m deploy.local.made_up.campaign --seed 705 --out FILE`.

One seed gives one file: made-up people who want to study at real universities in the autumn of 2016, most of them plainly and
some in every way that a committee, the Testing Centre and the commission must get right.
"""

import argparse
import csv
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path
from random import Random
from typing import Final

from contracts.generate import plainly
from contracts.grants import CertificateKind, PreferentialRight, Quota, StudyLanguage
from deploy.local.errors import known
from deploy.local.files.campaign import COLUMNS, Door, Signature
from deploy.local.made_up.people import People, Person
from deploy.local.made_up.wishes import AT_CUTOFF, Wish, Wishes
from law.specialties import Specialties, load_specialties, load_state_order

FIRST_DAY: Final = date(2016, 7, 23)
LAST_DAY: Final = date(2016, 7, 31)

# How many rows of each kind; the ordinary fill up to the number of rows that was asked for.
APPLICANTS: Final = 2_400
GOLDEN: Final = 6
MANY_CHOICES: Final = 5
REPEATED: Final = 5
OTHER_ELECTIVE: Final = 6
OTHER_LANGUAGE: Final = 4
TWO_DOORS: Final = 12
TWO_COMMITTEES: Final = 6
TWICE_AT_PORTAL: Final = 5
NO_PROOF: Final = 10
TOO_EARLY: Final = 4
TOO_LATE: Final = 4
EXPIRED_KEYS: Final = 5
STRANGE_KEYS: Final = 4

_DAYS: Final = tuple(FIRST_DAY + timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
_RUSH: Final = (4, 7, 8, 7, 7, 8, 10, 14, 35)  # of 100 applications, by day: the last day is the busiest (EDGE-34)
_PORTAL_SHARE: Final = 0.58
_PORTAL_HOURS: Final = (7, 23)
_COUNTER_HOURS: Final = (9, 17)
_KAZAKH_SHARE: Final = 0.64
_KTA_SHARE: Final = 0.15
_RURAL_SHARE: Final = 0.45
_PROOF_SHARE: Final = 0.92
_STAYING_SHARE: Final = 0.955
_BENEFITS: Final = (
    (0.012, Quota.ORPHAN, None),
    (0.016, Quota.DISABLED, PreferentialRight.SOCIAL),
    (0.005, Quota.VETERAN, PreferentialRight.SOCIAL),
    (0.02, Quota.ETHNIC_KAZAKH, None),
    (0.02, None, PreferentialRight.ALTYN_BELGI),
    (0.01, None, PreferentialRight.OLYMPIAD_WINNER),
    (0.015, None, PreferentialRight.COLLEGE_EXPERIENCE),
    (0.03, None, PreferentialRight.HONOURS),
)


@dataclass(frozen=True, slots=True)
class Form:
    """One application. `comment` says why the row is in the file."""

    door: Door
    filed_at: datetime
    university: str
    person: Person
    wish: Wish
    scores: tuple[int, int, int, int]
    average: Decimal
    certificate: tuple[CertificateKind, str]
    comment: str = "ordinary"
    right: PreferentialRight | None = None
    quota: Quota | None = None
    proof: bool = False
    rural: bool = False
    enrols: bool = True
    signature: Signature = Signature.GOOD

    def cells(self) -> dict[str, str]:
        yes = {True: "yes", False: ""}
        found = {
            "channel": self.door,
            "filed_at": self.filed_at.isoformat(timespec="minutes"),
            "university": self.university,
            **self.person._asdict(),
            "language": self.wish.language,
            "certificate_kind": self.certificate[0],
            "certificate_number": self.certificate[1],
            **dict(zip(_SCORES, map(str, self.scores), strict=True)),
            "elective": self.wish.elective,
            "certificate_average": str(self.average),
            "preferential_right": self.right or "",
            "quota": self.quota or "",
            "proof": yes[self.proof],
            "rural": yes[self.rural],
            "choices": "|".join("@".join(each) for each in self.wish.choices),
            "enrols": "" if self.enrols else "no",
            "signature": "" if self.signature is Signature.GOOD else self.signature,
            "comment": self.comment,
        }
        return {name: found[name] for name in COLUMNS}


_SCORES: Final = ("score_language", "score_history", "score_mathematics", "score_elective")


def generate(seed: int, specialties: Specialties, applicants: int = APPLICANTS) -> list[Form]:
    """About so many applications, in the order of the clock on the wall and then of the IIN."""
    forms = _Campaign(Random(seed), specialties).forms(applicants)  # noqa: S311 - a sample that must repeat, no secret
    return sorted(forms, key=lambda form: (form.filed_at, form.person.iin, form.door))


def ordinary(seed: int, specialties: Specialties, applicants: int) -> list[Form]:
    """So many applications without anything strange about them, each by somebody else."""
    return _Campaign(Random(seed), specialties).ordinary(applicants)  # noqa: S311 - a sample that must repeat, no secret


def write(forms: list[Form], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(form.cells() for form in forms)


def write_seats(path: Path, year: int, applicants: int) -> None:
    """A state order with as many seats to an applicant as that year's has for the committed campaign."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("specialty", "language", "seats", "rural"))
        for row in load_state_order(year):
            seats = max(1, round(row.seats * applicants / APPLICANTS))
            table.writerow((row.specialty, row.language, seats, int(row.rural)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=705)
    parser.add_argument("--applicants", type=int, default=APPLICANTS, help="about how many rows")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    forms = generate(chosen.seed, load_specialties(), chosen.applicants)
    write(forms, chosen.out)
    print(f"{len(forms)} applications in {chosen.out}")


@dataclass(slots=True)
class _Campaign:
    random: Random
    specialties: Specialties
    people: Iterator[Person] = field(init=False)
    wishes: Wishes = field(init=False)

    def __post_init__(self) -> None:
        self.people = iter(People(self.random))
        self.wishes = Wishes(self.random, self.specialties)

    def forms(self, applicants: int) -> list[Form]:
        share = applicants / APPLICANTS
        special = list(self._special(lambda count: max(1, round(count * share))))
        ordinary = (self._ordinary() for _ in range(max(0, applicants - len(special))))
        return [*special, *ordinary]

    def ordinary(self, applicants: int) -> list[Form]:
        return [self._ordinary() for _ in range(applicants)]

    def _special(self, some: Callable[[int], int]) -> Iterator[Form]:
        kinds = (
            (GOLDEN, self._golden),
            (MANY_CHOICES, lambda: self._portal(self.wishes.too_many(), "five choices (EDGE-27)")),
            (REPEATED, lambda: self._portal(self.wishes.repeated(), "one specialty twice (EDGE-27)")),
            (OTHER_ELECTIVE, lambda: self._portal(self.wishes.other_elective(), "another elective subject (EDGE-27)")),
            (
                OTHER_LANGUAGE,
                lambda: self._portal(self.wishes.other_language(), "not taught in that language (EDGE-27)"),
            ),
            (TOO_EARLY, lambda: self._moved(FIRST_DAY - timedelta(days=1), "the day before the window")),
            (TOO_LATE, lambda: self._moved(LAST_DAY + timedelta(days=1), "the day after the window")),
            (EXPIRED_KEYS, lambda: self._signed(Signature.EXPIRED, "signed with an expired key (EDGE-03)")),
            (STRANGE_KEYS, lambda: self._signed(Signature.OTHER_PERSON, "signed by somebody else (EDGE-05)")),
            (NO_PROOF, self._no_proof),
        )
        for count, make in kinds:
            for _ in range(some(count)):
                yield make()
        for count, twice in (
            (TWO_DOORS, self._two_doors),
            (TWO_COMMITTEES, self._two_committees),
            (TWICE_AT_PORTAL, self._twice_at_portal),
        ):
            for _ in range(some(count)):
                yield from twice()
        yield from chain.from_iterable(self._tied(*row) for row in AT_CUTOFF)
        yield self._west_of_the_capital()

    def _ordinary(self) -> Form:
        form = self._form(Door.PORTAL if self.random.random() < _PORTAL_SHARE else Door.PAPER, self.wishes.ordinary())
        return self._with_benefits(form)

    def _form(self, door: Door, wish: Wish) -> Form:
        ability = self.random.gauss(0.66, 0.15)
        low, high = 0, 25
        scores = [min(high, max(low, round(25 * self.random.gauss(ability, 0.12)))) for _ in _SCORES]
        average = min(Decimal("5.00"), max(Decimal("3.00"), Decimal(round(100 * (2.6 + 2.4 * ability))) / 100))
        kind = CertificateKind.KTA if self.random.random() < _KTA_SHARE else CertificateKind.ENT
        return Form(
            door=door,
            filed_at=self._moment(door, self.random.choices(_DAYS, _RUSH)[0]),
            university=wish.choices[0][1],
            person=next(self.people),
            wish=wish,
            scores=(scores[0], scores[1], scores[2], scores[3]),
            average=average.quantize(Decimal("0.01")),
            certificate=(kind, f"{self.random.randint(10**7, 10**8 - 1)}"),
            rural=self.random.random() < _RURAL_SHARE,
            enrols=self.random.random() < _STAYING_SHARE,
        )

    def _with_benefits(self, form: Form) -> Form:
        drawn = self.random.random()
        for share, quota, right in _BENEFITS:
            if drawn < share:
                proof = self.random.random() < _PROOF_SHARE
                return replace(form, quota=quota, right=right, proof=proof)
            drawn -= share
        return form

    def _moment(self, door: Door, day: date) -> datetime:
        """Over the portal at any half hour of the day, at a counter in its hours: what comes at one moment is many people's."""
        first, last = _PORTAL_HOURS if door is Door.PORTAL else _COUNTER_HOURS
        half = self.random.randint(2 * first, 2 * last + 1)
        return datetime.combine(day, time(half // 2, half % 2 * 30))

    def _portal(self, wish: Wish, comment: str) -> Form:
        return replace(self._form(Door.PORTAL, wish), comment=comment)

    def _golden(self) -> Form:
        """Total 57, elective 14, but mathematics 6, which is what counts for Finance (EDGE-26)."""
        door = self.random.choice(list(Door))
        form = self._form(door, self.wishes.only("5B050900", "013", StudyLanguage.RUSSIAN))
        return replace(form, scores=(19, 18, 6, 14), comment="total 57 but 6 in the profile subject (EDGE-26)")

    def _moved(self, day: date, comment: str) -> Form:
        form = self._form(Door.PORTAL, self.wishes.ordinary())
        return replace(form, filed_at=self._moment(Door.PORTAL, day), comment=comment)

    def _west_of_the_capital(self) -> Form:
        """Half past eleven in Aktau is the next day in the capital, whose days the window counts."""
        form = self._form(Door.PORTAL, self.wishes.only("5B070800", "037", StudyLanguage.KAZAKH))
        at = datetime.combine(LAST_DAY, time(23, 30))
        return replace(form, filed_at=at, comment="before midnight in Aktau, after it in the capital")

    def _signed(self, signature: Signature, comment: str) -> Form:
        return replace(self._form(Door.PORTAL, self.wishes.ordinary()), signature=signature, comment=comment)

    def _no_proof(self) -> Form:
        quota = self.random.choice([Quota.ORPHAN, Quota.DISABLED, Quota.ETHNIC_KAZAKH])
        form = self._form(self.random.choice(list(Door)), self.wishes.ordinary())
        return replace(form, quota=quota, comment="a quota without proof (EDGE-29)")

    def _two_doors(self) -> tuple[Form, Form]:
        first = self._early(Door.PAPER, "on paper and over the portal (EDGE-28)")
        return first, self._again(first, Door.PORTAL, first.wish.choices[0][1])

    def _two_committees(self) -> tuple[Form, Form]:
        first = self._early(Door.PAPER, "at two committees (EDGE-28)")
        return first, self._again(first, Door.PAPER, "026" if first.university != "026" else "027")

    def _twice_at_portal(self) -> tuple[Form, Form]:
        first = self._early(Door.PORTAL, "twice over the portal (EDGE-11)")
        return first, self._again(first, Door.PORTAL, first.university)

    def _early(self, door: Door, comment: str) -> Form:
        form = self._form(door, self.wishes.ordinary())
        return replace(form, filed_at=self._moment(door, FIRST_DAY + timedelta(days=2)), comment=comment)

    def _again(self, form: Form, door: Door, university: str) -> Form:
        return replace(
            form, door=door, university=university, filed_at=self._moment(door, FIRST_DAY + timedelta(days=4))
        )

    def _tied(self, specialty: str, university: str, language: StudyLanguage, people: int) -> Iterator[Form]:
        """Equal in everything that the rules compare, and one more than there are seats (EDGE-30)."""
        for _ in range(people):
            form = self._form(self.random.choice(list(Door)), self.wishes.only(specialty, university, language))
            yield replace(
                form, scores=(18, 17, 19, 20), average=Decimal("4.50"), rural=False, enrols=True,
                comment="equal at the cut-off (EDGE-30)",
            )  # fmt: skip


if __name__ == "__main__":
    sys.exit(plainly.run(main, known))
