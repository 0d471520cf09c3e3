"""Reads the applications that the demo files: CSV or JSON Lines, the good rows beside an error for each bad one.

One application is one line, so that a broken line costs itself only: a quoted CSV field may not run on to the next.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, NaiveDatetime

from contracts.common import Channel, DocumentKind, GraduationYear, Name, Reason, SpecialtyCode, UniversityCode
from contracts.iin import Iin, mask
from contracts.package import PackageDocument, required_documents
from contracts.universities import Universities
from deploy.local.columns import COLUMNS, OPTIONAL, Collects, Wrong

LARGEST: Final = 50 * 1024 * 1024
_SHOWN: Final = 60
_CAPITAL_ZONE: Final = "Asia/Almaty"

Cells: TypeAlias = Mapping[str, str]
Reader: TypeAlias = Callable[[list[bytes]], Iterator["tuple[int, Cells | RowError]"]]


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
    graduation_year: GraduationYear
    document_kind: DocumentKind
    reason: Reason
    in_register: bool = True
    register_graduation_year: GraduationYear | None = None
    withdraw_at: NaiveDatetime | None = None
    channel: Channel = Channel.PORTAL
    left_out: frozenset[PackageDocument] = frozenset()
    collects: Collects = Collects.APPLICANT
    comment: str = ""

    @property
    def presented(self) -> frozenset[PackageDocument]:
        """What lies on the counter: all that the reason asks for but what was left out (EDGE-01, EDGE-02)."""
        return frozenset(required_documents(self.reason)) - self.left_out


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one field of one line was not taken. `value` is cut short and shows no whole IIN; line 0 is the file."""

    line: int
    field: str
    value: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        value = f" {self.value!r}" if self.value else ""
        return f"line {self.line}: {self.field}{value}: {self.rule}; {self.remedy}"


