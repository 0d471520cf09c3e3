"""Applicants who come in person: to the university's chancellery, or to the service centre and its operator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx

from contracts.common import Channel
from contracts.package import PackageDocument
from deploy.local.chain.patience import insist
from deploy.local.files.applications import ApplicationRow
from deploy.local.people.applicants import Answer

OPERATOR: Final = {"operator": "Ахметова Ә. Б."}
_SCAN: Final = "0" * 64
TURNED_AWAY: Final = frozenset({"turned-away", "refused"})


class Counter(Protocol):
    """A counter as an applicant of a file uses it. Every answer is the counter's own word."""

    async def hand_in(self, row: ApplicationRow, presented: frozenset[PackageDocument]) -> Answer: ...

    async def look(self, application_id: str) -> Answer: ...

    async def correct(self, application_id: str, specialty: str, graduation_year: int) -> Answer: ...

    async def withdraw(self, application_id: str) -> Answer: ...

    async def hand_over(self, application_id: str, collector: Mapping[str, object]) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Chancellery:
    """The university's own counter, the paper channel."""

    http: httpx.AsyncClient

    async def hand_in(self, row: ApplicationRow, presented: frozenset[PackageDocument]) -> Answer:
        """The answer's `id` is the application's, as at the other counters."""
        answer = await _post(self.http, "/cases", {**particulars(row), "presented": sorted(presented)})
        return Answer(answer.status, {**answer.body, "id": answer.body.get("application_id", "")})

    async def look(self, application_id: str) -> Answer:
        return await _get(self.http, f"/cases/{application_id}")

    async def correct(self, application_id: str, specialty: str, graduation_year: int) -> Answer:
        body = {"specialty": specialty, "graduation_year": graduation_year}
        return await _post(self.http, f"/cases/{application_id}/correction", body)

    async def withdraw(self, application_id: str) -> Answer:
        return await _post(self.http, f"/cases/{application_id}/withdrawal", {})

    async def hand_over(self, application_id: str, collector: Mapping[str, object]) -> Answer:
        return await _post(self.http, f"/cases/{application_id}/handover", {"collector": collector})


@dataclass(frozen=True, slots=True)
class ServiceCentre:
    """The service centre's counter: one visit from the hand-in to the receipt (DUP-CON-1 to -4)."""

    http: httpx.AsyncClient

    async def hand_in(self, row: ApplicationRow, presented: frozenset[PackageDocument]) -> Answer:
        """An incomplete package ends with the receipt of refusal; one that is open is answered with itself (EDGE-11)."""
        answer = await self.lay_down(row, presented)
        if answer.status != httpx.codes.CREATED or str(answer.body.get("status")) in TURNED_AWAY:
            return answer
        served = await self.serve(answer.body["id"], presented)
        return answer if served.accepted else served

    async def lay_down(self, row: ApplicationRow, presented: frozenset[PackageDocument]) -> Answer:
        """The package on the counter (DUP-CON-1)."""
        return await _post(self.http, "/applications", {**OPERATOR, **particulars(row), "presented": sorted(presented)})

    async def serve(self, application_id: str, presented: frozenset[PackageDocument]) -> Answer:
        """The operator's acts up to the receipt (DUP-CON-2 to -4): the last one's answer, or the first that refuses."""
        form = [{"kind": kind, "paper_present": True, "scan_digest": _SCAN} for kind in sorted(presented)]
        for act, body in (
            ("registration", OPERATOR),
            ("form", {**OPERATOR, "documents": form}),
            ("receipt", OPERATOR),
        ):
            acted = await _post(self.http, f"/applications/{application_id}/{act}", body)
            if not acted.accepted:
                break
        return acted

    async def look(self, application_id: str) -> Answer:
        return await _get(self.http, f"/applications/{application_id}")

    async def correct(self, application_id: str, specialty: str, graduation_year: int) -> Answer:
        body = {**OPERATOR, "specialty": specialty, "graduation_year": graduation_year}
        return await _post(self.http, f"/applications/{application_id}/correction", body)

    async def withdraw(self, application_id: str) -> Answer:
        return await _post(self.http, f"/applications/{application_id}/withdrawal", OPERATOR)

    async def hand_over(self, application_id: str, collector: Mapping[str, object]) -> Answer:
        return await _post(self.http, f"/applications/{application_id}/handover", {**OPERATOR, "collector": collector})


def counters(university_is: httpx.AsyncClient, con: httpx.AsyncClient) -> Mapping[Channel, Counter]:
    return {Channel.PAPER: Chancellery(university_is), Channel.CON: ServiceCentre(con)}


def particulars(row: ApplicationRow) -> dict[str, object]:
    """What the statement on the counter says."""
    return {
        "applicant": {"iin": row.iin, "surname": row.surname, "name": row.name, "patronymic": row.patronymic},
        "university": row.university,
        "specialty": row.specialty,
        "graduation_year": row.graduation_year,
        "document_kind": row.document_kind,
        "reason": row.reason,
        "name_change_certificate": row.name_change_certificate,
    }


async def _post(http: httpx.AsyncClient, path: str, body: Mapping[str, object]) -> Answer:
    answer = await insist(http, "POST", path, body)
    return Answer(answer.status_code, _json(answer))


async def _get(http: httpx.AsyncClient, path: str) -> Answer:
    answer = await insist(http, "GET", path)
    return Answer(answer.status_code, _json(answer))


def _json(answer: httpx.Response) -> dict[str, Any]:  # Any: JSON
    found: dict[str, Any] = answer.json()
    return found
