"""Applications for grants through ESUVO in memory: routing, the common database, and what the applicant is told."""

from datetime import timedelta
from typing import Any

import pytest

from contracts import esuvo_competition, esuvo_notifications, esuvo_requests, portal_applications, university_grants
from contracts.common import Channel, Notice, NoticeKind, PublicService, Refusal, RefusalCode
from contracts.event import Event
from contracts.grants import Choice, PreferentialRight, Quota, Scores
from law.specialties import load_specialties
from services._chassis.decider import Refused
from services.esuvo.grants.application import rows as projections
from services.esuvo.grants.contender.events import Counted
from services.esuvo.grants.contender.register import Register
from services.esuvo.grants.contender.rows import CONTENDERS, competitor, contender_row
from services.esuvo.grants.contender.state import Contender, ContenderStatus, key_of
from services.esuvo.grants.schedule import schedule
from services.esuvo.service import service
from services.esuvo.streams import contender_stream, grant_stream
from tests.support.memory import InMemory
from tests.unit.esuvo import campaign_examples as ce
from tests.unit.esuvo.campaign_examples import FORWARDED_AT, YEAR, forwarded, hear, id_of, iin_of
from tests.unit.esuvo.examples import DIRECTORY, UNIVERSITIES, WORDS

CLOSES = schedule(YEAR).register_closes
ARRIVED_AT = FORWARDED_AT + timedelta(seconds=5)


def changed(
    application: university_grants.ForwardedToTestingCentre, **fields: Any
) -> university_grants.ForwardedToTestingCentre:
    """The same with other words in its request or standing. Any: whichever fields."""
    proven = fields.pop("benefits_proven", True)
    request = application.standing.request.model_copy(update=fields)
    standing = application.standing.model_copy(update={"request": request, "benefits_proven": proven})
    return application.model_copy(update={"standing": standing})


def as_another(
    application: university_grants.ForwardedToTestingCentre, number: int, channel: Channel, university: str = "027"
) -> university_grants.ForwardedToTestingCentre:
    """The same person applies again."""
    standing = application.standing.model_copy(update={"registration_number": f"{university}-2016-{number:06d}"})
    update = {
        "application_id": id_of(number),
        "channel": channel,
        "university": university,
        "standing": standing,
    }
    return application.model_copy(update=update)


def scored(
    mathematics: int, elective: int, language: int, history: int
) -> dict[str, Any]:  # Any: a field of the request
    request = forwarded(1, 20).standing.request
    scores = Scores(
        language=language,
        history=history,
        mathematics=mathematics,
        elective=elective,
        elective_subject=request.certificate.scores.elective_subject,
    )
    return {"certificate": request.certificate.model_copy(update={"scores": scores})}


def submitted(university: str = "027", number: int = 1) -> portal_applications.GrantApplicationSubmitted:
    request = forwarded(number, 20).standing.request
    choices = tuple(Choice(specialty=each.specialty, university=university) for each in request.choices)
    return portal_applications.GrantApplicationSubmitted(
        application_id=id_of(number),
        request=request.model_copy(update={"choices": choices}),
        attachments=(),
        signature=portal_applications.Signature(certificate_serial="01", digest="00", signed_at=ce.SUBMITTED_AT),
        submitted_at=ce.SUBMITTED_AT,
    )


def reached(memory: InMemory, *applications: university_grants.ForwardedToTestingCentre) -> list[Event]:
    """What is told until all have reached the register."""
    memory.take_published()
    hear(memory, *applications)
    while memory.fire_next(ARRIVED_AT):
        pass
    return [each for each in memory.take_published() if not isinstance(each, esuvo_requests.GrantApplicationRouted)]


def notices(told: list[Event]) -> list[Notice]:
    return [each.notice for each in told if isinstance(each, esuvo_notifications.NoticeForwarded)]


def judged(application: university_grants.ForwardedToTestingCentre, *, strict: bool = False) -> Counted | Refusal:
    register = Register(UNIVERSITIES, load_specialties(), lambda _year: CLOSES, strict)
    return register.count(application.standing, YEAR, ARRIVED_AT)


def test_an_application_is_routed_to_the_committee_of_its_first_choice() -> None:
    memory = ce.esuvo()
    memory.hear(portal_applications.TOPIC, submitted(), id_of(1), ce.SUBMITTED_AT)

    (told,) = memory.take_published()

    assert isinstance(told, esuvo_requests.GrantApplicationRouted)
    assert (told.application_id, told.university, told.filed_at) == (id_of(1), "027", ce.SUBMITTED_AT)


