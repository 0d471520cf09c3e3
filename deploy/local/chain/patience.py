"""HTTP that outlives a service being started anew: asked again until it answers."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Final

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from deploy.local.errors import LauncherError

PATIENCE_SECONDS: Final = 120.0
_AGAIN_SECONDS: Final = 0.1


class _Transport(AiohttpTransport):
    """aiohttp under httpx: whoever files a thousand applications waits for the client, and this one takes half the CPU.

    A server that dies in the middle of an answer is a network error, in whatever guise.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except aiohttp.ClientError as gone:
            raise httpx.NetworkError(f"the connection ended: {gone}", request=request) from gone


def client(base_url: str = "", *, token: str = "", timeout: float = 30.0, connections: int = 100) -> httpx.AsyncClient:
    """An HTTP client for our own services, over loopback; `token` is the operator's, timeout in seconds."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = _Transport(limits=httpx.Limits(max_connections=connections), trust_env=False)
    return httpx.AsyncClient(base_url=base_url, headers=headers, timeout=timeout, transport=transport, trust_env=False)


async def insist(
    http: httpx.AsyncClient,
    method: str,
    path: str,
    body: Mapping[str, object] | bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """The first answer that is not 503; `body` is a file as it is, or what becomes JSON.

    Safe wherever a repeated request changes nothing, as at all our services.
    Raises LauncherError when none comes within PATIENCE_SECONDS.
    """
    content, form = (body, None) if isinstance(body, bytes) else (None, body)
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(httpx.NetworkError, httpx.RemoteProtocolError, httpx.TimeoutException):
            answer = await http.request(method, path, content=content, json=form, headers=headers)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer
        await asyncio.sleep(_AGAIN_SECONDS)
    raise LauncherError(
        f"{http.base_url} did not answer {path} for {PATIENCE_SECONDS:g} s. Its service's log says more."
    )
