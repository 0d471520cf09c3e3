"""GET /documents: whoever holds a paper types its code and reads what was issued under it. Public, in three languages."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAlias
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import AwareDatetime, BaseModel, Field

from contracts.event import Text
from contracts.issued_documents import PaperKind, VerificationCode, is_old
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.problems import PROBLEM
from services._chassis.running import running
from services._papers import words as document_words
from services._papers.render import HEADERS
from services.portal.papers.guessing import Guesses
from services.portal.papers.registry import normalised
from services.portal.papers.words import LANGUAGES, WORDS

Language: TypeAlias = Literal["kk", "ru", "en"]

_ZONE: Final = ZoneInfo("Asia/Almaty")
_MOST_TYPED: Final = 60
_TOO_MANY: Final = 429
_HTML: Final = "text/html"
_HEADERS: Final = {
    **HEADERS,
    "content-security-policy": HEADERS["content-security-policy"] + "; form-action 'self'",
    "vary": "accept, accept-language",
}
_FOUND: Final = """
select document.code, document.kind, document.number, document.issuer::text as issuer, document.holder,
       document.masked_iin, document.about::text as about, document.replaces, document.issued_at,
       newer.code as replaced_by
from issued_documents document left join issued_documents newer
    on newer.replaces = document.code and newer.code <> document.code and newer.kind = document.kind
    and newer.issuer = document.issuer and newer.masked_iin is not distinct from document.masked_iin
    and newer.issued_at >= document.issued_at
where document.code = $1 order by newer.issued_at desc nulls last, newer.code limit 1
"""
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {  # Any: FastAPI's own type
    200: {"description": "the page, or the same as JSON", "content": {_HTML: {}}},
    404: {"description": "no document has this code", "content": {_HTML: {}, PROBLEM: {}}},
    429: {
        "description": "too many codes that no document has came from this address",
        "content": {_HTML: {}, PROBLEM: {}},
    },
    503: {"description": "more codes are asked for than can be looked up", "content": {_HTML: {}, PROBLEM: {}}},
}


class RegisteredDocument(BaseModel):
    """A document as the registry knows it: compare it with the paper."""

    code: VerificationCode
    status: Literal["genuine", "replaced"]
    kind: PaperKind
    title: Text
    number: str
    issuer: Text
    holder: str | None = Field(description="surname and initials; null for a document about many people")
    masked_iin: str | None
    about: Text
    issued_at: AwareDatetime = Field(description="virtual time")
    replaces: VerificationCode | None
    replaced_by: VerificationCode | None = Field(description="the newer document that took its place (EDGE-33)")


def router() -> APIRouter:
    routes = APIRouter(tags=["documents"])
    guesses = Guesses()
    tongue = Annotated[Language, Depends(_language)]

    @routes.get("/documents", response_class=HTMLResponse)
    async def form(
        language: tongue,
        code: Annotated[str | None, Query(description="goes on to the page of this code")] = None,
    ) -> Response:
        """A form to type a document's code into."""
        if code is not None and code.strip():
            typed = code.strip()[:_MOST_TYPED]
            target = f"/documents/{quote(normalised(typed) or typed, safe='')}?lang={language}"
            return RedirectResponse(target, 303, headers={"cache-control": "no-store"})
        return _page(language, 200, "/documents")

    @routes.get("/documents/{code:path}", responses=_RESPONSES, response_model=RegisteredDocument)
    async def check(
        request: Request,
        language: tongue,
        code: Annotated[str, Path(description="as printed; case and spaces do not count")],
    ) -> Response:
        """What was issued under this code: genuine, replaced by a newer document (EDGE-33), or unknown."""
        address = request.client.host if request.client else ""
        if seconds := guesses.wait_of(address):
            return _wait(request, language, 429, "document.too-many-wrong-codes", seconds)
        if seconds := guesses.wait_of_all():
            return _wait(request, language, 503, "service.busy", seconds)
        meant = normalised(code[: 2 * _MOST_TYPED])
        rows = await running(request).store.rows(_FOUND, meant) if meant else []
        if not rows:
            guesses.wrong(address)
            return _unknown(request, language, meant or code[:_MOST_TYPED])
        found = _document(rows[0])
        if _wants_page(request):
            return _page(language, 200, f"/documents/{found.code}", found=found)
        return JSONResponse(found.model_dump(mode="json"), headers={"vary": _HEADERS["vary"]})

    return routes


def _document(row: dict[str, Any]) -> RegisteredDocument:  # Any: a row's columns
    issued_at: datetime = row["issued_at"]
    old = is_old(row["code"])  # it may have been guessed: then nobody learns by it who applied for what
    return RegisteredDocument(
        code=row["code"],
        status="replaced" if row["replaced_by"] else "genuine",
        kind=PaperKind(row["kind"]),
        title=document_words.TITLES[PaperKind(row["kind"])],
        number=row["number"],
        issuer=Text.model_validate_json(row["issuer"]),
        holder=None if old else row["holder"],
        masked_iin=None if old else row["masked_iin"],
        about=WORDS["old"] if old else Text.model_validate_json(row["about"]),
        issued_at=issued_at,
        replaces=row["replaces"],
        replaced_by=row["replaced_by"],
    )


def _unknown(request: Request, language: Language, typed: str) -> Response:
    if _wants_page(request):
        return _page(language, 404, "/documents", typed=typed)
    rule = "no document was registered under this code"
    remedy = "compare the code with the paper, 20 letters and digits in five groups; a new document appears at once"
    raise Problem(404, "document.unknown", rule, [Violation("/path/code", rule, remedy)])


def _wait(request: Request, language: Language, status: int, code: str, seconds: int) -> Response:
    """Who reads a page gets one; a program reads the same in all languages."""
    words = WORDS["too_many" if status == _TOO_MANY else "busy"]
    headers = {"retry-after": str(seconds)}
    if _wants_page(request):
        return _page(language, status, "/documents", wait=words, headers=headers)
    remedy = f"ask again in {seconds} s or later"
    raise Problem(status, code, f"{words.kk} {words.ru} {words.en}", [Violation("", words.en, remedy)], headers)


def _wants_page(request: Request) -> bool:
    """A browser names HTML among what it takes; programs that name nothing get JSON."""
    return _HTML in request.headers.get("accept", "")


async def _language(
    request: Request, lang: Annotated[Language | None, Query(description="language of the page")] = None
) -> Language:
    if lang is not None:
        return lang
    for each in request.headers.get("accept-language", "").split(","):
        named = each.partition(";")[0].partition("-")[0].strip().lower()
        for language in LANGUAGES:
            if named == language:
                return language
    return "kk"


def _page(
    language: Language,
    status: int,
    path: str,
    *,
    found: RegisteredDocument | None = None,
    typed: str | None = None,
    wait: Text | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    def said(text: Text) -> str:
        return str(getattr(text, language))

    page = (
        _environment()
        .get_template("check.html.j2")
        .render(
            language=language,
            languages=LANGUAGES,
            say={name: said(text) for name, text in WORDS.items()},
            said=said,
            found=found,
            typed=typed,
            wait=wait,
            path=path,
            day=found.issued_at.astimezone(_ZONE).strftime("%d.%m.%Y") if found else "",
        )
    )
    return HTMLResponse(page, status, headers={**_HEADERS, **(headers or {}), "content-language": language})


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("services.portal.papers"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
