"""The read model of requests for duplicates: a row per request, without personal data."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.esuvo.duplicates.request.state import Known, State
from services.esuvo.terms import OVERALL, in_words


def request_row(identity: str, state: State) -> Row | None:
    if not isinstance(state, Known):
        return None
    asked = state.request
    late = next((each for each in state.overdue if each.step != OVERALL), None)
    whole = next((each for each in state.overdue if each.step == OVERALL), None)
    return {
        "application_id": identity,
        "number": asked.number,
        "university": asked.university,
        "channel": state.channel,
        "document_kind": asked.document_kind,
        "reason": asked.reason,
        "status": state.status,
        "refusal_code": state.refusal_code,
        "closed_as": state.closed_as,
        "overdue_step": late.step if late else None,
        "overdue_limit": in_words(late),
        "overdue_since": late.due_at if late else None,
        "term_limit": in_words(whole),
        "term_passed_at": whole.due_at if whole else None,
        "told_otherwise": state.contradicted.kind if state.contradicted else None,
        "filed_at": state.filed_at,
        "updated_at": state.updated_at,
    }


REQUESTS: Final = Projection(
    "requests",
    ("application_id",),
    (
        "application_id",
        "number",
        "university",
        "channel",
        "document_kind",
        "reason",
        "status",
        "refusal_code",
        "closed_as",
        "overdue_step",
        "overdue_limit",
        "overdue_since",
        "term_limit",
        "term_passed_at",
        "told_otherwise",
        "filed_at",
        "updated_at",
    ),
    request_row,
)


# Null arguments mean "any"; ids of applications are time-ordered, so the last one of a page is where the next begins.
PAGE: Final = """
select * from requests_with_notices
where ($1::text is null or status = $1) and ($2::text is null or university = $2)
  and ($3::uuid is null or application_id > $3)
  and ($5::boolean is null or $5 = (overdue_step is not null or term_passed_at is not null))
  and ($6::boolean is null or $6 = (told_otherwise is not null))
order by application_id limit $4
"""


ONE: Final = "select * from requests_with_notices where application_id = $1"
