"""What every signed form says of itself: for whom it is, when it was signed, and that it counts once. Read to the letter."""

import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar, get_args

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ValidationError

from contracts.event import Event
from contracts.forms import AUDIENCE, Form
from services._chassis import ids
from services._chassis.aggregate import Decide
from services._chassis.errors import Violation, violations
from services._chassis.http import Problem
from services._chassis.run import Running
from services._eds.signature import Signed
from services.portal.api.access import Body, Parts, run
from services.portal.domain import filings
from services.portal.domain.filings import FormTaken
from services.portal.domain.holder import AlreadyOpen
from services.portal.messaging.filings import filings_of

OLDEST: Final = timedelta(hours=24)  # of virtual time, which may run a thousand times faster than a person signs
AHEAD: Final = timedelta(minutes=5)
_MOST_CHARACTERS: Final = 32 * 1024
_MOST_VALUES: Final = 500
_PAYLOAD: Final = "/signed/payload"

F = TypeVar("F", bound=Form)


class Stamp(Body):
    """The three members of a form that say what it is for; a nonce of your own does as well."""

    audience: str
    moment: AwareDatetime
    nonce: str


def router() -> APIRouter:
    routes = APIRouter(tags=["applications"])

    @routes.get("/stamp")
    async def stamp(chassis: Parts) -> Stamp:
        """Audience, moment and a fresh nonce, to be copied into a form before it is signed. Nothing is kept."""
        return Stamp(audience=AUDIENCE, moment=chassis.clock.now(), nonce=secrets.token_urlsafe(24))

    return routes


def read(model: type[F], signed: Signed) -> F:
    """The form that was signed, or the problem that it is not one, with every field that is wrong, unknown or doubled."""
    stated = _parsed(signed.payload)
    expected = str(_name_of(model))
    if isinstance(stated, dict) and stated.get("form") != expected:
        rule = f"the form is {expected}"
        remedy = f"write {expected} as form, with audience, moment and nonce (GET /stamp gives them), and sign again"
        raise _invalid([Violation(f"{_PAYLOAD}/form", rule, remedy)])
    try:
        form = model.model_validate_json(signed.payload, strict=True)
    except ValidationError as error:
        raise _invalid(violations(error, _PAYLOAD)) from error
    unknown = list(_unknown(stated, form, _PAYLOAD))
    if unknown:
        raise _invalid(unknown)
    return form


def _name_of(model: type[Form]) -> object:
    """The one value that the model's `form` takes."""
    return get_args(model.model_fields["form"].annotation)[0]


def _invalid(found: list[Violation]) -> Problem:
    return Problem(422, "form.invalid", f"the signed document breaks {len(found)} rule(s) of its form", found)


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
        raise _invalid([Violation(_PAYLOAD, rule, "leave out what the form does not ask for")])
    try:
        stated: object = json.loads(payload.decode(), object_pairs_hook=_once, parse_constant=_constant)
    except _DoubledError as doubled:
        rule = f"a member stands in an object once (RFC 7493, 2.3), and this one is doubled: {doubled}"
        raise _invalid([Violation(_PAYLOAD, rule, "remove one of the two and sign again")]) from doubled
    except (ValueError, RecursionError) as error:
        raise _invalid([Violation(_PAYLOAD, rule, remedy)]) from error
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


def require_timely(form: Form, at: datetime) -> None:
    """Raise Problem for a form that was signed long ago, or is yet to be."""
    if at - OLDEST <= form.moment <= at + AHEAD:
        return
    rule = (
        f"a form is filed within {OLDEST.days * 24} hours of its moment, by the portal's virtual time {at.isoformat()}"
    )
    remedy = "take a new moment and nonce (GET /stamp gives both) and sign again"
    code = "form.too-old" if form.moment < at else "form.of-the-future"
    raise Problem(422, code, rule, [Violation(f"{_PAYLOAD}/moment", rule, remedy)])


async def taken(chassis: Running, iin: str, form: Form, signed: Signed) -> FormTaken | None:
    """What became of this very form, if it came before."""
    known = (await chassis.store.read(filings_of(iin))).state
    return filings.taken(known, form.nonce, signed.digest)


async def file(request: Request, stream: str, decide: Decide, iin: str, form: FormTaken) -> FormTaken:
    """What the form led to: the application of `stream`, or the one that is open for the same already."""
    try:
        await run(request, stream, decide, form.application_id)
    except AlreadyOpen as first:
        # Kept, so that the same bytes do not file an application after that one has ended.
        answered = form.model_copy(update={"application_id": first.application_id, "opens": False})
        cause = ids.derive(form.at, "form", iin, form.nonce)
        await run(request, filings_of(iin), partial(_take, answered), cause, first.application_id)
        return answered
    return form


def _take(form: FormTaken, known: filings.Filings, _at: datetime) -> Sequence[Event]:
    return filings.take(form, known)
