"""Electronic copies over HTTP (GRANT-E-1): uploaded as they are, named in a form by their hash, read by who uploaded them."""

from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.common import Digest
from contracts.grants import MOST_BYTES
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.running import Running
from services.portal.account.access import PROBLEMS, Body, Parts, Portal
from services.portal.papers.copies import rows as copies
from services.portal.papers.copies.scanner import KINDS, MOST_WAITING, MOST_WAITING_OF_ALL, Scanners, TooMany
from services.portal.scan.unfit import HEIC_ANEW, Unfit

PATH: Final = "/attachments"
_IN_MEMORY: Final = 64 * 1024  # of a file that is under way; the rest of it lies on the disk
_OF_PHONES: Final = frozenset({"image/heic", "image/heif", "image/heic-sequence", "image/avif"})
_BODY: Final = {kind: {"schema": {"type": "string", "format": "binary", "maxLength": MOST_BYTES}} for kind in KINDS}
# What a stranger uploaded is never shown as part of a page of ours.
_HARMLESS: Final = {
    "content-disposition": "attachment",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "private, no-store",
}


CONTENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {each: {} for each in KINDS}}
}  # Any: FastAPI's own type


def download(media_type: str, content: bytes) -> Response:
    """A copy as it was uploaded."""
    return Response(content, media_type=media_type, headers=_HARMLESS)


class Stored(Body):
    """Name the digest in the form that the copy belongs to."""

    digest: str = Field(description="SHA-256 of the content, hexadecimal")
    media_type: str = Field(description="what the content really is")
    size: int = Field(description="bytes")


class OwnBody:
    """Leaves the body of an upload to its route, which knows who sends it before it reads, and takes more than others do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (scope["method"], scope["path"]) != ("POST", PATH):
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        headers = [each for each in scope["headers"] if each[0] not in {b"content-length", b"transfer-encoding"}]
        empty: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def nothing() -> Message:
            return empty.pop() if empty else await receive()

        await self._app({**scope, "headers": headers, "upload": (announced, receive)}, nothing, send)


def router(portal: Portal) -> APIRouter:
    routes = APIRouter(responses=PROBLEMS, tags=["grants"])
    person = Annotated[str, Depends(portal.signed_in)]

    @routes.post(
        PATH,
        status_code=201,
        openapi_extra={"requestBody": {"required": True, "content": _BODY}},
        responses={200: {"model": Stored, "description": "you uploaded it before"}},
    )
    async def upload(request: Request, response: Response, iin: person, chassis: Parts) -> Stored:
        """Upload one electronic copy: the file itself as the body, its type as Content-Type, at most 5 MiB.

        The same file again gives the same answer (200).
        """
        media_type = _media_type(request)
        try:
            with portal.scanners.place(iin), SpooledTemporaryFile(_IN_MEMORY) as file:
                digest, size = await _received(request.scope, file)
                added = await _stored(portal.scanners, chassis, iin, digest, media_type, file)
        except TooMany as many:
            raise _too_many(many) from many
        response.status_code = 201 if added else 200
        response.headers["location"] = f"{PATH}/{digest}"
        return Stored(digest=digest, media_type=media_type, size=size)

    @routes.get(f"{PATH}/{{digest}}", response_class=Response, responses=CONTENT)
    async def read(digest: Annotated[Digest, Path()], iin: person, chassis: Parts) -> Response:
        """A copy that you uploaded."""
        found = await copies.read(chassis.store, iin, digest)
        if found is None:
            rule = "a copy is shown to the person who uploaded it"
            violation = Violation("/path/digest", rule, "upload the file with POST /attachments")
            raise Problem(404, "attachment.unknown", rule, [violation])
        return download(*found)

    return routes


def _media_type(request: Request) -> str:
    stated = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated not in KINDS:
        rule = f"an electronic copy is one of {', '.join(KINDS)}"
        remedy = HEIC_ANEW if stated in _OF_PHONES else "state the file's type, or save the file as one of these"
        violation = Violation("/header/content-type", rule, remedy)
        raise Problem(422, "attachment.media-type", rule, [violation])
    return stated


async def _received(scope: Scope, file: IO[bytes]) -> tuple[str, int]:
    """Digest and size of the body, as much of it as is allowed; half a file must not be taken for the whole."""
    announced, receive = scope["upload"]
    if not announced.isdigit() or int(announced) > MOST_BYTES:
        raise _too_large()
    digest, size, more = sha256(), 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            rule = "a file comes to its end"
            raise Problem(400, "body.incomplete", rule, [Violation("/body", rule, "send the file again")])
        piece = message.get("body", b"")
        size += len(piece)
        if size > MOST_BYTES:
            raise _too_large()
        digest.update(piece)
        file.write(piece)
        more = message.get("more_body", False)
    if not size:
        rule = "an electronic copy is not empty"
        raise Problem(422, "attachment.empty", rule, [Violation("/body", rule, "send the file as the request's body")])
    return digest.hexdigest(), size


def _too_many(many: TooMany) -> Problem:
    seconds = "5"
    rule = f"{MOST_WAITING} files of a person are read at a time, and {MOST_WAITING_OF_ALL} of all people"
    remedy = f"send the file again in {seconds} s, after the answers to those before it"
    status, code = (429, "attachment.too-many-at-once") if many.own else (503, "service.busy")
    return Problem(status, code, rule, [Violation("", rule, remedy)], {"retry-after": seconds})


def _too_large() -> Problem:
    rule = f"an electronic copy has at most {MOST_BYTES} bytes"
    remedy = "scan with fewer dots an inch or in grey, and send a correct Content-Length"
    return Problem(413, "body.too-large", rule, [Violation("/body", rule, remedy)])


async def _stored(
    scanners: Scanners,
    chassis: Running,
    iin: str,
    digest: str,
    media_type: str,
    file: IO[bytes],
) -> bool:
    """Whether it is new to this person. What was scanned once, whoever sent it, is not scanned again."""
    claimed = await copies.claim(chassis.store, iin, digest, media_type)
    if claimed.full:
        raise _full()
    if claimed.known:
        return claimed.added

    def read() -> bytes:
        file.seek(0)
        return file.read()

    try:
        content = await scanners.check(iin, read, media_type)
    except Unfit as unfit:
        raise Problem(422, unfit.fault, unfit.rule, [Violation("/body", unfit.rule, unfit.remedy)]) from unfit
    kept = await copies.keep(chassis.store, iin, media_type, content)
    if kept.full:
        raise _full()
    return kept.added


def _full() -> Problem:
    rule = f"a person keeps at most {copies.MOST_COPIES} electronic copies"
    return Problem(409, "attachment.too-many", rule, [Violation("", rule, "use those that you uploaded")])
