"""A case of the version of 2023: own-sample forms instead of the Ministry's, and a hearing before each refusal."""

import re
from datetime import UTC, datetime
from typing import Final

import pytest

from contracts.common import BlankKind, Channel, NoticeKind, Refusal, RefusalCode
from contracts.event import Text
from law.regulation import Regulation, regulations
from services.university_is.duplicates import terms
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case import own_sample
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.state import Status
from tests.unit.university_is.examples import (
    ALMATY,
    ID,
    OTHER_ID,
    RECORD,
    case_after,
    diploma,
    given,
    request,
    supplement,
)

REASON: Final = Refusal(code=RefusalCode.REQUIREMENTS_NOT_MET, reason=Text(kk="а", ru="б", en="c"))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of May 2023, whose 1st, 8th and 9th are days of rest."""
    return datetime(2023, 5, day, hour, minute, tzinfo=ALMATY).astimezone(UTC)


FILED: Final = local(15, 9)  # a Monday
OPEN: Final = c.Open(ID, request(), Channel.PORTAL, FILED, "Asia/Almaty", 5, FILED)
REGISTERED: Final = (OPEN, c.Register("027-1", local(15, 10)))
VERIFIED: Final = (*REGISTERED, c.Verify((RECORD,), local(16, 10)))
NOT_VERIFIED: Final = (*REGISTERED, c.Refuse(Task.VERIFY, REASON, local(16, 10)))
NOT_APPROVED: Final = (*VERIFIED, c.Refuse(Task.CONSIDER, REASON, local(17, 10)))
HEARD_AT: Final = local(19, 9)  # the third working day after the 16th
FORMS: Final = own_sample.forms(ID, (BlankKind.DIPLOMA, BlankKind.SUPPLEMENT))


def test_edge_37_an_application_of_2023_is_governed_by_the_version_of_2023() -> None:
    case = case_after(OPEN)

    assert case.opened.regulation == "KZ-EGOV-2023-DUP"
    assert case.opened.overall_due == datetime(2023, 6, 2, 18, 30, tzinfo=ALMATY)  # 15 working days


@pytest.mark.step("DUP-PORTAL-6", "DUP-PORTAL-8")
def test_the_duplicate_is_written_on_forms_of_the_universitys_own_sample_at_once() -> None:
    given(*VERIFIED).when(c.Consider(local(17, 10))).then(
        e.Considered(step="DUP-PORTAL-6", at=local(17, 10)),
        e.StepStarted(step="DUP-PORTAL-8", task=Task.PREPARE, at=local(17, 10), due_at=local(26, 18, 30)),
        e.BlanksReserved(blanks=FORMS, at=local(17, 10)),
    )


def test_own_sample_forms_have_serials_of_their_own_series_and_no_two_are_alike() -> None:
    others = own_sample.forms(OTHER_ID, (BlankKind.DIPLOMA,))

    assert all(re.fullmatch(r"ӨҮ[A-Z]{2}[0-9]{9}", each.serial) for each in (*FORMS, *others))
    assert len({each.serial for each in (*FORMS, *others)}) == 3
    assert own_sample.forms(ID, (BlankKind.DIPLOMA, BlankKind.SUPPLEMENT)) == FORMS


def test_a_refusal_of_the_data_is_preliminary_until_the_applicant_is_heard() -> None:
    given(*REGISTERED).when(c.Refuse(Task.VERIFY, REASON, local(16, 10))).then(
        e.HearingAppointed(step="DUP-PORTAL-5", task=Task.VERIFY, refusal=REASON, held_at=HEARD_AT, at=local(16, 10)),
        e.NoticeRaised(number=2, kind=NoticeKind.HEARING, refusal=REASON, held_at=HEARD_AT, at=local(16, 10)),
    )


def test_a_person_unknown_to_the_register_is_heard_too() -> None:
    case = case_after(*REGISTERED, c.Verify((), local(16, 10)))

    assert case.status is Status.HEARING
    assert case.refusal is None
    assert case.steps[1].met is True


def test_a_hearing_that_upholds_ends_the_case() -> None:
    given(*NOT_VERIFIED).when(c.Hear(upheld=True, at=HEARD_AT)).then(
        e.HearingHeld(upheld=True, at=HEARD_AT),
        e.Declined(step="DUP-PORTAL-5", refusal=REASON, at=HEARD_AT),
        e.NoticeRaised(number=3, kind=NoticeKind.REFUSED, refusal=REASON, at=HEARD_AT),
    )


def test_a_hearing_that_overturns_the_verification_hands_the_case_to_management() -> None:
    case = case_after(*NOT_VERIFIED, c.Hear(upheld=False, at=HEARD_AT))

    assert case.status is Status.VERIFIED
    assert case.reference
    assert "заслушивания" in case.reference.note
    assert case.under_way(Task.CONSIDER)


def test_edge_17_a_hearing_that_overturns_managements_refusal_starts_the_preparation() -> None:
    case = case_after(*NOT_APPROVED, c.Hear(upheld=False, at=local(22, 9)))

    assert (case.status, case.blanks, case.refusal) == (Status.PREPARING, FORMS, None)


def test_a_second_preliminary_refusal_is_heard_again() -> None:
    overturned = (*NOT_VERIFIED, c.Hear(upheld=False, at=HEARD_AT))
    other = REASON.model_copy(update={"code": RefusalCode.UNRELIABLE_DATA})

    case = case_after(*overturned, c.Refuse(Task.CONSIDER, other, local(22, 10)))

    assert case.status is Status.HEARING
    assert case.hearing
    assert case.hearing.refusal == other


def test_nobody_is_heard_earlier_than_the_notice_said() -> None:
    given(*NOT_VERIFIED).when(c.Hear(upheld=True, at=local(18, 18))).then_refused("hearing.too-early")


@pytest.mark.parametrize("upheld", [True, False])
def test_deciding_a_hearing_twice_changes_nothing_and_the_other_way_is_refused(upheld: bool) -> None:  # noqa: FBT001 - a table
    heard = (*NOT_VERIFIED, c.Hear(upheld=upheld, at=HEARD_AT))

    given(*heard).when(c.Hear(upheld=upheld, at=local(22, 9))).then_nothing()
    given(*heard).when(c.Hear(upheld=not upheld, at=local(22, 9))).then_refused("case.not-at-this-desk")


def test_refusing_again_for_the_same_reason_appoints_no_second_hearing() -> None:
    given(*NOT_VERIFIED).when(c.Refuse(Task.VERIFY, REASON, local(17, 10))).then_nothing()


def test_without_a_preliminary_refusal_there_is_nobody_to_hear() -> None:
    given(*VERIFIED).when(c.Hear(upheld=True, at=HEARD_AT)).then_refused("case.not-at-this-desk")


def test_an_applicant_who_is_to_be_heard_may_withdraw() -> None:
    case = case_after(*NOT_VERIFIED, c.Withdraw(local(17, 9)))

    assert case.status is Status.WITHDRAWN


@pytest.fixture
def _clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    law = regulations()["KZ-MES-705-DUP"]
    branch = law.blank_branch.model_copy(update={"suspend_clock": True})
    changed: Regulation = law.model_copy(update={"blank_branch": branch})
    monkeypatch.setattr(terms, "regulations", lambda: {**regulations(), law.id: changed})


@pytest.mark.usefixtures("_clock_stands_still")
def test_inc_21_the_clock_of_the_preparation_stops_where_the_regulation_says_so() -> None:
    def at(day: int, hour: int) -> datetime:
        return datetime(2016, 2, day, hour, tzinfo=ALMATY).astimezone(UTC)

    filed = at(15, 9)
    waiting = (
        c.Open(ID, request(), Channel.PORTAL, filed, "Asia/Almaty", 5, filed),
        c.Register("027-1", at(15, 10)),
        c.Verify((RECORD,), at(16, 10)),
        c.Consider(at(17, 10)),
        c.ReportShort((BlankKind.SUPPLEMENT,), at(17, 10)),
        c.RequestBlanks(at(17, 15)),
    )

    assert case_after(*waiting).under_way(Task.PREPARE) is None
    preparation = case_after(*waiting, c.TakeBlanks((diploma(1), supplement(1)), at(25, 12))).under_way(Task.PREPARE)
    assert preparation
    assert preparation.started == at(25, 12)
