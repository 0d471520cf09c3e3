"""What every signed form says of itself: for whom it is, when it was signed, and that it counts once. Read to the letter."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from fastapi import APIRouter, Request
from pydantic import AwareDatetime

from contracts.event import Event
from contracts.forms import AUDIENCE, Form
from services._chassis import ids
from services._chassis.aggregate import Decide
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.running import Running, caused
from services._eds import forms as letter
from services._eds.forms import NotAForm
from services._eds.signature import Signed
from services.portal.account.access import Body, Parts
from services.portal.forms import decide as filings
from services.portal.forms.decide import FormTaken
from services.portal.forms.follows import filings_of
from services.portal.holder import AlreadyOpen

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
    try:
        return letter.read(model, signed.payload)
    except NotAForm as fault:
        found = [replace(each, field=_PAYLOAD + each.field) for each in fault.violations]
        raise Problem(422, "form.invalid", str(fault), found) from fault


def require_timely(form: Form, at: datetime) -> None:
    """Raise Problem for a form that was signed long ago, or is yet to be."""
    code = letter.untimely(form, at)
    if code is None:
        return
    hours = letter.OLDEST.days * 24
    rule = f"a form is filed within {hours} hours of its moment, by the portal's virtual time {at.isoformat()}"
    remedy = "take a new moment and nonce (GET /stamp gives both) and sign again"
    raise Problem(422, code, rule, [Violation(f"{_PAYLOAD}/moment", rule, remedy)])


async def taken(chassis: Running, iin: str, form: Form, signed: Signed) -> FormTaken | None:
    """What became of this very form, if it came before."""
    known = (await chassis.store.read(filings_of(iin))).state
    return filings.taken(known, form.nonce, signed.digest)


async def file(request: Request, stream: str, decide: Decide, iin: str, form: FormTaken) -> FormTaken:
    """What the form led to: the application of `stream`, or the one that is open for the same already."""
    try:
        await caused(request, stream, decide, form.application_id)
    except AlreadyOpen as first:
        # Kept, so that the same bytes do not file an application after that one has ended.
        answered = form.model_copy(update={"application_id": first.application_id, "opens": False})
        cause = ids.derive(form.at, "form", iin, form.nonce)
        await caused(request, filings_of(iin), partial(_take, answered), cause, first.application_id)
        return answered
    return form


def _take(form: FormTaken, known: filings.Filings, _at: datetime) -> Sequence[Event]:
    return filings.take(form, known)
