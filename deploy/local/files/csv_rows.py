"""The lines of a CSV file as cells by column, and what may be wrong with the file as such: its separator, header, empty ends."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from deploy.local.files.cells import Read
from deploy.local.files.row_error import RowError, of_file, shown

_SEPARATORS: Final[Mapping[str, str]] = {";": "semicolons", "\t": "tabs", "|": "vertical bars", ":": "colons"}
_SAVE: Final = "save the file with commas between the columns"
_SEP_LINE: Final = re.compile(r'"?sep=(.?)"?[,;\s]*', re.IGNORECASE)


def csv_rows(
    decoded: Iterator[tuple[int, str | RowError]], columns: Mapping[str, Read], optional: frozenset[str]
) -> Iterator[tuple[int, Mapping[str, str] | RowError]]:
    """The first line that is not blank is the header. A line whose cells are all empty is blank."""
    lines = _not_blank(decoded)
    number, first = next(lines, (0, of_file("holds no application", "give it a header and one application a line")))
    if isinstance(first, RowError):
        yield number, first
        return
    names, errors = _header(number, *first, columns, optional)
    yield from ((number, error) for error in errors)
    if not names:
        return
    for at, line in lines:
        yield at, line if isinstance(line, RowError) else _cells(at, *line, names)


def _not_blank(
    decoded: Iterator[tuple[int, str | RowError]],
) -> Iterator[tuple[int, tuple[str, list[str]] | RowError]]:
    for number, text in decoded:
        fields = text if isinstance(text, RowError) else _fields(number, text)
        if isinstance(fields, RowError):
            yield number, fields
        elif not isinstance(text, RowError) and any(fields):
            yield number, (text, fields)


def _fields(number: int, text: str) -> list[str] | RowError:
    try:
        return [field.strip() for field in next(csv.reader([text], strict=True))]
    except csv.Error as error:
        return RowError(number, "line", "", f"is no CSV ({error})", 'close every quote; write " inside quotes as ""')


def _header(
    number: int, text: str, fields: list[str], columns: Mapping[str, Read], optional: frozenset[str]
) -> tuple[list[str], list[RowError]]:
    """The names of the columns, none where rows cannot be read by them, and every error, in the order of the columns."""
    names = _without_empty_end(fields)
    if foreign := _foreign(number, text, names, columns):
        return [], [foreign]
    known = ", ".join(columns)
    missing = [name for name in columns if name not in optional and name not in names]
    twice = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    errors = [
        *(RowError(number, "header", name, "this column is missing", f"the columns are {known}") for name in missing),
        *(_unknown(number, at, name, known) for at, name in _unknown_of(names, columns)),
        *(
            RowError(number, "header", shown("header", name), "this column comes twice", "keep one of them")
            for name in twice
        ),
    ]
    return ([] if missing or twice else names), errors


def _unknown_of(names: Sequence[str], columns: Mapping[str, Read]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for at, name in enumerate(names, 1):
        if name not in columns and (not name or name not in seen):
            seen.add(name)
            yield at, name


def _unknown(number: int, at: int, name: str, known: str) -> RowError:
    if not name:
        return RowError(number, "header", "", f"column {at} has no name", "name the column or delete it")
    return RowError(number, "header", shown("header", name), "no such column", f"the columns are {known}")


def _foreign(number: int, text: str, names: Sequence[str], columns: Mapping[str, Read]) -> RowError | None:
    """What shows at once that this file is of another kind: one error instead of one for each column."""
    if sep := _SEP_LINE.fullmatch(text.strip()):
        remedy = f"delete this line, and {_SAVE}"
        return RowError(
            number, "header", shown("header", f"sep={sep[1]}"), "is an instruction to a spreadsheet program", remedy
        )
    found = len(columns.keys() & set(names))
    for separator, called in _SEPARATORS.items():
        if len(columns.keys() & {part.strip('" ') for part in text.split(separator)}) > found:
            return RowError(number, "header", "", f"the columns are separated by {called}", _SAVE)
    if not found:
        rule = "names none of the columns"
        return RowError(number, "header", "", rule, f"begin with a line of the columns: {','.join(columns)}")
    return None


def _cells(number: int, text: str, fields: list[str], names: Sequence[str]) -> Mapping[str, str] | RowError:
    if len(fields) > len(names):
        fields = fields[: len(names)] + _without_empty_end(fields[len(names) :])
    if len(fields) == len(names):
        return dict(zip(names, fields, strict=True))
    rule = f"has {len(fields)} fields, the header {len(names)}"
    for separator, called in _SEPARATORS.items():
        if len(text.split(separator)) >= len(names) > 1 and len(fields) < len(names):
            return RowError(number, "line", "", f"is separated by {called}, the header by commas", _SAVE)
    return RowError(number, "line", "", rule, "quote a field that contains a comma")


def _without_empty_end(fields: Sequence[str]) -> list[str]:
    """Spreadsheet programs write cells that were once used and are empty now."""
    used = max((at for at, field in enumerate(fields, 1) if field), default=0)
    return list(fields[:used])
