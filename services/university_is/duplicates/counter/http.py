"""The chancellery's counter: a package is handed in on paper, and taken or turned away (DUP-PAPER-1, DUP-GEN-6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response, params
from pydantic import BaseModel, ConfigDict, Field

from contracts.common import (
    Applicant,
    Channel,
    DocumentKind,
    DuplicateRequest,
    GraduationYear,
    NameChangeCertificate,
    Reason,
    SpecialtyCode,
    UniversityCode,
)
from contracts.event import Event
from contracts.package import MissingDocument, PackageDocument
from law.name_change import fault
from law.package import in_order, missing_documents
from law.universities import Universities
from services._chassis import http, ids
from services._chassis.errors import Violation
from services._chassis.running import act, running
from services.university_is import streams
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.case.hears import open_command
from services.university_is.duplicates.counter.decide import PackageTurnedAway, turn_away
from services.university_is.duplicates.document.decide import Document

_LABEL: Final = "paper-application"
_Deciding: TypeAlias = Callable[..., Sequence[Event]]


class Package(BaseModel):
    """What the applicant writes in the statement, and what lies on the counter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    applicant: Applicant
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    document_kind: DocumentKind
    reason: Reason
    name_change_certificate: NameChangeCertificate | None = Field(
        default=None, description="what the certificate of a change of name says, where it lies on the counter"
    )
    presented: frozenset[PackageDocument] = Field(description="the documents that the applicant laid down")


class Reception(StrEnum):
    ACCEPTED = "accepted"
    TURNED_AWAY = "turned-away"
    ALREADY_OPEN = "already-open"


class Received(BaseModel):
    application_id: UUID
    number: str = Field(description="number of the request, which the applicant is told")
    status: Reception
    missing: tuple[MissingDocument, ...] = Field(description="what the package lacks, when it is turned away")


def router(operator: list[params.Depends], universities: Universities) -> APIRouter:
    routes = APIRouter(tags=["counter"], dependencies=operator)

    @routes.post("/cases", status_code=201)
    async def hand_in(request: Request, response: Response, body: Package) -> Received:
        """Chancellery: take a package, or turn an incomplete one away (EDGE-01, EDGE-02).

        200 with the first application when one is open for the same document and reason (EDGE-11).
        """
        http.require_place(request, body.university)
        return await _handed_in(_Visit(request, body, running(request).clock.now()), response, universities)

    return routes


@dataclass(frozen=True, slots=True)
class _Visit:
    request: Request
    package: Package
    at: datetime

    @property
    def application_id(self) -> UUID:
        """The same package at the same virtual instant has the same id."""
        named = self.package.model_dump(mode="json", exclude={"applicant", "presented", "name_change_certificate"})
        person = self.package.applicant.model_dump()
        return ids.derive(self.at, _LABEL, *person.values(), *named.values(), *in_order(self.package.presented))

    async def decide(self, stream: str, decide: _Deciding) -> None:
        await act(self.request, stream, decide, about=self.application_id, at=self.at)


async def _handed_in(visit: _Visit, response: Response, universities: Universities) -> Received:
    package, who = visit.package, visit.application_id
    university = universities.get(package.university)
    if university is None:
        rule = "a package is handed in at a university that is run here"
        remedy = f"use one of {', '.join(universities)}"
        raise http.Problem(422, "university.unknown", rule, [Violation("/body/university", rule, remedy)])
    number = ids.dated_number(who, visit.at, ZoneInfo(university.zone))
    request = DuplicateRequest(
        number=number,
        applicant=package.applicant,
        university=package.university,
        specialty=package.specialty,
        graduation_year=package.graduation_year,
        document_kind=package.document_kind,
        reason=package.reason,
        name_change_certificate=package.name_change_certificate,
    )
    document: Document = (await running(visit.request).store.read(streams.document(request))).state
    first = document.holder(package.reason)
    if first:
        response.status_code = 200
        response.headers["location"] = f"/cases/{first.application_id}"
        return Received(
            application_id=first.application_id, number=first.number, status=Reception.ALREADY_OPEN, missing=()
        )
    missing = missing_documents(package.reason, package.presented)
    if missing:
        await visit.decide(streams.counter(who), lambda before, at: turn_away(_turned_away(visit, missing, at), before))
        return Received(application_id=who, number=number, status=Reception.TURNED_AWAY, missing=missing)
    found = fault(package.reason, package.name_change_certificate, package.applicant)
    if found:
        raise http.Problem(
            422, "package.name-unproven", found.rule, [Violation(f"/body/{found.field}", found.rule, found.remedy)]
        )
    await visit.decide(
        streams.case(who),
        lambda case, at: CASE.decide(open_command(who, request, Channel.PAPER, at, university, at), case),
    )
    response.headers["location"] = f"/cases/{who}"
    return Received(application_id=who, number=number, status=Reception.ACCEPTED, missing=())


def _turned_away(visit: _Visit, missing: tuple[MissingDocument, ...], at: datetime) -> PackageTurnedAway:
    return PackageTurnedAway(
        application_id=visit.application_id,
        university=visit.package.university,
        presented=in_order(visit.package.presented),
        missing=tuple(each.kind for each in missing),
        at=at,
    )
