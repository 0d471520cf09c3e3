"""The case, decided: every step, every branch, and what is refused."""

from datetime import date, datetime
from typing import Any

import pytest

from contracts.common import (
    BlankKind,
    Channel,
    Collector,
    CollectorKind,
    Correction,
    NameChangeCertificate,
    NoticeKind,
    Reason,
    Refusal,
    RefusalCode,
)
from contracts.event import Text
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case.decide import CASE, decide
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.state import Status
from tests.unit.university_is.examples import (
    FILED,
    ID,
    RECORD,
    case_after,
    diploma,
    given,
    local,
    request,
    supplement,
)

REASON = Refusal(code=RefusalCode.REQUIREMENTS_NOT_MET, reason=Text(kk="а", ru="б", en="c"))
YEAR = Correction(field="graduation_year", rule=Text(kk="а", ru="б", en="c"))
BLANKS = (diploma(1), supplement(1))
APPLICANT = Collector(kind=CollectorKind.APPLICANT)
CERTIFICATE = NameChangeCertificate(
    number="12-345",
    issued_on=date(2015, 6, 15),
    issued_by="отдел РАГС",
    former_surname="Ахметов",
    former_name="Қайрат",
    former_patronymic="Нұрланұлы",
)
CHANGED: dict[str, object] = {"reason": Reason.NAME_CHANGE, "name_change_certificate": CERTIFICATE}
OPEN = c.Open(ID, request(), Channel.PORTAL, FILED, "Asia/Almaty", 5, FILED)


REGISTERED = (OPEN, c.Register("027-1", local(15, 10)))
VERIFIED = (*REGISTERED, c.Verify((RECORD,), local(16, 10)))
CONSIDERED = (*VERIFIED, c.Consider(local(17, 10)))
PREPARING = (*CONSIDERED, c.TakeBlanks(BLANKS, local(17, 10)))
SHORT = (*CONSIDERED, c.ReportShort((BlankKind.SUPPLEMENT,), local(17, 10)))
WAITING = (*SHORT, c.RequestBlanks(local(17, 15)))
PREPARED = (*PREPARING, c.Prepare(local(25, 10)))
ISSUED = (*PREPARED, c.HandOver(local(29, 10)))
RETURNED = (*REGISTERED, c.ReturnForCorrection((YEAR,), local(16, 10)))
REFUSED = (*REGISTERED, c.Verify((), local(16, 10)))
WITHDRAWN = (*VERIFIED, c.Withdraw(local(16, 12)))


@pytest.mark.step("DUP-PORTAL-4")
def test_a_request_opens_a_case_under_the_regulation_in_force_when_it_was_filed() -> None:
    given().when(OPEN).then(
        e.Opened(
            application_id=ID,
            request=request(),
            channel=Channel.PORTAL,
            filed_at=FILED,
            regulation="KZ-MES-705-DUP",
            zone="Asia/Almaty",
            week=5,
            overall_due=local(15, 18, 30, month=3),
            at=FILED,
        ),
        e.StepStarted(step="DUP-PORTAL-4", task=Task.REGISTER, at=FILED, due_at=local(15, 18, 30)),
    )


@pytest.mark.step("DUP-PORTAL-4", "DUP-PORTAL-5")
def test_the_chancellery_registers_and_academic_affairs_has_four_working_days() -> None:
    given(OPEN).when(c.Register("027-1", local(15, 10))).then(
        e.Registered(step="DUP-PORTAL-4", incoming_number="027-1", at=local(15, 10)),
        e.StepStarted(step="DUP-PORTAL-5", task=Task.VERIFY, at=local(15, 10), due_at=local(18, 18, 30)),
        e.NoticeRaised(number=1, kind=NoticeKind.REGISTERED, at=local(15, 10)),
    )


