"""What one connection may take of a process: bytes besides a body, time, places in line. httptools itself has no bounds.

A client that keeps within them notices nothing; one that does not is answered where it still can be, and let go.
"""

import resource
from http import HTTPStatus
from typing import Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services._chassis.errors import Violation
from services._chassis.problems import problem

MOST_HEAD_BYTES: Final = 32 * 1024  # request line and headers together; what stands between chunks is counted likewise
MOST_HEADERS: Final = 100
MOST_URL_BYTES: Final = 8 * 1024
MOST_IN_LINE: Final = 16  # requests that wait behind the first one of their connection
MOST_UNREAD_BYTES: Final = (
    8 * 1024 * 1024
)  # of what comes after the answer: who is refused may send his copy to its end
HEAD_SECONDS: Final = 10.0
LINGER_SECONDS: Final = 2.0  # so that whoever is still sending can read why it is refused
SLOWEST_BYTES_A_SECOND: Final = 16 * 1024  # of a body in, and of an answer out
PATIENCE_SECONDS: Final = 20.0  # before that pace is asked for
MOST_CONNECTIONS: Final = 1_000
_SPARE_FILES: Final = 200  # what a process needs besides: broker, database, code

_SLOW, _LONG_URL, _LARGE, _MALFORMED = 408, 414, 431, 400
_RULES: Final = {
    _MALFORMED: ("http.malformed", "a request is HTTP/1.1 (RFC 9112), a few at a time", "send it with an HTTP client"),
    _SLOW: (
        "http.too-slow",
        f"headers come within {HEAD_SECONDS:g} s, a body with {SLOWEST_BYTES_A_SECOND} bytes a second",
        "send the request again over a connection that carries it",
    ),
    _LONG_URL: ("http.url-too-long", f"a URL has at most {MOST_URL_BYTES} bytes", "shorten the query"),
    _LARGE: (
        "http.headers-too-large",
        f"headers have at most {MOST_HEAD_BYTES} bytes and {MOST_HEADERS} lines, and little stands between chunks",
        "leave out what the service does not ask for",
    ),
}


def room_for_connections() -> int:
    """How many connections a process takes, once it has as many open files as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + _SPARE_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(MOST_CONNECTIONS, soft - _SPARE_FILES))


class _OverError(Exception):
    """A bound is passed; raised through the parser."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Bounded(HttpToolsProtocol):
    """uvicorn's own protocol with bounds. Its server calls `swept` while the connection lasts."""

    room = MOST_CONNECTIONS

    def __init__(self, *arguments: Any, **named: Any) -> None:  # Any: uvicorn's own signature
        super().__init__(*arguments, **named)
        self._in_head = True  # a head is awaited or under way, else a body
        self._refused = False
        self._beside = 0  # bytes since the last boundary that are no body's
        self._body = 0  # bytes of this body
        self._fed_body = 0  # bytes of bodies in what is being fed
        self._boundary = False  # whether what is being fed holds the end of a head or of a message
        self._unread = 0
        self._waited = 0.0  # seconds for which the peer has been waited for
        self._unsent = 0.0  # seconds for which it has left an answer unread
        self._largest = 0
        self._since = self.loop.time()

    @property
    def waits(self) -> bool:
        """Whether it is the peer's turn: no request is here, or not the whole of its body."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def connection_made(self, transport: Any) -> None:  # Any: asyncio's transport
        super().connection_made(transport)
        if len(self.connections) <= self.room:
            return
        # Who has kept us waiting longest gives way: somebody may be asking for our health.
        waiting = [each for each in self.connections if isinstance(each, Bounded) and each is not self and each.waits]
        longest = min(waiting, key=lambda each: each._since, default=self)  # noqa: SLF001 - of our own kind
        self.connections.discard(longest)
        longest.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._refused or self.transport.is_closing():
            self._discard(len(data))
            return
        self._unset_keepalive_if_required()
        self._fed_body, self._boundary = 0, False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._stay_with_http()
        except httptools.HttpParserError as error:
            over = error.__context__
            self._refuse(over.status if isinstance(over, _OverError) else _MALFORMED)
            return
        self._beside = 0 if self._boundary else self._beside + len(data) - self._fed_body
        if self._beside > MOST_HEAD_BYTES + (0 if self._in_head else self._body):
            self._refuse(_LARGE)

    def _stay_with_http(self) -> None:
        """Nobody here speaks another protocol: the request is answered as it stands, and is the last one."""
        self.cycle.keep_alive = False
        if self.cycle.response_complete:
            self.transport.close()

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MOST_IN_LINE:
            raise _OverError(_MALFORMED)
        super().on_message_begin()
        self._crossed(in_head=True)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MOST_URL_BYTES:
            raise _OverError(_LONG_URL)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer is no header: the request is being carried out already
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS:
            raise _OverError(_LARGE)

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > MOST_HEAD_BYTES:
            raise _OverError(_LARGE)
        self._body = self._unread = 0
        self._crossed(in_head=False)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        self._fed_body += len(body)
        super().on_body(body)
        if self.cycle.response_complete:
            self._discard(len(body))

    def on_message_complete(self) -> None:
        self._crossed(in_head=True)
        super().on_message_complete()
        self.cycle.more_body = False  # also where it was answered before

    def _crossed(self, *, in_head: bool) -> None:
        self._in_head, self._boundary, self._waited, self._since = in_head, True, 0.0, self.loop.time()

    def _discard(self, size: int) -> None:
        self._unread += size
        if self._unread > MOST_UNREAD_BYTES:
            self.transport.abort()

    def swept(self, seconds: float) -> None:
        """So much time has passed."""
        unsent = self.transport.get_write_buffer_size()
        self._largest = max(unsent, self._largest) if unsent else 0
        self._unsent = self._unsent + seconds if unsent else 0.0
        if self._unsent > PATIENCE_SECONDS + self._largest / SLOWEST_BYTES_A_SECOND:
            self.transport.abort()
        if self.flow.read_paused or not self.waits:
            return  # it is we who take the time
        if self._in_head and self.timeout_keep_alive_task is not None:
            return  # at rest between two requests, which uvicorn ends
        self._waited += seconds
        if self._refused:
            if self._waited > LINGER_SECONDS:
                self.transport.abort()
        elif self._waited > (HEAD_SECONDS if self._in_head else PATIENCE_SECONDS + self._body / SLOWEST_BYTES_A_SECOND):
            self._refuse(_SLOW)

    def _refuse(self, status: int) -> None:
        """Say why, where no other answer is on its way, and let the connection go."""
        self._refused, self._waited, self._unread = True, 0.0, 0
        waits, answering = self.waits, self.cycle is not None and not self.cycle.response_complete
        if answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        in_turn = not self.pipeline and waits and not (answering and self.cycle.response_started)
        self.pipeline.clear()
        if not in_turn:
            self.transport.abort()
            return
        code, rule, remedy = _RULES[status]
        answer = problem(status, code, rule, [Violation("", rule, remedy)], {"connection": "close"})
        head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
        head += [name + b": " + value for name, value in answer.raw_headers]
        self.transport.write(b"\r\n".join([*head, b"", bytes(answer.body)]))
        self.flow.resume_reading()
        self.transport.write_eof()
