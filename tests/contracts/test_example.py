"""The university of docs/examples, which imports nothing of ours, against the contracts: what the README shows must work."""

import importlib.util
import json
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import university_cases, university_grants
from contracts.envelope import Envelope
from contracts.generate.__main__ import ROOT
from contracts.topics import all_topics
from tests.contracts.committed import read

TOPICS = {university_cases.TOPIC: university_cases.CATALOGUE, university_grants.TOPIC: university_grants.CATALOGUE}
HEARD = ("esuvo.request-routed", "esuvo.grant-application-routed", "esuvo.certificate-dispatched")


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("own", ROOT / "docs" / "examples" / "own_university.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def message(name: str) -> Any:  # Any: JSON
    return read(ROOT / "contracts" / "samples" / "envelopes" / f"kz.egov.{name}.v1.json")


@pytest.mark.parametrize("name", HEARD)
def test_what_the_example_says_is_by_the_contract(name: str) -> None:
    own, heard = example(), message(name)
    said = [
        (topic, own.envelope(heard, number, event, data))
        for number, (topic, event, data) in enumerate(own.answers(heard))
    ]

    assert said
    for topic, each in said:
        envelope = Envelope.model_validate_json(json.dumps(each))
        event = TOPICS[topic].decode(envelope.event_name, envelope.event_version, envelope.data)
        assert str(getattr(event, "application_id", "")) == envelope.subject == heard["subject"]
    assert len({each["id"] for _, each in said}) == len(said)


def test_rubbish_is_refused_by_the_name_of_the_missing_field() -> None:
    own, heard = example(), message("esuvo.request-routed")
    topic, event, data = own.answers(heard)[1]
    data.pop("incoming_number")
    envelope = Envelope.model_validate_json(json.dumps(own.envelope(heard, 1, event, data)))

    with pytest.raises(ValidationError, match="incoming_number"):
        TOPICS[topic].decode(envelope.event_name, envelope.event_version, envelope.data)


def test_it_hears_the_topics_of_what_it_answers() -> None:
    answered = {topic.name for topic in all_topics() for name in HEARD if f"kz.egov.{name}" in topic.catalogue}

    assert answered <= set(example().HEARS)
