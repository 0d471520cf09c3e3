"""Signing in with EDS: challenge, account, session (DUP-PORTAL-1)."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, Field

from contracts.event import Event
from services._chassis import ids
from services._chassis.decider import Ignored
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.running import Running, caused
from services._eds.signature import Signer
from services.portal.account import session
from services.portal.account.access import PROBLEMS, Body, Parts, Portal, SignedBody
from services.portal.account.decide import AccountOpened, answer_challenge
from services.portal.service import ACCOUNT, CHALLENGE


class Challenge(Body):
    challenge: str = Field(description="sign this text, as it stands, with the AUTH certificate")


class SessionOpened(Body):
    token: str = Field(description="send it as Authorization: Bearer")
    expires_at: AwareDatetime = Field(description="wall clock")


def router(portal: Portal) -> APIRouter:
    routes = APIRouter(responses=PROBLEMS, tags=["sign-in"])

    @routes.post("/challenges", status_code=201)
    async def ask_for_a_challenge() -> Challenge:
        """A text to sign with the AUTH certificate, good for two minutes of wall time and for one use."""
        return Challenge(challenge=session.issue_challenge(portal.secret, secrets.token_hex(16), datetime.now(UTC)))

    @routes.post("/accounts", status_code=201)
    async def register(body: SignedBody, request: Request, chassis: Parts, response: Response) -> SessionOpened:
        """Register with EDS and sign in (DUP-PORTAL-1). Registering again signs in; then the status is 200."""
        opened = await _open(portal, body, request, chassis)
        decision = await caused(
            request,
            ACCOUNT.stream(opened.signer.iin),
            partial(_open_account, opened.signer, body.signed),
            ids.derive(datetime.fromtimestamp(0, UTC), "account", opened.signer.iin),
        )
        response.status_code = 201 if decision.events else 200
        return SessionOpened(token=opened.token, expires_at=opened.expires_at)

    @routes.post("/sessions", status_code=201)
    async def sign_in(body: SignedBody, request: Request, chassis: Parts) -> SessionOpened:
        """Exchange a signed challenge for a token of a quarter of an hour (wall time)."""
        opened = await _open(portal, body, request, chassis)
        if (await chassis.store.read(ACCOUNT.stream(opened.signer.iin))).version == 0:
            rule = "a person registers before signing in (DUP-PORTAL-1)"
            violation = Violation("/signed", rule, "ask for a new challenge and send it signed to POST /accounts")
            raise Problem(409, "account.unknown", rule, [violation])
        return SessionOpened(token=opened.token, expires_at=opened.expires_at)

    return routes


def _open_account(signer: Signer, jws: str, account: AccountOpened | None, at: datetime) -> Sequence[Event]:
    if account is not None:
        return Ignored("already-registered")
    return [
        AccountOpened(
            surname=signer.surname,
            given_name=signer.name,
            patronymic=signer.patronymic,
            certificate_serial=signer.certificate_serial,
            at=at,
            jws=jws,
        )
    ]


async def _open(portal: Portal, body: SignedBody, request: Request, chassis: Running) -> session.Session:
    opened = await portal.session(body.signed, chassis.clock.now())
    cause = ids.derive(datetime.fromtimestamp(0, UTC), "challenge", opened.nonce)
    await caused(request, CHALLENGE.stream(opened.nonce), lambda used, at: answer_challenge(at, used=used), cause)
    return opened
