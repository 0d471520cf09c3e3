"""What a person has signed, each form once, and which of their applications are open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Catalogue, Event
from services._chassis.decider import Ignored, Refused
from services.portal.holder import AlreadyOpen

MOST_OPEN: Final = (
    20  # of one person at a time; a document is asked for once (EDGE-11), and few people have lost so many
)


class FormTaken(Event):
    """A signed form did its work; `opens` when it filed an application, else it concerned one that there was."""

    name: ClassVar[str] = "form-taken"

    nonce: str
    digest: str
    application_id: UUID
    opens: bool
    at: AwareDatetime


class FilingEnded(Event):
    name: ClassVar[str] = "filing-ended"

    application_id: UUID


EVENTS: Final = Catalogue([FormTaken, FilingEnded])
FilingsEvent: TypeAlias = FormTaken | FilingEnded


@dataclass(frozen=True, slots=True)
class Filings:
    forms: Mapping[str, FormTaken] = field(default_factory=dict)  # by nonce
    open: frozenset[UUID] = frozenset()


def taken(filings: Filings, nonce: str, digest: str) -> FormTaken | None:
    """What became of this very form before. Raises Refused when another form had its nonce."""
    before = filings.forms.get(nonce)
    if before is not None and before.digest != digest:
        raise Refused(
            "form.nonce-used",
            "a nonce is of one form only, and you signed another one with this",
            field="/signed/payload/nonce",
            remedy="take a new nonce and moment (GET /stamp gives both) and sign again",
        )
    return before


def take(form: FormTaken, filings: Filings) -> Sequence[FilingsEvent]:
    """Raises AlreadyOpen when the same form filed another application a moment ago."""
    before = taken(filings, form.nonce, form.digest)
    if before is not None:
        if form.opens and before.application_id != form.application_id:
            raise AlreadyOpen(before.application_id)
        return Ignored("form-already-taken")
    if form.opens and len(filings.open) >= MOST_OPEN:
        raise Refused(
            "application.too-many-open",
            f"a person has at most {MOST_OPEN} applications for duplicates open at a time",
            remedy="wait until one of them ends, or withdraw one; GET /applications lists them",
        )
    return [form]


def end(application_id: UUID, filings: Filings) -> Sequence[FilingsEvent]:
    return [FilingEnded(application_id=application_id)] if application_id in filings.open else Ignored("already-ended")


def evolve(filings: Filings, event: FilingsEvent) -> Filings:
    match event:
        case FormTaken():
            opened = {event.application_id} if event.opens else set[UUID]()
            return Filings({**filings.forms, event.nonce: event}, filings.open | opened)
        case FilingEnded():
            return replace(filings, open=filings.open - {event.application_id})
