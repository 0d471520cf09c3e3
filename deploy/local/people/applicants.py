"""The applicants: they hold EDS certificates and use the portal's public HTTP, nothing else."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Protocol, TypeAlias

import httpx

from deploy.local.authority.holders import Person
from deploy.local.authority.keys import Credential, PrivateKey, sign_jws
from deploy.local.authority.nca import Nca
from deploy.local.chain.patience import insist
from deploy.local.errors import LauncherError
from deploy.local.files.applications import ApplicationRow
from services._eds.signature import Use

_UNAUTHORISED: Final = 401
_STALE: Final = frozenset({"session.challenge-used", "session.challenge-expired"})
_YEAR: Final = timedelta(days=365)
Body: TypeAlias = Mapping[str, object] | bytes


class Named(Protocol):
    """Who a row is about."""

    @property
    def iin(self) -> str: ...

    @property
    def surname(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def patronymic(self) -> str | None: ...


@dataclass(slots=True)
class Answer:
    """What the portal said: the application as it stands, or the problem (RFC 9457)."""

    status: int
    body: dict[str, Any]  # Any: JSON

    @property
    def accepted(self) -> bool:
        return self.status < httpx.codes.BAD_REQUEST

    @property
    def problem(self) -> str:
        return str(self.body.get("code", self.status))


@dataclass(slots=True)
class Applicant:
    """One person at the portal; `now` is their virtual clock.

    The token lives a quarter of an hour of wall time; a new one is fetched when it ended.
    """

    http: httpx.AsyncClient
    person: Person
    signing: Credential
    authentication: Credential
    now: Callable[[], datetime]
    token: str = field(default="", repr=False)

    async def register(self) -> None:
        """Registration with EDS (DUP-PORTAL-1), which signs in as well."""
        await self._open("/accounts")

    async def file(self, row: ApplicationRow) -> Answer:
        """Fill in the form, sign it, send it (DUP-PORTAL-2)."""
        return await self._send("POST", "/applications", self.signed_form(row))

    def signed_form(self, row: ApplicationRow) -> dict[str, str]:
        """The body of a filing."""
        form: dict[str, object] = {
            "form": "duplicate-application/2",
            "applicant": {"iin": row.iin, "surname": row.surname, "name": row.name, "patronymic": row.patronymic},
            "university": row.university,
            "specialty": row.specialty,
            "graduation_year": row.graduation_year,
            "document_kind": row.document_kind,
            "reason": row.reason,
            **({"name_change_certificate": row.name_change_certificate} if row.renamed else {}),
        }
        return self._signed(form)

    async def upload(self, content: bytes, media_type: str) -> Answer:
        """Hand an electronic copy in; the answer's `digest` is its name in a form (GRANT-E-1)."""
        return await self._send("POST", "/attachments", content, {"content-type": media_type})

    async def apply(self, form: dict[str, object]) -> Answer:
        """Sign an application for a grant and send it (GRANT-PORTAL-3 to -5)."""
        return await self._send("POST", "/grant-applications", self._signed({"form": "grant-application/2", **form}))

    async def correct(self, application_id: str, specialty: str, graduation_year: int) -> Answer:
        form = {
            "form": "duplicate-correction/2",
            "application_id": application_id,
            "specialty": specialty,
            "graduation_year": graduation_year,
        }
        return await self._send("POST", f"/applications/{application_id}/correction", self._signed(form))

    async def withdraw(self, application_id: str) -> Answer:
        form: dict[str, object] = {"form": "duplicate-withdrawal/1", "application_id": application_id}
        return await self._send("POST", f"/applications/{application_id}/withdrawal", self._signed(form))

    async def look(self, application_id: str) -> Answer:
        return await self._send("GET", f"/applications/{application_id}")

    def _signed(self, form: dict[str, object]) -> dict[str, str]:
        """For the portal, now. The nonce follows from the content: the same at the same moment is the same form."""
        stamped = {**form, "audience": "urn:egov-chain:portal", "moment": self.now().isoformat()}
        stamped["nonce"] = sha256(json.dumps(stamped, sort_keys=True).encode()).hexdigest()[:32]
        payload = json.dumps(stamped, ensure_ascii=False, sort_keys=True).encode()
        return {"signed": sign_jws(payload, self.signing)}

    async def _send(
        self, method: str, path: str, body: Body | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        if not self.token:
            await self._open("/sessions")
        answer = await self._once(method, path, body, headers)
        if answer.status_code == _UNAUTHORISED:
            await self._open("/sessions")
            answer = await self._once(method, path, body, headers)
        return Answer(answer.status_code, answer.json())

    async def _once(
        self, method: str, path: str, body: Body | None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Asked again while the portal is being started anew: what it had taken in, it does not take in twice."""
        own = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return await insist(self.http, method, path, body, {**own, **(headers or {})})

    async def _open(self, path: str) -> None:
        challenge = (await self._once("POST", "/challenges", None)).raise_for_status().json()["challenge"]
        signed = sign_jws(challenge.encode(), self.authentication, typ="egov-challenge")
        answer = await self._once("POST", path, {"signed": signed})
        if answer.is_client_error and answer.json()["code"] in _STALE:
            await self._open(path)  # the answer to the first try was lost, or came too late
        elif answer.is_error:
            raise LauncherError(f"The portal did not let an applicant in: {answer.text}. Its log says more.")
        else:
            self.token = answer.json()["token"]


def equip(
    row: Named, nca: Nca, key: PrivateKey, at: datetime, http: httpx.AsyncClient, now: Callable[[], datetime]
) -> Applicant:
    """A person with both certificates, in force from a month before `at` for a year, as the real authority's files are."""
    person = Person(row.iin, row.surname, row.name, row.patronymic)
    since = at - timedelta(days=30)
    signing = nca.issue(person, Use.SIGN, since, since + _YEAR, key)
    return Applicant(http, person, signing, nca.issue(person, Use.AUTH, since, since + _YEAR, key), now)
