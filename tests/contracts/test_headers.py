"""The record's header `content-type`: it may be absent; where it is, it is that of structured mode."""

import pytest

from contracts.envelope import content_type_violation


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("other", b"x")],
        [("content-type", b"application/cloudevents+json")],
        [("Content-Type", b"Application/CloudEvents+JSON; charset=UTF-8")],
        [("content-type", b" application/cloudevents+json ;charset=utf-8")],
    ],
)
def test_structured_mode_and_an_absent_header_are_taken(headers: list[tuple[str, bytes | None]]) -> None:
    assert content_type_violation(headers) is None


@pytest.mark.parametrize(
    "headers",
    [
        [("content-type", b"application/json")],
        [("content-type", b"application/json"), ("ce_specversion", b"1.0"), ("ce_type", b"x")],
        [("content-type", b"application/cloudevents-batch+json")],
        [("content-type", b"application/cloudevents+avro")],
        [("content-type", b"application/cloudevents+jsonx")],
        [("content-type", b"application/cloudevents+json"), ("content-type", b"application/json")],
        [("content-type", b"")],
        [("content-type", None)],
        [("content-type", b"\xff\xfe")],
        [("ce_specversion", b"1.0"), ("ce_type", b"x")],
    ],
)
def test_binary_mode_and_other_formats_are_refused_with_the_remedy(headers: list[tuple[str, bytes | None]]) -> None:
    assert "structured mode" in (content_type_violation(headers) or "")
