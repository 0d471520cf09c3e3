"""A JSON Schema object as rows of a table: what a person wants to know of each field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contracts.generate.named import NAMED
from contracts.generate.schemas import Schema

_PARTS: Final = "#/$defs/"
_FORMATS: Final = {"uuid": "UUID", "date-time": "date-time with offset"}
_BOUNDS: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "const": "always `{}`",
}


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    type: str
    required: str
    rule: str
    meaning: str


def rows(part: Schema, whole: Schema) -> Iterator[Row]:
    """The fields of `part`; `whole` holds the definitions that it refers to."""
    for name, field in part.get("properties", {}).items():
        required = "yes" if name in part.get("required", ()) else "no"
        yield Row(name, _type(field, whole), required, _rule(field, whole), _cell(field.get("description", "")))


def _type(field: Schema, whole: Schema) -> str:
    if "$ref" in field:
        name, target = _target(field, whole)
        return f"[{name}](#{name.lower()})" if "properties" in target else _type(target, whole)
    if "anyOf" in field:
        return " or ".join(_type(choice, whole) for choice in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'], whole)}"
    return _FORMATS.get(field.get("format", "")) or str(field.get("type", "anything"))


def _rule(field: Schema, whole: Schema) -> str:
    return "; ".join(dict.fromkeys(_rules(field, whole)))


def _rules(field: Schema, whole: Schema) -> Iterator[str]:
    if field.get("$ref", "").removeprefix(_PARTS) in NAMED:
        yield _cell(NAMED[field["$ref"].removeprefix(_PARTS)].get("description", ""))
    for keyword, words in _BOUNDS.items():
        if keyword in field:
            yield words.format(field[keyword])
    if "pattern" in field:
        yield f"matches `{_cell(field['pattern'])}`"
    if "enum" in field:
        yield "one of " + ", ".join(f"`{value}`" for value in field["enum"])
    for inner in _inner(field, whole):
        yield from _rules(inner, whole)


def _inner(field: Schema, whole: Schema) -> Iterator[Schema]:
    """What else binds the value; an object that it refers to has a table of its own."""
    yield from field.get("anyOf", ())
    if isinstance(field.get("items"), dict):
        yield field["items"]
    if "$ref" in field:
        name, target = _target(field, whole)
        # A kind that many fields share has its rule in its description.
        if "properties" not in target and name not in NAMED:
            yield target


def _target(field: Schema, whole: Schema) -> tuple[str, Schema]:
    name = field["$ref"].removeprefix(_PARTS)
    return name, whole["$defs"][name]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
