"""What a field may hold, defined once: the JSON Schema that is published, and the check that accepts exactly the same.

Our own code fills the same fields with Python objects, which a kind accepts as well (docs/adr/0025).
Patterns use the part of ECMA-262 that Python's `re` and Rust's `regex` understand in the same way: explicit ranges, no
look-around, no named classes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

# Letters of the two scripts that an identity card of Kazakhstan holds; composed ones only, so that equal names are equal text.
LETTERS: Final = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BF\u01C4-\u024F\u0259\u0400-\u0481\u048A-\u052F\u1E00-\u1EFF"
)
# Controls, what turns the direction of writing, what has no width: nobody sees them, and they mislead.
_HIDDEN: Final = (
    r"\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F"
    r"\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\uFFFE\uFFFF"
)
_NO_LINE: Final = r"\u0000-\u001F" + _HIDDEN
_NO_WORDS: Final = r"\u0000-\u0008\u000B\u000C\u000E-\u001F" + _HIDDEN
_MOST_OF_WORDS: Final = 2_000

_DAY: Final = (
    "(?:(?:19|20|21)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29)"
)
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
_OFFSET: Final = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_MOMENT: Final = f"^{_DAY}[Tt]{_CLOCK}{_OFFSET}$"
_UUID: Final = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
# One day inside the pattern's years, so that it holds with every offset.
_FIRST: Final = datetime(1900, 1, 2, tzinfo=UTC)
_LAST: Final = datetime(2199, 12, 31, tzinfo=UTC)

# Python's `re` lets `$` match before a final line break: a rule of its own makes all validators agree.
_ONE_LINE: Final[JsonSchemaValue] = {"pattern": r"\n"}


@dataclass(frozen=True, slots=True)
class Kind:
    """`core` makes pydantic's schema, which reads JSON's values as `said`, the JSON Schema, says; and Python's objects beside."""

    core: Callable[[], CoreSchema]
    said: Callable[[], JsonSchemaValue]

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return self.core()

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return self.said()


def _in_words(schema: CoreSchema, name: str, rule: str) -> CoreSchema:
    """The fault names the rule in words, which are shorter than the pattern."""
    return core_schema.custom_error_schema(schema, f"{name}_form", custom_error_message=rule)


def _text_or(pattern: str, read: CoreSchema, instance: CoreSchema) -> CoreSchema:
    """Text by `pattern` that `read` understands; from Python also what `instance` takes."""
    text = core_schema.chain_schema([core_schema.str_schema(pattern=pattern), read])
    either = core_schema.union_schema([text, instance], mode="left_to_right")
    return core_schema.json_or_python_schema(json_schema=text, python_schema=either)


def _id() -> CoreSchema:
    pair = core_schema.uuid_schema(strict=False), core_schema.uuid_schema(strict=True)
    return _in_words(_text_or(_UUID, *pair), "id", "a UUID in lower case with hyphens")


def _moment() -> CoreSchema:
    rule = (
        "an RFC 3339 date and time with its offset, of the years 1900 to 2199: T between, seconds, at most 9 digits of "
        "their fraction, no leap second"
    )
    ours = core_schema.datetime_schema(strict=True, tz_constraint="aware", ge=_FIRST, le=_LAST)
    return _in_words(
        _text_or(_MOMENT, core_schema.datetime_schema(strict=False, tz_constraint="aware"), ours), "moment", rule
    )


def _day() -> CoreSchema:
    ours = core_schema.date_schema(strict=True, ge=_FIRST.date(), le=_LAST.date())
    rule = "a date YYYY-MM-DD of the years 1900 to 2199"
    return _in_words(_text_or(f"^{_DAY}$", core_schema.date_schema(strict=False), ours), "day", rule)


Id: TypeAlias = Annotated[
    UUID,
    Kind(
        _id,
        lambda: {
            "type": "string",
            "format": "uuid",
            "pattern": _UUID,
            "maxLength": 36,
            "description": "a UUID in its canonical form: lower case, with hyphens",
        },
    ),
]
Moment: TypeAlias = Annotated[
    datetime,
    Kind(
        _moment,
        lambda: {
            "type": "string",
            "format": "date-time",
            "pattern": _MOMENT,
            "maxLength": 35,
            "not": _ONE_LINE,
            "description": (
                "RFC 3339 with an offset; the years 1900 to 2199, at most 9 digits of a fraction (6 are kept), "
                "no leap second; T and Z in either case"
            ),
        },
    ),
]
Day: TypeAlias = Annotated[
    date,
    Kind(
        _day,
        lambda: {
            "type": "string",
            "format": "date",
            "pattern": f"^{_DAY}$",
            "maxLength": 10,
            "description": "a day of the years 1900 to 2199",
        },
    ),
]
Flag: TypeAlias = Annotated[bool, Strict()]


