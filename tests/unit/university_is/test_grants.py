"""An application for a grant, decided at the committee: given a history, when a command, then exactly these events."""

from datetime import date, timedelta

import pytest

from contracts.common import Channel, RefusalCode
from contracts.grants import REQUIRED_ATTACHMENTS, AttachmentKind, GrantReceipt
from law.left_open import Unproven
from services._chassis.decider import Refused
from services.university_is.grants.application import commands as c
from services.university_is.grants.application import events as e
from services.university_is.grants.application.decide import GRANT, registration_number
from services.university_is.grants.application.events import Begun, GrantTask
from services.university_is.grants.application.state import Status
from tests.unit.university_is.grants import (
    COMMITTEE,
    FILED,
    FORWARDED,
    GOLDEN,
    ID,
    NUMBER,
    OTHER_ID,
    PROVEN,
    WHOLE,
    given,
    grant_after,
    july,
    register,
    request,
    verify,
)

PAPER = register(channel=Channel.PAPER)
TUESDAY = july(26, 10)


def registered(begins: tuple[Begun, ...], **changes: object) -> e.Registered:
    whole = e.Registered(
        application_id=ID,
        university=COMMITTEE,
        zone="Asia/Almaty",
        week=5,
        request=request(),
        channel=Channel.PORTAL,
        filed_at=FILED,
        campaign=2016,
        regulation="KZ-MES-705-GRANT",
        registration_number=NUMBER,
        documents=WHOLE,
        benefits_proven=True,
        begins=begins,
        at=FILED,
    )
    return whole.model_copy(update=changes)


@pytest.mark.step("GRANT-E-2")
def test_an_electronic_application_is_numbered_at_once_and_due_in_two_working_days() -> None:
    verification = Begun(step="GRANT-E-2", task=GrantTask.VERIFY_APPLICATION, due_at=july(26, 18, 30))

    given().when(register()).then(registered((verification,)))


@pytest.mark.step("GRANT-E-2", "GRANT-E-3", "GRANT-PORTAL-7a")
def test_what_was_verified_is_forwarded_within_a_working_day() -> None:
    forward = Begun(step="GRANT-E-3", task=GrantTask.FORWARD, due_at=july(26, 18, 30))

    given(register()).when(verify(TUESDAY)).then(
        e.Verified(step="GRANT-E-2", benefits_proven=True, begins=(forward,), at=TUESDAY)
    )
    given(register(), verify(TUESDAY)).when(c.Forward(july(26, 15))).then(
        e.Forwarded(step="GRANT-E-3", at=july(26, 15))
    )


@pytest.mark.step("GRANT-P-1", "GRANT-P-1a")
def test_a_paper_package_gets_a_number_a_receipt_and_two_independent_tasks() -> None:
    """INC-11: certificate and transfer are both due a working day after the entry of the data."""
    receipt = GrantReceipt(
        accepted_by="Сәрсенбай Г. Қ.",
        stamp="Қабылдау комиссиясы / Приёмная комиссия № 027",
        incoming_number=NUMBER,
        accepted_on=date(2016, 7, 25),
    )
    begins = (
        Begun(step="GRANT-P-1b", task=GrantTask.CERTIFY_PARTICIPATION, due_at=july(25, 18, 30)),
        Begun(step="GRANT-P-2", task=GrantTask.FORWARD, due_at=july(25, 18, 30)),
    )

    given().when(PAPER).then(registered(begins, channel=Channel.PAPER, receipt=receipt))


@pytest.mark.step("GRANT-P-1b", "GRANT-P-2")
@pytest.mark.parametrize("certified_first", [True, False])
def test_certificate_of_participation_and_transfer_are_done_in_any_order(*, certified_first: bool) -> None:
    acts: list[c.Command] = [c.CertifyParticipation(july(25, 10)), c.Forward(july(25, 15))]
    first, second = acts if certified_first else acts[::-1]
    after = grant_after(PAPER, first, second)

    assert after.status is Status.FORWARDED
    assert {each.step: each.met for each in after.steps} == {"GRANT-P-1b": True, "GRANT-P-2": True}


@pytest.mark.step("GRANT-P-1b")
def test_inc_11_a_merged_application_has_its_certificate_of_participation_too() -> None:
    given(PAPER, c.Forward(july(25, 10)), c.NoteMerged(OTHER_ID, july(25, 10))).when(
        c.CertifyParticipation(july(25, 15))
    ).then(e.ParticipationCertified(step="GRANT-P-1b", at=july(25, 15)))


def test_the_registration_number_is_that_of_the_application_and_has_six_digits() -> None:
    assert registration_number("027", 2016, ID) == NUMBER


@pytest.mark.parametrize(
    "again", [register(), c.Accept(benefits_proven=True, at=july(27, 9)), verify(july(27, 9)), c.Forward(july(27, 9))]
)
def test_what_was_done_is_not_done_again(again: c.Command) -> None:
    given(*FORWARDED).when(again).then_nothing()


