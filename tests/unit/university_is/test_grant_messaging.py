"""An application for a grant from its arrival to the scholarship, in memory: what others hear, and which timers it costs."""

from datetime import date, timedelta

import pytest

from contracts import esuvo_competition, university_grants
from contracts.common import Channel, CollectorKind, RefusalCode
from contracts.issued_documents import Codes
from services._actors.policy import StaffPolicy, staff_policy
from services._chassis.decider import Refused
from services.university_is.grants.application.state import Status
from tests.support.papers import CODES
from tests.unit.university_is.examples import local
from tests.unit.university_is.grants import (
    COMMITTEE,
    FILED,
    GOLDEN,
    ID,
    NO_SEAT,
    NUMBER,
    OTHER_ID,
    WINNING,
    Admission,
    august,
    dispatched,
    grant_awarded,
    register,
    request,
    routed,
)

IN_TIME = {action: {"late_share": 0} for action in ("verify_application", "forward", "certify_participation")}
PUNCTUAL = staff_policy(
    {
        "work": {**IN_TIME, "hand_over_certificate": {"late_share": 0}, "assign_scholarship": {"late_share": 0}},
        "enrolment": {"never_share": 0},
    }
)
NEVER_COLLECTED = staff_policy({**PUNCTUAL.model_dump(mode="json"), "collection": {"never_share": 1}})
NEVER_ENROLLED = staff_policy({**PUNCTUAL.model_dump(mode="json"), "enrolment": {"never_share": 1}})
BY_HAND = StaffPolicy.manual()
DISPATCHED = august(9, 12)
LIST = august(9, 15)
ENDS = august(25, 19, 30)  # the winning university closes at half past six, an hour behind Almaty


def won(policy: StaffPolicy = PUNCTUAL, codes: Codes = CODES) -> Admission:
    """The application was filed electronically, forwarded and won; the certificate came before the list."""
    university = Admission(policy, codes=codes)
    university.tell(routed(), FILED)
    university.live(until=august(1, 0))
    university.tell(dispatched(at=DISPATCHED), DISPATCHED)
    university.tell(grant_awarded(at=LIST), LIST)
    return university


@pytest.mark.step("GRANT-E-2", "GRANT-E-3", "GRANT-PORTAL-7a")
def test_an_electronic_application_comes_to_the_testing_centre_with_two_timers() -> None:
    """The watch over a deadline is forgotten with its step."""
    committee = Admission(PUNCTUAL)
    committee.tell(routed(), FILED)
    fired = committee.live()
    *_, forwarded = committee.told

    assert committee.names() == [
        "grant-application-registered",
        "grant-application-verified",
        "forwarded-to-testing-centre",
    ]
    assert [key for key, _ in fired] == ["staff:GRANT-E-2", "staff:GRANT-E-3"]
    assert isinstance(forwarded, university_grants.ForwardedToTestingCentre)
    assert (forwarded.university, forwarded.channel, forwarded.campaign) == (COMMITTEE, Channel.PORTAL, 2016)
    assert (forwarded.standing.registration_number, forwarded.standing.request) == (NUMBER, request())


@pytest.mark.step("GRANT-P-1a", "GRANT-P-1b", "GRANT-P-2")
def test_a_paper_application_takes_two_timers_and_has_its_receipt() -> None:
    committee = Admission(PUNCTUAL)
    committee.act(register(channel=Channel.PAPER))
    fired = committee.live()
    first = committee.told[0]

    assert sorted(key for key, _ in fired) == ["staff:GRANT-P-1b", "staff:GRANT-P-2"]
    assert sorted(committee.names()[1:]) == ["forwarded-to-testing-centre", "participation-certified"]
    assert isinstance(first, university_grants.GrantApplicationRegistered)
    assert first.receipt
    assert (first.receipt.incoming_number, first.receipt.accepted_on) == (NUMBER, date(2016, 7, 25))


