"""The AsyncAPI 3.0 document: channels, messages and who sends and receives them, for tools of other languages."""

import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.event import Event, Text
from contracts.generate import schemas
from contracts.generate.named import NAMED, referring
from contracts.generate.schemas import Schema, type_name
from contracts.topics import SERVICES, Topic, all_topics

PATH: Final = "contracts/asyncapi.json"
_BINDING: Final = "0.5.0"
_REF: Final = "#/components/schemas/"
_DESCRIPTION: Final = (
    "The events that the services of the chain exchange over Kafka. Each value is a CloudEvents 1.0 envelope in JSON, "
    "structured mode; its key is the envelope's subject, so that one application is ordered on every topic. "
    "Unknown fields are to be ignored. An installation may put a prefix before every address."
)


def document(root: Path) -> Schema:
    """The whole document; old versions and examples are read from the committed files below `root`."""
    topics = list(all_topics())
    return {
        "asyncapi": "3.0.0",
        "info": _info(root),
        "defaultContentType": CONTENT_TYPE,
        "servers": {"local": _server()},
        "channels": {topic.name: _channel(topic, root) for topic in topics},
        "operations": {name: operation for topic in topics for name, operation in _operations(topic, root)},
        "components": {"messages": _messages(topics, root), "schemas": _schemas(root)},
    }


def _info(root: Path) -> Schema:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"title": "egov-chain", "version": project["version"], "description": _DESCRIPTION}


def _server() -> Schema:
    port = {"default": "9092", "description": "the broker's port; `egov status` prints it"}
    return {
        "host": "127.0.0.1:{port}",
        "protocol": "kafka",
        "description": "The local broker: loopback only, without authentication.",
        "variables": {"port": port},
    }


def _channel(topic: Topic, root: Path) -> Schema:
    names = _present(topic, root)
    return {
        "address": topic.name,
        "title": topic.title.en,
        "summary": topic.carries.en,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": _topic_binding(topic)},
        "x-title": topic.title.model_dump(),
    }


def _topic_binding(topic: Topic) -> Schema:
    kept = {"cleanup.policy": ["compact"]} if topic.compacted else {"retention.ms": -1}
    count = {} if topic.partitions is None else {"partitions": topic.partitions}
    return {"topic": topic.name, **count, "topicConfiguration": kept, "bindingVersion": _BINDING}


def _operations(topic: Topic, root: Path) -> Iterator[tuple[str, Schema]]:
    current = [event.type_name() for event in topic.catalogue]
    for service in topic.writers:
        yield f"{service}.send.{topic.name}", _operation(topic, "send", service, current)
    for service in topic.consumers:
        yield f"{service}.receive.{topic.name}", _operation(topic, "receive", service, _present(topic, root))


def _operation(topic: Topic, action: str, service: str, names: list[str]) -> Schema:
    group = {"groupId": {"type": "string", "const": service}, "bindingVersion": _BINDING}
    # Every process reads the whole clock by itself, so that topic has readers and no groups.
    grouped = action == "receive" and service in SERVICES and not topic.compacted
    return {
        "action": action,
        "title": f"{service} {'writes' if action == 'send' else 'reads'} {topic.name}",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{name}"} for name in names],
        **({"bindings": {"kafka": group}} if grouped else {}),
    }


def _present(topic: Topic, root: Path) -> list[str]:
    """The types of a topic; an old one only if its frozen schema is there (the check reports it, if not)."""
    named = [(type_name(event, version), version == event.version) for event, version in topic.versions()]
    return [name for name, current in named if current or _old_schema(name, root)]


def _old_schema(name: str, root: Path) -> Schema | None:
    return schemas.load(root / "contracts" / "schemas" / f"{name}.json")


def _messages(topics: list[Topic], root: Path) -> Schema:
    return {
        type_name(event, version): _message(topic, event, version, root)
        for topic in topics
        for event, version in topic.versions()
        if type_name(event, version) in _present(topic, root)
    }


