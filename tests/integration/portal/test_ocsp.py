"""A real portal that asks an OCSP responder over HTTP: revoked is refused, unknown is to be tried again (EDGE-04)."""

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.local.authority.http import OCSP_PATH, application, served
from deploy.local.authority.nca import Nca
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.ports import free_port
from tests.integration.portal.test_bad_input import says
from tests.support.desk import MONDAY, Desk, open_desk

HOST = "127.0.0.1"


@dataclass
class Authority:
    """The authority's responder; `silent` while it does not answer."""

    port: int
    silent: bool = False


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(free_port())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    running_servers: RunningServers, tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> AsyncIterator[Desk]:
    environment = {"PORTAL_OCSP_URL": f"http://{HOST}:{authority.port}{OCSP_PATH}"}
    async with (
        open_desk(running_servers, tmp_path_factory.mktemp("ocsp"), environment=environment) as own,
        served(unless_silent(authority, own.chain.nca), socket.create_server((HOST, authority.port))),
    ):
        yield own


def unless_silent(authority: Authority, nca: Nca) -> ASGIApp:
    site = application(lambda: nca, lambda: MONDAY)

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        await (Response(status_code=503) if authority.silent else site)(scope, receive, send)

    return answering


async def test_edge_04_a_revoked_certificate_is_refused_and_nothing_is_decided(desk: Desk) -> None:
    visitor = await desk.person()
    await visitor.file()
    desk.chain.nca.revoke(visitor.applicant.signing.certificate.serial_number, MONDAY)
    before = await desk.events()
    answer = await visitor.send("/applications", visitor.signed(visitor.form(document_kind="supplement")))

    says(answer, 422, "eds.revoked", "/signed")
    assert await desk.events() == before


async def test_edge_04_a_silent_responder_is_no_ground_to_refuse(desk: Desk, authority: Authority) -> None:
    visitor = await desk.person()
    signed = visitor.signed(visitor.form())
    before = await desk.events()
    authority.silent = True
    try:
        says(await visitor.send("/applications", signed), 503, "eds.status-unknown", "/signed")
        says(await visitor.send("/sessions", await visitor.challenge()), 503, "eds.status-unknown", "/signed")
    finally:
        authority.silent = False
    assert await desk.events() == before

    assert (await visitor.send("/applications", signed)).is_success
