"""Bad input, said so that it can be put right: the field, the rule, the remedy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Violation:
    """`field` is a JSON Pointer (RFC 6901) into what was sent; empty means the whole of it."""

    field: str
    rule: str
    remedy: str


_REMEDIES: Final = {
    "missing": "add this field",
    "extra_forbidden": "remove this field or correct its name",
    "json_invalid": "send well-formed JSON in UTF-8",
    "enum": "use one of the values that the rule lists",
    "literal_error": "use one of the values that the rule lists",
    "uuid_parsing": "write a UUID, for example 018e0000-0000-8000-8000-000000000000",
    "datetime_from_date_parsing": "write an RFC 3339 date and time with its offset, for example 2016-02-15T10:00:00+06:00",
    "timezone_aware": "add the offset from UTC, for example +06:00",
    "string_too_long": "shorten the value",
    "moment_form": "add the offset from UTC, for example +06:00, and write the whole as 2016-02-15T10:00:00+06:00",
    "day_form": "write it so, for example 2016-02-15",
    "id_form": "write a UUID, for example 018e0000-0000-8000-8000-000000000000",
    "name_form": "write the name as on the identity card; look for invisible characters, such as a no-break space",
    "words_form": "write what the person needs to know, and look for invisible characters",
    "line_form": "write it in one line, and look for invisible characters",
    "json_strict": "write every name of an object once, and only finite numbers",
    "string_pattern_mismatch": "write the value in the form that the rule shows",
}


def violations(error: ValidationError, root: str = "") -> list[Violation]:
    """Every violation that pydantic found, without the values themselves: they may be personal data."""
    return of_details(error.errors(include_url=False, include_input=False), root)


def of_details(details: Iterable[Mapping[str, Any]], root: str = "") -> list[Violation]:
    """The same from pydantic's error details, which FastAPI hands on as dictionaries (Any)."""
    return [
        Violation(
            field=root + "".join(f"/{_token(part)}" for part in each["loc"]),
            rule=each["msg"].removeprefix("Value error, "),
            remedy=_remedy(each["type"], each.get("ctx", {})),
        )
        for each in details
    ]


def _token(part: object) -> str:
    """RFC 6901, section 3: the two characters that a pointer uses itself are escaped."""
    return str(part).replace("~", "~0").replace("/", "~1")


def _remedy(kind: str, context: dict[str, object]) -> str:
    remedy = getattr(context.get("error"), "remedy", None)
    return str(remedy) if remedy else _REMEDIES.get(kind, "correct the value so that the rule holds")
