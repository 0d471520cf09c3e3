"""The envelope: what CloudEvents asks of it, and what it refuses with the place of the fault."""

import json
import re
from datetime import datetime
from typing import Final
from uuid import UUID

import pytest
from pydantic import ValidationError

from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.portal_applications import WithdrawalRequested
from tests.contracts.committed import ENVELOPES, read, sample

_BY_SPECIFICATION: Final = {
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "data",
}
WHOLE: Final = next(path for path in ENVELOPES if path.stem == WithdrawalRequested.type_name())
ID: Final = "0152e31b-4040-8f0c-9fed-9b1e280a70fe"
NOON: Final = "2016-02-15T12:00:00+06:00"


def test_extension_attributes_have_names_of_lower_case_letters_and_digits() -> None:
    extensions = Envelope.model_fields.keys() - _BY_SPECIFICATION

    assert extensions == {"correlationid", "causationid", "recordedtime", "traceparent"}
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in extensions)


def test_the_content_type_is_that_of_structured_mode_in_json() -> None:
    assert CONTENT_TYPE == "application/cloudevents+json"


def test_an_envelope_writes_the_attributes_that_cloudevents_requires() -> None:
    written = json.loads(Envelope.model_validate(read(WHOLE)).to_bytes())

    assert written.keys() >= {"specversion", "id", "source", "type"}
    assert written["specversion"] == "1.0"


def test_an_envelope_leaves_out_the_attributes_that_it_does_not_have() -> None:
    bare = {name: value for name, value in read(WHOLE).items() if name not in {"traceparent", "recordedtime"}}

    assert json.loads(Envelope.model_validate(bare).to_bytes()).keys() == bare.keys()


def test_wrapping_an_event_names_its_type_and_keeps_its_data() -> None:
    event = WithdrawalRequested.model_validate(sample(WithdrawalRequested))

    envelope = Envelope.wrap(
        event,
        identity=UUID(ID),
        source="/portal",
        subject=ID,
        time=datetime.fromisoformat(NOON),
        correlation=UUID(ID),
        causation=UUID(ID),
    )

    assert envelope.type == "kz.egov.portal.withdrawal-requested.v2"
    assert (envelope.event_name, envelope.event_version) == ("kz.egov.portal.withdrawal-requested", 2)
    assert envelope.data == sample(WithdrawalRequested)


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("specversion", "0.3", "'1.0'"),
        ("type", "application-submitted", "write the event's name and version"),
        ("type", "kz.egov.portal.application-submitted.v0", "write the event's name and version"),
        ("type", "KZ.egov.portal.application-submitted.v2", "write the event's name and version"),
        ("type", "kz.egov.portal.application-submitted.v2\n", "write the event's name and version"),
        ("traceparent", "00-xyz", "match pattern"),
        ("id", "1", "UUID"),
        ("source", "", "at least 1 character"),
        ("subject", "", "at least 1 character"),
        ("time", "2016-02-15T12:00:00", "with its offset"),
        ("datacontenttype", "text/xml", "is application/json"),
        ("data", "{}", "dictionary"),
    ],
)
def test_a_wrong_attribute_is_refused_by_its_name(attribute: str, value: str, words: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Envelope.model_validate({**read(WHOLE), attribute: value})

    (error,) = refusal.value.errors()
    assert error["loc"] == (attribute,)
    assert words in error["msg"]


@pytest.mark.parametrize(
    "attribute", ["id", "source", "type", "subject", "time", "correlationid", "causationid", "data"]
)
def test_a_missing_attribute_is_refused_by_its_name(attribute: str) -> None:
    message = {name: value for name, value in read(WHOLE).items() if name != attribute}

    with pytest.raises(ValidationError) as refusal:
        Envelope.model_validate(message)
    assert refusal.value.errors()[0]["loc"] == (attribute,)


def test_attributes_that_others_add_are_overlooked() -> None:
    envelope = Envelope.model_validate({**read(WHOLE), "partnerextension": "x"})

    assert b"partnerextension" not in envelope.to_bytes()
