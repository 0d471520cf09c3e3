"""The read model of applications for grants: a row per application, without personal data."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.esuvo.grants.application import state as grant_state
from services.esuvo.grants.application.state import Sent
from services.esuvo.terms import in_words


def grant_row(identity: str, state: grant_state.State) -> Row | None:
    if not isinstance(state, Sent):
        return None
    entry, late = state.entry, state.overdue
    return {
        "application_id": identity,
        "university": state.university,
        "channel": state.channel,
        "status": state.status,
        "refusal_code": state.refusal_code,
        "campaign": entry.campaign if entry else None,
        "registration_number": entry.standing.registration_number if entry else None,
        "contender": entry.contender if entry else None,
        "overdue_step": late.step if late else None,
        "overdue_limit": in_words(late),
        "overdue_since": late.due_at if late else None,
        "filed_at": state.filed_at,
        "updated_at": state.updated_at,
    }


GRANTS: Final = Projection(
    "grant_requests",
    ("application_id",),
    (
        "application_id",
        "university",
        "channel",
        "status",
        "refusal_code",
        "campaign",
        "registration_number",
        "contender",
        "overdue_step",
        "overdue_limit",
        "overdue_since",
        "filed_at",
        "updated_at",
    ),
    grant_row,
)


# Null arguments mean "any"; the last id of a page is where the next begins.
PAGE: Final = """
select application_id, university, channel, status, refusal_code, campaign, registration_number,
  overdue_step, overdue_limit, overdue_since, filed_at, updated_at
from grant_requests
where ($1::text is null or status = $1) and ($2::text is null or university = $2)
  and ($3::uuid is null or application_id > $3)
  and ($5::boolean is null or $5 = (overdue_step is not null))
order by application_id limit $4
"""


ONE: Final = "select * from grant_requests where application_id = $1"
