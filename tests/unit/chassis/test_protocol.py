"""An attacker with a socket: what one connection can send, keep waiting for, or leave unread."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from contracts.grants import MOST_BYTES
from deploy.local.servers.processes import wait_until
from services._chassis import protocol
from services._chassis.protocol import (
    HEAD_SECONDS,
    LINGER_SECONDS,
    MOST_HEAD_BYTES,
    MOST_HEADERS,
    MOST_IN_LINE,
    MOST_UNREAD_BYTES,
    MOST_URL_BYTES,
    PATIENCE_SECONDS,
    SLOWEST_BYTES_A_SECOND,
    Bounded,
)

WITHIN = 20.0


class Listening(Bounded):
    """Tells a test how much it has heard."""

    heard = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.heard += len(data)


BIG = 20 * 1024 * 1024
START = b"POST / HTTP/1.1\r\nhost: x\r\n"
CHUNKED = START + b"transfer-encoding: chunked\r\n\r\n"


class Site:
    """Says how long the body was, once it is whole; `seen` keeps the headers, `gate` holds answers back."""

    def __init__(self) -> None:
        self.seen: list[list[tuple[bytes, bytes]]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope["headers"])
        size, more = 0, scope["path"] != "/at-once"
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            size += len(message["body"])
            more = message["more_body"]
        await self.gate.wait()
        body = b"x" * BIG if scope["path"] == "/big" else str(size).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Serving:
    site: Site
    server: uvicorn.Server
    port: int

    @property
    def connections(self) -> list[Listening]:
        return [each for each in self.server.server_state.connections if isinstance(each, Listening)]

    @property
    def body(self) -> int:
        """How much of the body of the only connection is there."""
        return sum(each._body for each in self.connections)  # noqa: SLF001 - there is no other way to know

    async def pass_time(self, seconds: float) -> None:
        """As the server's own sweeps would tell it."""
        for _ in range(int(seconds)):
            for each in self.connections:
                each.swept(1.0)
        await asyncio.sleep(0)

    async def count(self, number: int) -> None:
        """Wait until so many connections are open."""
        await until(lambda: len(self.connections) == number)

    async def heard(self, data: bytes) -> None:
        """Wait until what was sent over the only connection is there."""
        (connection,) = self.connections
        await until(lambda: connection.heard >= len(data))

    async def opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def sent(self, pieces: Iterable[bytes]) -> bytes:
        """All that comes back until the server closes the connection, or the peer has had its answer."""
        reader, writer = await self.opened()

        async def send() -> None:
            with contextlib.suppress(ConnectionError):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()

        sending = asyncio.create_task(send())
        try:
            async with asyncio.timeout(WITHIN):
                return await read_all(reader)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            writer.close()

    async def well(self) -> None:
        """Somebody else is answered."""
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"http://127.0.0.1:{self.port}/")).status_code == httpx.codes.OK


async def until(so: Callable[[], bool]) -> None:
    await wait_until(so, WITHIN, "what the test waits for", every_seconds=0.005)