def _message(topic: Topic, event: type[Event], version: int, root: Path) -> Schema:
    name = type_name(event, version)
    title = event.title or Text(kk=name, ru=name, en=name)
    titled = _title(event, version)
    old = "" if version == event.version else f" Version {version}: still read, no longer written."
    content_type = {"type": "string", "const": CONTENT_TYPE}
    return {
        "name": name,
        "title": titled,
        "summary": f"{title.kk} · {title.ru} · {title.en}.{old}",
        "description": inspect.getdoc(event) or "",
        "contentType": CONTENT_TYPE,
        "headers": {"type": "object", "properties": {"content-type": content_type}, "required": ["content-type"]},
        "correlationId": {"location": "$message.payload#/correlationid", "description": "the conversation"},
        "payload": _payload(name, titled),
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": _BINDING}},
        **_examples(name, root),
    }


def _title(event: type[Event], version: int) -> str:
    """What no other message is called, in words alone: tools of other languages name their classes after it."""
    title = event.title.en if event.title else event.name
    return title if version == event.version else f"{title} version {version}"


def _payload(name: str, title: str) -> Schema:
    narrowed = {"type": {"type": "string", "const": name}, "data": {"$ref": _REF + name}}
    return {
        "title": f"{title} message",
        "allOf": [{"$ref": f"{_REF}Envelope"}, {"type": "object", "properties": narrowed}],
    }


def _examples(name: str, root: Path) -> Schema:
    envelope = schemas.load(root / "contracts" / "samples" / "envelopes" / f"{name}.json")
    headers = {"content-type": CONTENT_TYPE}
    return {"examples": [{"name": "sample", "headers": headers, "payload": envelope}]} if envelope else {}


def _schemas(root: Path) -> Schema:
    models: list[type[BaseModel]] = [Envelope, *schemas.events()]
    by_model, shared = models_json_schema([(model, "validation") for model in models], ref_template=_REF + "{model}")
    parts = {name: _titled(part, name) for name, part in (referring(shared["$defs"], _REF) | NAMED).items()}
    # Events are called by their wire names here: a class may be renamed, and `Envelope` alone has no wire name.
    named: Schema = {}
    for event in schemas.events():
        own = parts.pop(_target(by_model[event, "validation"]))
        named[event.type_name()] = _titled(own, _title(event, event.version))
    for event, version in _old_versions():
        named |= _old_parts(type_name(event, version), _title(event, version), root)
    return parts | named


def _target(reference: Schema) -> str:
    return str(reference["$ref"]).removeprefix(_REF)


def _old_versions() -> Iterator[tuple[type[Event], int]]:
    for event in schemas.events():
        yield from ((event, version) for version in range(1, event.version))


def _old_parts(name: str, title: str, root: Path) -> Schema:
    """A frozen schema and its parts; the parts get names of their own, since today's may say something else."""
    schema = _old_schema(name, root)
    if schema is None:
        return {}
    moved = schemas.text(schema).replace('"#/$defs/', f'"{_REF}{name}.')
    body = schemas.parse(moved)
    parts = body.pop("$defs", {})
    for head in ("$schema", "$id"):
        body.pop(head, None)
    named = {f"{name}.{part}": _titled(said, f"{part} of {title}") for part, said in parts.items()}
    return {name: _titled(body, title)} | named


def _titled(schema: Schema, title: str) -> Schema:
    """The schema under one title of its own, the only one in it: a title that two share becomes one class in some tools."""
    return {"title": title, **_untitled(schema)}


def _untitled(part: Any) -> Any:  # Any: JSON Schema, or a piece of it
    if isinstance(part, list):
        return [_untitled(each) for each in part]
    if not isinstance(part, dict):
        return part
    # A field that is called `title` has a schema there, no text.
    return {key: _untitled(each) for key, each in part.items() if key != "title" or not isinstance(each, str)}
