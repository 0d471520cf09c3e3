"""ESUVO's tables, driven in memory: what it tells others when it hears something or a timer comes due."""

from datetime import timedelta
from uuid import UUID

import pytest

from contracts import (
    esuvo_blanks,
    esuvo_notifications,
    esuvo_requests,
    portal_applications,
    shep_deliveries,
    university_cases,
)
from contracts.common import BlankKind, NoticeKind, RefusalCode
from services._actors.policy import MinistryPolicy
from services._chassis.decider import Refused
from services.esuvo.duplicates.blanks.commands import Grant
from services.esuvo.duplicates.blanks.decide import decide as decide_blanks
from services.esuvo.duplicates.request import rows as projections
from services.esuvo.duplicates.request.events import Status
from services.esuvo.notices.decide import Delivery
from services.esuvo.notices.rows import NOTICES, notice_row
from services.esuvo.simulated.ministry import Ministry
from tests.unit.esuvo import university_says as says
from tests.unit.esuvo.examples import (
    DIRECTORY,
    ID,
    MINISTRY,
    NOON,
    NOTICE_ID,
    OTHER_ID,
    asked_to_withdraw,
    corrected,
    notice,
    submitted,
)
from tests.unit.esuvo.in_memory import Esuvo

WATCHED = [(f"request:{ID}", "watch")]  # the timer of a request whose university has a step to do


@pytest.fixture
def chain() -> Esuvo:
    esuvo_ = Esuvo()
    esuvo_.portal(submitted())
    return esuvo_


def considered_by(chain: Esuvo) -> Esuvo:
    """As far as where a blank form may be asked for."""
    for event in (says.opened(), says.registered(), says.verified(), says.considered()):
        chain.university(event)
    return chain


def accepted() -> shep_deliveries.DeliveryAccepted:
    return shep_deliveries.DeliveryAccepted(application_id=ID, notice_id=NOTICE_ID, accepted_at=NOON)


def confirmed() -> shep_deliveries.DeliveryConfirmed:
    return shep_deliveries.DeliveryConfirmed(
        application_id=ID, notice_id=NOTICE_ID, kind=NoticeKind.REGISTERED, confirmed_at=NOON
    )


@pytest.mark.step("DUP-PORTAL-3")
def test_a_request_is_told_to_its_university() -> None:
    (told,) = Esuvo().portal(submitted())

    assert isinstance(told, esuvo_requests.RequestRouted)
    assert (told.request, told.filed_at, told.routed_at) == (submitted().request, NOON, NOON)


def test_a_request_for_an_unknown_university_is_answered_with_a_refusal() -> None:
    failed, forwarded = Esuvo().portal(submitted(code="998"))

    assert failed == esuvo_requests.RoutingFailed(
        application_id=ID, university="998", code=RefusalCode.UNKNOWN_UNIVERSITY, failed_at=NOON
    )
    assert isinstance(forwarded, esuvo_notifications.NoticeForwarded)
    assert forwarded.notice.kind is NoticeKind.REFUSED
    assert forwarded.notice.text == DIRECTORY.why_unroutable("998")


def test_the_same_refusal_has_the_same_id_in_every_run() -> None:
    def refusal() -> UUID:
        _, forwarded = Esuvo().portal(submitted(code="998"))
        assert isinstance(forwarded, esuvo_notifications.NoticeForwarded)
        return forwarded.notice.notice_id

    assert refusal() == refusal()


def test_a_correction_and_a_withdrawal_go_on_to_the_university(chain: Esuvo) -> None:
    correction = chain.portal(corrected(2011))
    withdrawal = chain.portal(portal_applications.WithdrawalRequested(application_id=ID, requested_at=NOON))

    assert correction == [
        esuvo_requests.CorrectionRouted(
            application_id=ID, university="027", specialty="5B070300", graduation_year=2011, corrected_at=NOON
        )
    ]
    assert withdrawal == [esuvo_requests.WithdrawalRouted(application_id=ID, university="027", requested_at=NOON)]


