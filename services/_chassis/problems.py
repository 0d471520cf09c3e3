"""How bad input is answered over HTTP: problem details (RFC 9457)."""

from typing import Any, Final

from fastapi.responses import JSONResponse

from services._chassis.errors import Violation

PROBLEM: Final = "application/problem+json"
MOST_VIOLATIONS: Final = 20  # told in one answer
_MOST_CHARACTERS: Final = 300  # of a violation's field or rule, which may repeat names that the client made up


def problem(status: int, code: str, detail: str, violations: list[Violation], headers: Any = None) -> JSONResponse:
    """`violations` each name field (JSON Pointer), rule and remedy; of many the first, and how many there are besides.
    Any: the headers' type is starlette's.
    """
    body: dict[str, object] = {
        "type": f"urn:egov-chain:problem:{code}",
        "title": code.replace("-", " ").replace(".", ": "),
        "status": status,
        "code": code,
        "detail": detail,
        "violations": [_shown(each) for each in violations[:MOST_VIOLATIONS]],
    }
    if len(violations) > MOST_VIOLATIONS:
        body["violations_left_out"] = len(violations) - MOST_VIOLATIONS
    return JSONResponse(body, status, headers=headers, media_type=PROBLEM)


def _shown(violation: Violation) -> dict[str, str]:
    return {"field": _cut(violation.field), "rule": _cut(violation.rule), "remedy": violation.remedy}


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
