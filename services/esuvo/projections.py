"""The read model `requests`: one row per request, for the operator's list. It holds no personal data."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.esuvo.domain.notices import Hop
from services.esuvo.domain.state import Known, State

COLUMNS: Final = (
    "application_id",
    "number",
    "university",
    "channel",
    "document_kind",
    "reason",
    "status",
    "refusal_code",
    "closed_as",
    "notices_on_the_way",
    "notices_undeliverable",
    "filed_at",
    "updated_at",
)


def row(identity: str, state: State) -> Row | None:
    if not isinstance(state, Known):
        return None
    asked, hops = state.request, [each.hop for each in state.deliveries.values()]
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
        "notices_on_the_way": sum(hop in {Hop.FORWARDED, Hop.ACCEPTED} for hop in hops),
        "notices_undeliverable": hops.count(Hop.UNDELIVERABLE),
        "filed_at": state.filed_at,
        "updated_at": state.updated_at,
    }


REQUESTS: Final = Projection("requests", ("application_id",), COLUMNS, row)

# Null arguments mean "any"; ids of applications are time-ordered, so the last one of a page is where the next begins.
PAGE: Final = """
select * from requests
where ($1::text is null or status = $1) and ($2::text is null or university = $2)
  and ($3::uuid is null or application_id > $3)
order by application_id limit $4
"""
