"""JSON Schema 2020-12 of each event's data and of the envelope."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from contracts.envelope import Envelope
from contracts.event import Event
from contracts.generate.named import hoisted
from contracts.topics import all_topics

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ENVELOPE: Final = "envelope"

Schema: TypeAlias = dict[str, Any]  # Any: the shape of JSON Schema is open


def type_name(event: type[Event], version: int) -> str:
    """The CloudEvents `type` of any version of `event`, not only of the one that the class writes."""
    return f"{event.name}.v{version}"


def events() -> Iterator[type[Event]]:
    """Every event of every topic, once."""
    yield from dict.fromkeys(event for topic in all_topics() for event in topic.catalogue)


def old_types() -> Iterator[str]:
    """Versions that are read and no longer written: their files are history and are never generated."""
    for event in events():
        yield from (type_name(event, version) for version in range(1, event.version))


def current_types() -> Iterator[str]:
    yield from (event.type_name() for event in events())


def of(event: type[Event]) -> Schema:
    """The schema of `data` in a message of this event. ValueError for an event without a title in three languages."""
    if event.title is None:
        raise ValueError(f"{event.name} has no title: give the class a `title` in kk, ru and en, for its page")
    described = {"title": event.title.en, "x-title": event.title.model_dump()}
    return {**_head(event.type_name()), **hoisted(event.model_json_schema()), **described}


def of_envelope() -> Schema:
    return {**_head(ENVELOPE), **hoisted(Envelope.model_json_schema())}


def _head(name: str) -> Schema:
    return {"$schema": DIALECT, "$id": f"urn:egov-chain:{name}"}


def files() -> dict[str, str]:
    """Text of each schema file by its path below the repository's root."""
    named = {event.type_name(): of(event) for event in events()} | {ENVELOPE: of_envelope()}
    return {f"contracts/schemas/{name}.json": text(schema) for name, schema in named.items()}


def text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def parse(written: str) -> Schema:
    read: Schema = json.loads(written)
    return read


def load(path: Path) -> Schema | None:
    """What stands in a committed file, None where there is none yet: the check reports that, with the remedy."""
    return parse(path.read_text(encoding="utf-8")) if path.exists() else None
