"""What ESUVO's answers about a campaign look like."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from contracts.event import Text
from law.specialties import SeatRow, Specialties
from services.esuvo.grants.campaign.events import Flaw, OrderIssued, TieUnresolved
from services.esuvo.grants.campaign.state import Campaign, Phase, Round
from services.esuvo.grants.schedule import Planned, Schedule


class StepView(BaseModel):
    step: str = Field(description="the regulation's step")
    planned_at: datetime = Field(description="when it is done if everybody keeps the term")
    due_at: datetime = Field(description="the last instant of the term")

    @classmethod
    def of(cls, planned: Planned) -> Self:
        return cls(step=planned.step, planned_at=planned.at, due_at=planned.due_at)


class ScheduleView(BaseModel):
    window_opens: datetime
    window_closes: datetime
    register_closes: datetime = Field(description="the first instant too late for the common database")
    steps: list[StepView]
    collect_by: date = Field(description="last day of GRANT-C-9")
    enrolment_closes: datetime
    second_meeting: datetime = Field(description="when seats that came free are awarded (EDGE-35)")

    @classmethod
    def of(cls, plan: Schedule) -> Self:
        steps = (plan.sheets, plan.protocol, plan.order, plan.certificates, plan.publication)
        return cls(
            window_opens=plan.window.opens,
            window_closes=plan.window.closes,
            register_closes=plan.register_closes,
            steps=[StepView.of(each) for each in steps],
            collect_by=plan.collect_by,
            enrolment_closes=plan.enrolment_closes,
            second_meeting=plan.second_meeting,
        )


class OrderView(BaseModel):
    number: str
    order_date: date
    awarded: int
    corrects: str | None
    issued_at: datetime

    @classmethod
    def of(cls, order: OrderIssued | None) -> Self | None:
        if order is None:
            return None
        return cls(
            number=order.number,
            order_date=order.order_date,
            awarded=order.awarded,
            corrects=order.corrects,
            issued_at=order.at,
        )


class ProtocolView(BaseModel):
    number: str
    round: int
    members: int
    present: int
    awarded: int
    refused: int
    digest: str = Field(
        description="SHA-256 of a line `iin;specialty;via;choice` for each grant, then `iin;reason` for all others, by IIN"
    )
    invalid_meetings: int
    ties: list[TieUnresolved] = Field(description="equal to the last by all rules (EDGE-30)")
    signed_at: datetime


class RoundView(BaseModel):
    round: int
    invalid_meetings: int
    meeting_held_at: datetime | None
    protocol_signed_at: datetime | None
    order: OrderView | None
    correction: OrderView | None
    published_at: datetime | None
    republished_at: datetime | None
    certificates_prepared_at: datetime | None

    @classmethod
    def of(cls, now: Round) -> Self:
        return cls(
            round=now.number,
            invalid_meetings=now.invalid_meetings,
            meeting_held_at=now.held.at if now.held else None,
            protocol_signed_at=now.protocol.at if now.protocol else None,
            order=OrderView.of(now.order),
            correction=OrderView.of(now.correction),
            published_at=now.published.at if now.published else None,
            republished_at=now.republished.at if now.republished else None,
            certificates_prepared_at=now.certificates.at if now.certificates else None,
        )


class CampaignView(BaseModel):
    year: int
    phase: Phase
    regulation: str
    rules: str
    seats: int
    schedule: ScheduleView
    infeasible: bool = Field(description="whether the steps outlast a fixed date by the limits (INC-20)")
    sheets_digest: str | None = Field(description="SHA-256 of applicants.csv as the commission decides on it")
    breached: list[str] = Field(description="steps whose term ended before they were done, with their round")
    rounds: list[RoundView]
    people: dict[str, dict[str, int]] = Field(description="people in the register by status and channel")

    @classmethod
    def of(cls, state: Campaign, plan: Schedule, counts: Iterable[Mapping[str, Any]]) -> Self:  # Any: rows
        people: dict[str, dict[str, int]] = {}
        for row in counts:
            people.setdefault(row["status"], {})[row["channel"]] = row["people"]
        return cls(
            year=state.year,
            phase=state.phase,
            regulation=state.regulation,
            rules=state.rules,
            seats=state.seats,
            schedule=ScheduleView.of(plan),
            infeasible=state.infeasible is not None,
            sheets_digest=state.sheets.digest if state.sheets else None,
            breached=sorted(state.breached),
            rounds=[RoundView.of(state.rounds[number]) for number in sorted(state.rounds)],
            people=people,
        )


class SheetLine(BaseModel):
    """Applicants who name the specialty in that language; `first_choices` put it first."""

    language: str
    seats: int
    applicants: int
    first_choices: int
    by_quota: int
    rural: int
    highest_total: int
    lowest_total: int


class SpecialtySheet(BaseModel):
    code: str
    name: Text
    lines: list[SheetLine]


class FieldSheet(BaseModel):
    """A summary sheet: one field (направление) with its specialties (GRANT-P-3, GRANT-E-4)."""

    code: str
    name: Text
    specialties: list[SpecialtySheet]


def sheets_of(
    rows: Iterable[Mapping[str, Any]],  # Any: rows
    specialties: Specialties,
    seats: Sequence[SeatRow],
) -> list[FieldSheet]:
    """By field and specialty, in the order of their codes."""
    free = {(row.specialty, row.language): row.seats for row in seats}
    fields: dict[str, FieldSheet] = {}
    for row in rows:
        known = specialties[row["specialty"]]
        sheet = fields.setdefault(
            known.field.code, FieldSheet(code=known.field.code, name=known.field.name, specialties=[])
        )
        if not sheet.specialties or sheet.specialties[-1].code != known.code:
            sheet.specialties.append(SpecialtySheet(code=known.code, name=known.name, lines=[]))
        seats_here = free.get((known.code, row["language"]), 0)
        sheet.specialties[-1].lines.append(SheetLine.model_validate({**row, "seats": seats_here}))
    return [fields[code] for code in sorted(fields)]


class Holder(BaseModel):
    """A line of the published list: no IIN and no id of the person (GRANT-GEN-6)."""

    surname: str
    name: str
    patronymic: str | None
    specialty: str
    university: str
    language: str
    via: str
    round: int
    order_number: str


class HolderPage(BaseModel):
    holders: list[Holder]
    next: int | None = Field(description="give it as `after` to get the next page; null on the last one")


class Meeting(BaseModel):
    round: int
    members: int
    present: int
    valid: bool
    flaw: Flaw | None = Field(description="why the meeting could not decide; the term runs on (EDGE-32)")
