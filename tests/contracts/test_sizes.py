"""Nothing that fits the schemas can grow past what the broker takes, on this hop or a later one."""

from typing import Any, Final

import pytest

from contracts.dead_letter import DeadLettered
from contracts.event import Event
from tests.contracts.committed import EVENTS, SCHEMAS, read

MOST_BYTES: Final = 900_000  # of `data`; the broker takes 1 MiB, and the envelope around it has some hundred
_BYTES: Final = 4  # of a character in UTF-8: what JSON has to escape in longer ways no text of the contracts may hold
_NUMBER: Final = 25


def largest(part: Any, whole: Any, seen: tuple[str, ...] = ()) -> float:  # noqa: PLR0911 - one for each kind; Any: JSON Schema
    """An upper bound of the bytes that a value of this schema may have; infinite where nothing bounds it."""
    if "$ref" in part:
        name = part["$ref"].removeprefix("#/$defs/")
        return float("inf") if name in seen else largest(whole["$defs"][name], whole, (*seen, name))
    for either in ("anyOf", "oneOf"):
        if either in part:
            return max(largest(each, whole, seen) for each in part[either])
    if "enum" in part or "const" in part:
        return max(len(str(each).encode()) for each in part.get("enum", [part.get("const")])) + 2
    match part.get("type"):
        case "string":
            return (
                float(part.get("maxLength", "inf")) * (1 if "format" in part else _BYTES) + 2
            )  # ids and times are ASCII
        case "array":
            return float(part.get("maxItems", "inf")) * (largest(part["items"], whole, seen) + 1) + 2
        case "object":
            return sum(len(name) + 4 + largest(each, whole, seen) for name, each in part["properties"].items()) + 2
        case _:
            return _NUMBER


@pytest.mark.parametrize("event", [each for each in EVENTS if each is not DeadLettered], ids=lambda event: event.name)
def test_the_largest_message_of_an_event_is_one_that_the_broker_takes(event: type[Event]) -> None:
    schema = read(SCHEMAS / f"{event.type_name()}.json")

    assert largest(schema, schema) <= MOST_BYTES
