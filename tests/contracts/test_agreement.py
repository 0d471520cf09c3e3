"""The code takes exactly what the published schemas take: two independent validators are asked beside it."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final, TypeAlias

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from contracts import strict_json
from contracts.envelope import Envelope
from tests.contracts.committed import SAMPLES, SCHEMAS, catalogue, read, split

Json: TypeAlias = Any  # Any: JSON
Path: TypeAlias = tuple[str | int, ...]

MISSING: Final = object()
TRIES: Final = 120  # of an event; another seed tries others
# Boundary, odd and broken values, whatever the field is: most are wrong, some are right in one place.
VALUES: Final[tuple[Json, ...]] = (
    MISSING,
    None,
    "",
    " ",
    "\n",
    "a",
    "7",
    0,
    1,
    -1,
    1.0,
    1.5,
    10**15,
    1e300,
    True,
    False,
    [],
    {},
    [None],
    {"x": 1},
    "x" * 201,
    "x" * 2_001,
    "x" * 100_001,
    "2010",
    " 2010 ",
    "20_10",
    2010,
    2010.0,
    "2016-02-15T10:00:00+06:00",
    "2016-02-15t10:00:00z",
    "2016-02-15 10:00:00+06:00",
    "2016-02-15T10:00:00+0600",
    "2016-02-15T10:00+06:00",
    "2016-02-15T10:00:00",
    "2016-02-30T10:00:00Z",
    "2016-12-31T23:59:60Z",
    "2016-02-15T10:00:00.123456789Z",
    "2016-02-15T10:00:00.1234567891Z",
    "9999-12-31T23:59:59.999999Z",
    "0000-01-01T00:00:00Z",
    1455508800,
    "1455508800",
    "2016-02-15",
    "2015-02-29",
    "0152e31b-4040-8f0c-9fed-9b1e280a70fe",
    "0152E31B-4040-8F0C-9FED-9B1E280A70FE",
    "{0152e31b-4040-8f0c-9fed-9b1e280a70fe}",
    "0152e31b40408f0c9fed9b1e280a70fe",
    "820708212592",
    "820708212593",
    "821308212592",
    "Есқалиева",
    "Есқалиева\u00a0",
    "\u202eабв",
    "\u200b",
    "é",
    "ﬁ",
    "😀",
    "а\u0000б",
    "027",
    "27",
    "5B050900",
    "5b050900",
)
# What no schema can say, in the code's own words.
BEYOND_A_SCHEMA: Final = ("check sum", "check digit")


def places(value: Json, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value[:2]):
            yield from places(each, (*path, number))


def changed(data: Json, path: Path, value: Json) -> Json:
    found = copy.deepcopy(data)
    *way, last = path
    inner = found
    for step in way:
        inner = inner[step]
    if value is MISSING:
        del inner[last]
    else:
        inner[last] = value
    return found


def takes(kind: str, data: Json) -> bool | None:
    """None where the code refuses what no schema can say."""
    try:
        tree: Json = strict_json.parse(json.dumps(data).encode())
        name, version = split(kind)
        catalogue(name).decode(name, version, tree)
    except ValidationError as error:
        return None if all(any(words in each["msg"] for words in BEYOND_A_SCHEMA) for each in error.errors()) else False
    except (ValueError, strict_json.NotStrict):
        return False
    return True


@pytest.mark.parametrize("kind", [each.stem for each in SAMPLES])
def test_broken_and_boundary_data_get_one_verdict_of_the_code_and_of_both_validators(kind: str) -> None:
    """Every version that is read, not only the one that is written."""
    schema = read(SCHEMAS / f"{kind}.json")
    slow, fast = Draft202012Validator(schema), jsonschema_rs.validator_for(schema)
    whole, random = read(SCHEMAS.parent / "samples" / f"{kind}.json"), Random(kind)  # noqa: S311 - which values are tried is no secret
    choices = [(path, value) for path in places(whole) for value in VALUES]
    tried = random.sample(choices, min(TRIES, len(choices)))
    verdicts = []
    for path, value in tried:
        data = changed(whole, path, value)
        of_code, of_schema = takes(kind, data), (slow.is_valid(data), fast.is_valid(data))
        if of_schema != ((of_schema[0],) * 2) or (of_code is not None and of_code != of_schema[0]):
            verdicts.append((path, "missing" if value is MISSING else value, of_code, of_schema))

    assert takes(kind, whole)
    assert verdicts == []


def test_attributes_of_the_envelope_get_one_verdict_of_code_and_both_validators() -> None:
    schema = read(SCHEMAS / "envelope.json")
    slow, fast = Draft202012Validator(schema), jsonschema_rs.validator_for(schema)
    whole = read(SCHEMAS.parent / "samples" / "envelopes" / "kz.egov.university.case-opened.v1.json")
    media = ("application/json; charset=utf-8", "Application/JSON", "application/json;charset=latin-1", "text/plain")
    verdicts = []
    for attribute in whole:
        for value in (*VALUES, *media):
            data = changed(whole, (attribute,), value)
            try:
                Envelope.read(json.dumps(data).encode())
                of_code = True
            except ValidationError:
                of_code = False
            of_schema = (slow.is_valid(data), fast.is_valid(data))
            if of_schema != (of_code, of_code):
                verdicts.append((attribute, "missing" if value is MISSING else value, of_code, of_schema))

    assert verdicts == []
