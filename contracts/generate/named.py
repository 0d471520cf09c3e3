"""Kinds of field that many events share, each written once in a schema and referred to by its name."""

from typing import Any, Final

from pydantic import TypeAdapter

from contracts import kinds, names

_DEFS: Final = "#/$defs/"
Schema = dict[str, Any]  # Any: the shape of JSON Schema is open
NAMED: Final[dict[str, Schema]] = {
    name: TypeAdapter(kind).json_schema()
    for name, kind in {
        "Id": kinds.Id,
        "Moment": kinds.Moment,
        "Day": kinds.Day,
        "Line": kinds.Line,
        "Words": kinds.Words,
        "Name": names.Name,
    }.items()
}
# What a field says of itself stands beside the reference.
_OWN: Final = ("title", "description", "default", "examples")


def hoisted(schema: Schema) -> Schema:
    """The same schema, its named kinds moved to `$defs`."""
    used: set[str] = set()
    found: Schema = _walk(schema, _DEFS, used)
    if used:
        found["$defs"] = {**found.get("$defs", {}), **{name: NAMED[name] for name in NAMED if name in used}}
    return found


def referring(part: Any, prefix: str) -> Any:  # Any: JSON Schema, or a piece of it
    """The same with references to `prefix`, where the caller puts NAMED."""
    return _walk(part, prefix, set())


def _walk(part: Any, prefix: str, used: set[str]) -> Any:  # Any: JSON Schema, or a piece of it
    if isinstance(part, list):
        return [_walk(each, prefix, used) for each in part]
    if not isinstance(part, dict):
        return part
    for name, said in NAMED.items():
        if {key: value for key, value in part.items() if key not in _OWN} == _bare(said):
            used.add(name)
            own = {key: value for key, value in part.items() if key in _OWN[1:] and value != said.get(key)}
            return {"$ref": prefix + name, **own}
    return {key: _walk(each, prefix, used) for key, each in part.items()}


def _bare(said: Schema) -> Schema:
    return {key: value for key, value in said.items() if key not in _OWN}