@pytest.mark.step("DUP-PORTAL-5")
def test_data_that_agree_with_the_register_are_verified() -> None:
    outcome = decide(c.Verify((RECORD,), local(16, 10)), CASE.replay(given(*REGISTERED).history))

    assert [each.name for each in outcome] == [e.Verified.name, e.StepStarted.name]
    assert isinstance(outcome[0], e.Verified)
    assert "Өмірбеков Қайрат Нұрланұлы" in outcome[0].reference_note


@pytest.mark.step("DUP-PORTAL-5")
def test_a_person_unknown_to_the_register_is_refused_with_a_reason() -> None:
    """EDGE-10."""
    case = case_after(*REFUSED)

    assert case.status is Status.REFUSED
    assert case.refusal
    assert case.refusal.code is RefusalCode.UNRELIABLE_DATA
    assert case.notices[-1].kind is NoticeKind.REFUSED
    assert case.notices[-1].refusal == case.refusal


@pytest.mark.step("DUP-PORTAL-5")
@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"graduation_year": 2011}, ["graduation_year"]),
        ({"specialty": "050506"}, ["specialty"]),
        ({"specialty": "050506", "graduation_year": 2011}, ["specialty", "graduation_year"]),
    ],
)
def test_an_application_that_differs_from_the_register_is_returned_naming_each_field(
    changes: dict[str, object], fields: list[str]
) -> None:
    record = RECORD.model_copy(update=changes)
    case = case_after(*REGISTERED, c.Verify((record,), local(16, 10)))

    assert case.status is Status.RETURNED
    assert [each.field for each in case.corrections] == fields
    assert case.notices[-1].kind is NoticeKind.RETURNED_FOR_CORRECTION


def test_another_surname_is_returned_unless_the_name_was_changed() -> None:
    record = RECORD.model_copy(update={"surname": "Ахметов"})
    renamed = c.Open(ID, request(**CHANGED), Channel.PORTAL, FILED, "Asia/Almaty", 5, FILED)

    lost = case_after(OPEN, c.Register("1", local(15, 10)), c.Verify((record,), local(16, 10)))
    changed = case_after(renamed, c.Register("1", local(15, 10)), c.Verify((record,), local(16, 10)))

    assert [each.field for each in lost.corrections] == ["applicant.surname"]
    assert changed.status is Status.VERIFIED
    assert changed.reference
    assert "Справка по данным: Ахметов Қайрат Нұрланұлы," in changed.reference.note
    assert (
        "Ныне: Өмірбеков Қайрат Нұрланұлы, свидетельство о перемене имени № 12-345 от 15.06.2015"
        in changed.reference.note
    )
    assert changed.reference.record == record


@pytest.mark.parametrize(
    ("certificate", "field"),
    [
        (None, "name_change_certificate"),
        (CERTIFICATE.model_copy(update={"former_surname": "Өмірбеков"}), "name_change_certificate"),
        (CERTIFICATE.model_copy(update={"former_surname": "Басқа"}), "name_change_certificate.former_surname"),
        (CERTIFICATE.model_copy(update={"former_name": "Басқа"}), "name_change_certificate.former_surname"),
        (CERTIFICATE.model_copy(update={"former_patronymic": None}), "name_change_certificate.former_surname"),
    ],
)
def test_edge_02_edge_10_a_change_of_name_not_shown_by_its_certificate_is_returned(
    certificate: NameChangeCertificate | None, field: str
) -> None:
    record = RECORD.model_copy(update={"surname": "Ахметов"})
    asked = request(**{**CHANGED, "name_change_certificate": certificate})
    opened = c.Open(ID, asked, Channel.PORTAL, FILED, "Asia/Almaty", 5, FILED)
    case = case_after(opened, c.Register("1", local(15, 10)), c.Verify((record,), local(16, 10)))

    assert case.status is Status.RETURNED
    assert [each.field for each in case.corrections] == [field]
    assert case.reference is None


