"""The counter: what a package needs, in which order the acts are done, which of them were late."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.common import Applicant, DocumentKind, Reason
from contracts.con_applications import AcceptedDocument, PackageReceipt
from contracts.package import PackageDocument
from law.package import required_documents
from services._chassis.decider import Ignored, Refused
from services.con import document
from services.con.application.counter import FillForm, HandIn, IssueReceipt, Register
from services.con.application.decide import APPLICATION, PassDeadline
from services.con.application.events import (
    ApplicationRegistered,
    DeadlineMissed,
    FormFilled,
    PackageHandedIn,
    PackageIncomplete,
    Particulars,
    ReceiptIssued,
    Step,
)
from services.con.application.state import Package
from tests.support.scenario import Scenario

given = Scenario(APPLICATION).given

ID = UUID("0153d3f0-0000-8000-8000-000000000001")
OTHER = UUID("0153d3f0-0000-8000-8000-000000000002")
NOON = datetime(2016, 2, 15, 6, 0, tzinfo=UTC)
OPERATOR = "Ахметова Ә. Б."
NUMBER = "20160215000000000001"
REGULATION = "KZ-MES-705-DUP"
MINUTE = timedelta(minutes=1)
TUESDAY_CLOSING = datetime(2016, 2, 16, 14, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BASICS = frozenset({PackageDocument.STATEMENT, PackageDocument.IDENTITY_DOCUMENT})
ORIGINAL = PackageDocument.ORIGINAL_DOCUMENT


def asked(reason: Reason) -> Particulars:
    return Particulars(
        applicant=Applicant(iin="900101100123", surname="Қасымов", name="Ерлан"),
        university="027",
        specialty="5B070400",
        graduation_year=2012,
        document_kind=DocumentKind.DIPLOMA,
        reason=reason,
    )


def hand_in(
    reason: Reason = Reason.LOSS,
    presented: frozenset[PackageDocument] = BASICS,
    called_at: datetime = NOON,
    at: datetime = NOON,
) -> HandIn:
    return HandIn(ID, asked(reason), presented, REGULATION, OPERATOR, NUMBER, called_at, at)


def scanned(kind: PackageDocument, *, paper: bool = True) -> AcceptedDocument:
    return AcceptedDocument(kind=kind, paper_present=paper, scan_digest="ab" * 32)


def handed_in_with(*extra: PackageDocument, reason: Reason = Reason.LOSS) -> PackageHandedIn:
    return PackageHandedIn(
        application_id=ID,
        particulars=asked(reason),
        presented=tuple(sorted({*BASICS, *extra})),
        regulation=REGULATION,
        operator=OPERATOR,
        called_at=NOON,
        due_at=NOON + 15 * MINUTE,
        next_due_at=NOON + 15 * MINUTE,
        at=NOON,
    )


SCANS = (scanned(PackageDocument.IDENTITY_DOCUMENT), scanned(PackageDocument.STATEMENT))
handed_in = handed_in_with()
registered = ApplicationRegistered(
    number=NUMBER, operator=OPERATOR, next_due_at=NOON + 40 * MINUTE, at=NOON + 10 * MINUTE
)
filled = FormFilled(documents=SCANS, operator=OPERATOR, next_due_at=NOON + 50 * MINUTE, at=NOON + 35 * MINUTE)
issued = ReceiptIssued(
    receipt=PackageReceipt(number=NUMBER, operator=OPERATOR, issued_at=NOON + 45 * MINUTE),
    next_due_at=TUESDAY_CLOSING,
    at=NOON + 45 * MINUTE,
)

register = Register(NUMBER, OPERATOR, NOON + 10 * MINUTE)
fill = FillForm(SCANS, OPERATOR, NOON + 35 * MINUTE)
issue = IssueReceipt(OPERATOR, NOON + 45 * MINUTE)


@pytest.mark.step("DUP-CON-1", "DUP-CON-2", "DUP-CON-3", "DUP-CON-4")
def test_a_complete_package_goes_through_the_counter_in_four_acts() -> None:
    given().when(hand_in()).then(handed_in)
    given(handed_in).when(register).then(registered)
    given(handed_in, registered).when(fill).then(filled)
    given(handed_in, registered, filled).when(issue).then(issued)


@pytest.mark.step("DUP-CON-1", "DUP-CON-2", "DUP-CON-3", "DUP-CON-4")
def test_the_counter_may_take_fifteen_fifteen_thirty_and_fifteen_minutes() -> None:
    state = APPLICATION.replay([handed_in, registered, filled, issued])
    assert isinstance(state, Package)

    assert [(act.due_at - act.started_at) // MINUTE for act in state.acts[:4]] == [15, 15, 30, 15]
    assert [act.met for act in state.acts] == [True] * 4 + [None]


@pytest.mark.parametrize(
    ("reason", "presented", "missing"),
    [
        (Reason.LOSS, frozenset(), required_documents(Reason.LOSS)),
        (Reason.LOSS, BASICS - {PackageDocument.STATEMENT}, (PackageDocument.STATEMENT,)),
        (Reason.LOSS, BASICS - {PackageDocument.IDENTITY_DOCUMENT}, (PackageDocument.IDENTITY_DOCUMENT,)),
        (Reason.DAMAGE, BASICS, (ORIGINAL,)),
        (Reason.NAME_CHANGE, BASICS, (ORIGINAL, PackageDocument.NAME_CHANGE_CERTIFICATE)),
        (Reason.NAME_CHANGE, BASICS | {ORIGINAL}, (PackageDocument.NAME_CHANGE_CERTIFICATE,)),
    ],
)
def test_an_incomplete_package_is_refused_with_a_receipt_that_lists_what_is_missing(
    reason: Reason, presented: frozenset[PackageDocument], missing: tuple[PackageDocument, ...]
) -> None:
    refused = PackageIncomplete(
        application_id=ID,
        particulars=asked(reason),
        presented=tuple(sorted(presented)),
        missing=missing,
        receipt=PackageReceipt(number=NUMBER, operator=OPERATOR, issued_at=NOON),
        at=NOON,
    )

    given().when(hand_in(reason, presented)).then(refused)
    given(refused).when(hand_in(reason, presented)).then_ignored("already-handed-in")
    given(refused).when(register).then_refused("application.refused")


@pytest.mark.parametrize("reason", list(Reason))
def test_a_package_with_all_that_its_reason_asks_for_is_complete(reason: Reason) -> None:
    needed = frozenset(required_documents(reason))

    given().when(hand_in(reason, needed)).then(handed_in_with(*needed, reason=reason))


def test_doing_an_act_again_changes_nothing() -> None:
    everything = (handed_in, registered, filled, issued)

    given(*everything).when(hand_in()).then_ignored("already-handed-in")
    given(*everything).when(register).then_ignored("already-registered")
    given(*everything).when(fill).then_ignored("form-already-filled")
    given(*everything).when(issue).then_ignored("receipt-already-issued")


def test_acts_are_done_in_order() -> None:
    given().when(register).then_refused("application.unknown")
    given(handed_in).when(fill).then_refused("application.out-of-order")
    given(handed_in).when(issue).then_refused("application.out-of-order")
    given(handed_in, registered).when(issue).then_refused("application.out-of-order")


def test_an_act_out_of_order_is_told_which_one_comes_first() -> None:
    with pytest.raises(Refused) as refusal:
        APPLICATION.decide(issue, APPLICATION.replay([handed_in, registered]))

    assert "DUP-CON-3" in refusal.value.remedy
    assert "/form" in refusal.value.remedy


@pytest.mark.step("DUP-CON-3")
def test_the_form_has_one_line_for_each_document_handed_in() -> None:
    photo = scanned(PackageDocument.PHOTO)
    for lines in ((), SCANS[:1], (*SCANS, photo), (*SCANS, SCANS[0])):
        given(handed_in, registered).when(FillForm(lines, OPERATOR, fill.at)).then_refused("form.documents-differ")


def test_the_order_of_the_form_s_lines_does_not_count() -> None:
    turned = FillForm(tuple(reversed(SCANS)), OPERATOR, fill.at)

    given(handed_in, registered).when(turned).then(filled)
    given(handed_in, registered, filled).when(turned).then_ignored("form-already-filled")


def test_another_form_does_not_replace_the_one_on_record() -> None:
    other = FillForm((SCANS[0], scanned(PackageDocument.STATEMENT, paper=False)), OPERATOR, fill.at)

    given(handed_in, registered, filled).when(other).then_refused("form.already-filled")


def test_the_original_of_a_damaged_document_is_there_on_paper() -> None:
    package = handed_in_with(ORIGINAL, reason=Reason.DAMAGE)
    copy = FillForm((*SCANS, scanned(ORIGINAL, paper=False)), OPERATOR, fill.at)

    given(package, registered).when(copy).then_refused("form.original-not-on-paper")


def late(step: Step, limit: str, due_at: datetime, at: datetime) -> DeadlineMissed:
    return DeadlineMissed(step=step, limit=limit, due_at=due_at, at=at)


def test_an_act_done_at_the_last_second_is_in_time_and_one_second_later_it_is_not() -> None:
    due = NOON + 15 * MINUTE
    in_time, too_late = Register(NUMBER, OPERATOR, due), Register(NUMBER, OPERATOR, due + SECOND)
    done = {"number": NUMBER, "operator": OPERATOR}

    given(handed_in).when(in_time).then(ApplicationRegistered(**done, next_due_at=due + 30 * MINUTE, at=due))
    given(handed_in).when(too_late).then(
        late(Step.REGISTER, "15 minute", due, due + SECOND),
        ApplicationRegistered(**done, next_due_at=due + SECOND + 30 * MINUTE, at=due + SECOND),
    )


@pytest.mark.step("DUP-CON-1")
def test_a_hand_in_that_took_too_long_is_a_breach_of_its_own() -> None:
    called_at, due = NOON - 20 * MINUTE, NOON - 5 * MINUTE

    given().when(hand_in(called_at=called_at)).then(
        handed_in.model_copy(update={"called_at": called_at, "due_at": due}),
        late(Step.HAND_IN, "15 minute", due, NOON),
    )


def test_an_incomplete_package_starts_no_clock_however_long_it_took() -> None:
    decided = APPLICATION.decide(hand_in(presented=frozenset(), called_at=NOON - 20 * MINUTE), APPLICATION.initial)

    assert [event.name for event in decided] == ["package-incomplete"]


@pytest.mark.parametrize(
    "called_at", [NOON + SECOND, NOON - timedelta(days=1, seconds=1), datetime(1, 1, 1, tzinfo=UTC)]
)
def test_nobody_hands_in_before_coming_to_the_counter_nor_stands_there_for_days(called_at: datetime) -> None:
    given().when(hand_in(called_at=called_at)).then_refused("hand-in.called-at")


def test_a_breach_is_recorded_once_and_the_procedure_goes_on() -> None:
    due = filled.next_due_at
    breach = late(Step.ISSUE_RECEIPT, "15 minute", due, due + SECOND)
    passed = PassDeadline(Step.ISSUE_RECEIPT, due + SECOND)
    at_last = due + 10 * MINUTE
    receipt = PackageReceipt(number=NUMBER, operator=OPERATOR, issued_at=at_last)

    given(handed_in, registered, filled).when(passed).then(breach)
    given(handed_in, registered, filled, breach).when(passed).then_ignored("breach-already-found")
    given(handed_in, registered, filled, breach).when(IssueReceipt(OPERATOR, at_last)).then(
        ReceiptIssued(receipt=receipt, next_due_at=TUESDAY_CLOSING, at=at_last)
    )


def test_the_deadline_of_an_act_that_is_done_passes_unnoticed() -> None:
    passed = PassDeadline(Step.REGISTER, NOON + 15 * MINUTE + SECOND)

    given(handed_in, registered).when(passed).then_ignored("act-already-done")
    given().when(passed).then_ignored("act-already-done")


def test_a_document_has_one_open_application() -> None:
    taken = document.Taken(application_id=ID)

    assert list(document.take(ID, None)) == [taken]
    assert document.take(ID, ID) == Ignored("already-taken")
    assert document.require_free(ID, None) == Ignored("document-free")
    with pytest.raises(document.AlreadyOpen) as first:
        document.take(OTHER, ID)
    assert first.value.application_id == ID