def test_edge_26_57_points_with_6_in_the_profile_subject_are_refused() -> None:
    [refused] = GRANT.decide(verify(TUESDAY), GRANT.replay(given(register(GOLDEN)).history))
    [turned_away] = GRANT.decide(register(GOLDEN, Channel.PAPER), GRANT.initial)

    for each in (refused, turned_away):
        assert isinstance(each, e.IntakeRefused | e.TurnedAway)
        assert each.refusal.code is RefusalCode.THRESHOLD_NOT_MET
        assert each.refusal.reason.en == "the points in the profile subject are below the threshold"


def test_an_electronic_application_that_lacks_copies_is_refused_with_their_names() -> None:
    lacking = tuple(each for each in WHOLE if each is not AttachmentKind.MEDICAL_FORM)
    [refused] = GRANT.decide(verify(TUESDAY), GRANT.replay(given(register(documents=lacking)).history))

    assert isinstance(refused, e.IntakeRefused)
    assert refused.refusal.code is RefusalCode.PACKAGE_INCOMPLETE
    assert "086-У" in refused.refusal.reason.ru


def test_edge_27_choices_with_another_elective_subject_are_refused() -> None:
    other = request(choices=[{"specialty": "5B060400", "university": COMMITTEE}])
    [refused] = GRANT.decide(verify(TUESDAY), GRANT.replay(given(register(other)).history))

    assert isinstance(refused, e.IntakeRefused)
    assert refused.refusal.code is RefusalCode.CHOICES_INVALID


def test_edge_29_a_quota_without_proof_is_dropped_and_the_application_goes_on() -> None:
    after = grant_after(register(request(quota="orphan")), verify(TUESDAY))

    assert after.status is Status.VERIFIED
    assert not after.benefits_proven
    assert not after.standing.benefits_proven
    assert after.standing.request.quota == "orphan"  # what was claimed stays on record


def test_edge_29_or_it_is_refused_where_the_committee_so_decides() -> None:
    claimed = register(request(preferential_right="altyn_belgi"))
    [refused] = GRANT.decide(verify(TUESDAY, Unproven.REFUSED), GRANT.replay(given(claimed).history))

    assert isinstance(refused, e.IntakeRefused)
    assert refused.refusal.code is RefusalCode.QUOTA_NOT_PROVEN


@pytest.mark.parametrize("unproven", Unproven)
def test_edge_29_with_proof_it_counts_under_either_policy(unproven: Unproven) -> None:
    after = grant_after(register(request(quota="orphan"), documents=PROVEN), verify(TUESDAY, unproven))

    assert after.standing.benefits_proven


def test_a_person_at_the_desk_may_decide_otherwise_than_the_rules() -> None:
    after = grant_after(register(GOLDEN), c.Accept(benefits_proven=False, at=TUESDAY))

    assert (after.status, after.benefits_proven) == (Status.VERIFIED, False)


def test_whoever_was_turned_away_may_come_again_with_all_of_it() -> None:
    short = register(channel=Channel.PAPER, documents=())
    whole = register(channel=Channel.PAPER, at=july(25, 11))
    history = given(short).history

    given(short).when(short).then_nothing()
    assert [each.name for each in GRANT.decide(whole, GRANT.replay(history))] == ["grant-registered"]


def test_a_package_lacks_what_the_list_names() -> None:
    [turned_away] = GRANT.decide(register(channel=Channel.PAPER, documents=REQUIRED_ATTACHMENTS[1:]), GRANT.initial)

    assert isinstance(turned_away, e.TurnedAway)
    assert turned_away.refusal.reason.en == "the package is incomplete, it lacks: education document"


def test_nothing_is_decided_of_an_application_that_nobody_registered() -> None:
    given().when(verify(TUESDAY)).then_refused("grant.unknown")
    with pytest.raises(Refused, match="not-at-this-desk"):
        GRANT.decide(c.Forward(TUESDAY), GRANT.replay(given(register()).history))


@pytest.mark.step("GRANT-E-2")
def test_edge_15_a_missed_deadline_is_told_once_and_the_procedure_goes_on() -> None:
    late = july(26, 18, 30) + timedelta(seconds=1)
    missed = c.MissDeadline("GRANT-E-2", late)

    given(register()).when(missed).then(
        e.DeadlineMissed(
            step="GRANT-E-2", limit="2 working_day", counting="event_day", due_at=july(26, 18, 30), at=late
        )
    )
    given(register(), missed).when(missed).then_nothing()
    assert grant_after(register(), missed, verify(july(27, 10))).steps[0].met is False


def test_a_desk_is_warned_of_a_deadline_once() -> None:
    warned = c.WarnOfDeadline("GRANT-E-2", july(26, 15, 30))

    given(register()).when(warned).then(e.DeadlineNear(step="GRANT-E-2", due_at=july(26, 18, 30), at=july(26, 15, 30)))
    given(register(), warned).when(warned).then_nothing()
    given(register(), verify(TUESDAY)).when(warned).then_nothing()