def test_a_person_with_several_documents_is_verified_by_the_one_that_agrees() -> None:
    """EDGE-10."""
    other = RECORD.model_copy(update={"specialty": "050506", "graduation_year": 2013})

    case = case_after(*REGISTERED, c.Verify((other, RECORD), local(16, 10)))

    assert case.status is Status.VERIFIED


@pytest.mark.step("DUP-PORTAL-5")
def test_a_correction_starts_the_verification_again_with_its_whole_term() -> None:
    given(*RETURNED).when(c.Correct("050301", 2011, local(22, 9))).then(
        e.Corrected(specialty="050301", graduation_year=2011, at=local(22, 9)),
        e.StepStarted(step="DUP-PORTAL-5", task=Task.VERIFY, at=local(22, 9), due_at=local(25, 18, 30)),
    )


def test_a_difference_that_remains_after_correction_refuses() -> None:
    corrected = c.Correct("050301", 1999, local(22, 9))

    case = case_after(*RETURNED, corrected, c.Verify((RECORD,), local(23, 10)))

    assert case.status is Status.REFUSED
    assert case.request.graduation_year == 1999


def test_a_correction_of_what_was_not_returned_is_refused() -> None:
    given(*REGISTERED).when(c.Correct("050301", 2011, local(16, 9))).then_refused("case.not-returned")


@pytest.mark.step("DUP-PORTAL-6")
def test_management_approves_what_was_verified() -> None:
    given(*VERIFIED).when(c.Consider(local(17, 10))).then(e.Considered(step="DUP-PORTAL-6", at=local(17, 10)))


@pytest.mark.step("DUP-PORTAL-6")
def test_management_may_refuse_what_was_verified() -> None:
    given(*VERIFIED).when(c.Refuse(Task.CONSIDER, REASON, local(17, 10))).then(
        e.Declined(step="DUP-PORTAL-6", refusal=REASON, at=local(17, 10)),
        e.NoticeRaised(number=2, kind=NoticeKind.REFUSED, refusal=REASON, at=local(17, 10)),
    )


@pytest.mark.step("DUP-PORTAL-8")
def test_blanks_at_once_start_the_preparation_of_22_calendar_days() -> None:
    given(*CONSIDERED).when(c.TakeBlanks(BLANKS, local(17, 10))).then(
        # Day 22 from 17 February is 9 March, the first working day after the holiday.
        e.StepStarted(step="DUP-PORTAL-8", task=Task.PREPARE, at=local(17, 10), due_at=local(9, 18, 30, month=3)),
        e.BlanksReserved(blanks=BLANKS, at=local(17, 10)),
    )


@pytest.mark.step("DUP-PORTAL-7")
def test_without_blanks_the_ministry_is_to_be_asked_within_a_working_day() -> None:
    given(*CONSIDERED).when(c.ReportShort((BlankKind.SUPPLEMENT,), local(17, 10))).then(
        e.BlanksShort(kinds=(BlankKind.SUPPLEMENT,), at=local(17, 10)),
        e.StepStarted(step="DUP-PORTAL-7", task=Task.REQUEST_BLANK, at=local(17, 10), due_at=local(17, 18, 30)),
    )


@pytest.mark.step("DUP-PORTAL-7")
def test_the_ministry_is_asked_for_what_is_lacking_and_the_preparations_term_begins() -> None:
    given(*SHORT).when(c.RequestBlanks(local(17, 15))).then(
        e.BlanksRequested(step="DUP-PORTAL-7", kinds=(BlankKind.SUPPLEMENT,), at=local(17, 15)),
        e.StepStarted(step="DUP-PORTAL-8", task=Task.PREPARE, at=local(17, 15), due_at=local(9, 18, 30, month=3)),
    )
    assert case_after(*WAITING).status is Status.WAITING


def test_the_clock_of_the_preparation_runs_while_the_ministry_is_waited_for() -> None:
    case = case_after(*WAITING, c.TakeBlanks(BLANKS, local(3, 12, month=3)))
    preparation = case.under_way(Task.PREPARE)

    assert case.status is Status.PREPARING
    assert preparation
    assert preparation.started == local(17, 15)


