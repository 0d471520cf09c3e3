"""The personal account's list of applications for a duplicate: a row each, a function of its state."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.portal.duplicates.decide import Closed, Open, State


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
