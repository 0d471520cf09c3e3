"""The counter's use cases: what a person's act is to be decided on, and the ids, numbers and law that go with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from contracts.con import AcceptedDocument
from contracts.event import Event
from contracts.package import PackageDocument, in_order
from contracts.regulation import governing
from services._chassis import ids
from services.con.domain import counter, rules
from services.con.domain.events import Particulars
from services.con.domain.state import State

Deciding: TypeAlias = Callable[[State, datetime], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class HandingIn:
    application_id: UUID
    decide: Deciding


def hand_in(
    particulars: Particulars,
    presented: frozenset[PackageDocument],
    operator: str,
    called_at: datetime | None,
    at: datetime,
) -> HandingIn:
    """The same package at the same virtual instant has the same id. Without `called_at` the visit begins at `at`."""
    asked = (*particulars.applicant.model_dump().values(), *particulars.model_dump(exclude={"applicant"}).values())
    application_id = ids.derive(at, "con-application", *asked, *in_order(presented))
    command = counter.HandIn(
        application_id=application_id,
        particulars=particulars,
        presented=presented,
        regulation=governing(at.astimezone(rules.ZONE).date()).id,
        operator=operator,
        number=number_of(application_id, at),
        called_at=called_at or at,
        at=at,
    )
    return HandingIn(application_id, lambda state, _at: counter.decide(command, state))


def register(application_id: UUID, operator: str) -> Deciding:
    return lambda state, at: counter.decide(counter.Register(number_of(application_id, at), operator, at), state)


def fill_form(documents: tuple[AcceptedDocument, ...], operator: str) -> Deciding:
    return lambda state, at: counter.decide(counter.FillForm(documents, operator, at), state)


def issue_receipt(operator: str) -> Deciding:
    return lambda state, at: counter.decide(counter.IssueReceipt(operator, at), state)


def number_of(application_id: UUID, at: datetime) -> str:
    """Twenty digits: the date at the counter, then twelve of the id's hash."""
    return f"{at.astimezone(rules.ZONE):%Y%m%d}{application_id.int % 10**12:012d}"
