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

from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from deploy.local.authority.nca import STATE_FILE, Nca, unsuccessful
from services._chassis.broker import Broker
from services._chassis.clock import ClockNotSet, VirtualClock
from services._chassis.clock_reader import ClockReader
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
    runner = web.AppRunner(application(newest(directory), clock.now, chain_id), access_log=None)
    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()
        stopping.set()
        await following


def application(authority: Callable[[], Nca], now: Callable[[], datetime], chain_id: str = "") -> web.Application:
    """The functions are called at each request. `now` raises ClockNotSet as long as there is no virtual time."""

    async def certificate(_request: web.Request) -> web.Response:
        return _file(authority().certificate.public_bytes(Encoding.DER), "application/pkix-cert")

    async def revocation_list(_request: web.Request) -> web.Response:
        try:
            moment = now()
        except ClockNotSet as reason:
            raise web.HTTPServiceUnavailable(text=f"{reason}\n") from None
        return _file(authority().crl(moment).public_bytes(Encoding.DER), "application/pkix-crl")

    async def posted(request: web.Request) -> web.Response:
        return _file(_answer(authority(), await request.read(), now), _ANSWER)

    async def asked(request: web.Request) -> web.Response:
        try:
            content = base64.b64decode(request.match_info["request"], validate=True)
        except (binascii.Error, ValueError):
            content = b""
        return _file(_answer(authority(), content, now), _ANSWER)

    async def ready(_request: web.Request) -> web.Response:
        whose = {CHAIN_HEADER: chain_id}
        try:
            return web.json_response({"status": "ready", "time": now().isoformat()}, headers=whose)
        except ClockNotSet:
            return web.json_response({"status": "not ready"}, status=503, headers=whose)

    site = web.Application(client_max_size=_MOST_BYTES)
    site.add_routes(
        [
            web.get("/nca.cer", certificate),
            web.get("/nca.crl", revocation_list),
            web.post(OCSP_PATH, posted),
            web.get(OCSP_PATH + "/{request:.+}", asked),
            web.get("/health/ready", ready),
        ]
    )
    return site


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


def _file(content: bytes, kind: str) -> web.Response:
    return web.Response(body=content, content_type=kind, headers=_HEADERS)
