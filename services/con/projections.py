"""The read model `applications`: one row per package, for the operator's list. It holds no personal data."""

from datetime import datetime
from typing import Final

from services._chassis.aggregate import Projection, Row
from services.con.domain.events import Particulars
from services.con.domain.state import AtCounter, State, TurnedAway

REFUSED: Final = "refused"

COLUMNS: Final = (
    "id",
    "number",
    "status",
    "university",
    "document_kind",
    "reason",
    "handed_in_at",
    "deadlines_missed",
)


def row(identity: str, state: State) -> Row | None:
    match state:
        case TurnedAway():
            return _columns(identity, state.particulars, REFUSED, handed_in_at=state.receipt.issued_at)
        case AtCounter(number=number, acts=acts):
            missed = sum(act.missed for act in acts)
            return _columns(
                identity, state.particulars, state.status, number=number, handed_in_at=acts[0].done_at, missed=missed
            )
        case _:
            return None


def _columns(
    identity: str,
    asked: Particulars,
    status: str,
    *,
    handed_in_at: datetime | None,
    number: str | None = None,
    missed: int = 0,
) -> Row:
    return {
        "id": identity,
        "number": number,
        "status": status,
        "university": asked.university,
        "document_kind": asked.document_kind,
        "reason": asked.reason,
        "handed_in_at": handed_in_at,
        "deadlines_missed": missed,
    }


APPLICATIONS: Final = Projection[State]("applications", ("id",), COLUMNS, row)

# A null argument means "any"; ids are time-ordered, so the last one of a page is where the next begins.
PAGE: Final = """
select * from applications
where ($1::text is null or status = $1) and ($2::uuid is null or id > $2)
order by id limit $3
"""
