"""`/docs` without the net: Swagger UI comes from our own environment, under a policy that lets nothing else in."""

from functools import cache
from importlib.resources import files
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import HTMLResponse

_PACKAGE: Final = "fastapi_swagger.resources"  # ships the files of Swagger UI; nothing else of it is used
_KINDS: Final = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_START: Final = """SwaggerUIBundle({
  url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout"
});
"""
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
}


def router(title: str) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def page() -> HTMLResponse:
        return HTMLResponse(_PAGE.format(title=title), headers=_HEADERS)

    @routes.get("/docs/start.js")
    async def start() -> Response:
        return Response(_START, media_type="text/javascript", headers=_HEADERS)

    @routes.get("/docs/swagger-ui-bundle.js")
    async def script() -> Response:
        return _file("swagger-ui-bundle.js")

    @routes.get("/docs/swagger-ui.css")
    async def style() -> Response:
        return _file("swagger-ui.css")

    return routes


def with_token(app: FastAPI) -> None:
    """The description says that a bearer token may be sent, so that the page asks for one (Authorize)."""
    usual = app.openapi

    def described() -> dict[str, Any]:  # Any: an OpenAPI document
        found = usual()
        schemes = found.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes.setdefault("HTTPBearer", {"type": "http", "scheme": "bearer"})
        found.setdefault("security", [{"HTTPBearer": []}, {}])
        return found

    app.openapi = described  # type: ignore[method-assign] # FastAPI's own way to extend the description


def _file(name: str) -> Response:
    return Response(_content(name), media_type=_KINDS[name], headers=_HEADERS)


@cache
def _content(name: str) -> bytes:
    """Read when the first one asks for it."""
    return files(_PACKAGE).joinpath(name).read_bytes()
