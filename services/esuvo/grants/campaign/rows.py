"""Questions about a year's campaign to the table of those who compete. Lists show no IIN and no id of a person (GRANT-GEN-6)."""

from typing import Final

# Everybody who takes part, with all that the competition counts: for the check by others, and to explain a result.
EVERYBODY: Final = """
select contender, application_id, status, iin, language, total, profile_scores, other_min_scores, creative_score,
    certificate_average, preferential_rank, quota, rural, choices, registration_number, choice, awarded_specialty
from contenders where campaign = $1 and status <> 'rejected' order by contender
"""
COUNTS: Final = (
    "select status, channel, count(*) as people from contenders where campaign = $1 group by status, channel"
)
SHEETS: Final = """
select chosen.specialty, language, count(*) as applicants, count(*) filter (where place = 1) as first_choices,
    count(*) filter (where quota is not null) as by_quota, count(*) filter (where rural) as rural,
    max(total) as highest_total, min(total) as lowest_total
from contenders cross join lateral unnest(choices) with ordinality as chosen(specialty, place)
where campaign = $1 and status <> 'rejected'
group by chosen.specialty, language order by chosen.specialty, language
"""
# Null arguments mean "any"; the number of the last line of a page is where the next begins.
LIST: Final = """
select surname, name, patronymic, awarded_specialty as specialty, awarded_university as university, language, via, round,
    order_number
from contenders
where campaign = $1 and awarded_university is not null and ($2::int is null or round = $2)
  and ($3::text is null or awarded_specialty = $3) and ($4::text is null or awarded_university = $4)
order by awarded_specialty, language, surname, name, application_id offset $5 limit $6
"""
WHO: Final = """
select iin from contenders where campaign = $1 and status <> 'rejected' and (iin = $2 or application_id::text = $2)
"""
