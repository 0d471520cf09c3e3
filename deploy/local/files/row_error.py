"""Why a row, or a whole file, was not taken."""

import re
from dataclasses import dataclass
from typing import Final

from contracts.iin import mask

_SHOWN: Final = 60


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


def of_file(rule: str, remedy: str) -> RowError:
    return RowError(0, "file", "", rule, remedy)


def shown(field: str, value: str) -> str:
    """As much of a value as may be shown."""
    if field == "iin":
        return mask(value)
    printable = "".join(char if char.isprintable() else "�" for char in value[: 2 * _SHOWN])
    return re.sub("[0-9]{12}", lambda number: mask(number[0]), printable)[:_SHOWN]