def test_the_status_follows_every_step_of_the_case(chain: Esuvo) -> None:
    steps: list[tuple[university_cases.CaseEvent, Status]] = [
        (says.opened(), Status.OPENED),
        (says.registered(), Status.REGISTERED),
        (says.returned(), Status.RETURNED),
    ]
    after_correction: list[tuple[university_cases.CaseEvent, Status]] = [
        (says.verified(), Status.VERIFIED),
        (says.considered(), Status.CONSIDERED),
        (says.blanks_wanted(), Status.AWAITING_BLANK),
        (says.prepared(), Status.PREPARED),
        (says.issued(), Status.ISSUED),
    ]

    for event, status in steps:
        chain.university(event)
        assert chain.known().status is status
    chain.portal(corrected())
    assert chain.known().status is Status.CORRECTED
    for event, status in after_correction:
        chain.university(event)
        assert chain.known().status is status


def test_a_refusal_and_a_withdrawal_end_the_request(chain: Esuvo) -> None:
    chain.university(says.refused())
    other = Esuvo()
    other.portal(submitted())
    other.portal(asked_to_withdraw())
    other.university(says.withdrawn())

    assert (chain.known().status, chain.known().refusal_code) == (Status.REFUSED, RefusalCode.UNRELIABLE_DATA)
    assert other.known().status is Status.WITHDRAWN


def test_a_notice_goes_to_the_gateway_and_back(chain: Esuvo) -> None:
    (forwarded,) = chain.university(says.notice_sent())
    silent = chain.shep(accepted())
    waiting = dict(chain.timers)
    told = chain.shep(confirmed())

    assert forwarded == esuvo_notifications.NoticeForwarded(
        application_id=ID, notice=notice(), attempt=1, forwarded_at=NOON
    )
    assert (silent, list(waiting)) == ([], WATCHED)
    assert told == [
        esuvo_notifications.NoticeDelivered(
            application_id=ID, notice_id=NOTICE_ID, kind=NoticeKind.REGISTERED, delivered_at=NOON
        )
    ]
    assert list(chain.timers) == WATCHED


def test_a_repeated_notice_gets_the_same_answer_and_moves_no_timer(chain: Esuvo) -> None:
    first = chain.university(says.notice_sent())
    timers = dict(chain.timers)
    second = chain.university(says.notice_sent(attempt=2), NOON + timedelta(minutes=10))

    assert second == first
    assert chain.timers == timers


def test_a_notice_that_the_gateway_never_accepts_is_sent_six_times_and_given_up(chain: Esuvo) -> None:
    chain.university(says.notice_sent())
    while chain.fire_next():
        pass
    told = [each for each in chain.take_published() if not isinstance(each, esuvo_requests.RequestOverdue)]

    assert [each.attempt for each in told if isinstance(each, esuvo_notifications.NoticeForwarded)] == [2, 3, 4, 5, 6]
    assert isinstance(told[-1], esuvo_notifications.NoticeUndeliverable)
    assert told[-1].given_up_at - NOON == timedelta(minutes=630, seconds=50)
    assert not chain.timers


def test_a_notice_that_the_gateway_abandons_is_undeliverable(chain: Esuvo) -> None:
    chain.university(says.notice_sent())
    chain.shep(accepted())
    abandoned = shep_deliveries.DeliveryAbandoned(
        application_id=ID, notice_id=NOTICE_ID, kind=NoticeKind.REGISTERED, attempts=6, abandoned_at=NOON
    )

    told = chain.shep(abandoned)

    assert told == [
        esuvo_notifications.NoticeUndeliverable(
            application_id=ID, notice_id=NOTICE_ID, kind=NoticeKind.REGISTERED, given_up_at=NOON
        )
    ]


def test_a_blank_form_request_is_received_and_answered_with_numbered_forms(chain: Esuvo) -> None:
    (received,) = considered_by(chain).university(says.blanks_wanted())
    row = chain.fire_next()
    (supplied,) = chain.take_published()

    assert isinstance(received, esuvo_blanks.BlankRequestReceived)
    assert row is not None
    assert row.schedule.due_at == MINISTRY.answers_at(ID, 1, NOON)
    assert isinstance(supplied, esuvo_blanks.BlanksSupplied)
    assert [each.kind for each in supplied.blanks] == [BlankKind.DIPLOMA] * 6 + [BlankKind.SUPPLEMENT] * 6
    assert (supplied.university, supplied.supplied_at) == ("027", row.schedule.due_at)


def test_two_supplies_share_no_serial_number_and_the_earlier_key_is_numbered_first() -> None:
    chain = Esuvo()
    for application_id in (OTHER_ID, ID):
        chain.university(says.blanks_wanted(application_id))
    while chain.fire_next():
        pass
    supplies = [each for each in chain.take_published() if isinstance(each, esuvo_blanks.BlanksSupplied)]
    serials = [blank.serial for supply in supplies for blank in supply.blanks]

    assert len(supplies) == 2
    assert len(set(serials)) == len(serials) == 24
    assert [serial[2:] for serial in serials] == [f"{number:07d}" for number in range(1, 25)]