def read_applications(path: Path, universities: Universities) -> tuple[list[ApplicationRow], list[RowError]]:
    """Every good row in the order of the file, and every error. Raises nothing: a file that cannot be read is an error.

    `path` ends in .csv (UTF-8, a header line) or .jsonl (UTF-8, one object a line); a byte order mark is accepted.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        return [], [_of_file("is neither .csv nor .jsonl", "name the file after what it holds")]
    content = _content(path)
    if isinstance(content, RowError):
        return [], [content]
    rows, errors = _judged(reader(content), universities)
    if not rows and not errors:
        errors.append(_of_file("holds no application", "give it one application a line"))
    return rows, errors


def instant(local: datetime, university: str, universities: Universities) -> datetime:
    """The UTC instant of a time on the university's wall clock; of an unknown university, on the capital's."""
    known = universities.get(university)
    zone = ZoneInfo(known.zone if known else _CAPITAL_ZONE)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _content(path: Path) -> list[bytes] | RowError:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            return _of_file(f"is larger than {LARGEST // 1024**2} MB", "split it into several files")
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        return _of_file(f"cannot be read ({error.strerror})", "check the path and its permissions")


def _of_file(rule: str, remedy: str) -> RowError:
    return RowError(0, "file", "", rule, remedy)


def _judged(
    read: Iterator[tuple[int, Cells | RowError]], universities: Universities
) -> tuple[list[ApplicationRow], list[RowError]]:
    rows: list[ApplicationRow] = []
    errors: list[RowError] = []
    for line, cells in read:
        if isinstance(cells, RowError):
            errors.append(cells)
            continue
        found = _row(line, cells, universities)
        if isinstance(found, ApplicationRow):
            rows.append(found)
        else:
            errors.extend(found)
    return rows, errors


def _row(line: int, cells: Cells, universities: Universities) -> ApplicationRow | list[RowError]:
    values: dict[str, object] = {}
    errors: list[RowError] = []
    for field, read in COLUMNS.items():
        text = cells.get(field, "").strip()
        try:
            values[field] = read(text)
        except Wrong as wrong:
            errors.append(RowError(line, field, _shown(field, text), wrong.rule, wrong.remedy))
    if errors:
        return errors
    row = ApplicationRow.model_validate({"line": line, **values})
    return [
        RowError(line, field, _shown(field, cells.get(field, "")), wrong.rule, wrong.remedy)
        for field, wrong in _contradictions(row, universities)
    ] or row


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


def _shown(field: str, value: str) -> str:
    if field == "iin":
        return mask(value)
    printable = "".join(char if char.isprintable() else "�" for char in value[: 2 * _SHOWN])
    return re.sub("[0-9]{12}", lambda number: mask(number[0]), printable)[:_SHOWN]


def _decoded(lines: list[bytes]) -> Iterator[tuple[int, str | RowError]]:
    """Line by line, so that one line in another encoding does not cost the others."""
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode("utf-8").removesuffix("\r")
        except UnicodeDecodeError:
            yield number, RowError(number, "line", "", "is not UTF-8", "save the file as UTF-8")
            continue
        if text.strip():
            yield number, text


def _csv(lines: list[bytes]) -> Iterator[tuple[int, Cells | RowError]]:
    decoded = _decoded(lines)
    number, header = next(decoded, (0, _of_file("holds no application", "give it a header and one application a line")))
    names = header if isinstance(header, RowError) else _fields(number, header)
    if isinstance(names, RowError):
        yield number, names
        return
    names = [name.strip() for name in names]
    yield from ((number, error) for error in _header_errors(number, names))
    if set(names) >= COLUMNS.keys() - OPTIONAL and len(set(names)) == len(names):
        for at, text in decoded:
            yield at, text if isinstance(text, RowError) else _csv_cells(at, text, names)


def _fields(number: int, text: str) -> list[str] | RowError:
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error as error:
        return RowError(number, "line", "", f"is no CSV ({error})", 'close every quote; write " inside quotes as ""')


def _header_errors(number: int, names: list[str]) -> Iterator[RowError]:
    known = ", ".join(COLUMNS)
    for name in COLUMNS.keys() - OPTIONAL - set(names):
        yield RowError(number, "header", name, "this column is missing", f"the columns are {known}")
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            yield RowError(number, "header", _shown("header", name), "no such column", f"the columns are {known}")
        if names.count(name) > 1:
            yield RowError(number, "header", _shown("header", name), "this column comes twice", "keep one of them")


def _csv_cells(number: int, text: str, names: list[str]) -> Cells | RowError:
    fields = _fields(number, text)
    if isinstance(fields, RowError):
        return fields
    if len(fields) != len(names):
        rule = f"has {len(fields)} fields, the header {len(names)}"
        return RowError(number, "line", "", rule, "quote a field that contains a comma")
    return dict(zip(names, fields, strict=True))


def _jsonl(lines: list[bytes]) -> Iterator[tuple[int, Cells | RowError]]:
    for number, text in _decoded(lines):
        if isinstance(text, RowError):
            yield number, text
            continue
        try:
            yield number, _json_cells(text)
        except Wrong as wrong:
            yield number, RowError(number, wrong.field, _shown(wrong.field, wrong.value), wrong.rule, wrong.remedy)


def _json_cells(text: str) -> Cells:
    try:
        found: object = json.loads(text, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):  # malformed, an integer of thousands of digits, too deeply nested
        raise Wrong("is no JSON", "write one JSON object a line", field="line") from None
    if not isinstance(found, dict):
        raise Wrong("is no JSON object", "write one JSON object a line", field="line")
    for name in found:
        if name not in COLUMNS:
            raise Wrong("no such field", f"the fields are {', '.join(COLUMNS)}", field="line", value=name)
    return {name: _json_text(name, value) for name, value in found.items()}


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("one field comes twice", "keep one of them", field="line")
    return found


def _json_text(name: str, value: object) -> str:
    """As it would stand in the CSV: the columns have one set of rules."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case int():
            return str(value)
        case _:
            raise Wrong("is neither text, a whole number, true, false nor null", "write it as text", field=name)


_READERS: Final[Mapping[str, Reader]] = {".csv": _csv, ".jsonl": _jsonl}
