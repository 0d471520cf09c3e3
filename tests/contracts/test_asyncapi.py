"""The AsyncAPI document: accepted by the official schema, and true to the topics."""

from typing import Any, Final

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from contracts.generate.__main__ import ROOT
from contracts.sim_clock import TOPIC as CLOCK
from contracts.topics import TOPICS, Topic, all_topics
from tests.contracts.committed import ENVELOPES, read
from tests.contracts.official import validator

DOCUMENT: Final = read(ROOT / "contracts" / "asyncapi.json")
MESSAGES: Final = sorted(DOCUMENT["components"]["messages"])
TOPIC_NAMES: Final = [topic.name for topic in TOPICS]


def resolve(reference: str) -> Any:  # Any: JSON
    found = DOCUMENT
    for token in reference.removeprefix("#/").split("/"):
        found = found[token]
    return found


def references(part: Any) -> list[str]:  # Any: JSON
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [each for value in part.values() for each in references(value)]
    return [each for item in part for each in references(item)] if isinstance(part, list) else []


def test_the_official_schema_accepts_the_document() -> None:
    faults = [f"{fault.json_path}: {fault.message[:200]}" for fault in validator().iter_errors(DOCUMENT)]

    assert faults == []


@pytest.mark.parametrize(
    "spoilt",
    [
        {**DOCUMENT, "asyncapi": "2.6.0"},
        {**DOCUMENT, "info": {"title": "no version"}},
        {**DOCUMENT, "operations": {"a": {"action": "publish", "channel": {"$ref": "#/channels/a"}}}},
        {**DOCUMENT, "channels": {"a": {"bindings": {"kafka": {"partitions": 0}}}}},
    ],
    ids=["version", "info", "action", "binding"],
)
def test_the_official_schema_refuses_what_is_no_asyncapi_document(spoilt: dict[str, object]) -> None:
    assert not validator().is_valid(spoilt)


def test_every_reference_in_the_document_leads_somewhere() -> None:
    found = references({key: value for key, value in DOCUMENT.items() if key != "info"})

    assert found
    assert all(resolve(reference) is not None for reference in found)


def titles(part: Any) -> list[str]:  # Any: JSON
    """Every title that a tool may name a class after; a field that is called `title` has a schema there, no text."""
    if isinstance(part, dict):
        own = [part["title"]] if isinstance(part.get("title"), str) else []
        return own + [each for value in part.values() for each in titles(value)]
    return [each for item in part for each in titles(item)] if isinstance(part, list) else []


def test_no_two_messages_or_schemas_share_a_title() -> None:
    """Tools name classes after titles: two that share one become one class, with the fields of either."""
    messages = DOCUMENT["components"]["messages"].values()
    schemas = DOCUMENT["components"]["schemas"].values()
    given = [*(each["payload"]["title"] for each in messages), *(each["title"] for each in schemas)]

    assert sorted(given) == sorted(titles([[each["payload"] for each in messages], list(schemas)]))
    assert len(set(given)) == len(given)
    assert len({each["title"] for each in messages}) == len(messages)


def test_every_topic_and_its_dead_letters_are_channels() -> None:
    assert set(DOCUMENT["channels"]) == {topic.name for topic in all_topics()}


@pytest.mark.parametrize("topic", TOPICS, ids=TOPIC_NAMES)
def test_only_the_owner_sends_on_a_topic_and_every_consumer_receives(topic: Topic) -> None:
    here = [each for each in DOCUMENT["operations"].values() if each["channel"]["$ref"] == f"#/channels/{topic.name}"]
    actions = sorted(each["action"] for each in here)

    assert actions == ["receive"] * len(topic.consumers) + ["send"]


def test_old_versions_are_received_and_no_longer_sent() -> None:
    sent = str(DOCUMENT["operations"]["portal.send.portal.applications.v1"])
    received = str(DOCUMENT["operations"]["esuvo.receive.portal.applications.v1"])

    assert "portal.application-submitted.v1" not in sent
    assert "portal.application-submitted.v1" in received


def test_the_clock_is_compacted_and_has_one_partition() -> None:
    binding = DOCUMENT["channels"][CLOCK]["bindings"]["kafka"]

    assert binding["partitions"] == 1
    assert binding["topicConfiguration"]["cleanup.policy"] == ["compact"]


@pytest.mark.parametrize("name", MESSAGES)
def test_the_example_of_a_message_is_as_its_payload_says(name: str) -> None:
    registry: Registry[Any] = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))
    payload = {"$ref": f"urn:document#/components/messages/{name}/payload"}
    (example,) = DOCUMENT["components"]["messages"][name]["examples"]

    faults = jsonschema.Draft202012Validator(payload, registry=registry).iter_errors(example["payload"])

    assert [fault.message for fault in faults] == []


def test_the_payload_of_one_message_is_not_that_of_another() -> None:
    registry: Registry[Any] = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))
    other = read(next(path for path in ENVELOPES if path.stem == "kz.egov.portal.withdrawal-requested.v1"))
    payload = {"$ref": "urn:document#/components/messages/kz.egov.portal.application-submitted.v2/payload"}

    assert not jsonschema.Draft202012Validator(payload, registry=registry).is_valid(other)
