"""The personal account's lists: a row per application, a function of its state."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.portal.domain import grant
from services.portal.domain.application import Closed, Open, State


def row(identity: str, state: State) -> Row | None:
    match state:
        case Open():
            return _columns(identity, state, state.status, None)
        case Closed():
            return _columns(identity, state.application, state.outcome, state.refusal_code)
        case _:
            return None


def _columns(identity: str, application: Open, status: str, refusal_code: str | None) -> Row:
    request = application.request
    return {
        "id": identity,
        "iin": request.applicant.iin,
        "number": request.number,
        "status": status,
        "refusal_code": refusal_code,
        "university": request.university,
        "document_kind": request.document_kind,
        "reason": request.reason,
        "filed_at": application.filed_at.isoformat(),
    }


APPLICATIONS: Final = Projection[State](
    table="applications",
    key=("id",),
    columns=(
        "id",
        "iin",
        "number",
        "status",
        "refusal_code",
        "university",
        "document_kind",
        "reason",
        "filed_at",
    ),
    row=row,
)


def grant_row(identity: str, state: grant.State) -> Row | None:
    if not isinstance(state, grant.Application):
        return None
    return {
        "id": identity,
        "iin": state.request.applicant.iin,
        "year": state.year,
        "status": state.status,
        "refusal_code": state.refusal_code,
        "language": state.request.language,
        "choices": [each.specialty for each in state.request.choices],
        "filed_at": state.filed_at.isoformat(),
    }


GRANT_APPLICATIONS: Final = Projection[grant.State](
    table="grant_applications",
    key=("id",),
    columns=("id", "iin", "year", "status", "refusal_code", "language", "choices", "filed_at"),
    row=grant_row,
)
