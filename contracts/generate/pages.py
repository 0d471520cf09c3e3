"""A page per topic for integrators, and the index over them, in Markdown."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from contracts.dead_letter import DeadLettered, DeadReason
from contracts.envelope import CONTENT_TYPE
from contracts.event import Event, Text
from contracts.generate import fields, schemas
from contracts.generate.named import hoisted
from contracts.generate.schemas import Schema, type_name
from contracts.topics import TOPICS, Topic, dead_letters

FOLDER: Final = "docs/topics"
DEAD_PAGE: Final = "dead-letters"
_NOTE: Final = (
    "<!-- Written by `python -m contracts.generate` from contracts/. Change the contracts, not this page. -->"
)
_WHY: Final = {
    DeadReason.UNREADABLE: (
        "the record's bytes cannot be unpacked or do not match their check sum; `rule` says which offsets",
        "send it again in a format of Kafka's protocol (gzip, snappy, lz4, zstd or none); check the broker's disk",
    ),
    DeadReason.NOT_AN_ENVELOPE: (
        "the value is no CloudEvents envelope, or the record's key is not its `subject`",
        "compare the value with `contracts/schemas/envelope.json`; send `subject` as the key",
    ),
    DeadReason.WRONG_SOURCE: (
        "`source` is not the service that owns the topic",
        "only the owner writes there: send as that service, or on a topic of your own",
    ),
    DeadReason.UNKNOWN_EVENT: (
        "`type` names an event or a version that the consumer does not know",
        "send a type of the table of events; deploy consumers of a new version before its producer",
    ),
    DeadReason.INVALID_DATA: (
        "`data` breaks a rule of the event's schema",
        "correct the field that `field` points to",
    ),
    DeadReason.TIME_OUT_OF_BOUNDS: (
        "`time`, or a moment in `data` that states what has happened, is later than the virtual clock",
        "take the time from `sim.clock.v1`; five virtual minutes, or five seconds of the wall clock, are allowed",
    ),
    DeadReason.ID_REUSED: (
        "a different message with the same `source` and `id` came before",
        "give every message an id of its own; a repeat is the same message, unchanged",
    ),
    DeadReason.REFUSED: (
        "the event contradicts the state of the application",
        "look at the application's history: something is missing, or came in the wrong order",
    ),
    DeadReason.HANDLER_ERROR: (
        "the consumer has a bug; `stack` shows where",
        "correct the consumer, then send the message again",
    ),
    DeadReason.UNSENDABLE: (
        "the broker does not accept this message of the service that wrote the dead letter, for example because of its size",
        "the whole message is in its table `unsent`: correct the cause, then put it back into `outbox`",
    ),
}


def files(root: Path) -> dict[str, str]:
    """Text of each page by its path below the repository's root; examples are read from below `root`."""
    pages = {topic.name: _topic_page(topic, root) for topic in TOPICS}
    pages |= {DEAD_PAGE: _dead_page(root), "README": _index()}
    return {f"{FOLDER}/{name}.md": text for name, text in pages.items()}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _page(*parts: str) -> str:
    return "\n\n".join((_NOTE, *(part for part in parts if part))) + "\n"


def _index() -> str:
    rows = [(_link(each), each.owner, _names(each.consumers), *_three(each.title)) for each in TOPICS]
    return _page(
        "# Topics",
        "Who writes what, and who reads it. The same for programs: `contracts/asyncapi.json`.",
        table(("topic", "written by", "read by", "қазақша", "русский", "English"), rows),
        f"Messages that nobody could use are on `<topic>.dead`: [dead letters]({DEAD_PAGE}.md). An installation may put a "
        "prefix before every name.",
    )


def _topic_page(topic: Topic, root: Path) -> str:
    return _page(
        f"# {topic.name}",
        f"{' · '.join(_three(topic.title))}",
        "\n".join(f"- {line}" for line in _three(topic.carries)),
        _facts(topic),
        "## Events",
        _events_table(topic),
        *(_event_section(event) for event in topic.catalogue),
        *_values_section(topic.catalogue),
        *_example(next(iter(topic.catalogue)).type_name(), root),
        *_faults(topic),
    )


