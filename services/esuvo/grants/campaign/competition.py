"""What the Republican Competition Commission makes of everybody in the register: the competition, and its proof. Pure.

What the competition is decided from is the table that others can check it with: `applicants` is `applicants.csv` of
`egov competition decide`, and its SHA-256 stands in the campaign's events.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeAlias

from contracts.grants import StudyLanguage, Via
from law.competition import Contender, Result, decide, decide_again, rules
from law.specialties import SeatRow, StateOrderInvalid, load_state_order
from services.esuvo.grants.annex.events import Last, Line, Sheet
from services.esuvo.grants.campaign.commands import Decided
from services.esuvo.grants.campaign.events import TieUnresolved
from services.esuvo.grants.contender.rows import competitor
from services.esuvo.grants.contender.state import ContenderStatus

Row: TypeAlias = Mapping[str, Any]  # Any: a row of the read model `contenders`
_YEAR_WITH_SEATS: Final = 2016
MEMBERS: Final = 9
PER_ANNEX: Final = 500  # contenders told in one transaction
COLUMNS: Final = (
    "iin",
    "language",
    "total",
    "profile_score",
    "other_min_score",
    "certificate_average",
    "preferential_rank",
    "quota",
    "rural",
    "choices",
    "registration_number",
    "creative_score",
    "profile_scores",
    "other_min_scores",
)


@dataclass(frozen=True, slots=True)
class Competition:
    """`seats` gives the state order of a year; `appointed` is how many members the commission has."""

    seats: Callable[[int], Sequence[SeatRow]]
    appointed: int = MEMBERS
    per_annex: int = PER_ANNEX

    def members(self, meeting: int) -> int:
        """After a meeting with an even number of members one more is appointed (assumed)."""
        return self.appointed + 1 if meeting > 1 and self.appointed % 2 == 0 else self.appointed

    def decide(self, rows: Sequence[Row], year: int, round_: int, at: datetime) -> Decided:
        """The protocol of a round over all who take part; the same whatever the order of the rows."""
        freed = _freed(rows) if round_ > 1 else ()
        if round_ > 1 and not freed:
            return Decided(awarded=0, refused=0, digest=digest_of(""), sheets=(), ties=())
        by_iin = {row["iin"]: row for row in rows}
        contenders = [competitor(row) for row in rows]
        if round_ > 1:
            holders = {iin for iin, row in by_iin.items() if row["choice"] is not None}
            result = decide_again(contenders, holders, freed, rules(year))
        else:
            result = decide(contenders, self.seats(year), rules(year))
        return Decided(
            awarded=len(result.awards),
            refused=len(result.refused),
            digest=_digest(result),
            sheets=self._sheets(result, by_iin, year, round_),
            ties=_ties(result, by_iin, at),
            freed=sum(row.seats for row in freed),
        )

    def _sheets(self, result: Result, by_iin: Mapping[str, Row], year: int, round_: int) -> tuple[Sheet, ...]:
        """In the order of the contenders' names in the store, so that an annex touches neighbours; the second round has
        lines for winners only: everybody else has had an answer.
        """
        lines = [Line(by_iin[each.iin]["contender"], each.choice, each.via) for each in result.awards]
        if round_ == 1:
            lines += [Line(by_iin[each.iin]["contender"]) for each in result.refused]
        lasts = tuple(
            Last(each.specialty, each.language, each.total, each.profile_score or 0)
            for each in result.cutoffs
            if each.via is Via.GENERAL and each.total is not None
        )
        lines.sort(key=lambda line: line.contender)
        sheets, first = list[Sheet](), 1
        for number, begin in enumerate(range(0, len(lines), self.per_annex), 1):
            some = tuple(lines[begin : begin + self.per_annex])
            sheets.append(Sheet(campaign=year, round=round_, number=number, first=first, lines=some, lasts=lasts))
            first += sum(bool(line.choice) for line in some)
        return tuple(sheets)


def state_order(file: Path | None = None) -> Callable[[int], tuple[SeatRow, ...]]:
    """The seats of a year: those of `file` for every year, or of this repository, where other years have those of 2016.

    Raises StateOrderInvalid, at once for a file.
    """
    if file:
        given = load_state_order(file)
        return lambda _year: given
    return _known_order


@cache
def _known_order(year: int) -> tuple[SeatRow, ...]:
    try:
        return load_state_order(year)
    except StateOrderInvalid:
        return load_state_order(_YEAR_WITH_SEATS)


def applicants(rows: Iterable[Row]) -> str:
    """All who take part as `applicants.csv` (RFC 4180 with bare newlines), by IIN."""
    return _table(COLUMNS, map(_applicant, sorted(rows, key=lambda row: str(row["iin"]))))


def seats_table(seats: Iterable[SeatRow]) -> str:
    """The state order as `seats.csv`, by specialty and language."""
    ordered = sorted(seats, key=lambda row: (row.specialty, row.language))
    rows = ([row.specialty, row.language, row.seats, int(row.rural)] for row in ordered)
    return _table(("specialty", "language", "seats", "rural"), rows)


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def _applicant(row: Row) -> Sequence[object]:
    each: Contender = competitor(row)
    return [
        each.iin,
        each.language,
        each.total,
        each.profile_score,
        each.other_min_score,
        each.certificate_average,
        each.preferential_rank,
        each.quota or "",
        int(each.rural),
        "|".join(each.choices),
        each.registration_number,
        "" if each.creative_score is None else each.creative_score,
        "|".join(str(marks.profile_score) for marks in each.by_choice),
        "|".join(str(marks.other_min_score) for marks in each.by_choice),
    ]


def _freed(rows: Iterable[Row]) -> tuple[SeatRow, ...]:
    """Seats whose winners did not enrol (EDGE-35)."""
    free: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["status"] == ContenderStatus.RELEASED:
            seat = row["awarded_specialty"], row["language"]
            free[seat] = free.get(seat, 0) + 1
    return tuple(
        SeatRow(specialty, language, seats, rural=False) for (specialty, language), seats in sorted(free.items())
    )


def _digest(result: Result) -> str:
    """SHA-256 of a line `iin;specialty;via;choice` for each grant, then `iin;reason` for everybody else, each by IIN."""
    won = [f"{each.iin};{each.specialty};{each.via};{each.choice}\n" for each in result.awards]
    return digest_of("".join([*won, *(f"{each.iin};{each.reason}\n" for each in result.refused)]))


def _ties(result: Result, by_iin: Mapping[str, Row], at: datetime) -> tuple[TieUnresolved, ...]:
    return tuple(
        TieUnresolved(
            specialty=tie.specialty,
            language=StudyLanguage(tie.language),
            via=tie.via,
            won=tuple(by_iin[iin]["application_id"] for iin in tie.won),
            lost=tuple(by_iin[iin]["application_id"] for iin in tie.lost),
            at=at,
        )
        for tie in result.ties
    )
