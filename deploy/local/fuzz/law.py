"""What the published contract says of a record, judged without the services' own code: JSON, schemas, topics, and no more."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

import jsonschema_rs

from contracts.envelope import CONTENT_TYPE
from contracts.topics import DEAD, Topic, all_topics
from deploy.local.fuzz.stock import Json, latest_moment
from deploy.local.fuzz.wire import Record

SCHEMAS: Final = Path(__file__).parents[3] / "contracts" / "schemas"
_MOST_BYTES: Final = 1_048_576
_MOST_DIGITS: Final = 300
_MOST_DEPTH: Final = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` the contract refuses the record; empty if it does not. `doubt`: JSON leaves it to the reader (RFC 8259, 4, 8.2 and
    9), or only a service can know. `source` and `id` are set where the record is a message, `latest` is the last moment it names.
    """

    why: str
    doubt: bool = False
    type: str = ""
    source: str = ""
    id: UUID | None = None
    latest: datetime | None = None

    @property
    def event(self) -> str:
        return self.type.rpartition(".v")[0]


class Doubtful(Exception):  # noqa: N818 - it reads as a fact
    """JSON's own rules leave it to the reader whether this is taken."""


class Law:
    """The schemas as they are published, each read once."""

    def __init__(self, schemas: Path = SCHEMAS) -> None:
        self._schemas = schemas
        self._topics: Mapping[str, Topic] = {each.name: each for each in all_topics()}
        # The field of the data that the subject repeats, by type.
        self._types = {
            each.name: {f"{event.name}.v{version}": event.subject_field for event, version in each.versions()}
            for each in all_topics()
        }
        self._validator = cache(self._read)

    def judge(self, topic: str, record: Record) -> Verdict:
        """The topic's name is without a prefix."""
        value = record.value or b""
        kinds = [held for name, held in record.headers if name == b"content-type"]
        if any(each is not None and not _is_structured(each) for each in kinds):
            return Verdict("the header content-type does not say structured mode")
        if len(value) > _MOST_BYTES:
            return Verdict("", doubt=True)
        try:
            envelope = strictly(value)
        except Doubtful as doubt:
            return Verdict(str(doubt), doubt=True)
        except (ValueError, RecursionError) as wrong:
            return Verdict(f"no JSON: {wrong}"[:200])
        verdict = self._judged(self._topics[topic], record.key, envelope)
        return replace(verdict, doubt=True) if len(kinds) > 1 or None in kinds else verdict

    def _judged(self, topic: Topic, key: bytes | None, envelope: Json) -> Verdict:
        broken = self._broken("envelope", envelope)
        if broken:
            return Verdict(f"envelope.json: {broken}")
        kind, source, subject = envelope["type"], envelope["source"], envelope["subject"]
        named = {"type": kind, "source": source, "id": UUID(envelope["id"]), "latest": latest_moment(envelope)}
        why = ""
        if kind not in self._types[topic.name]:
            why = f"{kind} is no event of {topic.name}"
        elif key != subject.encode() and not topic.name.endswith(DEAD):
            why = "the key is not the subject"
        elif source not in {f"/{each}" for each in topic.writers}:
            why = f"{source} does not write {topic.name}"
        elif broken := self._broken(kind, envelope["data"]):
            why = f"{kind}.json: {broken}"
        elif (repeated := self._types[topic.name][kind]) and envelope["data"].get(repeated, subject) != subject:
            why = f"the subject is not the {repeated} of the data"
        return Verdict(why, **named)

    def _broken(self, name: str, value: Json) -> str:
        """The first rule of a schema that is broken; empty if none is."""
        validator = self._validator(name)
        if validator.is_valid(value):
            return ""
        error = next(iter(validator.iter_errors(value)))
        return f"/{'/'.join(map(str, error.instance_path))} against {'/'.join(map(str, error.schema_path))}"[:300]

    def _read(self, name: str) -> Json:
        schema = json.loads((self._schemas / f"{name}.json").read_text(encoding="utf-8"))
        return jsonschema_rs.validator_for(schema, validate_formats=True)


def _is_structured(header: bytes) -> bool:
    return header.partition(b";")[0].strip().lower() == CONTENT_TYPE.encode()


def strictly(value: bytes) -> Json:
    """JSON by RFC 8259 and I-JSON: UTF-8 without a mark, no name twice, no NaN. ValueError with what is wrong."""
    text = value.decode()
    if text.startswith("\ufeff"):
        raise ValueError("begins with a byte order mark")
    found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole, parse_float=_finite)
    if _depth(text) > _MOST_DEPTH:
        raise Doubtful("very deep")
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Doubtful("half of a surrogate pair") from None
    return found


def _once(pairs: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(text: str) -> Json:
    raise ValueError(f"{text} is no number")


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise Doubtful("a very long number")
    return int(text)


def _finite(text: str) -> float:
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise Doubtful("a number that few can hold")
    return found


def _depth(text: str) -> int:
    """At least the depth of nesting: brackets inside texts count, too, and few texts hold many."""
    deepest = now = 0
    for each in text if text.count("[") + text.count("{") > _MOST_DEPTH else "":
        now += (each in "[{") - (each in "]}")
        deepest = max(deepest, now)
    return deepest