def test_edge_26_the_golden_case_is_refused_by_the_committee_and_others_hear_why() -> None:
    committee = Admission(PUNCTUAL)
    committee.tell(routed(particulars=GOLDEN), FILED)
    committee.live()
    refused = committee.told[-1]

    assert isinstance(refused, university_grants.GrantIntakeRefused)
    assert (refused.refusal.code, refused.channel) == (RefusalCode.THRESHOLD_NOT_MET, Channel.PORTAL)
    assert not committee.timers


def test_what_is_turned_away_at_the_counter_is_a_fact_that_others_hear() -> None:
    committee = Admission(PUNCTUAL)
    committee.act(register(channel=Channel.PAPER, documents=()))
    [refused] = committee.told

    assert isinstance(refused, university_grants.GrantIntakeRefused)
    assert (refused.refusal.code, refused.channel) == (RefusalCode.PACKAGE_INCOMPLETE, Channel.PAPER)


def test_edge_29_the_policy_of_the_committee_refuses_a_quota_without_proof() -> None:
    committee = Admission(staff_policy({**PUNCTUAL.model_dump(mode="json"), "unproven": "refused"}))
    committee.tell(routed(particulars=request(quota="disabled")), FILED)
    committee.live()

    assert committee.grant().refusal
    assert committee.grant().refusal.code is RefusalCode.QUOTA_NOT_PROVEN  # type: ignore[union-attr]  # asserted before


@pytest.mark.step("GRANT-C-9", "GRANT-C-9s")
def test_a_winner_takes_three_timers_from_the_award_to_the_scholarship() -> None:
    university = won()
    fired = university.live()
    handed, enrolled, assigned = university.told[-3:]

    assert [key for key, _ in fired] == ["staff:GRANT-C-9", "staff:enrolment", "staff:GRANT-C-9s"]
    assert isinstance(handed, university_grants.CertificateHandedOver)
    assert handed.at <= august(15, 18, 30)
    assert (handed.university, handed.certificate_number) == (WINNING, "ГР-0001")
    assert isinstance(enrolled, university_grants.WinnerEnrolled)
    assert isinstance(assigned, university_grants.ScholarshipAssigned)
    assert assigned.order_number == "017-2016-08-24/С"
    assert (assigned.order_date, assigned.paid_from) == (date(2016, 8, 24), date(2016, 9, 1))
    assert not university.timers


@pytest.mark.step("GRANT-C-9")
def test_edge_18_a_certificate_nobody_fetches_misses_its_day_and_frees_the_seat() -> None:
    university = won(NEVER_COLLECTED)
    university.live()
    near, breached, declined = university.told[-3:]

    assert isinstance(near, university_grants.GrantDeadlineNear)
    assert isinstance(breached, university_grants.GrantDeadlineBreached)
    assert (breached.step, breached.limit, breached.university) == ("GRANT-C-9", "2016-08-15", WINNING)
    assert isinstance(declined, university_grants.GrantDeclined)
    assert (declined.at, declined.university) == (ENDS + timedelta(seconds=1), WINNING)


def test_edge_35_a_winner_who_does_not_enrol_has_declined_when_enrolment_ends() -> None:
    university = won(NEVER_ENROLLED)
    university.live()

    assert university.names()[-2:] == ["certificate-handed-over", "grant-declined"]
    assert university.grant().status is Status.DECLINED
    assert not university.timers


@pytest.mark.step("GRANT-C-9s")
def test_edge_36_a_rector_who_is_late_breaches_25_august_and_blocks_the_payment() -> None:
    late = {"work": {**IN_TIME, "assign_scholarship": {"late_share": 1, "late_days_min": 1, "late_days_max": 1}}}
    university = won(staff_policy({**late, "enrolment": {"never_share": 0}}))
    university.live()
    breached, assigned = university.told[-2:]

    assert isinstance(breached, university_grants.GrantDeadlineBreached)
    assert (breached.step, breached.due_at) == ("GRANT-C-9s", ENDS)
    assert isinstance(assigned, university_grants.ScholarshipAssigned)
    assert (assigned.order_date, assigned.paid_from) == (date(2016, 8, 26), date(2016, 10, 1))