def whole(least: int, most: int) -> Kind:
    """A whole number. 1.0 is one, as in JSON Schema; "1" and true are not."""

    def core() -> CoreSchema:
        finite = core_schema.float_schema(strict=True, allow_inf_nan=False)
        return core_schema.chain_schema([finite, core_schema.int_schema(strict=False, ge=least, le=most)])

    return Kind(core, lambda: {"type": "integer", "minimum": least, "maximum": most})


def number(least: float, most: float) -> Kind:
    """A finite number."""

    def core() -> CoreSchema:
        return core_schema.float_schema(strict=True, allow_inf_nan=False, ge=least, le=most)

    return Kind(core, lambda: {"type": "number", "minimum": least, "maximum": most})


def decimal(pattern: str, *, least: int, most: int, places: int) -> Kind:
    """A decimal number, written as text by the anchored `pattern`."""

    def core() -> CoreSchema:
        def of(strict: bool) -> CoreSchema:  # noqa: FBT001 - as pydantic calls it
            return core_schema.decimal_schema(strict=strict, ge=Decimal(least), le=Decimal(most), decimal_places=places)

        return _text_or(pattern, of(strict=False), of(strict=True))

    return Kind(core, lambda: {"type": "string", "pattern": pattern, "maxLength": 2 + places, "not": _ONE_LINE})


def anything_by_name() -> Kind:
    """An object whose values are checked elsewhere."""
    return Kind(lambda: core_schema.dict_schema(core_schema.str_schema()), lambda: {"type": "object"})


def form(pattern: str, most: int, *, least: int = 1) -> Kind:
    """Text that the anchored `pattern` describes whole, of at most `most` characters."""

    def core() -> CoreSchema:
        return core_schema.str_schema(pattern=pattern, min_length=least, max_length=most)

    def said() -> JsonSchemaValue:
        return {"type": "string", "pattern": pattern, "minLength": least, "maxLength": most, "not": _ONE_LINE}

    return Kind(core, said)


def written(name: str, *, some: str, none: str, most: int, rule: str, **said: Any) -> Kind:  # Any: JSON Schema
    """Text of at most `most` characters with one of the class `some` at least, and none of the class `none`."""
    # `none` is a class without its brackets, and may begin with ^ as classes do.
    allowed = f"[{none[1:]}]" if none.startswith("^") else f"[^{none}]"

    def core() -> CoreSchema:
        whole_of_it = f"^{allowed}*[{some}]{allowed}*$"
        return _in_words(core_schema.str_schema(pattern=whole_of_it, min_length=1, max_length=most), name, rule)

    def published() -> JsonSchemaValue:
        bounds = {"minLength": 1, "maxLength": most, "pattern": f"[{some}]", "not": {"pattern": f"[{none}]"}}
        return {"type": "string", **bounds, **said}

    return Kind(core, published)


def when(field: str, values: Iterable[str], then: JsonSchemaValue) -> JsonSchemaValue:
    """A condition between fields: `then` holds if `field` is one of `values`."""
    return {"if": {"properties": {field: {"enum": sorted(values)}}, "required": [field]}, "then": then}


def owed(field: str, kind: str = "object", **bounds: int) -> JsonSchemaValue:
    """The field is required and is not null."""
    return {"properties": {field: {"type": kind, **bounds}}, "required": [field]}


def line(most: int = 200, **said: Any) -> Kind:  # Any: JSON Schema
    """One line for people: a letter or digit at least, no control, nothing invisible."""
    rule = f"one line of at most {most} characters, a letter or digit among them, no control, nothing invisible"
    return written("line", some="0-9" + LETTERS, none=_NO_LINE, most=most, rule=rule, **said)


Line: TypeAlias = Annotated[
    str, line(description="one line of at most 200 characters: at least one letter or digit, no invisible characters")
]
Words: TypeAlias = Annotated[
    str,
    written(
        "words",
        some="0-9" + LETTERS,
        none=_NO_WORDS,
        most=_MOST_OF_WORDS,
        rule=f"words of at most {_MOST_OF_WORDS} characters, a letter or digit among them, no control, nothing invisible",
        description="text that a person reads: at least one letter or digit, line breaks allowed, no invisible characters",
    ),
]
