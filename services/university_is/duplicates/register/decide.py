"""The register of graduates: one stream per person and university, several records per person possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import GraduationYear, SpecialtyCode, Value
from contracts.event import Catalogue, Event
from contracts.names import Name
from services._chassis.decider import Decider, Ignored


class GraduateRecord(Value):
    """One document of education that the university gave to the person."""

    surname: Name
    name: Name
    patronymic: Name | None = None
    specialty: SpecialtyCode
    graduation_year: GraduationYear


class GraduateEntered(Event):
    name: ClassVar[str] = "graduate-entered"

    record: GraduateRecord
    at: AwareDatetime


class ExtractGiven(Event):
    """What the register said of the person on that application; no records when it does not know the person."""

    name: ClassVar[str] = "extract-given"

    application_id: UUID
    records: tuple[GraduateRecord, ...]
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Enter:
    record: GraduateRecord
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class GiveExtract:
    application_id: UUID
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Graduate:
    records: tuple[GraduateRecord, ...] = ()


Command: TypeAlias = Enter | GiveExtract
RegisterEvent: TypeAlias = GraduateEntered | ExtractGiven


def decide(command: Command, state: Graduate) -> Sequence[RegisterEvent]:
    match command:
        case Enter():
            known = command.record in state.records
            return Ignored("already-entered") if known else [GraduateEntered(record=command.record, at=command.at)]
        case GiveExtract():
            return [ExtractGiven(application_id=command.application_id, records=state.records, at=command.at)]
        case _:
            assert_never(command)


def evolve(state: Graduate, event: RegisterEvent) -> Graduate:
    match event:
        case GraduateEntered():
            return Graduate((*state.records, event.record))
        case ExtractGiven():
            return state
        case _:
            assert_never(event)


REGISTER: Final = Decider[Graduate, Command, RegisterEvent](Graduate(), decide, evolve)
EVENTS: Final = Catalogue([GraduateEntered, ExtractGiven])
