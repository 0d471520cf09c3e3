"""I-JSON (RFC 7493), as every message must be: no name twice in one object, no NaN, no number beyond a double.

Readers differ in how they read other JSON, and would act on something else than was written or signed.
"""

import json
from collections.abc import Iterable
from math import isfinite
from typing import Final

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, from_json, to_json

_SHOWN: Final = 40


class NotStrict(ValueError):  # noqa: N818 - it reads as a fact, like Refused
    """JSON that readers understand differently. The words name the rule; no value is repeated."""


def parse(raw: bytes) -> object:
    """The value that `raw` writes. Raises NotStrict, or another ValueError where it is no JSON at all.

    The fast reader keeps only the last of two equal names. If its result is written back byte for byte, there were none, as
    in all JSON of our services (two microseconds). Other text is read a second time, slowly, by a reader that checks names.
    """
    try:
        value = from_json(raw, allow_inf_nan=False)
    except ValueError as fault:
        _require_no_json_either(raw, fault)
        raise
    if to_json(value, inf_nan_mode="null") != raw:
        json.loads(raw, object_pairs_hook=_each_once, parse_float=_finite)
    return value


def _require_no_json_either(raw: bytes, fault: ValueError) -> None:
    try:
        from_json(raw)
    except ValueError:
        return
    raise NotStrict("NaN and Infinity are no JSON (RFC 8259, 6)") from fault


def as_validation_error(title: str, fault: NotStrict) -> ValidationError:
    """The fault as a ValidationError, for code that handles those."""
    error = PydanticCustomError("json_strict", "{rule}", {"rule": str(fault)})
    return ValidationError.from_exception_data(title, [InitErrorDetails(type=error, loc=(), input=None)])


def _each_once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise NotStrict(f"every name stands once in its object (RFC 7493, 2.3); twice: {ascii(name)[:_SHOWN]}")
        found[name] = value
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise NotStrict("a number is one that a double can hold (RFC 7493, 2.2)")
    return value
