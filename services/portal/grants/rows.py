"""The personal account's list of applications for a grant: a row each, a function of its state."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.portal.grants.decide import Application, State


def row(identity: str, state: State) -> Row | None:
    if not isinstance(state, Application):
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


GRANT_APPLICATIONS: Final = Projection[State](
    table="grant_applications",
    key=("id",),
    columns=("id", "iin", "year", "status", "refusal_code", "language", "choices", "filed_at"),
    row=row,
)
