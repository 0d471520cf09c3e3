"""After the competition: award, certificate, enrolment, scholarship. Given a history, when a command, then these events."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from contracts.common import Collector, CollectorKind, PowerOfAttorney, Refusal, RefusalCode
from contracts.event import Text
from contracts.grants import StudyLanguage
from services.university_is.grants.application import commands as c
from services.university_is.grants.application import events as e
from services.university_is.grants.application.decide import GRANT
from services.university_is.grants.application.events import Begun, GrantTask
from services.university_is.grants.application.state import Status
from tests.unit.university_is.examples import local
from tests.unit.university_is.grants import (
    APPLICANT,
    COMMITTEE,
    DECIDED,
    FORWARDED,
    ID,
    NO_SEAT,
    OTHER_ID,
    STUDENT,
    WINNING,
    WON,
    august,
    awarded,
    certificate,
    given,
    grant_after,
)

NEAREST_ORDER = "017-2016-08-24/С"
LAST_MOMENT = august(25, 18, 30)
HAND_OVER = Begun(step="GRANT-C-9", task=GrantTask.HAND_OVER_CERTIFICATE, due_at=august(15, 18, 30))
OTHER_GROUND = Refusal(code=RefusalCode.MERGED, reason=Text(kk="бір өтініш", ru="одно заявление", en="one application"))


def september(day: int, hour: int = 12) -> datetime:
    return local(day, hour, month=9)


def named(*history: c.Command, then: c.Command) -> list[str]:
    return [each.name for each in GRANT.decide(then, GRANT.replay(given(*history).history))]


@pytest.mark.step("GRANT-C-9")
@pytest.mark.parametrize("order", [(certificate(), awarded()), (awarded(), certificate())])
def test_the_hand_over_begins_when_the_award_is_known_and_the_certificate_there(
    order: tuple[c.Command, c.Command],
) -> None:
    """GRANT-C-7 and GRANT-C-8 are parallel: either may be first. The term ends on 15 August, whenever it began."""
    first, second = order
    waits = grant_after(*FORWARDED, first)
    [last] = GRANT.decide(second, waits)

    assert waits.under_way(GrantTask.HAND_OVER_CERTIFICATE) is None
    assert isinstance(last, e.Beginning)
    assert last.begins == (HAND_OVER,)


def test_the_university_of_the_award_acts_though_another_registered_the_application() -> None:
    before, after = grant_after(*FORWARDED), grant_after(*WON)

    assert (before.university, after.university) == (COMMITTEE, WINNING)


@pytest.mark.step("GRANT-C-9")
def test_the_winner_gets_the_certificate_and_is_to_enrol_until_25_august() -> None:
    enrolment = Begun(step="enrolment", task=GrantTask.ENROL, due_at=LAST_MOMENT)

    given(*WON).when(c.HandOver(APPLICANT, august(11, 10))).then(
        e.CertificateHandedOver(
            step="GRANT-C-9",
            certificate_number="ГР-0001",
            collector=APPLICANT,
            begins=(enrolment,),
            at=august(11, 10),
        )
    )


@pytest.mark.step("GRANT-C-9")
def test_edge_19_a_representative_needs_a_power_of_attorney_in_force() -> None:
    power = PowerOfAttorney(number="17-2016", notary="Ыбыраева Л. Н.", issued_on=date(2016, 8, 1))
    name = "Тілеубай А. С."
    nobody = Collector(kind=CollectorKind.REPRESENTATIVE, name=name)
    somebody = Collector(kind=CollectorKind.REPRESENTATIVE, name=name, power_of_attorney=power)

    given(*WON).when(c.HandOver(nobody, august(11, 10))).then_refused("collector.power-of-attorney")
    assert grant_after(*WON, c.HandOver(somebody, august(11, 10))).status is Status.HANDED_OVER


@pytest.mark.step("GRANT-C-9s")
def test_who_is_enrolled_waits_for_the_rectors_order_until_25_august() -> None:
    order = Begun(step="GRANT-C-9s", task=GrantTask.ASSIGN_SCHOLARSHIP, due_at=LAST_MOMENT)

    given(*WON, c.HandOver(APPLICANT, august(11, 10))).when(c.Enrol(august(12, 10))).then(
        e.Enrolled(step="enrolment", begins=(order,), at=august(12, 10))
    )


@pytest.mark.step("GRANT-C-9s")
def test_inc_17_the_scholarship_is_paid_from_1_september_without_an_application() -> None:
    given(*STUDENT).when(c.AssignScholarship(august(24, 18))).then(
        e.ScholarshipAssigned(
            step="GRANT-C-9s",
            order_number=NEAREST_ORDER,
            order_date=date(2016, 8, 24),
            paid_from=date(2016, 9, 1),
            at=august(24, 18),
        )
    )
    given(*STUDENT, c.AssignScholarship(august(24, 18))).when(c.AssignScholarship(august(25, 18))).then_nothing()


@pytest.mark.step("GRANT-C-9s")
@pytest.mark.parametrize(
    ("signed", "paid_from"),
    [
        (august(25, 18), date(2016, 9, 1)),
        (august(26, 10), date(2016, 10, 1)),
        (september(2), date(2016, 10, 1)),
        (local(3, 12, month=10), date(2016, 11, 1)),
        (local(5, 12, month=12), date(2017, 1, 1)),
    ],
)
def test_edge_36_an_order_after_25_august_blocks_the_payment_from_1_september(
    signed: datetime, paid_from: date
) -> None:
    missed = c.MissDeadline("GRANT-C-9s", LAST_MOMENT + timedelta(seconds=1))
    history = (*STUDENT, missed) if signed > LAST_MOMENT else STUDENT
    after = grant_after(*history, c.AssignScholarship(signed))

    assert after.scholarship
    assert after.scholarship.paid_from == paid_from
    assert after.steps[-1].met is (signed <= LAST_MOMENT)


@pytest.mark.step("GRANT-C-9s")
def test_edge_36_the_breach_names_the_fixed_date() -> None:
    late = LAST_MOMENT + timedelta(seconds=1)

    given(*STUDENT).when(c.MissDeadline("GRANT-C-9s", late)).then(
        e.DeadlineMissed(step="GRANT-C-9s", limit="2016-08-25", counting="event_day", due_at=LAST_MOMENT, at=late)
    )


@pytest.mark.parametrize("history", [WON, (*WON, c.HandOver(APPLICANT, august(11, 10)))])
def test_edge_35_whoever_is_no_student_when_enrolment_ends_has_declined(history: tuple[c.Command, ...]) -> None:
    """EDGE-18: a certificate that nobody fetched stays behind."""
    late = LAST_MOMENT + timedelta(seconds=1)
    after = grant_after(*history, c.EndEnrolment(late))

    given(*history).when(c.EndEnrolment(late)).then(e.Declined(at=late))
    assert (after.status, after.open_steps) == (Status.DECLINED, ())
    assert named(*history, c.EndEnrolment(late), then=certificate(number="ГР-0009")) == []


@pytest.mark.parametrize(("history", "at"), [(STUDENT, LAST_MOMENT), (WON, august(20, 10)), (FORWARDED, LAST_MOMENT)])
def test_nobody_else_has_declined(history: tuple[c.Command, ...], at: datetime) -> None:
    given(*history).when(c.EndEnrolment(at)).then_nothing()


def test_after_enrolment_has_ended_nobody_is_enrolled() -> None:
    with pytest.raises(Exception, match="not-at-this-desk"):
        named(*WON, c.EndEnrolment(LAST_MOMENT), then=c.Enrol(august(26, 10)))


def test_edge_35_who_was_refused_may_be_awarded_in_a_later_round_after_its_dates() -> None:
    """The fixed dates are those of the competition: a later round breaches none; five working days are left to enrol."""
    refused = c.NoteNotAwarded(NO_SEAT, "2016-1", DECIDED)
    history = (*FORWARDED, refused, awarded(september(1), number=2), certificate(september(1)))
    after = grant_after(*history)
    student = grant_after(*history, c.HandOver(APPLICANT, september(2)), c.Enrol(september(5)))

    assert grant_after(*FORWARDED, refused).status is Status.NOT_AWARDED
    assert (after.status, after.refusal) == (Status.AWARDED, None)
    assert [each.due for each in after.open_steps] == [None]
    assert after.enrolment_ends == september(8).replace(hour=12, minute=30)
    assert [each.due for each in student.open_steps] == [None]
    assert GRANT.decide(c.AssignScholarship(september(6)), student)[0].paid_from == date(2016, 10, 1)  # type: ignore[union-attr]  # what it is the test before says


def test_edge_33_a_reissued_certificate_takes_the_place_of_a_misprinted_one() -> None:
    after = grant_after(*WON, certificate(august(10, 10), "ГР-0002", replaces="ГР-0001"))
    handed = grant_after(*WON, certificate(august(10, 10), "ГР-0002"), c.HandOver(APPLICANT, august(11, 10)))

    assert [each.step for each in after.open_steps] == ["GRANT-C-9"]
    assert handed.handed_over
    assert handed.handed_over.certificate_number == "ГР-0002"


@pytest.mark.step("GRANT-C-9")
@pytest.mark.parametrize("history", [(*WON, c.HandOver(APPLICANT, august(11, 10))), STUDENT])
def test_edge_33_a_certificate_that_was_handed_over_is_exchanged(history: tuple[c.Command, ...]) -> None:
    """The exchange has no term of its own, and whoever is a student stays one."""
    before = grant_after(*history)
    exchange = grant_after(*history, certificate(august(13, 10), "ГР-0002", replaces="ГР-0001"))
    [again] = GRANT.decide(c.HandOver(APPLICANT, august(16, 10)), exchange)

    assert exchange.under_way(GrantTask.HAND_OVER_CERTIFICATE)
    assert isinstance(again, e.CertificateHandedOver)
    assert (again.certificate_number, again.begins) == ("ГР-0002", ())
    assert GRANT.evolve(exchange, again).status is before.status  # type: ignore[union-attr]  # a grant stays a grant


def test_edge_33_a_corrective_order_may_name_another_seat() -> None:
    moved = replace(awarded(august(12, 10), university=COMMITTEE, order="2016-1/1"), specialty="5B050900", choice=1)
    after = grant_after(*WON, moved)

    assert (after.university, after.status, after.certificate, after.open_steps) == (
        COMMITTEE,
        Status.AWARDED,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (awarded(university="013"), "grant.not-chosen"),
        (replace(awarded(), specialty="5B050900"), "grant.not-chosen"),
        (replace(awarded(), choice=1), "grant.not-chosen"),
        (replace(awarded(), choice=4), "grant.not-chosen"),
        (replace(awarded(), language=StudyLanguage.RUSSIAN), "grant.other-language"),
        (replace(certificate(), specialty="5B050900"), "grant.not-chosen"),
        (replace(certificate(), university="013"), "grant.not-chosen"),
        (certificate(replaces="ГР-0009"), "grant.certificate-unknown"),
    ],
    ids=repr,
)
def test_an_award_or_a_certificate_of_what_nobody_chose_is_refused(said: c.Command, rule: str) -> None:
    given(*FORWARDED).when(said).then_refused(rule)


def test_edge_33_a_corrective_order_may_take_the_award_back() -> None:
    after = grant_after(*WON, c.NoteNotAwarded(NO_SEAT, "2016-1/1", august(12, 10)))

    assert (after.status, after.university, after.open_steps) == (Status.NOT_AWARDED, COMMITTEE, ())


@pytest.mark.parametrize(
    "end", [c.NoteRejected(OTHER_GROUND, DECIDED), c.NoteMerged(OTHER_ID, DECIDED), c.NoteRejected(NO_SEAT, DECIDED)]
)
def test_what_the_testing_centre_leaves_out_has_ended(end: c.Command) -> None:
    assert named(*FORWARDED, end, then=end) == []
    assert named(*FORWARDED, end, then=c.NoteNotAwarded(NO_SEAT, "2016-1", DECIDED)) == []


@pytest.mark.parametrize(
    "again",
    [awarded(august(30, 9)), certificate(august(30, 9)), c.HandOver(APPLICANT, august(30, 9)), c.Enrol(august(30, 9))],
)
def test_what_was_said_or_done_changes_nothing_again(again: c.Command) -> None:
    given(*STUDENT).when(again).then_nothing()


def test_the_campaign_does_not_decide_on_what_was_never_forwarded() -> None:
    given(FORWARDED[0]).when(awarded()).then_refused("grant.not-in-competition")


def test_a_student_keeps_the_grant_whatever_a_later_order_says() -> None:
    given(*STUDENT).when(c.NoteNotAwarded(NO_SEAT, "2016-1/1", august(20, 10))).then_refused("grant.not-in-competition")
    assert grant_after(*STUDENT).application_id == ID