@pytest.mark.parametrize("code", ["998", "013"])
def test_edge_09_an_unknown_or_merged_university_is_answered_with_a_refusal(code: str) -> None:
    directory = type(DIRECTORY)(UNIVERSITIES, merged={"013": "027"})
    memory = InMemory(service(directory))
    memory.hear(portal_applications.TOPIC, submitted(code), id_of(1), ce.SUBMITTED_AT)

    failed, told = memory.take_published()

    assert isinstance(failed, esuvo_requests.RoutingFailed)
    assert isinstance(told, esuvo_notifications.NoticeForwarded)
    assert (told.notice.kind, told.notice.service) == (NoticeKind.REFUSED, PublicService.GRANT)
    assert told.notice.text == directory.why_unroutable(code)


def test_edge_09_a_closed_university_does_not_send_an_applicant_to_an_archive() -> None:
    directory = type(DIRECTORY)(UNIVERSITIES, closed={"013"})

    grant = directory.why_unroutable("013", PublicService.GRANT)
    duplicate = directory.why_unroutable("013")

    assert grant
    assert duplicate
    assert "archive" in duplicate.en
    assert "archive" not in grant.en


@pytest.mark.step("GRANT-PORTAL-8")
def test_a_committees_refusal_reaches_the_applicant_as_the_first_result() -> None:
    memory = ce.esuvo()
    memory.hear(portal_applications.TOPIC, submitted(), id_of(1), ce.SUBMITTED_AT)
    memory.take_published()
    refusal = Refusal(code=RefusalCode.PACKAGE_INCOMPLETE, reason=WORDS)
    event = university_grants.GrantIntakeRefused(
        application_id=id_of(1), university="027", at=FORWARDED_AT, channel=Channel.PORTAL, refusal=refusal
    )

    memory.hear(university_grants.TOPIC, event, id_of(1), FORWARDED_AT)
    (notice,) = notices(memory.take_published())

    assert (notice.kind, notice.refusal, notice.text) == (NoticeKind.REFUSED, refusal, WORDS)


@pytest.mark.step("GRANT-E-2", "GRANT-E-3")
def test_a_committee_that_is_silent_is_overdue_with_its_step() -> None:
    memory = ce.esuvo()
    memory.hear(portal_applications.TOPIC, submitted(), id_of(1), ce.SUBMITTED_AT)
    memory.fire_next()
    _, first = memory.take_published()
    at = first.overdue_at if isinstance(first, esuvo_requests.RequestOverdue) else ce.SUBMITTED_AT
    memory.hear(university_grants.TOPIC, ce.verified(forwarded(1, 20)).model_copy(update={"at": at}), id_of(1), at)
    memory.fire_next()
    (second,) = memory.take_published()
    rows = memory.rows("grant_requests")
    memory.hear(university_grants.TOPIC, forwarded(1, 20), id_of(1), FORWARDED_AT)

    assert isinstance(first, esuvo_requests.RequestOverdue)
    assert isinstance(second, esuvo_requests.RequestOverdue)
    assert [(each.step, each.limit.value, each.service) for each in (first, second)] == [
        ("GRANT-E-2", 2, PublicService.GRANT),
        ("GRANT-E-3", 1, PublicService.GRANT),
    ]
    assert (rows[0]["overdue_step"], rows[0]["overdue_limit"]) == ("GRANT-E-3", "1 working_day")
    assert not [key for _, key in memory.timers if key == "watch"]


@pytest.mark.step("GRANT-PORTAL-7b", "GRANT-PORTAL-8")
def test_the_register_accepts_an_electronic_application_and_says_so() -> None:
    told = reached(ce.esuvo(), forwarded(1, 20))

    (accepted,) = [each for each in told if isinstance(each, esuvo_competition.GrantApplicationAccepted)]
    (notice,) = notices(told)
    assert (accepted.application_id, accepted.channel, accepted.at) == (id_of(1), Channel.PORTAL, ARRIVED_AT)
    assert (notice.kind, notice.service) == (NoticeKind.ACCEPTED, PublicService.GRANT)
    assert "027-2016-000001" in notice.text.kk


def test_inc_23_an_application_on_paper_is_accepted_without_a_notice() -> None:
    told = reached(ce.esuvo(), forwarded(1, 20, channel=Channel.PAPER))

    assert [each.channel for each in told if isinstance(each, esuvo_competition.GrantApplicationAccepted)] == [
        Channel.PAPER
    ]
    assert notices(told) == []


def test_edge_26_the_register_rejects_a_total_of_57_with_6_in_the_profile_subject() -> None:
    told = reached(ce.esuvo(), changed(forwarded(1, 20), **scored(14, 6, 20, 17)))

    (rejected,) = [each for each in told if isinstance(each, esuvo_competition.GrantApplicationRejected)]
    (notice,) = notices(told)
    assert rejected.refusal.code is RefusalCode.THRESHOLD_NOT_MET
    assert (notice.kind, notice.refusal) == (NoticeKind.REFUSED, rejected.refusal)


