"""The read model of the common database: a row per person.

It is what the competition is decided from, so it holds personal data: name, IIN, points, benefits. Operators are shown it
without them.
"""

from collections.abc import Mapping
from typing import Any, Final

from contracts.grants import Quota
from law.competition import ChoiceMarks
from law.competition import Contender as Competitor
from services._chassis.aggregate import Projection, Row
from services.esuvo.grants.contender import state as contender_state
from services.esuvo.grants.contender.events import Counted
from services.esuvo.grants.contender.state import Contender


def contender_row(identity: str, state: contender_state.State) -> Row | None:
    if not isinstance(state, Contender):
        return None
    request, award = state.standing.request, state.award
    counted = state.counted or _NOTHING.model_copy(update={"total": request.certificate.scores.total})
    won = state.choice(award.choice) if award else None
    return {
        "contender": identity,
        "campaign": state.campaign,
        "status": state.status,
        "application_id": state.application_id,
        "channel": state.channel,
        "university": state.university,
        "registration_number": state.standing.registration_number,
        "iin": request.applicant.iin,
        "surname": request.applicant.surname,
        "name": request.applicant.name,
        "patronymic": request.applicant.patronymic,
        "language": request.language,
        "total": counted.total,
        "profile_scores": counted.profile_scores,
        "other_min_scores": counted.other_min_scores,
        "creative_score": counted.creative_score,
        "certificate_average": request.certificate_average,
        "preferential_rank": counted.preferential_rank,
        "quota": counted.quota,
        "rural": counted.rural,
        "choices": [each.specialty for each in request.choices],
        "choice_universities": [each.university for each in request.choices],
        "refusal_code": state.refusal_code,
        "round": award.round if award else None,
        "order_number": award.order_number if award else None,
        "choice": award.choice if award else None,
        "via": award.via if award else None,
        "awarded_specialty": won.specialty if won else None,
        "awarded_university": won.university if won else None,
        "certificate_number": state.certificate_number,
        "entered_at": state.entered_at,
        "updated_at": state.updated_at,
    }


def competitor(row: Mapping[str, Any]) -> Competitor:  # Any: a row of `contenders`, as the database gives it
    """Somebody in the register, as the competition counts them. The row is of one who was entered."""
    marks = tuple(map(ChoiceMarks, row["profile_scores"], row["other_min_scores"]))
    return Competitor(
        iin=row["iin"],
        language=row["language"],
        total=row["total"],
        profile_score=marks[0].profile_score,
        other_min_score=marks[0].other_min_score,
        certificate_average=row["certificate_average"],
        preferential_rank=row["preferential_rank"],
        quota=Quota(row["quota"]) if row["quota"] else None,
        rural=row["rural"],
        choices=tuple(row["choices"]),
        registration_number=row["registration_number"],
        creative_score=row["creative_score"],
        by_choice=marks,
    )


# Of an application that was not let into the competition nothing is counted but the points on its certificate.
_NOTHING: Final = Counted(
    total=0,
    profile_scores=(),
    other_min_scores=(),
    creative_score=None,
    preferential_rank=0,
    quota=None,
    rural=False,
)


CONTENDERS: Final = Projection(
    "contenders",
    ("contender",),
    (
        "contender",
        "campaign",
        "status",
        "application_id",
        "channel",
        "university",
        "registration_number",
        "iin",
        "surname",
        "name",
        "patronymic",
        "language",
        "total",
        "profile_scores",
        "other_min_scores",
        "creative_score",
        "certificate_average",
        "preferential_rank",
        "quota",
        "rural",
        "choices",
        "choice_universities",
        "refusal_code",
        "round",
        "order_number",
        "choice",
        "via",
        "awarded_specialty",
        "awarded_university",
        "certificate_number",
        "entered_at",
        "updated_at",
    ),
    contender_row,
)


ITS_CONTENDER: Final = "select * from contenders where contender = $1"
