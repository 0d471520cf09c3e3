"""What was published once can still be read, and what is written today is as its schema file says."""

from pathlib import Path

import jsonschema
import pytest

from contracts import portal_applications
from contracts.common import Channel
from contracts.envelope import Envelope
from contracts.event import Event
from contracts.generate import schemas
from contracts.iin import validate
from tests.contracts.committed import ENVELOPES, EVENTS, SAMPLES, SCHEMAS, catalogue, read, sample, split

FORMATS = jsonschema.Draft202012Validator.FORMAT_CHECKER


def faults(value: object, schema: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(read(SCHEMAS / f"{schema}.json"), format_checker=FORMATS)
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(value)]


def of_event(event: type[Event]) -> str:
    return event.type_name()


def of_file(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("event", EVENTS, ids=of_event)
def test_the_class_still_matches_its_published_schema(event: type[Event]) -> None:
    published = read(SCHEMAS / f"{event.type_name()}.json")

    assert schemas.of(event) == published


def test_the_envelope_still_matches_its_published_schema() -> None:
    assert schemas.of_envelope() == read(SCHEMAS / "envelope.json")


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=of_file)
def test_every_schema_file_is_a_schema_of_draft_2020_12(path: Path) -> None:
    schema = read(path)
    jsonschema.Draft202012Validator.check_schema(schema)

    assert schema["$schema"] == schemas.DIALECT
    assert schema["$id"].endswith(path.stem)


@pytest.mark.parametrize("event", EVENTS, ids=of_event)
def test_every_event_has_a_title_in_three_languages(event: type[Event]) -> None:
    assert event.title is not None
    assert all(len(words) > 3 for words in event.title.model_dump().values())
    assert len(set(event.title.model_dump().values())) == 3


@pytest.mark.parametrize("event", EVENTS, ids=of_event)
def test_every_field_says_what_it_means(event: type[Event]) -> None:
    schema = event.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    silent = [
        name for part in parts for name, field in part.get("properties", {}).items() if "description" not in field
    ]

    assert silent == [], "give these fields a Field(description=...): the topic's page shows it"


@pytest.mark.parametrize("path", SAMPLES, ids=of_file)
def test_every_message_ever_published_can_still_be_read(path: Path) -> None:
    name, version = split(path.stem)

    event = catalogue(name).decode(name, version, read(path))

    assert event.name == name


@pytest.mark.parametrize("path", SAMPLES, ids=of_file)
def test_every_sample_is_as_its_own_version_of_the_schema_says(path: Path) -> None:
    assert faults(read(path), path.stem) == []


@pytest.mark.parametrize("event", EVENTS, ids=of_event)
def test_what_is_written_today_is_as_the_schema_says(event: type[Event]) -> None:
    written = event.model_validate(sample(event)).model_dump(mode="json")

    assert faults(written, event.type_name()) == []


@pytest.mark.parametrize("path", ENVELOPES, ids=of_file)
def test_every_whole_message_is_an_envelope_by_its_schema(path: Path) -> None:
    message = read(path)

    assert faults(message, schemas.ENVELOPE) == []
    assert message["type"] == path.stem


@pytest.mark.parametrize("path", ENVELOPES, ids=of_file)
def test_a_whole_message_carries_the_sample_of_its_type(path: Path) -> None:
    envelope = Envelope.model_validate_json(path.read_bytes())

    assert envelope.data == read(path.parent.parent / path.name)
    assert envelope.to_bytes() == Envelope.model_validate_json(envelope.to_bytes()).to_bytes()


def test_a_message_of_version_1_is_read_as_handed_in_at_the_portal() -> None:
    first = read(SCHEMAS.parent / "samples" / "kz.egov.portal.application-submitted.v1.json")

    event = portal_applications.CATALOGUE.decode(portal_applications.ApplicationSubmitted.name, 1, first)

    assert "channel" not in first
    assert isinstance(event, portal_applications.ApplicationSubmitted)
    assert event.channel is Channel.PORTAL
    assert str(event.request.number) == first["request"]["number"]


def test_a_message_of_version_1_is_no_message_of_version_2() -> None:
    first = read(SCHEMAS.parent / "samples" / "kz.egov.portal.application-submitted.v1.json")

    assert faults(first, "kz.egov.portal.application-submitted.v2") == ["$: 'channel' is a required property"]


NAMED = [path for path in SAMPLES if '"iin": "' in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", NAMED, ids=of_file)
def test_samples_name_only_people_who_cannot_be(path: Path) -> None:
    data = read(path)
    iin = data.get("standing", data)["request"]["applicant"]["iin"]
    validate(iin)

    assert iin[6] in "12", "take a century digit of 1 or 2: nobody alive was born before 1900"