@pytest.mark.step("DUP-PORTAL-8")
def test_the_duplicate_is_written_on_the_reserved_blanks_and_the_applicant_is_told() -> None:
    given(*PREPARING).when(c.Prepare(local(25, 10))).then(
        e.Prepared(step="DUP-PORTAL-8", blanks=BLANKS, at=local(25, 10)),
        e.NoticeRaised(number=2, kind=NoticeKind.READY, at=local(25, 10)),
    )


@pytest.mark.step("DUP-PORTAL-9")
def test_the_hand_over_is_timed_from_the_applicants_coming() -> None:
    given(*PREPARED).when(c.HandOver(local(29, 10))).then(
        e.StepStarted(step="DUP-PORTAL-9", task=Task.HAND_OVER, at=local(29, 10), due_at=local(29, 18, 30)),
        e.Issued(step="DUP-PORTAL-9", blanks=BLANKS, collector=APPLICANT, at=local(29, 10)),
    )


def test_the_number_of_the_issue_follows_the_hand_over_and_the_applicant_is_told() -> None:
    """EDGE-24."""
    given(*ISSUED).when(c.NumberIssue(2, local(29, 10))).then(
        e.IssueNumbered(number=2, at=local(29, 10)),
        e.NoticeRaised(number=3, kind=NoticeKind.ISSUED, at=local(29, 10)),
    )
    given(*ISSUED, c.NumberIssue(2, local(29, 10))).when(c.NumberIssue(3, local(29, 10))).then_ignored(
        "already-numbered"
    )


def test_each_step_says_whether_it_kept_its_deadline() -> None:
    late = (OPEN, c.Register("1", local(16, 10)), c.Verify((RECORD,), local(17, 10)))

    assert [each.met for each in case_after(*ISSUED).steps] == [True] * 5
    assert [each.met for each in case_after(*late).steps] == [False, True, None]


@pytest.mark.parametrize(
    "history",
    [(OPEN,), REGISTERED, RETURNED, VERIFIED, CONSIDERED, SHORT, WAITING, PREPARING],
    ids=["opened", "registered", "returned", "verified", "considered", "short", "waiting", "preparing"],
)
def test_an_application_may_be_withdrawn_until_the_duplicate_is_prepared(history: tuple[c.Command, ...]) -> None:
    case = case_after(*history, c.Withdraw(local(18, 9)))

    assert case.status is Status.WITHDRAWN
    assert case.notices[-1].kind is NoticeKind.WITHDRAWN
    assert all(each.done for each in case.steps)


def test_a_prepared_duplicate_cannot_be_withdrawn_and_the_applicant_is_told_once() -> None:
    given(*PREPARED).when(c.Withdraw(local(26, 9))).then(
        e.WithdrawalDeclined(at=local(26, 9)),
        e.NoticeRaised(number=3, kind=NoticeKind.WITHDRAWAL_DECLINED, at=local(26, 9)),
    )
    given(*PREPARED, c.Withdraw(local(26, 9))).when(c.Withdraw(local(26, 10))).then_ignored("already-declined")


LATE = local(20, 9, month=4)


