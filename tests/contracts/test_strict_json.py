"""I-JSON: what other readers would take for something else than its writer meant is refused, wherever it stands."""

import json

import pytest
from pydantic import ValidationError

from contracts import strict_json
from contracts.envelope import Envelope
from contracts.portal_applications import WithdrawalRequested
from tests.contracts.committed import ENVELOPES

WHOLE = next(path for path in ENVELOPES if path.stem == WithdrawalRequested.type_name()).read_text(encoding="utf-8")


def with_ignored(text: str) -> bytes:
    """A good message, with `text` in a field that nobody reads."""
    return WHOLE.replace('"data": {', f'"data": {{"ignored": {text}, ', 1).encode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1, "a": 1}', "every name stands once"),
        ('[{"b": [{"a": 1, "a": 2}]}]', "every name stands once"),
        (r'{"a": 1, "\u0061": 2}', "every name stands once"),
        ('{"a" : 1, "a": 2, "b": "x\\":"}', "every name stands once"),
        ("NaN", "NaN and Infinity are no JSON"),
        ("[-Infinity]", "NaN and Infinity are no JSON"),
        ("1e400", "a double can hold"),
        ("-1e999", "a double can hold"),
    ],
)
def test_a_message_that_is_no_i_json_is_refused_by_the_rule_even_where_nobody_reads(text: str, words: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Envelope.read(with_ignored(text))

    (error,) = refusal.value.errors()
    assert (error["type"], error["loc"]) == ("json_strict", ())
    assert words in error["msg"]


@pytest.mark.parametrize("name", ["type", "data", "subject"])
def test_an_attribute_that_stands_twice_is_refused(name: str) -> None:
    twice = json.dumps(json.loads(WHOLE))[:-1] + f", {json.dumps(name)}: null}}"

    with pytest.raises(ValidationError, match="every name stands once"):
        Envelope.read(twice.encode())


@pytest.mark.parametrize("text", [r'"\ud800"', '"\\udc00x"', "01", "+1", "'a'", "[1,]", "\ufeff1", '{"a":}', "[" * 300])
def test_what_is_no_json_at_all_is_refused_as_such(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Envelope.read(with_ignored(text))

    assert refusal.value.errors()[0]["type"] == "json_invalid"


@pytest.mark.parametrize(
    "text",
    ['{"a": {"a": 1}}', '[{"a": 1}, {"a": 1}]', "1e3", "-0.0", '"NaN"', '"a\\":1, \\"a\\": 2"', '"😀"', "1" * 400],
)
def test_what_only_looks_like_it_is_read(text: str) -> None:
    assert Envelope.read(with_ignored(text)).type == WithdrawalRequested.type_name()


def test_text_with_and_without_spaces_is_the_same_value() -> None:
    value = json.loads(WHOLE)
    compact = json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    assert strict_json.parse(WHOLE.encode()) == strict_json.parse(compact.encode()) == value


@pytest.mark.parametrize("value", [b"", None, b"null", b"[]", b'"x"', b"\xff"])
def test_a_record_that_holds_no_object_is_refused(value: bytes | None) -> None:
    with pytest.raises(ValidationError):
        Envelope.read(value)
