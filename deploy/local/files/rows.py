"""Reads a file of rows that somebody wrote, CSV or JSON Lines: the good rows beside an error for each bad one.

A row is one line, so that a broken line costs itself only: a quoted CSV field may not run on to the next.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeAlias, TypeVar

from pydantic import BaseModel

from deploy.local.files.cells import Read, Wrong
from deploy.local.files.csv_rows import csv_rows
from deploy.local.files.reading import Unreadable, read_file
from deploy.local.files.row_error import RowError, of_file, shown

LARGEST: Final = 50 * 1024 * 1024

R = TypeVar("R", bound=BaseModel)
Cells: TypeAlias = Mapping[str, str]
Columns: TypeAlias = Mapping[str, Read]
Reader: TypeAlias = Callable[[list[bytes], Columns, frozenset[str]], Iterator["tuple[int, Cells | RowError]"]]


@dataclass(frozen=True, slots=True)
class Form(Generic[R]):
    """What a kind of file holds: `columns` by name, those of them that may be left out, the `row` that a line becomes
    (its field `line` counts from 1, header included), and what no field shows alone, by the field to blame.
    """

    row: type[R]
    columns: Columns
    optional: frozenset[str]
    contradictions: Callable[[R], Iterable[tuple[str, Wrong]]]


def read_rows(path: Path, form: Form[R]) -> tuple[list[R], list[RowError]]:
    """Every good row in the order of the file, and every error. Raises nothing: a file that cannot be read is an error.

    `path` ends in .csv (UTF-8, a header line) or .jsonl (UTF-8, one object a line); a byte order mark is accepted.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        return [], [of_file("is neither .csv nor .jsonl", "name the file after what it holds")]
    content = _content(path)
    if isinstance(content, RowError):
        return [], [content]
    rows, errors = _judged(reader(content, form.columns, form.optional), form)
    if not rows and not errors:
        errors.append(of_file("holds no application", "give it one application a line"))
    return rows, errors


def _content(path: Path) -> list[bytes] | RowError:
    try:
        content = read_file(path, LARGEST)
    except Unreadable as wrong:
        return of_file(wrong.rule, wrong.remedy)
    return content.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def _judged(read: Iterator[tuple[int, Cells | RowError]], form: Form[R]) -> tuple[list[R], list[RowError]]:
    rows: list[R] = []
    errors: list[RowError] = []
    for line, cells in read:
        if isinstance(cells, RowError):
            errors.append(cells)
            continue
        found = _row(line, cells, form)
        if isinstance(found, list):
            errors.extend(found)
        else:
            rows.append(found)
    return rows, errors


def _row(line: int, cells: Cells, form: Form[R]) -> R | list[RowError]:
    values: dict[str, object] = {}
    errors: list[RowError] = []
    for field, read in form.columns.items():
        text = cells.get(field, "").strip()
        try:
            values[field] = read(text)
        except Wrong as wrong:
            errors.append(RowError(line, field, shown(field, text), wrong.rule, wrong.remedy))
    if errors:
        return errors
    row = form.row.model_validate({"line": line, **values})
    return [
        RowError(line, field, shown(field, cells.get(field, "")), wrong.rule, wrong.remedy)
        for field, wrong in form.contradictions(row)
    ] or row


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


def _csv(lines: list[bytes], columns: Columns, optional: frozenset[str]) -> Iterator[tuple[int, Cells | RowError]]:
    return csv_rows(_decoded(lines), columns, optional)


def _jsonl(lines: list[bytes], columns: Columns, _optional: frozenset[str]) -> Iterator[tuple[int, Cells | RowError]]:
    for number, text in _decoded(lines):
        if isinstance(text, RowError):
            yield number, text
            continue
        try:
            yield number, _json_cells(text, columns)
        except Wrong as wrong:
            yield number, RowError(number, wrong.field, shown(wrong.field, wrong.value), wrong.rule, wrong.remedy)


def _json_cells(text: str, columns: Columns) -> Cells:
    try:
        found: object = json.loads(text, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):  # malformed, an integer of thousands of digits, too deeply nested
        raise Wrong("is no JSON", "write one JSON object a line", field="line") from None
    if not isinstance(found, dict):
        raise Wrong("is no JSON object", "write one JSON object a line", field="line")
    for name in found:
        if name not in columns:
            raise Wrong("no such field", f"the fields are {', '.join(columns)}", field="line", value=name)
    return {name: _json_text(name, value) for name, value in found.items()}


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise Wrong("this field comes twice", "keep one of them", field="line", value=name)
        found[name] = value
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