def _facts(topic: Topic) -> str:
    partitions = "as the installation sets it" if topic.partitions is None else str(topic.partitions)
    kept = "the newest record of the key (compacted)" if topic.compacted else "for ever (`retention.ms=-1`)"
    rows = [
        ("written by", f"{topic.owner}, and nobody else"),
        ("read by", _names(topic.consumers)),
        ("key", topic.key),
        (
            "order",
            "records of one key are in the order in which they were decided; records of different keys are in any order",
        ),
        ("partitions", partitions),
        ("kept", kept),
        ("value", f"a CloudEvents 1.0 envelope, header `content-type: {CONTENT_TYPE}`"),
        (
            "repeats",
            "possible after a crash of the writer: remember the envelope's `source` and `id` and ignore what you have seen",
        ),
        ("dead letters", f"[{topic.dead}]({DEAD_PAGE}.md)" if topic.dead else "none"),
    ]
    return table(("what", "how"), rows)


def _events_table(topic: Topic) -> str:
    rows = [
        (f"[`{type_name(event, version)}`](#{_anchor(event.name)})", _standing(event, version), *_three(_title(event)))
        for event, version in topic.versions()
    ]
    return table(("type", "version", "қазақша", "русский", "English"), rows)


def _standing(event: type[Event], version: int) -> str:
    return "written and read" if version == event.version else f"read as v{event.version}, no longer written"


def _event_section(event: type[Event]) -> str:
    schema = hoisted(event.model_json_schema())
    versions = "\n".join(_version_line(event, version) for version in range(event.version, 0, -1))
    return "\n\n".join([f"### {event.name}", inspect.getdoc(event) or "", versions, _fields_table(schema, schema)])


def _version_line(event: type[Event], version: int) -> str:
    name = type_name(event, version)
    schema = f"[schema](../../contracts/schemas/{name}.json)"
    sample = f"[sample](../../contracts/samples/{name}.json)"
    whole = f"[whole message](../../contracts/samples/envelopes/{name}.json)"
    return f"- version {version}, {_standing(event, version)}: {schema}, {sample}, {whole}"


def _values_section(events: Iterable[type[Event]]) -> Iterator[str]:
    parts: Schema = {}
    for event in events:
        parts |= hoisted(event.model_json_schema()).get("$defs", {})
    whole = {"$defs": parts}
    objects = {name: part for name, part in sorted(parts.items()) if "properties" in part}
    if objects:
        yield "## Values"
    for name, part in objects.items():
        yield "\n\n".join([f"### {name}", part.get("description", ""), _fields_table(part, whole)])


def _fields_table(part: Schema, whole: Schema) -> str:
    rows = [(f"`{row.name}`", row.type, row.required, row.rule, row.meaning) for row in fields.rows(part, whole)]
    return table(("field", "type", "required", "rule", "meaning"), rows)


def _example(name: str, root: Path) -> Iterator[str]:
    envelope = schemas.load(root / "contracts" / "samples" / "envelopes" / f"{name}.json")
    if envelope:
        yield f"## A whole message\n\n```json\n{schemas.text(envelope)}```"


def _faults(topic: Topic) -> Iterator[str]:
    if topic.dead:
        yield "## What goes wrong"
        yield (
            f"A message that a consumer cannot use goes to `{topic.dead}`, and the consumer goes on with the next one. "
            f"Fields that are not in the table are ignored. How to read it: [dead letters]({DEAD_PAGE}.md)."
        )
        yield _reasons()


def _reasons() -> str:
    rows = [(f"`{reason}`", *_WHY[reason]) for reason in DeadReason]
    return table(("reason", "when", "what to do"), rows)


def _dead_page(root: Path) -> str:
    rows = [(f"`{dead.name}`", _names(dead.writers)) for dead in map(dead_letters, _with_dead())]
    return _page(
        "# Dead letters",
        " · ".join(_three(_title(DeadLettered))),
        "Each topic but the clock has a dead-letter topic of one partition, kept for ever, keyed as the message was. "
        "A consumer writes there what it cannot use, with the reason and the message as it came, and goes on. "
        "A topic's owner also writes there its own timers that failed, and its own messages that the broker does not accept.",
        table(("topic", "written by"), rows),
        "## Reasons",
        _reasons(),
        "## The event",
        _event_section(DeadLettered),
        *_values_section([DeadLettered]),
        *_example(DeadLettered.type_name(), root),
    )


def _with_dead() -> Iterator[Topic]:
    return (topic for topic in TOPICS if topic.dead)


def _title(event: type[Event]) -> Text:
    return event.title or Text(kk=event.name, ru=event.name, en=event.name)


def _three(text: Text) -> tuple[str, str, str]:
    return text.kk, text.ru, text.en


def _names(services: Sequence[str]) -> str:
    return ", ".join(services) or "no service yet"


def _link(topic: Topic) -> str:
    return f"[{topic.name}]({topic.name}.md)"


def _anchor(heading: str) -> str:
    return heading.replace(".", "")
