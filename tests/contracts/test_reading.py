"""What a catalogue refuses, what it overlooks, and that what is written comes back the same."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts import portal_applications
from contracts.common import Notice, NoticeKind, RefusalCode
from contracts.event import Event, Text, UnknownEvent
from tests.contracts.committed import EVENTS, catalogue, sample
from tests.contracts.mutation import variants

WORDS = Text(kk="Дайын", ru="Готово", en="Ready")
NAME = portal_applications.ApplicationSubmitted.name


def ready(**changed: object) -> dict[str, object]:
    notice = {
        "notice_id": "0152e31b-4040-8f0c-9fed-9b1e280a70fe",
        "application_id": "0152e31b-4040-8f0c-9fed-9b1e280a70fe",
    }
    return {**notice, "kind": "ready", "text": WORDS, "at": "2016-03-04T15:20:00+06:00", **changed}


def test_an_unknown_name_is_refused_with_the_names_that_are_known() -> None:
    with pytest.raises(UnknownEvent) as refusal:
        portal_applications.CATALOGUE.decode("kz.egov.portal.application-lost", 1, {})

    assert "kz.egov.portal.application-lost is not one of" in str(refusal.value)
    assert NAME in str(refusal.value)


@pytest.mark.parametrize("version", [4, 9999, 0, -1])
def test_a_version_that_this_release_does_not_know_is_refused(version: int) -> None:
    with pytest.raises(UnknownEvent, match=rf"v{version} is not known: this release reads v1 to v3"):
        portal_applications.CATALOGUE.decode(NAME, version, sample(portal_applications.ApplicationSubmitted))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_the_next_version_of_every_event_is_refused(event: type[Event]) -> None:
    with pytest.raises(UnknownEvent):
        catalogue(event.name).decode_json(event.name, event.version + 1, json.dumps(sample(event)))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_fields_that_a_later_producer_adds_are_overlooked(event: type[Event]) -> None:
    read = catalogue(event.name).decode(event.name, event.version, {**sample(event), "added_later": {"deep": 1}})

    assert read == event.model_validate(sample(event))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_a_message_without_a_required_field_is_refused_by_that_field(event: type[Event]) -> None:
    for name in event.model_json_schema()["required"]:
        data = {key: value for key, value in sample(event).items() if key != name}

        with pytest.raises(ValidationError) as refusal:
            catalogue(event.name).decode(event.name, event.version, data)
        assert refusal.value.errors()[0]["loc"] == (name,)


def test_a_readiness_notice_without_the_place_of_collection_is_refused_by_the_rule() -> None:
    with pytest.raises(ValidationError, match=r"collection_place \(DUP-GEN-5\)"):
        Notice.model_validate(ready())


def test_a_readiness_notice_with_the_place_of_collection_is_read() -> None:
    assert Notice.model_validate(ready(collection_place=WORDS)).kind is NoticeKind.READY


def test_a_refusal_without_its_reason_is_refused() -> None:
    with pytest.raises(ValidationError, match="fill refusal"):
        Notice.model_validate(ready(kind="refused"))


def test_a_return_for_correction_without_corrections_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least one of corrections"):
        Notice.model_validate(ready(kind="returned-for-correction"))


def test_a_refusal_with_its_reason_is_read() -> None:
    refusal = {"code": RefusalCode.UNRELIABLE_DATA, "reason": WORDS}

    assert Notice.model_validate(ready(kind="refused", refusal=refusal)).refusal is not None


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
@settings(max_examples=10)
@given(data=st.data())
def test_whatever_is_written_is_read_as_the_same(event: type[Event], data: st.DataObject) -> None:
    written = event.model_validate(data.draw(variants(event)))

    read = catalogue(event.name).decode_json(event.name, event.version, written.model_dump_json())

    assert read == written