def test_edge_27_the_register_rejects_choices_that_it_cannot_count() -> None:
    unknown = changed(forwarded(1, 20), choices=(Choice(specialty="5B999999", university="027"),))
    elsewhere = changed(forwarded(1, 20), choices=(Choice(specialty=ce.PHYSICS, university="998"),))

    for each in (judged(unknown), judged(elsewhere)):
        assert isinstance(each, Refusal)
        assert each.code is RefusalCode.CHOICES_INVALID


def test_edge_29_a_benefit_without_proof_is_dropped_and_told_or_refused_where_so_set() -> None:
    claimed = changed(
        forwarded(1, 20), quota=Quota.ORPHAN, preferential_right=PreferentialRight.ALTYN_BELGI, benefits_proven=False
    )

    counted, refused = judged(claimed), judged(claimed, strict=True)
    (notice,) = notices(reached(ce.esuvo(), claimed))

    assert isinstance(counted, Counted)
    assert (counted.quota, counted.preferential_rank) == (None, 0)
    assert isinstance(refused, Refusal)
    assert refused.code is RefusalCode.QUOTA_NOT_PROVEN
    assert notice.kind is NoticeKind.ACCEPTED
    assert "not counted" in notice.text.en


@pytest.mark.parametrize("backwards", [False, True])
def test_edge_28_of_two_applications_of_one_instant_the_lower_id_counts(
    backwards: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    first = forwarded(1, 20, channel=Channel.PAPER)
    second = as_another(first, 2, Channel.PORTAL)
    memory = ce.esuvo()

    told = reached(memory, *((second, first) if backwards else (first, second)))

    (merged,) = [each for each in told if isinstance(each, esuvo_competition.GrantApplicationMerged)]
    (notice,) = notices(told)
    assert (merged.application_id, merged.into) == (id_of(2), id_of(1))
    assert notice.refusal
    assert (notice.application_id, notice.refusal.code) == (id_of(2), RefusalCode.MERGED)
    assert first.standing.registration_number in notice.text.ru
    state = memory.state(contender_stream(key_of(YEAR, iin_of(1))))
    assert isinstance(state, Contender)
    assert (state.application_id, state.status) == (id_of(1), ContenderStatus.ENTERED)


@pytest.mark.step("GRANT-C-8e")
def test_what_a_merged_person_wins_is_told_to_the_application_that_counts() -> None:
    memory = ce.esuvo()
    first = forwarded(1, 20)
    reached(memory, first, as_another(first, 2, Channel.PAPER))
    ce.run(memory)

    told = memory.take_published()

    (awarded,) = [each for each in told if isinstance(each, esuvo_competition.GrantAwarded)]
    (notice,) = [each for each in notices(told) if each.kind is NoticeKind.AWARDED]
    assert awarded.application_id == notice.application_id == id_of(1)
    assert notice.collection_place
    assert awarded.order_number in notice.text.en
    assert UNIVERSITIES["027"].name.en in notice.text.en
    assert schedule(YEAR).collect_by.isoformat() in notice.text.en


def test_what_arrives_when_the_register_is_closed_is_too_late() -> None:
    register = Register(UNIVERSITIES, load_specialties(), lambda _year: CLOSES)
    standing = forwarded(1, 20).standing

    at_once, late = (
        register.count(standing, YEAR, CLOSES - timedelta(seconds=1)),
        register.count(standing, YEAR, CLOSES),
    )

    assert isinstance(at_once, Counted)
    assert isinstance(late, Refusal)
    assert late.code is RefusalCode.TOO_LATE


def test_nothing_is_told_of_somebody_elses_grant() -> None:
    memory = ce.esuvo()
    reached(memory, forwarded(1, 20))
    declined = university_grants.GrantDeclined(application_id=id_of(1), university="027", at=ARRIVED_AT)

    with pytest.raises(Refused, match=r"contender\.no-grant"):
        memory.hear(university_grants.TOPIC, declined, id_of(1), ARRIVED_AT)


def test_the_rows_have_what_the_competition_counts_and_give_it_back() -> None:
    memory = ce.esuvo()
    reached(memory, forwarded(1, 20))
    key = key_of(YEAR, iin_of(1))
    state, sent = memory.state(contender_stream(key)), memory.state(grant_stream(id_of(1)))

    row = contender_row(key, state)  # type: ignore[arg-type] # the stream's category says which state
    grant_row = projections.grant_row(str(id_of(1)), sent)  # type: ignore[arg-type] # as above

    assert row
    assert grant_row
    assert set(row) == set(CONTENDERS.columns)
    assert set(grant_row) == set(projections.GRANTS.columns)
    assert grant_row["contender"] == key
    assert iin_of(1) not in map(str, grant_row.values())
    person = competitor(row)
    assert (person.iin, person.total, person.profile_score) == (iin_of(1), 80, 20)
    assert person.choices == (ce.PHYSICS, ce.TEACHERS)
