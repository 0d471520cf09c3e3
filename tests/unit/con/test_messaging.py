"""What the counter tells others, and what it makes of deadlines: the service's table, driven in memory."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts import con_applications
from contracts.common import Applicant, Channel, DocumentKind, Reason
from contracts.con_applications import AcceptedDocument
from contracts.package import PackageDocument
from services.con.application import streams
from services.con.application import use_cases as app
from services.con.application.events import Particulars
from services.con.application.state import Package, Status
from services.con.document import AlreadyOpen
from services.con.service import SERVICE
from tests.support.memory import InMemory

NINE = datetime(2016, 2, 15, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OPERATOR = "Ахметова Ә. Б."
BASICS = frozenset({PackageDocument.STATEMENT, PackageDocument.IDENTITY_DOCUMENT})
SCANS = tuple(AcceptedDocument(kind=kind, paper_present=True, scan_digest="0f" * 32) for kind in BASICS)


def asked(reason: Reason = Reason.LOSS, year: int = 2012) -> Particulars:
    return Particulars(
        applicant=Applicant(iin="900101100123", surname="Қасымов", name="Ерлан"),
        university="027",
        specialty="5B070400",
        graduation_year=year,
        document_kind=DocumentKind.DIPLOMA,
        reason=reason,
    )


class Counter:
    """One operator at one counter."""

    def __init__(self) -> None:
        self.memory = InMemory(SERVICE)
        self.stream = ""

    def hand_in(
        self,
        particulars: Particulars,
        at: datetime = NINE,
        presented: frozenset[PackageDocument] = BASICS,
        called_at: datetime | None = None,
    ) -> app.HandingIn:
        handing_in = app.hand_in(particulars, presented, OPERATOR, called_at, at)
        self.memory.command(streams.application(handing_in.application_id), handing_in.decide, at)
        self.stream = streams.application(handing_in.application_id)
        return handing_in

    def act(self, decide: app.Deciding, at: datetime) -> None:
        self.memory.command(self.stream, decide, at)

    @property
    def package(self) -> Package:
        state = self.memory.state(self.stream)
        assert isinstance(state, Package)
        return state


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.mark.step("DUP-CON-1", "DUP-CON-2", "DUP-CON-3", "DUP-CON-4")
def test_an_accepted_application_is_told_with_its_documents_and_its_receipt(counter: Counter) -> None:
    first = counter.hand_in(asked())
    counter.act(app.register(first.application_id, OPERATOR), NINE + 5 * MINUTE)
    counter.act(app.fill_form(SCANS, OPERATOR), NINE + 20 * MINUTE)
    counter.act(app.issue_receipt("Серікбаев Д."), NINE + 25 * MINUTE)

    (accepted,) = counter.memory.take_published()
    assert isinstance(accepted, con_applications.ApplicationAccepted)
    assert accepted.application_id == first.application_id
    assert accepted.channel is Channel.CON
    assert accepted.request == asked().numbered(accepted.receipt.number)
    assert accepted.receipt.operator == "Серікбаев Д."
    assert accepted.receipt.issued_at == accepted.accepted_at == NINE + 25 * MINUTE
    assert {each.kind for each in accepted.documents} == BASICS
    assert (accepted.handed_in_at, accepted.registered_at) == (NINE, NINE + 5 * MINUTE)
    assert counter.package.status is Status.AWAITING_DISPATCH
    assert [key for _, key in counter.memory.timers] == ["deadline:DUP-CON-5"]


def test_a_refused_package_is_told_without_naming_the_person_and_leaves_no_timer(counter: Counter) -> None:
    counter.hand_in(asked(Reason.NAME_CHANGE), presented=BASICS)

    (refused,) = counter.memory.take_published()
    assert isinstance(refused, con_applications.PackageRefused)
    assert [each.kind for each in refused.missing] == ["original_document", "name_change_certificate"]
    assert all(text for each in refused.missing for text in (each.rule.kk, each.rule.ru, each.rule.en))
    assert refused.receipt.operator == OPERATOR
    assert "900101100123" not in refused.model_dump_json()
    assert counter.memory.timers == {}


def test_a_package_completed_at_home_is_accepted_after_its_refusal(counter: Counter) -> None:
    counter.hand_in(asked(), presented=BASICS - {PackageDocument.STATEMENT})
    counter.hand_in(asked(), at=NINE, presented=BASICS)

    assert counter.package.status is Status.HANDED_IN


@pytest.mark.parametrize("presented", [BASICS, frozenset[PackageDocument]()], ids=["complete", "incomplete"])
def test_while_one_is_open_the_first_application_is_the_answer(
    counter: Counter, presented: frozenset[PackageDocument]
) -> None:
    first = counter.hand_in(asked())
    counter.memory.take_published()

    with pytest.raises(AlreadyOpen) as answer:
        counter.hand_in(asked(), at=NINE + MINUTE, presented=presented)
    assert answer.value.application_id == first.application_id
    assert counter.memory.take_published() == []


def test_the_same_package_at_the_same_instant_is_handed_in_once(counter: Counter) -> None:
    first, second = counter.hand_in(asked()), counter.hand_in(asked())

    assert first.application_id == second.application_id
    assert [event.name for event in counter.memory.events] == ["package-handed-in", "document-taken"]


def test_another_reason_is_another_application(counter: Counter) -> None:
    counter.hand_in(asked(Reason.LOSS))
    counter.hand_in(asked(Reason.DAMAGE), presented=BASICS | {PackageDocument.ORIGINAL_DOCUMENT})

    assert counter.package.status is Status.HANDED_IN


def test_each_act_is_watched_by_one_timer_a_second_after_it_is_due(counter: Counter) -> None:
    first = counter.hand_in(asked())
    watched = [dict(counter.memory.timers)]
    counter.act(app.register(first.application_id, OPERATOR), NINE + 5 * MINUTE)
    watched.append(dict(counter.memory.timers))
    counter.act(app.fill_form(SCANS, OPERATOR), NINE + 20 * MINUTE)
    watched.append(dict(counter.memory.timers))

    timers = [(key, row.schedule.due_at) for each in watched for (_, key), row in each.items()]
    second = timedelta(seconds=1)
    assert timers == [
        ("deadline:DUP-CON-2", NINE + 15 * MINUTE + second),
        ("deadline:DUP-CON-3", NINE + 35 * MINUTE + second),
        ("deadline:DUP-CON-4", NINE + 35 * MINUTE + second),
    ]


def test_a_breach_is_told_once_and_the_application_still_reaches_its_receipt(counter: Counter) -> None:
    first = counter.hand_in(asked())
    counter.memory.fire_next()
    counter.act(app.register(first.application_id, OPERATOR), NINE + 60 * MINUTE)
    counter.act(app.fill_form(SCANS, OPERATOR), NINE + 61 * MINUTE)
    counter.act(app.issue_receipt(OPERATOR), NINE + 62 * MINUTE)

    breached, accepted = counter.memory.take_published()
    assert isinstance(breached, con_applications.DeadlineBreached)
    assert (breached.step, breached.limit, breached.due_at) == ("DUP-CON-2", "15 minute", NINE + 15 * MINUTE)
    assert isinstance(accepted, con_applications.ApplicationAccepted)
    assert [act.met for act in counter.package.acts] == [True, False, True, True, None]


def test_an_operator_who_comes_before_the_timer_is_late_all_the_same(counter: Counter) -> None:
    first = counter.hand_in(asked(), called_at=NINE - 16 * MINUTE)
    counter.act(app.register(first.application_id, OPERATOR), NINE + 16 * MINUTE)

    breaches = counter.memory.take_published()
    assert [each.step for each in breaches if isinstance(each, con_applications.DeadlineBreached)] == [
        "DUP-CON-1",
        "DUP-CON-2",
    ]
    assert [act.met for act in counter.package.acts] == [False, False, None]


def test_numbers_are_twenty_digits_that_begin_with_the_date_at_the_counter(counter: Counter) -> None:
    late_evening = datetime(2016, 2, 15, 19, 30, tzinfo=UTC)
    first = counter.hand_in(asked(), at=late_evening)
    number = app.number_of(first.application_id, late_evening)

    assert len(number) == 20
    assert number.isdigit()
    assert number.startswith("20160216")
