"""A small campaign: a few made-up people, two specialties with few seats, and ESUVO in memory."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from contracts import portal_applications, university_grants
from contracts.common import Applicant, Channel
from contracts.grants import (
    CertificateKind,
    Choice,
    GrantRequest,
    PointsCertificate,
    Scores,
    Standing,
    StudyLanguage,
    Subject,
)
from contracts.iin import check_digit
from contracts.issued_documents import Codes
from law.regulation import CountFrom
from law.specialties import SeatRow, load_specialties
from services._actors.commission import CommissionPolicy
from services._actors.policy import Mode
from services._chassis.aggregate import Service, Timer
from services.esuvo.grants.campaign.competition import Competition
from services.esuvo.grants.campaign.follows import DECIDE, SHEETS, Campaigns
from services.esuvo.grants.campaign.state import Campaign
from services.esuvo.grants.contender.register import Register
from services.esuvo.grants.contender.state import Contender, key_of
from services.esuvo.service import service
from services.esuvo.simulated.commission import Commission
from services.esuvo.streams import campaign_stream, contender_stream
from tests.support.memory import InMemory
from tests.unit.esuvo.examples import DIRECTORY, MINISTRY, UNIVERSITIES

YEAR: Final = 2016
FORWARDED_AT: Final = datetime(2016, 8, 2, 4, 0, 20, tzinfo=UTC)
SUBMITTED_AT: Final = datetime(2016, 7, 25, 6, 0, tzinfo=UTC)
END: Final = datetime(2016, 10, 1, tzinfo=UTC)
PHYSICS: Final = "5B011000"
TEACHERS: Final = "5B060400"
SEATS: Final = (SeatRow(PHYSICS, "kk", 2, rural=False), SeatRow(TEACHERS, "kk", 1, rural=False))
_SIGNATURE: Final = portal_applications.Signature(certificate_serial="01", digest="00", signed_at=SUBMITTED_AT)
FULL: Final = CommissionPolicy(absent_share=0)


def iin_of(number: int) -> str:
    """A made-up person's: born in 1899 by the century digit, so nobody's."""
    for spare in range(100):
        first = f"980101{1}{number:02d}{spare:02d}"
        digit = check_digit(first)
        if digit is not None:
            return f"{first}{digit}"
    raise AssertionError("no check digit fits")


def id_of(number: int) -> UUID:
    return UUID(f"01560000-0000-8000-8000-{number:012d}")


def forwarded(
    number: int, points: int, *, choices: Sequence[str] = (PHYSICS, TEACHERS), channel: Channel = Channel.PORTAL
) -> university_grants.ForwardedToTestingCentre:
    """Applicant `number` with so many points in each of three subjects, 20 in the profile one."""
    scores = Scores(language=points, history=points, mathematics=points, elective=20, elective_subject=Subject.PHYSICS)
    request = GrantRequest(
        applicant=Applicant(iin=iin_of(number), surname=f"Тегі{number}", name="Аты"),
        language=StudyLanguage.KAZAKH,
        certificate=PointsCertificate(kind=CertificateKind.ENT, number=f"{number:06d}", scores=scores),
        certificate_average=Decimal("4.50"),
        choices=tuple(Choice(specialty=each, university="027") for each in choices),
    )
    standing = Standing(
        registration_number=f"027-2016-{number:06d}", request=request, benefits_proven=True, registered_at=FORWARDED_AT
    )
    return university_grants.ForwardedToTestingCentre(
        application_id=id_of(number),
        university="027",
        at=FORWARDED_AT,
        channel=channel,
        campaign=YEAR,
        standing=standing,
    )


def answer(memory: InMemory, timer: Timer) -> Iterable[Mapping[str, Any]]:
    """As the survey's query would."""
    wanted = {"entered"} if timer.data["round"] == 1 else {"not-awarded", "released"}
    return [
        row for row in memory.rows("contenders") if row["campaign"] == timer.data["year"] and row["status"] in wanted
    ]


def esuvo(
    policy: CommissionPolicy = FULL,
    seats: Sequence[SeatRow] = SEATS,
    count_from: CountFrom | None = None,
    per_annex: int = 2,
) -> InMemory:
    return InMemory(described(policy, seats, count_from, per_annex), {SHEETS: answer, DECIDE: answer})


def described(
    policy: CommissionPolicy = FULL,
    seats: Sequence[SeatRow] = SEATS,
    count_from: CountFrom | None = None,
    per_annex: int = 2,
    codes: Codes | None = None,
) -> Service:
    """ESUVO with simulated people, as `__main__` puts it together."""
    competition = Competition(lambda _year: seats, policy.members, per_annex)
    commission = Commission(705, policy, competition, count_from)
    simulated = policy.mode is Mode.SIMULATED
    campaigns = Campaigns(competition, count_from, commission.misprints)
    register = Register(UNIVERSITIES, load_specialties(), campaigns.closes)
    actors = (MINISTRY.actors(), commission.actors()) if simulated else (MINISTRY.actors(),)
    return service(DIRECTORY, register, campaigns, codes=codes).with_actors(*actors)


def hear(
    memory: InMemory, *applications: university_grants.ForwardedToTestingCentre, at: datetime = FORWARDED_AT
) -> None:
    for each in applications:
        if each.channel is Channel.PORTAL:
            submitted = portal_applications.GrantApplicationSubmitted(
                application_id=each.application_id,
                request=each.standing.request,
                attachments=(),
                signature=_SIGNATURE,
                submitted_at=SUBMITTED_AT,
            )
            memory.hear(portal_applications.TOPIC, submitted, each.application_id, SUBMITTED_AT)
            memory.hear(university_grants.TOPIC, verified(each), each.application_id, at)
        memory.hear(university_grants.TOPIC, each.model_copy(update={"at": at}), each.application_id, at)


def verified(each: university_grants.ForwardedToTestingCentre) -> university_grants.GrantApplicationVerified:
    """What the committee of an electronic application says before it forwards it (GRANT-E-2)."""
    return university_grants.GrantApplicationVerified(
        application_id=each.application_id,
        university=each.university,
        at=each.at,
        benefits_proven=each.standing.benefits_proven,
    )


def run(memory: InMemory, until: datetime = END) -> None:
    """Fire everything that is due until then; the gateway's repetitions of notices are of no interest here."""
    while row := _next(memory, until):
        if row.key == "resend":
            del memory.timers[row.stream, row.key]
        else:
            memory.fire_next(until)


def _next(memory: InMemory, until: datetime) -> Any:  # Any: a row of the timers
    rows = sorted(memory.timers.values(), key=lambda each: (each.schedule.due_at, each.stream, each.key))
    return next((row for row in rows if row.schedule.due_at <= until), None)


def campaign(memory: InMemory) -> Campaign:
    state = memory.state(campaign_stream(YEAR))
    assert isinstance(state, Campaign)
    return state


def contender(memory: InMemory, number: int) -> Contender:
    state = memory.state(contender_stream(key_of(YEAR, iin_of(number))))
    assert isinstance(state, Contender)
    return state