@pytest.mark.parametrize("history", [ISSUED, REFUSED, WITHDRAWN], ids=["issued", "refused", "withdrawn"])
@pytest.mark.parametrize(
    "late",
    [
        OPEN,
        c.Withdraw(LATE),
        c.Correct("050301", 2011, LATE),
        c.MissDeadline("DUP-PORTAL-5", LATE),
        c.MissDeadline("overall", LATE),
        c.TakeBlanks(BLANKS, LATE),
        c.ReportShort((BlankKind.DIPLOMA,), LATE),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_comes_after_the_end_changes_nothing(history: tuple[c.Command, ...], late: c.Command) -> None:
    given(*history).when(late).then_nothing()


@pytest.mark.parametrize(
    ("history", "repeated"),
    [
        (REGISTERED, c.Register("027-1", LATE)),
        (VERIFIED, c.Accept("again", LATE)),
        (RETURNED, c.ReturnForCorrection((YEAR,), LATE)),
        (CONSIDERED, c.Consider(LATE)),
        (WAITING, c.RequestBlanks(LATE)),
        (PREPARED, c.Prepare(LATE)),
        (ISSUED, c.HandOver(LATE)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_repeating_what_succeeded_changes_nothing(history: tuple[c.Command, ...], repeated: c.Command) -> None:
    given(*history).when(repeated).then_nothing()


@pytest.mark.parametrize(
    ("history", "premature"),
    [
        (REGISTERED, c.Register("another-number", LATE)),
        ((OPEN,), c.Accept("note", LATE)),
        (REGISTERED, c.Consider(LATE)),
        (VERIFIED, c.ReturnForCorrection((YEAR,), LATE)),
        (WAITING, c.Prepare(LATE)),
        (PREPARING, c.HandOver(LATE)),
        (WITHDRAWN, c.Consider(LATE)),
        (REFUSED, c.Consider(LATE)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_desk_whose_turn_it_is_not_is_told_where_the_case_lies(
    history: tuple[c.Command, ...], premature: c.Command
) -> None:
    given(*history).when(premature).then_refused("case.not-at-this-desk")


def test_nothing_can_be_done_to_a_case_that_was_never_opened() -> None:
    given().when(c.Withdraw(FILED)).then_refused("case.unknown")


@pytest.mark.step("DUP-PORTAL-5")
def test_a_missed_deadline_is_announced_once_and_the_procedure_goes_on() -> None:
    after = local(18, 18, 30, 1)
    breach = e.DeadlineMissed(
        step="DUP-PORTAL-5", limit="4 working_day", counting="event_day", due_at=local(18, 18, 30), at=after
    )

    given(*REGISTERED).when(c.MissDeadline("DUP-PORTAL-5", after)).then(breach)
    missed = (*REGISTERED, c.MissDeadline("DUP-PORTAL-5", after))
    given(*missed).when(c.MissDeadline("DUP-PORTAL-5", LATE)).then_ignored("step-is-over")
    assert case_after(*missed, c.Verify((RECORD,), local(19, 10))).steps[1].met is False


def test_the_term_of_the_whole_service_is_an_alarm_of_its_own() -> None:
    after = local(15, 18, 30, 1, month=3)

    given(*WAITING).when(c.MissDeadline("overall", after)).then(
        e.DeadlineMissed(
            step="overall",
            limit="30 calendar_day",
            counting="event_day",
            due_at=local(15, 18, 30, month=3),
            at=after,
        )
    )


def test_edge_16_inc_19_every_step_may_be_in_time_and_the_whole_term_missed() -> None:
    filed = local(17, 9, month=3)  # Nauryz follows: the steps at their latest end three days after the term
    history: tuple[c.Command, ...] = (c.Open(ID, request(), Channel.PORTAL, filed, "Asia/Almaty", 5, filed),)

    def latest() -> datetime:
        [step] = [each for each in case_after(*history).steps if each.done is None]
        assert step.due
        return step.due

    history += (c.Register("027-1", latest()),)
    history += (c.Accept("note", latest()),)
    history += (c.Consider(latest()),)
    history += (c.TakeBlanks(BLANKS, history[-1].at),)
    overall = case_after(*history).overall
    assert overall
    assert overall.due
    assert overall.due < latest()
    missed = c.MissDeadline("overall", overall.due)

    done = case_after(*history, missed, c.Prepare(latest()))

    assert [each.met for each in done.steps] == [True] * 4
    assert done.overall
    assert done.overall.met is False


def test_inc_19_a_schedule_that_exceeds_the_term_is_announced_as_the_case_is_opened() -> None:
    filed = local(15, 9, month=3)
    opening = c.Open(ID, request(), Channel.PORTAL, filed, "Asia/Almaty", 5, filed)

    opened = decide(opening, CASE.initial)

    assert [type(each) for each in opened] == [e.Opened, e.ScheduleInfeasible, e.StepStarted]
    assert isinstance(opened[1], e.ScheduleInfeasible)
    assert opened[1].planned_end > opened[1].overall_due


def test_a_desk_is_warned_once_before_it_misses_its_deadline() -> None:
    near = local(18, 15, 30)
    warned = (*REGISTERED, c.WarnOfDeadline("DUP-PORTAL-5", near))

    given(*REGISTERED).when(c.WarnOfDeadline("DUP-PORTAL-5", near)).then(
        e.DeadlineNear(step="DUP-PORTAL-5", due_at=local(18, 18, 30), at=near)
    )
    given(*warned).when(c.WarnOfDeadline("DUP-PORTAL-5", near)).then_ignored("step-is-over")
    given(*VERIFIED).when(c.WarnOfDeadline("DUP-PORTAL-5", near)).then_ignored("step-is-over")


def test_the_service_is_in_time_when_the_duplicate_is_prepared_though_not_collected() -> None:
    case = case_after(*PREPARED, c.HandOver(local(20, 10, month=4)))

    assert case.overall
    assert case.overall.met is True


def test_edge_20_a_notice_that_nobody_acknowledges_is_sent_six_times_and_then_posted() -> None:
    attempts = [c.Resend(1, local(15, 10 + number)) for number in range(1, 7)]

    case = case_after(*REGISTERED, *attempts)

    assert (case.notices[0].attempts, case.notices[0].state) == (6, "posted")
    given(*REGISTERED, *attempts).when(c.Resend(1, LATE)).then_ignored("already-taken-or-posted")


def test_a_notice_that_esuvo_took_is_not_sent_again() -> None:
    forwarded = (*REGISTERED, c.NoteForwarded(1, local(15, 10)))

    given(*forwarded).when(c.Resend(1, LATE)).then_ignored("already-taken-or-posted")
    given(*forwarded).when(c.NoteForwarded(1, LATE)).then_ignored("already-taken-or-posted")


@pytest.mark.parametrize("end", [c.NoteDelivered, c.NoteUndeliverable])
def test_the_first_word_on_a_notices_fate_counts(end: Any) -> None:  # Any: either command's class
    told = (*REGISTERED, end(1, local(15, 11)))

    given(*told).when(c.NoteDelivered(1, LATE)).then_ignored("already-delivered")
    given(*told).when(c.NoteUndeliverable(1, LATE)).then_ignored("already-delivered")


@pytest.mark.step("DUP-PORTAL-4")
@pytest.mark.parametrize(
    ("filed", "register_due"),
    [
        (local(15, 23, 30), local(16, 18, 30)),
        (local(20, 12), local(22, 18, 30)),  # a Saturday
        (local(5, 12, month=3), local(5, 18, 30, month=3)),  # a worked Saturday
        (local(8, 12, month=3), local(9, 18, 30, month=3)),  # a holiday
    ],
    ids=["23:30", "weekend", "worked-saturday", "holiday"],
)
def test_terms_are_counted_in_the_universitys_working_days(filed: datetime, register_due: datetime) -> None:
    opening = c.Open(ID, request(), Channel.PORTAL, filed, "Asia/Almaty", 5, filed)

    registration = case_after(opening).under_way(Task.REGISTER)

    assert registration
    assert registration.due == register_due


@pytest.mark.step("DUP-CON-6")
def test_a_package_from_the_service_centre_begins_with_its_verification() -> None:
    from_the_centre = c.Open(ID, request(), Channel.CON, FILED, "Asia/Almaty", 5, FILED)

    opened, started = decide(from_the_centre, CASE.initial)

    assert isinstance(opened, e.Opened)
    assert started == e.StepStarted(step="DUP-CON-6", task=Task.VERIFY, at=FILED, due_at=local(18, 18, 30))