@pytest.mark.step("GRANT-C-9")
def test_inc_20_a_certificate_that_comes_after_15_august_has_missed_it_already() -> None:
    university = Admission(PUNCTUAL)
    university.tell(routed(), FILED)
    university.live(until=august(1, 0))
    late = august(17, 12)
    university.tell(dispatched(at=late), late)
    university.tell(grant_awarded(at=late), late)
    university.live()
    breached = next(each for each in university.told if isinstance(each, university_grants.GrantDeadlineBreached))

    assert (breached.step, breached.at) == ("GRANT-C-9", late + timedelta(seconds=1))
    assert university.grant().status is Status.ASSIGNED


def test_edge_35_an_award_of_the_second_round_breaches_no_fixed_date() -> None:
    university = Admission(PUNCTUAL)
    university.tell(routed(), FILED)
    university.live(until=august(1, 0))
    refused = esuvo_competition.GrantNotAwarded(
        application_id=ID, campaign=2016, at=LIST, refusal=NO_SEAT, order_number="2016-1"
    )
    again = local(1, 12, month=9)
    university.tell(refused, LIST)
    university.tell(grant_awarded(at=again, number=2), again)
    university.tell(dispatched(at=again), again)
    university.live()

    assert university.grant().status is Status.ASSIGNED
    assert not [each for each in university.told if isinstance(each, university_grants.GrantDeadlineBreached)]
    assert university.told[-1].paid_from == date(2016, 10, 1)  # type: ignore[attr-defined]  # the scholarship


def test_edge_33_a_reissued_certificate_is_exchanged_and_the_student_stays_one() -> None:
    university = won()
    university.live_until(Status.ENROLLED)
    at = university.grant().steps[-1].started + timedelta(hours=1)
    university.tell(dispatched(at=at, number="ГР-0002", replaces="ГР-0001"), at)
    university.live()
    numbers = [
        each.certificate_number for each in university.told if isinstance(each, university_grants.CertificateHandedOver)
    ]

    assert numbers == ["ГР-0001", "ГР-0002"]
    assert university.grant().status is Status.ASSIGNED


def test_edge_19_a_representative_may_fetch_the_certificate() -> None:
    university = won(staff_policy({**PUNCTUAL.model_dump(mode="json"), "collection": {"representative_share": 1}}))
    university.live()
    [handed] = [each for each in university.told if isinstance(each, university_grants.CertificateHandedOver)]

    assert handed.collector.kind is CollectorKind.REPRESENTATIVE


def test_what_the_testing_centre_merges_ends_here_edge_28() -> None:
    committee = Admission(PUNCTUAL)
    committee.tell(routed(), FILED)
    committee.live()
    merged = esuvo_competition.GrantApplicationMerged(
        application_id=ID, campaign=2016, at=august(1, 9), channel=Channel.PORTAL, into=OTHER_ID
    )
    committee.tell(merged, august(1, 9))

    assert (committee.grant().status, committee.grant().merged_into) == (Status.MERGED, OTHER_ID)


def test_manual_desks_do_nothing_but_their_deadlines_are_watched() -> None:
    committee = Admission(BY_HAND)
    committee.tell(routed(), FILED)
    fired = committee.live()

    assert [key for key, _ in fired] == ["term:GRANT-E-2", "term:GRANT-E-2"]
    assert committee.names()[1:] == ["grant-deadline-near", "grant-deadline-breached"]


def test_a_message_about_an_application_that_never_came_is_refused() -> None:
    with pytest.raises(Refused, match=r"grant\.unknown"):
        Admission().tell(grant_awarded(), LIST)


def test_an_award_at_a_university_that_is_not_run_here_is_refused() -> None:
    committee = Admission(PUNCTUAL)
    committee.tell(routed(), FILED)
    committee.live()

    with pytest.raises(Refused, match="no university 999"):
        committee.tell(grant_awarded(university="999"), LIST)


def test_the_same_seed_gives_the_same_history() -> None:
    first, again = won(StaffPolicy()), won(StaffPolicy())

    assert first.live() == again.live()
    assert first.told == again.told
