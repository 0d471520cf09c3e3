"""A signed form, read to the letter: what no other reader would read otherwise, and when it may still be filed."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from contracts.forms import Form
from services._chassis.errors import Violation, violations

OLDEST: Final = timedelta(hours=24)  # of virtual time, which may run a thousand times faster than a person signs
AHEAD: Final = timedelta(minutes=5)
_MOST_CHARACTERS: Final = 32 * 1024
_MOST_VALUES: Final = 500

F = TypeVar("F", bound=Form)


class NotAForm(Exception):  # noqa: N818 - it reads as a fact, like Refused
    """What was signed is no form of this kind. The violations' fields are pointers into the payload."""

    def __init__(self, found: list[Violation]) -> None:
        super().__init__(f"the signed document breaks {len(found)} rule(s) of its form")
        self.violations = found


def read(model: type[F], payload: bytes) -> F:
    """The form. Raises NotAForm with every field that is wrong, unknown or doubled."""
    stated = _parsed(payload)
    expected = str(_name_of(model))
    if isinstance(stated, dict) and stated.get("form") != expected:
        rule = f"the form is {expected}"
        remedy = f"write {expected} as form, with audience, moment and nonce (GET /stamp gives them), and sign again"
        raise NotAForm([Violation("/form", rule, remedy)])
    try:
        form = model.model_validate_json(payload)  # the kinds of its fields are strict
    except ValidationError as error:
        raise NotAForm(violations(error)) from error
    unknown = list(_unknown(stated, form, ""))
    if unknown:
        raise NotAForm(unknown)
    return form


def _name_of(model: type[Form]) -> object:
    """The one value that the model's `form` takes."""
    return get_args(model.model_fields["form"].annotation)[0]


class _DoubledError(ValueError):
    """A member stands twice in one object; which of the two was meant cannot be known."""


def _once(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        raise _DoubledError(next(name for name in names if names.count(name) > 1)[:80])
    return found


def _constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _parsed(payload: bytes) -> object:
    """The JSON as it stands (RFC 7493): nothing doubled, nothing that other readers would read otherwise."""
    rule, remedy = "a form is one JSON object in UTF-8 (RFC 8259)", "send well-formed JSON in UTF-8"
    if (
        len(payload) > _MOST_CHARACTERS
        or payload.count(b",") + payload.count(b"[") + payload.count(b"{") > _MOST_VALUES
    ):
        rule = f"a form has at most {_MOST_CHARACTERS} bytes and {_MOST_VALUES} values"
        raise NotAForm([Violation("", rule, "leave out what the form does not ask for")])
    try:
        stated: object = json.loads(payload.decode(), object_pairs_hook=_once, parse_constant=_constant)
    except _DoubledError as doubled:
        rule = f"a member stands in an object once (RFC 7493, 2.3), and this one is doubled: {doubled}"
        raise NotAForm([Violation("", rule, "remove one of the two and sign again")]) from doubled
    except (ValueError, RecursionError) as error:
        raise NotAForm([Violation("", rule, remedy)]) from error
    return stated


def _unknown(stated: object, read: object, place: str) -> Iterator[Violation]:
    """Members at any depth that the form has no place for: who signed them thought that they count."""
    match stated, read:
        case dict(), BaseModel():
            known = type(read).model_fields
            for name, value in stated.items():
                where = f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
                if name in known:
                    yield from _unknown(value, getattr(read, name), where)
                else:
                    rule = f"{type(read).__name__} has no such field"
                    yield Violation(where, rule, "remove this field or correct its name")
        case list(), list() | tuple():
            for number, (each, found) in enumerate(zip(stated, read, strict=True)):
                yield from _unknown(each, found, f"{place}/{number}")


def untimely(form: Form, at: datetime) -> str | None:
    """Why a form cannot be filed at `at` any more or yet: the code of the refusal."""
    if at - OLDEST <= form.moment <= at + AHEAD:
        return None
    return "form.too-old" if form.moment < at else "form.of-the-future"