async def read_all(reader: asyncio.StreamReader) -> bytes:
    found = b""
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            found += piece
    return found


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    site = Site()
    config = uvicorn.Config(site, port=0, http=Listening, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    server.config.load()
    running = asyncio.create_task(server._serve())  # noqa: SLF001 - `serve` would take our signals
    await until(lambda: server.started)
    yield Serving(site, server, server.servers[0].sockets[0].getsockname()[1])
    site.gate.set()
    server.force_exit = server.should_exit = True
    await running


def says(answer: bytes, status: int, code: str) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    problem: dict[str, Any] = json.loads(body)  # Any: JSON

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    assert f"content-length: {len(body)}".encode() in head
    assert (problem["status"], problem["code"]) == (status, code)
    assert all(each["rule"] and each["remedy"] for each in problem["violations"])


def endless(start: bytes, piece: bytes, most: int = 200 * 1024 * 1024) -> Iterable[bytes]:
    yield start
    for _ in range(most // len(piece)):
        yield piece


FLOODS: dict[str, tuple[bytes, bytes, int, str]] = {
    "one header without end": (START + b"x: ", b"a" * 16384, 431, "http.headers-too-large"),
    "one header name without end": (START, b"a" * 16384, 431, "http.headers-too-large"),
    "headers without end": (START, b"x: aaaaaaaaaaaaaaa\r\n" * 1000, 431, "http.headers-too-large"),
    "small headers without end": (START, b"x:y\r\n" * 1000, 431, "http.headers-too-large"),
    "a URL without end": (b"GET /", b"a" * 16384, 414, "http.url-too-long"),
    "a query without end": (b"GET /?", b"heard=1&" * 2048, 414, "http.url-too-long"),
    "a chunk extension without end": (CHUNKED + b"1;", b"a" * 16384, 431, "http.headers-too-large"),
    "chunks with long extensions": (CHUNKED, b"1;" + b"a" * 16000 + b"\r\nx\r\n", 431, "http.headers-too-large"),
    "chunks of a byte with extensions": (CHUNKED, b"1;aaaaaaaaaaaaaaaaa\r\nx\r\n" * 500, 431, "http.headers-too-large"),
    "trailers without end": (CHUNKED + b"0\r\n", b"x: aaaaaaaaaaaaaaa\r\n" * 1000, 431, "http.headers-too-large"),
    "one trailer without end": (CHUNKED + b"0\r\nx: ", b"a" * 16384, 431, "http.headers-too-large"),
    "empty lines without end": (b"", b"\r\n" * 8192, 431, "http.headers-too-large"),
}


@pytest.mark.parametrize(("start", "piece", "status", "code"), FLOODS.values(), ids=FLOODS)
async def test_a_flood_is_refused_soon(serving: Serving, start: bytes, piece: bytes, status: int, code: str) -> None:
    answer = await serving.sent(endless(start, piece))

    says(answer, status, code)
    await serving.well()


def request(*headers: bytes) -> bytes:
    return b"\r\n".join([b"GET / HTTP/1.1", b"host: x", b"connection: close", *headers, b"", b""])


async def test_as_many_headers_as_allowed_are_read_and_one_more_is_refused(serving: Serving) -> None:
    allowed = [b"x-%d: y" % number for number in range(MOST_HEADERS - 2)]

    assert b"200 OK" in await serving.sent([request(*allowed)])
    says(await serving.sent([request(*allowed, b"one: more")]), 431, "http.headers-too-large")


@pytest.mark.parametrize("size", [1, 1000, 2 * MOST_HEAD_BYTES], ids=["byte by byte", "in pieces", "at once"])
async def test_the_size_of_headers_counts_however_they_are_cut(serving: Serving, size: int) -> None:
    def cut(whole: bytes) -> list[bytes]:
        return [whole[at : at + size] for at in range(0, len(whole), size)]

    assert b"200 OK" in await serving.sent(cut(request(b"x: " + b"a" * (MOST_HEAD_BYTES - 200))))
    says(await serving.sent(cut(request(b"x: " + b"a" * MOST_HEAD_BYTES))), 431, "http.headers-too-large")


async def test_a_long_url_is_read_and_a_longer_one_is_refused(serving: Serving) -> None:
    assert b"200 OK" in await serving.sent([request().replace(b"/ ", b"/" + b"a" * (MOST_URL_BYTES - 1) + b" ", 1)])
    says(
        await serving.sent([request().replace(b"/ ", b"/" + b"a" * MOST_URL_BYTES + b" ", 1)]), 414, "http.url-too-long"
    )


@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_a_body_in_small_chunks_is_a_body(serving: Serving, size: int) -> None:
    chunk = b"%x\r\n%s\r\n" % (size, b"x" * size)
    answer = await serving.sent(
        [CHUNKED.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"), *[chunk] * 4000, b"0\r\n\r\n"]
    )

    assert answer.endswith(b"\r\n\r\n%d" % (4000 * size))


async def test_a_trailer_never_becomes_a_header(serving: Serving) -> None:
    start = CHUNKED.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")
    answer = await serving.sent([start, b"1\r\nx\r\n", b"0\r\nauthorization: Bearer stolen\r\n\r\n"])

    assert b"200 OK" in answer
    assert b"authorization" not in dict(serving.site.seen[-1])


async def test_few_requests_wait_in_line_and_thousands_are_let_go(serving: Serving) -> None:
    one = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
    few = await serving.sent([one * MOST_IN_LINE, request()])
    serving.site.gate.clear()
    serving.site.seen.clear()
    many = await serving.sent([one * 20_000])

    assert few.count(b"200 OK") == MOST_IN_LINE + 1
    assert many == b""
    assert len(serving.site.seen) <= 1


@pytest.mark.parametrize("upgrade", [b"websocket", b"h2c", b"TLS/1.3"])
async def test_another_protocol_is_not_spoken(serving: Serving, upgrade: bytes) -> None:
    asked = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: " + upgrade
    answer = await serving.sent(
        [asked + b"\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"]
    )

    assert answer.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "rubbish",
    [b"\x16\x03\x01\x02\x00\x01", b"HELO x\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET http://[ HTTP/1.1\r\n\r\n"],
)
async def test_what_is_no_http_is_answered_with_400(serving: Serving, rubbish: bytes) -> None:
    says(await serving.sent([rubbish]), 400, "http.malformed")


HALVES = {
    "nothing": b"",
    "half a request line": b"GET /",
    "half a head": START,
    "half a body": START + b"content-length: 100\r\n\r\nx",
    "half a chunk": CHUNKED + b"5\r\nab",
    "no end of chunks": CHUNKED + b"1\r\nx\r\n",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
async def test_who_sends_half_of_it_is_not_waited_for_for_ever(serving: Serving, half: bytes) -> None:
    reader, writer = await serving.opened()
    writer.write(half)
    await serving.count(1)
    await serving.heard(half)
    await serving.pass_time(max(HEAD_SECONDS, PATIENCE_SECONDS) + 2)
    async with asyncio.timeout(WITHIN):
        answer = await read_all(reader)
    writer.close()

    says(answer, 408, "http.too-slow")


async def test_who_sends_half_a_second_request_is_not_waited_for_for_ever(serving: Serving) -> None:
    reader, writer = await serving.opened()
    writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    async with asyncio.timeout(WITHIN):
        first = await reader.readuntil(b"\r\n\r\n0")
    writer.write(START)
    await until(lambda: serving.connections[0].timeout_keep_alive_task is None)
    await serving.pass_time(HEAD_SECONDS + 1)
    async with asyncio.timeout(WITHIN):
        answer = await read_all(reader)
    writer.close()

    assert first.startswith(b"HTTP/1.1 200 OK")
    says(answer, 408, "http.too-slow")


async def test_a_trickle_does_not_keep_a_head_waiting(serving: Serving) -> None:
    reader, writer = await serving.opened()
    for _ in range(int(HEAD_SECONDS) + 1):
        writer.write(b"GET / HTTP/1.1\r\nx: y" if _ == 0 else b"y")
        await writer.drain()
        await asyncio.sleep(0.02)
        await serving.pass_time(1)
    async with asyncio.timeout(WITHIN):
        answer = await read_all(reader)
    writer.close()

    says(answer, 408, "http.too-slow")


async def test_a_body_that_keeps_the_pace_is_read_to_its_end(serving: Serving) -> None:
    reader, writer = await serving.opened()
    writer.write(START + b"connection: close\r\ncontent-length: %d\r\n\r\n" % (40 * SLOWEST_BYTES_A_SECOND))
    for second in range(40):
        writer.write(b"x" * SLOWEST_BYTES_A_SECOND)
        await writer.drain()
        if second == 39:
            break
        await until(lambda: serving.body >= (second + 1) * SLOWEST_BYTES_A_SECOND)  # noqa: B023 - waited for at once
        await serving.pass_time(1)
    async with asyncio.timeout(WITHIN):
        answer = await read_all(reader)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 200 OK")


async def test_an_answer_that_nobody_reads_is_let_go(serving: Serving) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", serving.port, limit=1024)
    writer.write(b"GET /big HTTP/1.1\r\nhost: x\r\n\r\n")
    await serving.count(1)
    await until(lambda: serving.connections[0].transport.get_write_buffer_size() > 0)
    await serving.pass_time(PATIENCE_SECONDS)
    still = len(serving.connections)
    await serving.pass_time(BIG / SLOWEST_BYTES_A_SECOND + 1)
    await serving.count(0)
    writer.close()

    assert still == 1
    assert reader is not None


async def test_who_takes_long_is_we_and_not_the_peer(serving: Serving) -> None:
    serving.site.gate.clear()
    reader, writer = await serving.opened()
    writer.write(request())
    await serving.count(1)
    await until(lambda: bool(serving.site.seen))
    await serving.pass_time(600)
    serving.site.gate.set()
    async with asyncio.timeout(WITHIN):
        answer = await read_all(reader)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 200 OK")


async def test_what_follows_an_answer_that_was_given_early_is_read_for_a_while_only(serving: Serving) -> None:
    start = START.replace(b"/ ", b"/at-once ") + b"content-length: 1000000000\r\n\r\n"
    reader, writer = await serving.opened()
    sent = 0
    with contextlib.suppress(ConnectionError):
        writer.write(start)
        while sent < 1_000_000_000:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536
    async with asyncio.timeout(WITHIN):
        await read_all(reader)
    writer.close()

    assert sent < MOST_UNREAD_BYTES + 16 * 1024 * 1024  # the sockets' own buffers hold some
    await serving.count(0)


async def test_who_is_answered_early_may_send_the_largest_copy_to_its_end(serving: Serving) -> None:
    size = MOST_BYTES + 1
    reader, writer = await serving.opened()
    async with asyncio.timeout(WITHIN):
        writer.write(START.replace(b"/ ", b"/at-once ") + b"content-length: %d\r\n\r\n" % size + b"x" * size)
        await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n0")
        writer.write(request())
        again = await reader.readuntil(b"\r\n\r\n")
    writer.close()

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert again.startswith(b"HTTP/1.1 200 OK")


async def test_a_refused_connection_does_not_linger(serving: Serving) -> None:
    reader, writer = await serving.opened()
    writer.write(b"rubbish\r\n\r\n")
    async with asyncio.timeout(WITHIN):
        says(await read_all(reader), 400, "http.malformed")
    await serving.pass_time(LINGER_SECONDS + 2)
    await serving.count(0)
    writer.close()


async def test_who_has_kept_us_waiting_longest_gives_way(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bounded, "room", 20)
    held = [await serving.opened() for _ in range(30)]
    await serving.count(20)
    await serving.well()
    async with asyncio.timeout(WITHIN):
        gone = [await reader.read() for reader, _ in held[:10]]
    for _, writer in held:
        writer.close()

    assert gone == [b""] * 10


async def test_a_request_that_is_carried_out_never_gives_way(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bounded, "room", 5)
    serving.site.gate.clear()
    held = [await serving.opened() for _ in range(5)]
    for _, writer in held:
        writer.write(request())
    await until(lambda: len(serving.site.seen) == 5)
    late, writer = await serving.opened()
    async with asyncio.timeout(WITHIN):
        turned_away = await read_all(late)
    writer.close()
    serving.site.gate.set()
    async with asyncio.timeout(WITHIN):
        answers = [await read_all(reader) for reader, _ in held]
    for _, each in held:
        each.close()

    assert turned_away == b""
    assert all(answer.startswith(b"HTTP/1.1 200 OK") for answer in answers)


def test_a_process_takes_as_many_connections_as_it_may_have_files() -> None:
    assert 1 <= protocol.room_for_connections() <= protocol.MOST_CONNECTIONS
