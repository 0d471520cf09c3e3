"""A real portal that asks an OCSP responder over HTTP: revoked is refused, unknown is to be tried again (EDGE-04)."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import pytest_asyncio

from deploy.local.infra import RunningServers
from deploy.local.nca import Nca
from tests.integration.portal.test_bad_input import says
from tests.support.desk import MONDAY, Desk, open_desk


@dataclass
class Authority:
    """The authority's responder; `silent` while it does not answer."""

    nca: Nca | None = None
    silent: bool = False
    url: str = ""


@contextmanager
def listening() -> Iterator[Authority]:
    authority = Authority()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"]))
            if authority.nca is None or authority.silent:
                self.send_error(503)
                return
            answer = authority.nca.answer(asked, MONDAY)
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            """Nothing to say."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        authority.url = f"http://127.0.0.1:{server.server_port}/"
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with listening() as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    running_servers: RunningServers, tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> AsyncIterator[Desk]:
    environment = {"PORTAL_OCSP_URL": authority.url}
    async with open_desk(running_servers, tmp_path_factory.mktemp("ocsp"), environment=environment) as own:
        authority.nca = own.chain.nca
        yield own


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
