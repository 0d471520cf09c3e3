"""Data of an event like its sample, with other values wherever the schema leaves a choice."""

import string
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

from hypothesis import strategies as st

from contracts.event import Event
from contracts.generate.schemas import Schema
from tests.contracts.committed import sample
from tests.support.iins import issued

_LETTERS: Final = string.ascii_letters + "әғқңөұүһіЁё№ –"
_ZONES: Final = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
_TIMES: Final = st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1), timezones=_ZONES | st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
_DAYS: Final = st.dates(date(2015, 1, 1), date(2030, 1, 1))
_ELEVEN: Final = st.builds("8903{:02d}{}{:04d}".format, st.integers(1, 28), st.sampled_from("12"), st.integers(0, 9999))


def variants(event: type[Event]) -> st.SearchStrategy[Any]:  # Any: JSON
    """Every leaf is the sample's or another that its schema allows; what a rule across fields needs stays filled."""
    schema = event.model_json_schema()
    return _object(sample(event), schema, schema)


def _object(value: Any, part: Schema, whole: Schema) -> st.SearchStrategy[Any]:  # Any: JSON
    fields = part["properties"]
    return st.fixed_dictionaries(
        {key: st.just(each) | _other(each, fields[key], whole, key) for key, each in value.items()}
    )


def _other(value: Any, field: Schema, whole: Schema, key: str) -> st.SearchStrategy[Any]:  # Any: JSON
    field = _resolved(field, value, whole)
    if isinstance(value, dict):
        return _object(value, field, whole)
    if isinstance(value, list):
        return _list(value, field, whole, key)
    # `kind` decides which other fields a notice must have, so it keeps the sample's value.
    if "enum" in field and key != "kind":
        return st.sampled_from(field["enum"])
    return _leaf(value, field, key)


def _list(value: list[Any], field: Schema, whole: Schema, key: str) -> st.SearchStrategy[Any]:  # Any: JSON
    if not value:
        return st.just(value)
    items = [_other(item, field["items"], whole, key) for item in value]
    return st.lists(st.one_of(items), min_size=field.get("minItems", 0), max_size=4)


def _leaf(value: Any, field: Schema, key: str) -> st.SearchStrategy[Any]:  # Any: JSON
    if key == "iin":
        return _ELEVEN.map(issued)
    if field.get("format") == "uuid":
        return st.uuids().map(str)
    if field.get("format") == "date-time":
        return _TIMES.map(datetime.isoformat)
    if field.get("format") == "date":
        return _DAYS.map(date.isoformat)
    if "pattern" in field:
        most = field.get("maxLength", 100)
        fitting = st.from_regex(field["pattern"].replace("$", r"\Z"), fullmatch=True)
        return fitting.filter(lambda text: len(text) <= most)  # few are longer
    return _plain(value, field)


def _plain(value: Any, field: Schema) -> st.SearchStrategy[Any]:  # Any: JSON
    match field.get("type"):
        case "integer":
            return st.integers(field.get("minimum", -1), field.get("maximum", 10**12))
        case "number":
            return st.floats(field["minimum"], field.get("maximum", 1e9))
        case "string" if "const" not in field and "enum" not in field:
            return st.text(_LETTERS, min_size=1, max_size=min(40, field.get("maxLength", 40)))
        case _:
            return st.just(value)


def _resolved(field: Schema, value: Any, whole: Schema) -> Schema:  # Any: JSON
    """The schema that the value is of: the referred one, or the choice that is null exactly if the value is."""
    if "anyOf" in field:
        fitting = [each for each in field["anyOf"] if (each.get("type") == "null") == (value is None)]
        return _resolved(fitting[0], value, whole)
    if "$ref" in field:
        target: Schema = whole["$defs"][field["$ref"].removeprefix("#/$defs/")]
        return target
    return field
