"""What a person has signed and what of it is open: one stream a person, so that what they send at once counts in turn."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from contracts.event import Event
from services._chassis import ids
from services._chassis.aggregate import Aggregate, Tell
from services.portal.forms import decide as filings
from services.portal.forms.decide import Filings, FormTaken
from services.portal.forms.evidence import Evidence

# What guards a signature, like a challenge, is no part of the story that a seed tells again.
FILINGS: Final = Aggregate[Filings](
    category="filings", initial=Filings(), evolve=filings.evolve, events=filings.EVENTS, logged=False
)


def filings_of(iin: str) -> str:
    return FILINGS.stream(ids.fingerprint(iin))


def form_taken(iin: str, application_id: UUID, evidence: Evidence, *, opens: bool) -> Tell:
    """A form that was signed with this evidence has done its work."""
    form = FormTaken(
        nonce=evidence.nonce,
        digest=evidence.digest,
        application_id=application_id,
        opens=opens,
        at=evidence.signed_at,
    )
    return Tell(filings_of(iin), _deciding(partial(filings.take, form)))


def application_ended(iin: str, application_id: UUID) -> Tell:
    return Tell(filings_of(iin), _deciding(partial(filings.end, application_id)))


def _deciding(decide: Callable[[Filings], Sequence[Event]]) -> Callable[[Filings, datetime], Sequence[Event]]:
    return lambda known, _at: decide(known)
