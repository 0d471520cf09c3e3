"""The counter's use cases: what a person's act is to be decided on, and the ids, numbers and law that go with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TypeAlias
from uuid import UUID

from contracts.common import Collector
from contracts.con_applications import AcceptedDocument
from contracts.event import Event
from contracts.package import PackageDocument
from law.package import in_order
from law.regulation import governing
from services._chassis import ids
from services.con.application import counter, journey, terms
from services.con.application.decide import APPLICATION
from services.con.application.events import Particulars
from services.con.application.state import State

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
    others = particulars.model_dump(exclude={"applicant", "name_change_certificate"})
    asked = (*particulars.applicant.model_dump().values(), *others.values())
    application_id = ids.derive(at, "con-application", *asked, *in_order(presented))
    command = counter.HandIn(
        application_id=application_id,
        particulars=particulars,
        presented=presented,
        regulation=governing(at.astimezone(terms.ZONE).date()).id,
        operator=operator,
        number=number_of(application_id, at),
        called_at=called_at or at,
        at=at,
    )
    return HandingIn(application_id, lambda state, _at: APPLICATION.decide(command, state))


def register(application_id: UUID, operator: str) -> Deciding:
    return lambda state, at: APPLICATION.decide(counter.Register(number_of(application_id, at), operator, at), state)


def fill_form(documents: tuple[AcceptedDocument, ...], operator: str) -> Deciding:
    return lambda state, at: APPLICATION.decide(counter.FillForm(documents, operator, at), state)


def issue_receipt(operator: str) -> Deciding:
    return lambda state, at: APPLICATION.decide(counter.IssueReceipt(operator, at), state)


def dispatch(application_id: UUID, operator: str) -> Deciding:
    number = waybill(application_id, "package")
    return lambda state, at: APPLICATION.decide(journey.Dispatch(number, operator, at), state)


def deliver() -> Deciding:
    return lambda state, at: APPLICATION.decide(journey.Deliver(at), state)


def correct(specialty: str, graduation_year: int, operator: str) -> Deciding:
    return lambda state, at: APPLICATION.decide(journey.Correct(specialty, graduation_year, operator, at), state)


def withdraw(operator: str) -> Deciding:
    return lambda state, at: APPLICATION.decide(journey.Withdraw(operator, at), state)


def take_in_duplicate() -> Deciding:
    return lambda state, at: APPLICATION.decide(journey.TakeInDuplicate(at), state)


def bring_back() -> Deciding:
    return lambda state, at: APPLICATION.decide(journey.BringBack(at), state)


def hand_over(collector: Collector, operator: str, came_at: datetime | None) -> Deciding:
    """Without `came_at` the collector has come at the moment of the hand-over."""
    came = came_at and came_at.astimezone(UTC)
    return lambda state, at: APPLICATION.decide(journey.HandOver(collector, operator, came or at, at), state)


def waybill(application_id: UUID, leg: str) -> str:
    """Derived, since counting would hang on the order of arrival."""
    digits = int.from_bytes(blake2b(f"{application_id}:{leg}".encode(), digest_size=8).digest(), "big") % 10**10
    return f"CON-{digits:010d}"


def number_of(application_id: UUID, at: datetime) -> str:
    """By the date at the counter."""
    return ids.dated_number(application_id, at, terms.ZONE)
