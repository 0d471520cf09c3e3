"""An application for a grant at the portal: filed once, two results, and an award that may follow a refusal."""

from functools import reduce
from itertools import permutations
from uuid import UUID

import pytest

from contracts.common import Notice, NoticeKind, RefusalCode
from services.portal.grants.decide import GRANT, Application, File, GrantEvent, GrantFiled, State, Status
from services.portal.notices import Ended, NoticeArrived, NoticeRepeated, ReceiveNotice
from tests.support.scenario import Scenario
from tests.unit.portal.examples import ATTACHMENTS, AUGUST, EVIDENCE, ID, JULY, REQUEST, YEAR, notice

given = Scenario(GRANT).given

file = File(application_id=ID, year=YEAR, request=REQUEST, attachments=ATTACHMENTS, evidence=EVIDENCE, at=JULY)
filed = GrantFiled(application_id=ID, year=YEAR, request=REQUEST, attachments=ATTACHMENTS, evidence=EVIDENCE, at=JULY)
ACCEPTED, REFUSED = notice(NoticeKind.ACCEPTED), notice(NoticeKind.REFUSED, 2)
NOT_AWARDED, AWARDED = notice(NoticeKind.NOT_AWARDED, 3), notice(NoticeKind.AWARDED, 4)


def receive(each: Notice) -> ReceiveNotice:
    return ReceiveNotice(each, AUGUST)


def arrived(each: Notice) -> NoticeArrived:
    return NoticeArrived(notice=each, at=AUGUST)


def ended(each: Notice) -> Ended:
    return Ended(outcome=each.kind, refusal_code=each.refusal.code if each.refusal else None, at=AUGUST)


@pytest.mark.step("GRANT-E-1", "GRANT-E-1a", "GRANT-PORTAL-7")
def test_what_was_signed_is_filed_and_that_is_the_acknowledgement() -> None:
    """INC-12: no second event says that the portal has it."""
    given().when(file).then(filed)


def test_the_same_form_twice_changes_nothing() -> None:
    given(filed).when(file).then_ignored("already-filed")


@pytest.mark.step("GRANT-PORTAL-8")
def test_the_first_result_leaves_the_application_open() -> None:
    """INC-12: accepted for the competition."""
    given(filed).when(receive(ACCEPTED)).then(arrived(ACCEPTED))


@pytest.mark.step("GRANT-PORTAL-8")
def test_a_refusal_to_accept_ends_the_application_with_its_code() -> None:
    given(filed).when(receive(REFUSED)).then(
        arrived(REFUSED), Ended(outcome=NoticeKind.REFUSED, refusal_code=RefusalCode.THRESHOLD_NOT_MET, at=AUGUST)
    )


@pytest.mark.step("GRANT-PORTAL-9", "GRANT-C-8e")
@pytest.mark.parametrize("result", [AWARDED, NOT_AWARDED], ids=["award", "refusal"])
def test_the_second_result_ends_the_application(result: Notice) -> None:
    given(filed, arrived(ACCEPTED)).when(receive(result)).then(arrived(result), ended(result))


@pytest.mark.step("GRANT-PORTAL-9")
def test_an_award_may_follow_a_refusal_to_award_edge_35() -> None:
    given(filed, arrived(ACCEPTED), arrived(NOT_AWARDED), ended(NOT_AWARDED)).when(receive(AWARDED)).then(
        arrived(AWARDED), ended(AWARDED)
    )


def test_edge_12_a_refusal_to_award_after_the_award_is_kept_and_changes_nothing() -> None:
    given(filed, arrived(AWARDED), ended(AWARDED)).when(receive(NOT_AWARDED)).then(arrived(NOT_AWARDED))


def test_nothing_follows_a_refusal_to_accept() -> None:
    given(filed, arrived(REFUSED), ended(REFUSED)).when(receive(AWARDED)).then(arrived(AWARDED))


@pytest.mark.parametrize("each", [ACCEPTED, AWARDED], ids=["open", "ended"])
def test_a_notice_that_comes_twice_is_confirmed_again(each: Notice) -> None:
    history: list[GrantEvent] = [filed, arrived(ACCEPTED), arrived(AWARDED), ended(AWARDED)]
    again = NoticeRepeated(notice_id=each.notice_id, kind=each.kind, at=AUGUST)
    given(*history).when(receive(each)).then(again)


def test_a_notice_of_another_application_goes_into_no_account() -> None:
    of_another = ACCEPTED.model_copy(update={"application_id": UUID(int=7)})

    given(filed).when(receive(of_another)).then_refused("notice.other-application")


def test_a_notice_of_an_application_that_was_not_filed_here_is_refused() -> None:
    given().when(receive(ACCEPTED)).then_refused("application.unknown")


@pytest.mark.parametrize("order", list(permutations([ACCEPTED, NOT_AWARDED, AWARDED])))
def test_in_whatever_order_the_results_arrive_the_award_is_what_stands_edge_12(order: tuple[Notice, ...]) -> None:
    state: State = GRANT.replay([filed])
    for each in order:
        state = reduce(GRANT.evolve, GRANT.decide(receive(each), state), state)

    assert isinstance(state, Application)
    assert (state.status, state.refusal_code) == (Status.AWARDED, None)
    assert set(state.notices) == set(order)