def test_a_request_of_a_counter_case_is_answered_too() -> None:
    chain = Esuvo()

    told = chain.university(says.blanks_wanted())

    assert isinstance(told[0], esuvo_blanks.BlankRequestReceived)
    assert [event.name for event in chain.events] == ["blank-request-received"]


def test_another_universitys_blank_form_request_changes_nothing(chain: Esuvo) -> None:
    with pytest.raises(Refused, match=r"request\.other-university"):
        chain.university(says.blanks_wanted(code="013"))

    assert list(chain.timers) == WATCHED
    assert f"ministry:{ID}" not in chain.streams


def test_without_a_simulated_ministry_a_person_supplies() -> None:
    chain = Esuvo(None)
    chain.university(says.blanks_wanted(ID, BlankKind.DIPLOMA))
    assert not chain.timers

    chain.command(f"ministry:{ID}", lambda state, at: decide_blanks(Grant(0, at), state), NOON)
    (supplied,) = chain.take_published()

    assert isinstance(supplied, esuvo_blanks.BlanksSupplied)
    assert [each.serial for each in supplied.blanks] == ["МД0000001"]


def test_inc_02_where_a_branch_delivers_the_university_hears_of_it_on_delivery() -> None:
    chain = Esuvo(Ministry(705, MinistryPolicy(fulfilment_days=2)))
    chain.university(says.blanks_wanted(ID, BlankKind.DIPLOMA))
    chain.take_published()
    chain.fire_next()
    sent = [event.name for event in chain.events][-1]
    before = chain.take_published()
    chain.fire_next()
    (supplied,) = chain.take_published()

    assert (sent, before) == ("blanks-supplied", [])
    assert isinstance(supplied, esuvo_blanks.BlanksSupplied)
    assert len(supplied.blanks) == 6
    assert [event.name for event in chain.events][-1] == "blanks-delivered"
    assert not chain.timers


def test_another_universitys_notice_is_not_forwarded(chain: Esuvo) -> None:
    with pytest.raises(Refused, match=r"request\.other-university"):
        chain.university(says.notice_sent(code="013"))

    assert list(chain.timers) == WATCHED
    assert f"notice:{NOTICE_ID}" not in chain.streams


def test_a_notice_of_no_request_is_not_forwarded() -> None:
    with pytest.raises(Refused, match=r"request\.unknown"):
        Esuvo().university(says.notice_sent())


def test_what_the_gateway_and_the_portal_say_at_one_moment_may_come_in_any_order() -> None:
    """The log is the same either way: the two speak over different topics, and nothing orders them."""

    def streams(*, portal_first: bool) -> dict[str, object]:
        chain = Esuvo()
        chain.portal(submitted())
        chain.university(says.notice_sent())
        chain.shep(accepted())
        closed = portal_applications.ApplicationClosed(application_id=ID, outcome=NoticeKind.WITHDRAWN, closed_at=NOON)
        if portal_first:
            chain.portal(closed)
        chain.shep(confirmed())
        if not portal_first:
            chain.portal(closed)
        return {name: (each.version, each.state) for name, each in chain.streams.items()}

    assert streams(portal_first=True) == streams(portal_first=False)


def test_a_closed_request_is_shown_so_without_personal_data(chain: Esuvo) -> None:
    chain.portal(portal_applications.ApplicationClosed(application_id=ID, outcome=NoticeKind.WITHDRAWN, closed_at=NOON))
    row = projections.request_row(str(ID), chain.known())

    assert row is not None
    assert set(row) == set(projections.REQUESTS.columns)
    assert (row["status"], row["closed_as"]) == ("withdrawn", "withdrawn")
    assert submitted().request.applicant.iin not in map(str, row.values())


def test_a_notice_is_shown_with_its_hop(chain: Esuvo) -> None:
    chain.university(says.notice_sent())
    chain.shep(accepted())
    state = chain.state(f"notice:{NOTICE_ID}")
    assert isinstance(state, Delivery)
    row = notice_row(str(NOTICE_ID), state)

    assert row is not None
    assert set(row) == set(NOTICES.columns)
    assert (row["application_id"], row["hop"], row["attempt"]) == (ID, "accepted", 1)
