"""The applications for duplicates that the demo files: what a row says, and what may not stand in one row together."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime

from contracts.common import Channel, DocumentKind, Reason, SpecialtyCode, UniversityCode
from contracts.iin import Iin
from contracts.names import Name
from contracts.package import PackageDocument
from deploy.local.errors import LauncherError
from deploy.local.files.cells import Wrong
from deploy.local.files.columns import COLUMNS, OPTIONAL, Collects
from deploy.local.files.row_error import RowError
from deploy.local.files.rows import Form, read_rows
from law.package import required_documents
from law.universities import Universities

_CAPITAL_ZONE: Final = "Asia/Almaty"


def default_file() -> Path:
    """The applications that come with the project."""
    return Path(__file__).with_name("data") / "applications.csv"


_FORMER: Final = ("Досжан", "Қуаныш")

_Year = Annotated[int, Field(ge=1950, le=2100)]  # a cell is text, and a message's year is none


class ApplicationRow(BaseModel):
    """One application as its applicant files it; times are on the wall clock of the university's town.

    `register_graduation_year` is what the university's register holds when the applicant errs in `graduation_year`:
    the case comes back for correction and the applicant files this year. `left_out` is what a package on a counter lacks at the
    first attempt. `line` counts from 1, header included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int
    filed_at: NaiveDatetime
    iin: Iin
    surname: Name
    name: Name
    patronymic: Name | None = None
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: _Year
    document_kind: DocumentKind
    reason: Reason
    in_register: bool = True
    register_graduation_year: _Year | None = None
    withdraw_at: NaiveDatetime | None = None
    channel: Channel = Channel.PORTAL
    left_out: frozenset[PackageDocument] = frozenset()
    collects: Collects = Collects.APPLICANT
    comment: str = ""

    @property
    def renamed(self) -> bool:
        """Whose name has changed stands in the register under another."""
        return self.reason is Reason.NAME_CHANGE

    @property
    def former_surname(self) -> str:
        """Made up: the surname in the document of education of whoever changed it."""
        return next(each for each in _FORMER if each != self.surname)

    @property
    def name_change_certificate(self) -> dict[str, str | None] | None:
        """What the applicant copies from the certificate of the change of name, where there was one."""
        if not self.renamed:
            return None
        return {
            "number": f"{self.iin[-5:]}-{self.graduation_year}",
            "issued_on": f"{self.filed_at.year - 1}-06-15",
            "issued_by": "АХАЖ бөлімі",
            "former_surname": self.former_surname,
            "former_name": self.name,
            "former_patronymic": self.patronymic,
        }

    @property
    def presented(self) -> frozenset[PackageDocument]:
        """What lies on the counter: all that the reason asks for but what was left out (EDGE-01, EDGE-02)."""
        return frozenset(required_documents(self.reason)) - self.left_out


def read_applications(path: Path, universities: Universities) -> tuple[list[ApplicationRow], list[RowError]]:
    """Every good row in the order of the file, and every error. Raises nothing: a file that cannot be read is an error."""
    return read_rows(path, Form(ApplicationRow, COLUMNS, OPTIONAL, partial(_contradictions, universities=universities)))


def good_applications(path: Path, universities: Universities) -> list[ApplicationRow]:
    """The good rows alone, for those who need no more than some. Raises LauncherError with the first error if there is none."""
    rows, errors = read_applications(path, universities)
    if not rows:
        raise LauncherError(f"{path}: holds no good row. {errors[0]}")
    return rows


def instant(local: datetime, university: str, universities: Universities) -> datetime:
    """The UTC instant of a time on the university's wall clock; of an unknown university, on the capital's."""
    known = universities.get(university)
    zone = ZoneInfo(known.zone if known else _CAPITAL_ZONE)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _contradictions(row: ApplicationRow, universities: Universities) -> Iterator[tuple[str, Wrong]]:
    """What no field shows alone. An unknown university passes: to answer it is ESUVO's duty (EDGE-09)."""
    university = universities.get(row.university)
    if university and university.specialty(row.specialty) is None:
        taught = ", ".join(specialty.code for specialty in university.specialties)
        yield "specialty", Wrong(f"is not taught at university {row.university}", f"use one of {taught}")
    if row.graduation_year > row.filed_at.year:
        yield "graduation_year", Wrong("lies after filed_at", "give the year on the document")
    if row.withdraw_at and row.withdraw_at <= row.filed_at:
        yield "withdraw_at", Wrong("does not lie after filed_at", "give a later minute or leave it empty")
    if row.register_graduation_year == row.graduation_year:
        yield "register_graduation_year", Wrong("equals graduation_year", "leave it empty: the applicant does not err")
    if row.register_graduation_year and not row.in_register:
        yield (
            "register_graduation_year",
            Wrong("is given for a graduate with in_register no", "leave it empty or set in_register to yes"),
        )
    yield from _contradictions_of_channel(row, universities)


def _contradictions_of_channel(row: ApplicationRow, universities: Universities) -> Iterator[tuple[str, Wrong]]:
    if row.channel is Channel.PORTAL:
        if row.left_out:
            yield (
                "left_out",
                Wrong("is given where nothing is handed in", "leave it empty or set channel to paper or con"),
            )
        if row.collects is not Collects.APPLICANT:
            yield (
                "collects",
                Wrong("is for packages of a counter only", "leave it empty or set channel to paper or con"),
            )
    elif row.university not in universities:
        yield "university", Wrong("has no counter: its code is unknown", "use a known code or set channel to portal")
    required = required_documents(row.reason)
    if surplus := row.left_out - set(required):
        asked = ", ".join(sorted(required))
        yield "left_out", Wrong(f"names {', '.join(sorted(surplus))}, which nobody asks for here", f"choose of {asked}")
