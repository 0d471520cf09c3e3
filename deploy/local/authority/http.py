"""What the certification authority shows the world over HTTP: its certificate, its revocation list, and OCSP (RFC 6960)."""

import asyncio
import base64
import binascii
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.local.authority.nca import STATE_FILE, Nca, unsuccessful
from services._chassis.broker import Broker
from services._chassis.clock import ClockNotSet, VirtualClock
from services._chassis.clock_reader import ClockReader
from services._chassis.limits import BodyLimit
from services._chassis.run import server_of
from services._chassis.settings import CHAIN_HEADER

OCSP_PATH: Final = "/ocsp"
_MOST_BYTES: Final = 16 * 1024
_ANSWER: Final = "application/ocsp-response"
# Virtual time may jump at any moment: what was true a second ago may be years old.
_HEADERS: Final = {"cache-control": "no-store"}


@asynccontextmanager
async def shown(
    directory: Path, listening: socket.socket, broker: Broker | str, prefix: str, chain_id: str = ""
) -> AsyncIterator[None]:
    """The authority whose files are in `directory` answers at this socket, in the virtual time of the chain's clock.

    `GET /nca.cer` and `/nca.crl` (DER), `POST /ocsp` and `GET /ocsp/BASE64` (RFC 6960, A.1), `GET /health/ready`.
    """
    clock, stopping = VirtualClock(), asyncio.Event()
    following = asyncio.create_task(ClockReader(clock, lambda: None, broker, prefix).follow(stopping))
    try:
        async with served(application(newest(directory), clock.now, chain_id), listening):
            yield
    finally:
        stopping.set()
        await following


@asynccontextmanager
async def served(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """It answers at this socket, within the bounds of the services' own HTTP."""
    server = server_of(app, *listening.getsockname()[:2])
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def application(authority: Callable[[], Nca], now: Callable[[], datetime], chain_id: str = "") -> Starlette:
    """The functions are called at each request. `now` raises ClockNotSet as long as there is no virtual time."""

    async def certificate(_request: Request) -> Response:
        return _file(authority().certificate.public_bytes(Encoding.DER), "application/pkix-cert")

    async def revocation_list(_request: Request) -> Response:
        try:
            moment = now()
        except ClockNotSet as reason:
            return PlainTextResponse(f"{reason}\n", status_code=503)
        return _file(authority().crl(moment).public_bytes(Encoding.DER), "application/pkix-crl")

    async def posted(request: Request) -> Response:
        return _file(_answer(authority(), await request.body(), now), _ANSWER)

    async def asked(request: Request) -> Response:
        try:
            content = base64.b64decode(request.path_params["request"], validate=True)
        except (binascii.Error, ValueError):
            content = b""
        return _file(_answer(authority(), content, now), _ANSWER)

    async def ready(_request: Request) -> Response:
        whose = {CHAIN_HEADER: chain_id}
        try:
            return JSONResponse({"status": "ready", "time": now().isoformat()}, headers=whose)
        except ClockNotSet:
            return JSONResponse({"status": "not ready"}, status_code=503, headers=whose)

    return Starlette(
        routes=[
            Route("/nca.cer", certificate),
            Route("/nca.crl", revocation_list),
            Route(OCSP_PATH, posted, methods=["POST"]),
            Route(OCSP_PATH + "/{request:path}", asked),
            Route("/health/ready", ready),
        ],
        middleware=[Middleware(BodyLimit, most=_MOST_BYTES)],
    )


def newest(directory: Path) -> Callable[[], Nca]:
    """The authority as its files have it when it is asked for: `egov eds` issues and revokes in processes of its own."""
    state = directory / STATE_FILE

    @lru_cache(maxsize=1)
    def as_written(_at: int) -> Nca:
        return Nca.load(directory)

    return lambda: as_written(state.stat().st_mtime_ns)


def _answer(nca: Nca, request: bytes, now: Callable[[], datetime]) -> bytes:
    try:
        return nca.answer(request, now())
    except ClockNotSet:
        return unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)


def _file(content: bytes, kind: str) -> Response:
    return Response(content, media_type=kind, headers=_HEADERS)
