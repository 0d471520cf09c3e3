"""From the dispatch to the hand-over: courier, university, applicant, and what time brings (DUP-CON-5 to -10)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from contracts import con_applications, university_cases
from contracts.common import Collector, CollectorKind, NoticeKind, PowerOfAttorney
from services._chassis.decider import Ignored, Refused
from services.con.application import journey
from services.con.application import terms as rules
from services.con.application import use_cases as app
from services.con.application.events import Stage
from services.con.application.state import Nothing, Status
from services.con.document import AlreadyOpen
from tests.unit.con.journey import BASICS, CORRECTION, DAY, HOUR, MONDAY, OPERATOR, REFUSAL, Centre, asked

READY = MONDAY + 20 * DAY
APPLICANT = Collector(kind=CollectorKind.APPLICANT)
SATURDAY_CLOSING = datetime(2016, 2, 20, 14, tzinfo=UTC)


def representative(valid_until: date | None, issued_on: date = date(2016, 3, 1)) -> Collector:
    power = PowerOfAttorney(number="2-17", notary="Оспанова Г. Т.", issued_on=issued_on, valid_until=valid_until)
    return Collector(kind=CollectorKind.REPRESENTATIVE, name="Қасымова Раушан", power_of_attorney=power)


@pytest.fixture
def centre() -> Centre:
    return Centre()


def refusal_of(centre: Centre, decide: app.Deciding, at: datetime) -> str:
    with pytest.raises(Refused) as refusal:
        centre.act(decide, at)
    return refusal.value.code


@pytest.mark.step("DUP-CON-5")
def test_the_courier_delivers_and_the_university_gets_the_whole_request(
    centre: Centre,
) -> None:
    centre.at_counter()
    (accepted,) = centre.told()
    centre.act(app.dispatch(centre.id, OPERATOR), MONDAY + HOUR)
    on_the_way = centre.package.acts[-1].done_at
    centre.act(app.deliver(), MONDAY + 2 * HOUR)

    dispatched, delivered = centre.told()
    assert isinstance(accepted, con_applications.ApplicationAccepted)
    assert isinstance(dispatched, con_applications.PackageDispatched)
    assert isinstance(delivered, con_applications.PackageDelivered)
    assert on_the_way is None
    assert (delivered.request, delivered.documents) == (accepted.request, accepted.documents)
    assert (delivered.filed_at, delivered.delivered_at) == (MONDAY, MONDAY + 2 * HOUR)
    assert (centre.package.status, centre.package.acts[-1].met) == (Status.AT_UNIVERSITY, True)
    assert centre.memory.timers == {}


@pytest.mark.parametrize(
    ("event", "more"),
    [
        (university_cases.CaseOpened, {"channel": "con", "regulation": "KZ-MES-705-DUP"}),
        (university_cases.CaseRefused, {"refusal": REFUSAL}),
        (university_cases.CaseWithdrawn, {}),
        (university_cases.CaseReturned, {"corrections": (CORRECTION,)}),
        (university_cases.DuplicateDispatched, {"waybill": "UNI-0000000001"}),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_a_university_that_has_not_the_package_has_no_say(
    centre: Centre, event: type[university_cases.CaseEvent], more: dict[str, object]
) -> None:
    centre.at_university()
    told = event.model_validate({"application_id": centre.id, "university": "020", "at": MONDAY + DAY, **more})
    with pytest.raises(Refused, match=r"application\.other-university"):
        centre.memory.hear(university_cases.TOPIC, told, centre.id, MONDAY + DAY)

    assert (centre.package.status, centre.package.stage) == (Status.AT_UNIVERSITY, None)


@pytest.mark.step("DUP-CON-5")
def test_edge_23_the_two_days_of_the_dispatch_are_those_of_the_centres_six_day_week(centre: Centre) -> None:
    friday = datetime(2016, 2, 19, 4, tzinfo=UTC)
    centre.at_counter(friday)

    assert centre.package.acts[-1].due_at == SATURDAY_CLOSING


@pytest.mark.step("DUP-CON-5")
def test_edge_15_a_late_delivery_is_announced_once_and_still_goes_on(centre: Centre) -> None:
    centre.at_counter()
    centre.told()
    centre.memory.fire_next()
    centre.act(app.dispatch(centre.id, OPERATOR), MONDAY + 3 * DAY)
    centre.act(app.deliver(), MONDAY + 3 * DAY + HOUR)

    breached, *others = centre.told()
    assert isinstance(breached, con_applications.DeadlineBreached)
    assert (breached.step, breached.limit) == ("DUP-CON-5", "2 working_day")
    assert [each.name for each in others] == ["kz.egov.con.package-dispatched", "kz.egov.con.package-delivered"]
    assert centre.package.acts[-1].met is False


def test_acts_out_of_order_are_refused_and_repeated_ones_change_nothing(centre: Centre) -> None:
    centre.at_counter()
    early = refusal_of(centre, app.deliver(), MONDAY + HOUR)
    too_early = refusal_of(centre, app.hand_over(APPLICANT, OPERATOR, None), MONDAY + HOUR)
    centre.act(app.dispatch(centre.id, OPERATOR), MONDAY + HOUR)
    centre.act(app.deliver(), MONDAY + 2 * HOUR)
    centre.told()
    for repeated in (app.dispatch(centre.id, OPERATOR), app.deliver()):
        centre.act(repeated, MONDAY + 3 * HOUR)

    assert (early, too_early) == ("application.out-of-order", "application.out-of-order")
    assert centre.told() == []


@pytest.mark.step("DUP-CON-7")
def test_what_the_university_does_is_heard_as_progress(centre: Centre) -> None:
    centre.at_university()
    centre.says(university_cases.CaseOpened, MONDAY + DAY, channel="con", regulation="KZ-MES-705-DUP")
    opened = centre.package.stage
    centre.says(university_cases.CaseConsidered, MONDAY + 5 * DAY)

    assert [opened, centre.package.stage] == ["opened", "considered"]
    assert centre.package.status is Status.AT_UNIVERSITY


def test_cases_of_other_channels_change_nothing(centre: Centre) -> None:
    centre.id = app.hand_in(asked(), BASICS, OPERATOR, None, MONDAY).application_id
    centre.says(university_cases.CaseOpened, MONDAY, channel="portal", regulation="KZ-MES-705-DUP")
    centre.says(university_cases.CaseRefused, MONDAY, refusal=REFUSAL)

    assert centre.memory.events == []


@pytest.mark.step("DUP-CON-9")
def test_the_preparation_ends_with_the_arrival_here_and_the_applicant_is_told(centre: Centre) -> None:
    centre.ready()

    *_, received, notified = centre.told()
    assert isinstance(received, con_applications.DuplicateReceived)
    assert received.received_at == READY
    assert isinstance(notified, con_applications.ApplicantNotified)
    assert notified.kind is NoticeKind.READY
    assert all("2016-04-06" in words for words in (notified.text.kk, notified.text.ru, notified.text.en))


@pytest.mark.step("DUP-CON-10")
def test_the_hand_over_runs_from_the_collectors_visit_and_frees_the_document(centre: Centre) -> None:
    centre.ready()
    held = centre.holder
    centre.told()
    centre.act(app.hand_over(APPLICANT, OPERATOR, READY + DAY), READY + DAY + HOUR)

    (handed_over,) = centre.told()
    act = centre.package.acts[-1]
    assert isinstance(handed_over, con_applications.DuplicateHandedOver)
    assert handed_over.collector == APPLICANT
    assert (act.step, act.started_at, act.met) == ("DUP-CON-10", READY + DAY, True)
    assert (held, centre.holder) == (centre.id, None)
    assert centre.memory.timers == {}


@pytest.mark.step("DUP-CON-10")
def test_edge_15_inc_07_a_hand_over_on_a_later_working_day_is_late(centre: Centre) -> None:
    centre.ready()
    centre.told()
    centre.act(app.hand_over(APPLICANT, OPERATOR, READY), READY + 2 * DAY)

    _, breached = centre.told()
    assert isinstance(breached, con_applications.DeadlineBreached)
    assert (breached.step, breached.limit) == ("DUP-CON-10", "1 working_day")
    assert centre.package.acts[-1].met is False


@pytest.mark.parametrize(
    "collector",
    [
        Collector(kind=CollectorKind.REPRESENTATIVE),
        Collector(kind=CollectorKind.REPRESENTATIVE, name="Қасымова Раушан"),
        representative(date(2016, 3, 5)),
        representative(None, issued_on=date(2015, 3, 1)),
        representative(date(2016, 12, 31), issued_on=date(2016, 3, 8)),
        representative(date(2016, 12, 31)).model_copy(update={"name": None}),
    ],
    ids=["nothing", "no-power", "expired", "older-than-a-year", "not-yet", "no-name"],
)
def test_edge_19_a_representative_without_a_power_of_attorney_in_force_is_refused(
    centre: Centre, collector: Collector
) -> None:
    centre.ready()

    assert refusal_of(centre, app.hand_over(collector, OPERATOR, None), READY + HOUR) == "collector.power-of-attorney"


@pytest.mark.step("DUP-CON-10")
@pytest.mark.parametrize("valid_until", [None, date(2016, 3, 6)], ids=["a-year", "last-day"])
def test_edge_19_a_representative_with_a_power_of_attorney_in_force_collects(
    centre: Centre, valid_until: date | None
) -> None:
    centre.ready()
    centre.act(app.hand_over(representative(valid_until), OPERATOR, None), READY + HOUR)

    assert centre.package.status is Status.HANDED_OVER
    assert centre.package.collector == representative(valid_until)


@pytest.mark.parametrize("came_at", [READY - HOUR, READY + 3 * HOUR], ids=["before-it-was-here", "after"])
def test_a_collector_comes_between_arrival_and_hand_over(centre: Centre, came_at: datetime) -> None:
    centre.ready()

    assert refusal_of(centre, app.hand_over(APPLICANT, OPERATOR, came_at), READY + HOUR) == "hand-over.came-at"


def test_a_returned_application_is_corrected_at_the_counter(centre: Centre) -> None:
    centre.at_university()
    early = refusal_of(centre, app.correct("5B070400", 2011, OPERATOR), MONDAY + DAY)
    centre.told()
    centre.says(university_cases.CaseReturned, MONDAY + 2 * DAY, corrections=[CORRECTION])
    (notified,) = centre.notices()
    for _ in range(2):
        centre.act(app.correct("5B070400", 2011, OPERATOR), MONDAY + 3 * DAY)

    (corrected,) = centre.told()
    assert early == "application.not-returned"
    assert (notified.kind, "Reason" in notified.text.en) == (NoticeKind.RETURNED_FOR_CORRECTION, True)
    assert isinstance(corrected, con_applications.CorrectionHandedIn)
    assert (corrected.graduation_year, centre.package.current.graduation_year) == (2011, 2011)
    assert centre.package.status is Status.AT_UNIVERSITY


def test_edge_21_before_dispatch_the_centre_itself_ends_the_application(centre: Centre) -> None:
    centre.at_counter()
    centre.told()
    centre.act(app.withdraw(OPERATOR), MONDAY + HOUR)
    centre.act(app.withdraw(OPERATOR), MONDAY + HOUR)

    (notified,) = centre.notices()
    assert notified.kind is NoticeKind.WITHDRAWN
    assert (centre.package.status, centre.package.running, centre.holder) == (Status.WITHDRAWN, None, None)
    assert centre.memory.timers == {}
    assert refusal_of(centre, app.dispatch(centre.id, OPERATOR), MONDAY + DAY) == "application.ended"


def test_edge_21_after_dispatch_the_university_decides(centre: Centre) -> None:
    centre.at_university()
    centre.told()
    centre.act(app.withdraw(OPERATOR), MONDAY + DAY)
    (asked_for,) = centre.told()
    centre.says(university_cases.WithdrawalDeclined, MONDAY + 2 * DAY)
    (declined,) = centre.notices()
    centre.act(app.withdraw(OPERATOR), MONDAY + 3 * DAY)
    centre.says(university_cases.CaseWithdrawn, MONDAY + 4 * DAY)

    _, withdrawn = centre.told()
    assert isinstance(asked_for, con_applications.WithdrawalHandedIn)
    assert declined.kind is NoticeKind.WITHDRAWAL_DECLINED
    assert isinstance(withdrawn, con_applications.ApplicantNotified)
    assert (centre.package.status, centre.holder) == (Status.WITHDRAWN, None)


def test_edge_21_a_wish_on_the_way_reaches_the_university_after_the_package(centre: Centre) -> None:
    centre.at_counter()
    centre.act(app.dispatch(centre.id, OPERATOR), MONDAY + HOUR)
    centre.told()
    centre.act(app.withdraw(OPERATOR), MONDAY + 2 * HOUR)
    nothing_yet = centre.told()
    centre.act(app.deliver(), MONDAY + 3 * HOUR)

    assert nothing_yet == []
    assert [type(each) for each in centre.told()] == [
        con_applications.PackageDelivered,
        con_applications.WithdrawalHandedIn,
    ]


def test_edge_21_a_prepared_duplicate_is_no_longer_withdrawn(centre: Centre) -> None:
    centre.ready()

    assert refusal_of(centre, app.withdraw(OPERATOR), READY + HOUR) == "withdrawal.too-late"


def test_a_refusal_of_the_university_is_told_and_frees_the_document_edge_11(centre: Centre) -> None:
    centre.at_university()
    centre.told()
    centre.says(university_cases.CaseRefused, MONDAY + 5 * DAY, refusal=REFUSAL)

    (notified,) = centre.notices()
    assert (notified.kind, "Reason" in notified.text.en) == (NoticeKind.REFUSED, True)
    assert (centre.package.status, centre.holder) == (Status.DECLINED, None)


def test_a_hearing_is_told_with_its_day_and_the_application_stays_open(centre: Centre) -> None:
    centre.at_university()
    centre.told()
    at = MONDAY + 5 * DAY
    centre.says(university_cases.HearingAppointed, at, refusal=REFUSAL, held_at=at + 3 * DAY)

    (notified,) = centre.notices()
    assert (notified.kind, "Reason" in notified.text.en) == (NoticeKind.HEARING, True)
    assert f"{at + 3 * DAY:%Y-%m-%d}" in notified.text.en
    assert (centre.package.status, centre.package.refusal) == (Status.AT_UNIVERSITY, None)


def test_edge_24_a_second_duplicate_may_be_asked_for_once_the_first_is_handed_over(
    centre: Centre,
) -> None:
    centre.ready()
    first = centre.id
    with pytest.raises(AlreadyOpen):
        centre.hand_in(READY + HOUR)
    centre.id = first
    centre.act(app.hand_over(APPLICANT, OPERATOR, None), READY + HOUR)
    centre.hand_in(READY + 90 * DAY)

    assert centre.id != first
    assert centre.package.status is Status.HANDED_IN
    assert centre.holder == centre.id


def test_edge_18_the_applicant_is_reminded_and_after_a_month_the_duplicate_goes_back(centre: Centre) -> None:
    centre.ready()
    centre.told()
    reminded, sent_back = centre.memory.fire_next(), centre.memory.fire_next()
    (reminder,) = centre.notices()
    refused = refusal_of(centre, app.hand_over(APPLICANT, OPERATOR, None), READY + 40 * DAY)
    centre.act(app.bring_back(), READY + 41 * DAY)
    (returned,) = centre.told()
    held = centre.holder
    centre.says(university_cases.DuplicateIssued, READY + 50 * DAY, blanks=[{"kind": "diploma", "serial": "ЖБ0000001"}])

    assert reminded is not None
    assert reminded.schedule.due_at == rules.remind_at(READY) == datetime(2016, 3, 24, 3, 30, tzinfo=UTC)
    assert sent_back is not None
    assert sent_back.schedule.due_at == rules.send_back_at(READY) == datetime(2016, 4, 6, 12, tzinfo=UTC)
    assert reminder.kind is NoticeKind.REMINDER
    assert refused == "duplicate.sent-back"
    assert isinstance(returned, con_applications.DuplicateReturned)
    assert (held, centre.holder) == (centre.id, None)
    assert centre.package.status is Status.ISSUED_AT_UNIVERSITY


def test_edge_18_a_month_ends_on_its_last_day_and_days_of_rest_are_passed_over() -> None:
    new_year = rules.send_back_at(datetime(2016, 1, 31, 4, tzinfo=UTC))

    assert new_year == datetime(2016, 2, 29, 12, tzinfo=UTC)


def test_facts_that_come_again_or_too_late_change_nothing(centre: Centre) -> None:
    centre.ready()
    centre.says(university_cases.DuplicateDispatched, READY + HOUR, waybill="UNI-0000000001")
    centre.says(university_cases.CaseConsidered, READY + HOUR)
    centre.act(app.take_in_duplicate(), READY + HOUR)
    centre.act(app.hand_over(APPLICANT, OPERATOR, None), READY + 2 * HOUR)
    centre.told()
    before = len(centre.memory.events)
    centre.act(app.hand_over(APPLICANT, OPERATOR, None), READY + 3 * HOUR)
    centre.says(university_cases.DuplicateIssued, READY + 3 * HOUR, blanks=BLANKS)

    assert centre.told() == []
    assert len(centre.memory.events) == before


def test_a_fact_that_changes_nothing_says_why(centre: Centre) -> None:
    package = centre.ready().package
    expected = (
        (journey.NoteProgress(Stage.CONSIDERED, READY), "progress-already-known"),
        (journey.NoteReturn((CORRECTION,), READY), "not-at-the-university"),
        (journey.NoteHearing(REFUSAL, READY + DAY, READY), "not-at-the-university"),
        (journey.NoteWithdrawalDeclined(READY), "no-withdrawal-asked"),
        (journey.NoteDuplicateSent("UNI-0000000001", READY), "duplicate-already-sent"),
    )

    for command, reason in expected:
        assert journey.note(command, package) == Ignored(reason)
    assert journey.note(journey.Remind(READY), Nothing()) == Ignored("of-another-channel")
    assert journey.note(journey.Remind(READY), replace(package, status=Status.SENT_BACK)) == Ignored(
        "duplicate-no-longer-here"
    )
    assert journey.note(
        journey.SendBack("CON-0000000001", READY), replace(package, status=Status.HANDED_OVER)
    ) == Ignored("already-ended")


BLANKS = [{"kind": "diploma", "serial": "ЖБ0000001"}]


@pytest.mark.parametrize(
    ("came_to", "event", "more", "code"),
    [
        (Centre.at_counter, university_cases.CaseRefused, {"refusal": REFUSAL}, "application.out-of-order"),
        (Centre.at_university, university_cases.CaseWithdrawn, {}, "application.withdrawal-not-asked"),
        (Centre.at_university, university_cases.DuplicateIssued, {"blanks": BLANKS}, "application.out-of-order"),
        (Centre.ready, university_cases.CaseRefused, {"refusal": REFUSAL}, "application.out-of-order"),
        (Centre.ready, university_cases.CaseWithdrawn, {}, "application.out-of-order"),
        (Centre.ready, university_cases.DuplicateIssued, {"blanks": BLANKS}, "application.out-of-order"),
    ],
)
def test_an_end_that_the_procedure_does_not_lead_to_is_refused_and_changes_nothing(
    centre: Centre,
    came_to: Callable[[Centre], object],
    event: type[university_cases.CaseEvent],
    more: dict[str, object],
    code: str,
) -> None:
    came_to(centre)
    before, state = len(centre.memory.events), centre.package
    with pytest.raises(Refused) as refusal:
        centre.says(event, READY + HOUR, **more)

    assert refusal.value.code == code
    assert refusal.value.field
    assert refusal.value.remedy
    assert (len(centre.memory.events), centre.package) == (before, state)


def test_after_one_end_the_university_tells_no_other(centre: Centre) -> None:
    centre.at_university()
    centre.says(university_cases.CaseRefused, MONDAY + DAY, refusal=REFUSAL)
    centre.says(university_cases.CaseRefused, MONDAY + 2 * DAY, refusal=REFUSAL)
    for event, more in ((university_cases.DuplicateIssued, {"blanks": BLANKS}), (university_cases.CaseWithdrawn, {})):
        with pytest.raises(Refused, match=r"application\.out-of-order"):
            centre.says(event, MONDAY + 3 * DAY, **more)

    assert centre.package.status is Status.DECLINED
