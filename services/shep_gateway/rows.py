"""The journal: a row per application, with an entry for every message that passed."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.shep_gateway.decide import Conversation


def row(identity: str, state: Conversation) -> Row | None:
    entries = [
        {
            "notice_id": notice_id,
            "kind": entry.notice.kind,
            "state": entry.standing,
            "attempts": entry.attempts,
            "accepted_at": entry.accepted_at,
            "confirmed_at": entry.confirmed_at,
            "abandoned_at": entry.abandoned_at,
        }
        for notice_id, entry in state.entries.items()
    ]
    return {"application_id": identity, "entries": entries}


JOURNAL: Final = Projection("journal", ("application_id",), ("application_id", "entries"), row)

# Null arguments mean "any". The first condition on entries is for the index, the second takes the entry itself.
PAGE: Final = """
select application_id, entry.* from journal, jsonb_to_recordset(entries) as entry(
    notice_id uuid, kind text, state text, attempts integer,
    accepted_at timestamptz, confirmed_at timestamptz, abandoned_at timestamptz)
where ($1::uuid is null or application_id = $1)
  and ($2::text is null or entries @> jsonb_build_array(jsonb_build_object('state', $2::text)))
  and ($2::text is null or entry.state = $2)
  and ($3::uuid is null or entry.notice_id > $3)
order by entry.notice_id limit $4
"""
