"""The university's table, driven in memory: what it tells others when it hears something or a timer comes due."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from contracts import con_applications, esuvo_blanks, esuvo_notifications, esuvo_requests, university_cases
from contracts.common import Blank, BlankKind, Channel, DocumentKind, Notice, NoticeKind, RefusalCode, SupplyFault
from contracts.event import Event
from law.universities import load_universities
from services._actors.policy import StaffPolicy, staff_policy
from services._chassis.decider import Refused
from services.university_is.duplicates.case.commands import Command, HandOver, Prepare
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.case.rows import case_row
from services.university_is.duplicates.case.state import Case, Status
from services.university_is.duplicates.errand.decide import SupplyAsked
from services.university_is.duplicates.ledger.commands import Receive
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.duplicates.ledger.events import BlanksReceived
from services.university_is.duplicates.ledger.state import BlankState, Ledger
from services.university_is.duplicates.register.decide import REGISTER, Enter, GraduateRecord
from services.university_is.service import service
from services.university_is.simulated.actors import actors
from services.university_is.simulated.staff import Simulated
from tests.support.memory import InMemory
from tests.support.papers import CODES
from tests.unit.university_is.examples import (
    FILED,
    ID,
    IIN,
    OTHER_ID,
    RECORD,
    diploma,
    local,
    request,
    routed,
    supplement,
)

UNIVERSITIES = load_universities()
STOCKED = local(15, 8)
PROMPT, LATE = 1, 705  # seeds: with the one every desk keeps its deadlines for ID, with the other one does not
CODE = "027"


class University(InMemory):
    """The service in memory, with ESUVO at the other end of its topics: it takes and delivers every notice."""

    def __init__(
        self,
        *,
        seed: int = PROMPT,
        simulated: bool = True,
        esuvo_answers: bool = True,
        policy: StaffPolicy | None = None,
    ) -> None:
        staff = Simulated(seed, (policy or StaffPolicy()) if simulated else StaffPolicy.manual())
        super().__init__(service(UNIVERSITIES, staff.policy.blank_alarm, CODES).with_actors(*actors(staff)))
        self.now = FILED
        self.told: list[Event] = []
        self.esuvo_answers = esuvo_answers

    def enter(self, record: GraduateRecord = RECORD) -> None:
        self.command(f"graduate:{CODE}-{IIN}", lambda state, at: REGISTER.decide(Enter(record, at), state), STOCKED)

    def stock(self, *blanks: Blank) -> None:
        self.command(f"blanks:{CODE}", lambda state, at: LEDGER.decide(Receive(blanks, at), state), STOCKED)

    def file(self, message: esuvo_requests.RequestRouted | None = None) -> None:
        heard = message or routed()
        self.tell(heard, heard.routed_at, heard.application_id)

    def tell(self, event: Event, at: datetime, about: UUID = ID) -> None:
        """ESUVO says this; what follows is settled before time goes on."""
        self.hear(_topic(event), event, about, at)
        self._settle(at)

    def ask(self, about: UUID = ID) -> None:
        """Blank forms for this application have been asked for at the Ministry."""
        self.command(f"errand:{about}", lambda _errands, at: [SupplyAsked(university=CODE, at=at)], FILED)

    def act(self, command: Command, about: UUID = ID) -> None:
        self.command(f"case:{about}", lambda state, _at: CASE.decide(command, state), command.at)
        self._settle(command.at)

    def live(self, until: datetime | None = None) -> None:
        while self.step(until):
            pass

    def live_until(self, status: Status) -> None:
        while self.case().status is not status:
            assert self.step(), f"nothing more happens: {self.case().status}"

    def step(self, until: datetime | None = None) -> bool:
        """Fire the next timer, answering as ESUVO would; False when there is none."""
        row = self.fire_next(until)
        if row is None:
            return False
        self.now = row.schedule.due_at
        self._settle(self.now)
        return True

    def case(self, application_id: UUID = ID) -> Case:
        state = self.state(f"case:{application_id}")
        assert isinstance(state, Case)
        return state

    @property
    def ledger(self) -> Ledger:
        state = self.state(f"blanks:{CODE}")
        assert isinstance(state, Ledger)
        return state

    def names(self) -> list[str]:
        return [each.name.removeprefix("kz.egov.university.") for each in self.told]

    def sent(self, kind: NoticeKind) -> list[university_cases.NoticeSent]:
        sent = [each for each in self.told if isinstance(each, university_cases.NoticeSent)]
        return [each for each in sent if each.notice.kind is kind]

    def _settle(self, at: datetime) -> None:
        while published := self.take_published():
            self.told += published
            for each in published:
                if isinstance(each, university_cases.NoticeSent) and self.esuvo_answers:
                    self.hear(esuvo_notifications.TOPIC, forwarded(each.notice, at), each.application_id, at)
                    self.hear(esuvo_notifications.TOPIC, delivered(each.notice, at), each.application_id, at)


def _topic(event: Event) -> str:
    for topic, catalogue in (
        (esuvo_requests.TOPIC, esuvo_requests.CATALOGUE),
        (esuvo_notifications.TOPIC, esuvo_notifications.CATALOGUE),
        (esuvo_blanks.TOPIC, esuvo_blanks.CATALOGUE),
    ):
        if event.name in catalogue:
            return topic
    raise LookupError(event.name)


def forwarded(notice: Notice, at: datetime) -> esuvo_notifications.NoticeForwarded:
    return esuvo_notifications.NoticeForwarded(
        application_id=notice.application_id, notice=notice, attempt=1, forwarded_at=at
    )


def delivered(notice: Notice, at: datetime) -> esuvo_notifications.NoticeDelivered:
    return esuvo_notifications.NoticeDelivered(
        application_id=notice.application_id, notice_id=notice.notice_id, kind=notice.kind, delivered_at=at
    )


def supplied(*blanks: Blank, at: datetime) -> esuvo_blanks.BlanksSupplied:
    return esuvo_blanks.BlanksSupplied(application_id=ID, university=CODE, blanks=blanks, supplied_at=at)


def withdrawal(at: datetime) -> esuvo_requests.WithdrawalRouted:
    return esuvo_requests.WithdrawalRouted(application_id=ID, university=CODE, requested_at=at)


@pytest.fixture
def chain() -> University:
    return University()


@pytest.fixture
def by_hand() -> University:
    return University(simulated=False)


@pytest.mark.step("DUP-PORTAL-9")
def test_a_request_ends_with_the_duplicate_in_the_applicants_hands(chain: University) -> None:
    chain.enter()
    chain.stock(diploma(1), supplement(1))

    chain.file()
    chain.live()

    assert chain.names() == [
        "case-opened",
        "case-registered",
        "notice-sent",
        "case-verified",
        "case-considered",
        "duplicate-prepared",
        "notice-sent",
        "duplicate-issued",
        "notice-sent",
    ]
    assert chain.case().status is Status.ISSUED
    assert not chain.timers


@pytest.mark.step("DUP-PORTAL-8")
def test_the_readiness_notice_states_the_place_of_collection(chain: University) -> None:
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live()

    [ready] = chain.sent(NoticeKind.READY)
    place = UNIVERSITIES[CODE].collection_place

    assert ready.notice.collection_place == place
    assert place.kk in ready.notice.text.kk
    assert place.ru in ready.notice.text.ru
    assert place.en in ready.notice.text.en


def test_the_blanks_of_the_ledger_are_used_for_the_duplicate(chain: University) -> None:
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live()

    assert {each.state for each in chain.ledger.entries.values()} == {BlankState.USED}
    assert {each.application_id for each in chain.ledger.entries.values()} == {ID}


def test_the_same_seed_tells_the_same_story_twice() -> None:
    stories = []
    for _ in range(2):
        chain = University()
        chain.enter()
        chain.stock(diploma(1), supplement(1))
        chain.file()
        chain.live()
        stories.append([each.model_dump_json() for each in chain.told])

    assert stories[0] == stories[1]


def test_a_person_unknown_to_the_register_gets_a_reasoned_refusal(chain: University) -> None:
    chain.file()
    chain.live()

    [refused] = [each for each in chain.told if isinstance(each, university_cases.CaseRefused)]
    [sent] = chain.sent(NoticeKind.REFUSED)

    assert refused.refusal.code is RefusalCode.UNRELIABLE_DATA
    assert sent.notice.refusal == refused.refusal
    assert refused.refusal.reason.en in sent.notice.text.en
    assert not chain.timers


def test_a_returned_application_is_verified_once_corrected(chain: University) -> None:
    chain.enter(RECORD.model_copy(update={"graduation_year": 2011}))
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live_until(Status.RETURNED)
    corrected_at = (chain.now + timedelta(days=1)).replace(second=0)

    chain.tell(
        esuvo_requests.CorrectionRouted(
            application_id=ID, university=CODE, specialty="050301", graduation_year=2011, corrected_at=corrected_at
        ),
        corrected_at,
    )
    chain.live()

    assert chain.case().status is Status.ISSUED
    assert [each.step for each in chain.case().steps].count("DUP-PORTAL-5") == 2
    assert [each.field for each in chain.sent(NoticeKind.RETURNED_FOR_CORRECTION)[0].notice.corrections] == [
        "graduation_year"
    ]


def test_waiting_for_the_applicants_correction_breaks_only_the_whole_terms_deadline(chain: University) -> None:
    chain.enter(RECORD.model_copy(update={"graduation_year": 2011}))
    chain.file()

    chain.live(until=local(30, 9, month=4))

    assert chain.case().status is Status.RETURNED
    assert [each.step for each in chain.told if isinstance(each, university_cases.DeadlineBreached)] == ["overall"]


@pytest.mark.step("DUP-PORTAL-7")
def test_without_blanks_the_ministry_is_asked_and_its_supply_goes_on(chain: University) -> None:
    chain.enter()
    chain.stock(diploma(1))
    chain.file()
    chain.live_until(Status.WAITING)
    [asked] = [each for each in chain.told if isinstance(each, university_cases.BlankFormRequested)]
    came = local(29, 11, 30, 40)

    chain.tell(supplied(supplement(7), at=came), came)
    chain.live()

    assert asked.kinds == (BlankKind.SUPPLEMENT,)
    assert chain.case().status is Status.ISSUED
    assert chain.case().blanks == (diploma(1), supplement(7))


def test_blank_forms_that_nobody_asked_for_are_refused(chain: University) -> None:
    with pytest.raises(Refused, match=r"blanks\.not-asked") as refused:
        chain.tell(supplied(diploma(1), at=FILED), FILED)

    assert refused.value.field == "/data/application_id"
    with pytest.raises(Refused, match=r"blanks\.not-asked"):
        chain.tell(
            esuvo_blanks.BlanksRefused(
                application_id=ID, university=CODE, kinds=(BlankKind.DIPLOMA,), refused_at=FILED
            ),
            FILED,
        )


def test_blank_forms_for_another_university_than_asked_are_refused(chain: University) -> None:
    chain.ask()

    with pytest.raises(Refused, match=r"blanks\.not-asked") as refused:
        chain.tell(supplied(diploma(1), at=FILED).model_copy(update={"university": "020"}), FILED)
    assert refused.value.field == "/data/university"


def test_a_supply_that_comes_twice_is_received_once(chain: University) -> None:
    chain.ask()
    chain.tell(supplied(diploma(1), at=FILED), FILED)
    chain.tell(supplied(diploma(1), at=FILED), FILED + timedelta(minutes=1))
    chain.live()

    assert sum(isinstance(each, BlanksReceived) for each in chain.events) == 1


@pytest.mark.parametrize(
    "event",
    [con_applications.WithdrawalHandedIn, con_applications.CorrectionHandedIn, con_applications.DuplicateHandedOver],
    ids=str,
)
def test_a_service_centre_does_not_speak_for_an_application_of_the_portal(
    chain: University,
    event: type[
        con_applications.WithdrawalHandedIn | con_applications.CorrectionHandedIn | con_applications.DuplicateHandedOver
    ],
) -> None:
    chain.file()
    said = event.model_validate(
        {
            "application_id": ID,
            "university": CODE,
            "requested_at": FILED,
            "corrected_at": FILED,
            "handed_over_at": FILED,
            "specialty": "5B070400",
            "graduation_year": 2012,
            "collector": {"kind": "applicant"},
        }
    )

    with pytest.raises(Refused, match=r"case\.other-channel"):
        chain.hear(con_applications.TOPIC, said, ID, FILED)


def test_what_is_routed_to_another_university_than_the_case_is_of_is_refused(chain: University) -> None:
    chain.file()

    with pytest.raises(Refused, match=r"case\.other-university"):
        chain.tell(withdrawal(FILED).model_copy(update={"university": "020"}), FILED)


def test_a_topic_brings_applications_of_its_own_channel_alone(chain: University) -> None:
    with pytest.raises(Refused, match=r"case\.other-channel") as refused:
        chain.file(routed().model_copy(update={"channel": Channel.PAPER}))

    assert refused.value.field == "/data/channel"


def test_supplies_of_one_instant_are_received_in_the_order_of_their_applications() -> None:
    other = UUID(int=ID.int - 1)
    histories = []
    for order in ((ID, other), (other, ID)):
        chain = University()
        for who in order:
            chain.ask(who)
            supply = esuvo_blanks.BlanksSupplied(
                application_id=who, university=CODE, blanks=(diploma(1 if who == ID else 2),), supplied_at=FILED
            )
            chain.tell(supply, FILED, who)
        chain.live()
        histories.append([each.blanks for each in chain.events if isinstance(each, BlanksReceived)])

    assert histories[0] == histories[1] == [(diploma(2),), (diploma(1),)]


def test_a_withdrawn_case_gives_its_blanks_to_the_one_that_waits(chain: University) -> None:
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.file(routed(OTHER_ID, request(document_kind=DocumentKind.SUPPLEMENT)))
    while {chain.case().status, chain.case(OTHER_ID).status} != {Status.PREPARING, Status.WAITING}:
        assert chain.step()
    holder, waiter = (ID, OTHER_ID) if chain.case().status is Status.PREPARING else (OTHER_ID, ID)
    withdrawn_at = local(1, 9, month=3)
    asked = esuvo_requests.WithdrawalRouted(application_id=holder, university=CODE, requested_at=withdrawn_at)

    chain.tell(asked, withdrawn_at, holder)
    chain.live(until=local(1, 10, 0, 20, month=3))

    assert chain.case(holder).status is Status.WITHDRAWN
    assert chain.case(waiter).status is Status.PREPARING


def test_a_withdrawal_in_time_ends_the_case_and_its_timers(chain: University) -> None:
    chain.enter()
    chain.file()

    chain.tell(withdrawal(FILED), FILED)

    assert chain.names() == ["case-opened", "case-withdrawn", "notice-sent"]
    assert not chain.timers


def test_a_withdrawal_after_preparation_is_declined_and_the_case_goes_on(chain: University) -> None:
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live_until(Status.PREPARED)
    asked_at = chain.now + timedelta(minutes=1)

    chain.tell(withdrawal(asked_at), asked_at)
    chain.live()

    assert len(chain.sent(NoticeKind.WITHDRAWAL_DECLINED)) == 1
    assert chain.case().status is Status.ISSUED


@pytest.mark.step("DUP-PORTAL-4")
def test_a_deadline_that_nobody_keeps_is_announced_a_second_after_it_was_due(by_hand: University) -> None:
    by_hand.file()

    by_hand.live(until=local(16, 9))

    [breach] = [each for each in by_hand.told if isinstance(each, university_cases.DeadlineBreached)]
    assert (breach.step, breach.limit, breach.counting) == ("DUP-PORTAL-4", "1 working_day", "event_day")
    assert (breach.due_at, breach.at) == (local(15, 18, 30), local(15, 18, 30, 1))


def test_a_desk_is_warned_three_hours_before_the_deadline(
    by_hand: University,
) -> None:
    by_hand.file()
    before = {key for _, key in by_hand.timers} - {"claim"}

    by_hand.live(until=local(15, 16))

    [near] = [each for each in by_hand.told if isinstance(each, university_cases.DeadlineNear)]
    assert (near.step, near.due_at, near.at) == ("DUP-PORTAL-4", local(15, 18, 30), local(15, 15, 30, 55))
    assert {key for _, key in by_hand.timers} == before
    assert "deadline-breached" not in by_hand.names()


def test_a_case_whose_desks_are_in_time_is_warned_of_nothing(chain: University) -> None:
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live()

    assert "deadline-near" not in chain.names()
    assert chain.case().status is Status.ISSUED


def test_edge_37_a_case_of_2023_takes_no_blank_and_is_heard_before_it_is_refused(chain: University) -> None:
    at = datetime(2023, 5, 15, 4, tzinfo=UTC)
    chain.file(routed(at=at))
    chain.live()

    names = [each for each in chain.names() if each not in {"notice-sent", "deadline-near"}]
    assert names == ["case-opened", "case-registered", "hearing-appointed", "case-refused"]
    [hearing] = chain.sent(NoticeKind.HEARING)
    assert hearing.notice.refusal
    assert "2023 09:00" in hearing.notice.text.ru
    assert not chain.timers


def test_a_case_of_2023_is_served_without_any_stock_of_blank_forms(chain: University) -> None:
    chain.enter()
    chain.file(routed(at=datetime(2023, 5, 15, 4, tzinfo=UTC)))
    chain.live()

    assert chain.case().status is Status.ISSUED
    assert chain.case().blanks
    assert not chain.ledger.entries


def test_a_late_desk_is_announced_and_the_case_still_reaches_its_end() -> None:
    chain = University(seed=LATE)
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live()

    missed = [each.step for each in chain.told if isinstance(each, university_cases.DeadlineBreached)]
    assert missed == ["DUP-PORTAL-5"]
    assert [each.step for each in chain.case().steps if each.met is False] == missed
    assert chain.case().status is Status.ISSUED


def test_a_notice_is_sent_again_at_doubling_intervals_and_at_last_goes_by_post() -> None:
    silent = University(esuvo_answers=False)
    silent.enter()
    silent.stock(diploma(1), supplement(1))
    silent.file()
    silent.live()

    attempts = silent.sent(NoticeKind.READY)
    waits = [later.at - each.at for each, later in pairwise(attempts)]

    assert [each.attempt for each in attempts] == [1, 2, 3, 4, 5, 6]
    assert len({each.notice.model_dump_json() for each in attempts}) == 1
    assert all(each.at.second == 50 for each in attempts[1:])
    assert [wait // timedelta(minutes=10) for wait in waits] == [1, 2, 4, 8, 16]
    assert silent.case().status is Status.ISSUED  # the letter told the applicant


def test_an_acknowledged_notice_is_not_sent_again(by_hand: University) -> None:
    by_hand.enter()
    by_hand.tell(routed(), FILED)
    by_hand.tell(withdrawal(FILED), FILED)

    by_hand.live()

    assert [each.attempt for each in by_hand.sent(NoticeKind.WITHDRAWN)] == [1]


def test_a_notice_that_could_not_be_delivered_is_posted_and_known_three_days_later() -> None:
    chain = University(esuvo_answers=False)
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live_until(Status.PREPARED)
    [ready] = chain.sent(NoticeKind.READY)
    prepared = chain.now

    chain.tell(
        esuvo_notifications.NoticeUndeliverable(
            application_id=ID, notice_id=ready.notice.notice_id, kind=NoticeKind.READY, given_up_at=prepared
        ),
        prepared,
    )
    collection = chain.timers[f"case:{ID}", "staff:DUP-PORTAL-9"].schedule.due_at

    assert collection > prepared + timedelta(days=3)
    assert not any(key.endswith(str(ready.notice.notice_id)) for _, key in chain.timers)


def test_a_notice_that_esuvo_originated_concerns_nobody_here(chain: University) -> None:
    chain.enter()
    chain.file()
    chain.live(until=local(16, 9))
    stranger = chain.sent(NoticeKind.REGISTERED)[0].notice.model_copy(update={"notice_id": OTHER_ID})
    events = len(chain.events)

    chain.tell(delivered(stranger, chain.now), chain.now)

    assert len(chain.events) == events


def test_a_request_that_is_heard_twice_opens_one_case(chain: University) -> None:
    chain.file()
    chain.file()

    assert chain.names() == ["case-opened"]


def test_a_request_for_a_university_that_is_not_run_here_is_refused(chain: University) -> None:
    with pytest.raises(Refused) as refusal:
        chain.file(routed(particulars=request(university="998")))

    assert refusal.value.code == "university.unknown"


def test_without_simulated_staff_nothing_is_done_before_a_person_does_it(by_hand: University) -> None:
    by_hand.enter()
    by_hand.stock(diploma(1), supplement(1))

    by_hand.file()

    assert {key for _, key in by_hand.timers} == {"claim", "term:overall", "term:DUP-PORTAL-4"}


def test_what_a_person_does_is_not_done_again_by_simulated_staff(chain: University) -> None:
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live_until(Status.PREPARING)
    chain.act(Prepare(chain.now))
    chain.act(HandOver(chain.now))

    chain.live()

    assert chain.names().count("duplicate-prepared") == 1
    assert chain.names().count("duplicate-issued") == 1
    assert not chain.timers


def test_cases_over_the_portal_carry_their_channel_and_regulation(chain: University) -> None:
    chain.file()

    [opened] = chain.told
    assert isinstance(opened, university_cases.CaseOpened)
    assert (opened.channel, opened.regulation) == (Channel.PORTAL, "KZ-MES-705-DUP")


def test_the_read_model_says_of_every_step_whether_its_deadline_was_kept(by_hand: University) -> None:
    by_hand.file()
    by_hand.live(until=local(16, 9))

    row = case_row(str(ID), by_hand.case())

    assert row
    assert row["status"] == "opened"
    assert row["steps"] == [
        {"step": "DUP-PORTAL-4", "due": local(15, 18, 30), "done": None, "met": False},
        {"step": "overall", "due": local(15, 18, 30, month=3), "done": None, "met": None},
    ]


def test_a_clerk_who_misreads_the_register_refuses_a_graduate() -> None:
    chain = University(policy=staff_policy('{"mistakes": {"wrongly_refused": 1}}'))
    chain.enter()
    chain.file()
    chain.live()

    refusal = chain.case().refusal
    assert chain.case().status is Status.REFUSED
    assert refusal
    assert refusal.code is RefusalCode.UNRELIABLE_DATA


def test_a_case_waits_at_a_manual_desk_until_its_deadline_is_missed_and_after() -> None:
    chain = University(policy=staff_policy('{"desks": {"management": {"mode": "manual"}}}'))
    chain.enter()
    chain.file()
    chain.live()

    assert chain.case().status is Status.VERIFIED
    assert [each.met for each in chain.case().steps] == [True, True, False]


def test_edge_13_a_form_spoilt_in_printing_is_written_off_and_another_is_printed() -> None:
    chain = University(policy=staff_policy('{"mistakes": {"spoilt_in_printing": 0.7}}'))
    chain.enter()
    chain.stock(*(blank for number in range(2, 20) for blank in (diploma(number), supplement(number))))
    chain.file()
    chain.live()
    ledger = chain.state(f"blanks:{CODE}")

    assert isinstance(ledger, Ledger)
    states = [each.state for each in ledger.entries.values()]
    assert chain.case().status is Status.ISSUED
    assert states.count(BlankState.WRITTEN_OFF) > 0
    assert BlankState.RESERVED not in states


def test_edge_19_a_representative_comes_with_a_power_of_attorney() -> None:
    chain = University(policy=staff_policy('{"collection": {"representative_share": 1}}'))
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live()

    assert chain.case().status is Status.ISSUED
    issued = chain.case().issued
    assert issued
    assert issued.collector
    assert issued.collector.power_of_attorney


def test_edge_18_an_applicant_who_never_comes_leaves_the_duplicate_ready() -> None:
    chain = University(policy=staff_policy('{"collection": {"never_share": 1}}'))
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.file()
    chain.live(until=local(15, 9, month=8))

    assert chain.case().status is Status.PREPARED


def _waiting() -> University:
    chain = University()
    chain.enter()
    chain.file()
    chain.live_until(Status.WAITING)
    return chain


def _alarms(chain: University) -> list[tuple[SupplyFault, tuple[BlankKind, ...], bool]]:
    told = [each for each in chain.told if isinstance(each, university_cases.BlanksNotSupplied)]
    return [(each.fault, each.kinds, each.asked_again) for each in told]


BOTH = (BlankKind.DIPLOMA, BlankKind.SUPPLEMENT)


def test_edge_13_inc_21_silence_raises_an_alarm_and_repeats_the_request_in_bounds() -> None:
    chain = _waiting()
    chain.live()
    again = (SupplyFault.SILENCE, BOTH, True)

    assert chain.case().status is Status.WAITING
    assert _alarms(chain) == [*[again] * 5, (SupplyFault.SILENCE, BOTH, False)]
    assert sum(isinstance(each, university_cases.BlankFormRequested) for each in chain.told) == 6


def test_edge_13_what_a_partial_or_wrong_supply_lacks_is_asked_for_again() -> None:
    chain = _waiting()
    at = chain.now + timedelta(days=2)
    chain.tell(
        esuvo_blanks.BlanksSupplied(application_id=ID, university=CODE, blanks=(supplement(1),), supplied_at=at), at
    )
    chain.live(until=at + timedelta(days=1))

    assert _alarms(chain) == [(SupplyFault.INCOMPLETE, (BlankKind.DIPLOMA,), True)]
    later = at + timedelta(days=3)
    chain.tell(
        esuvo_blanks.BlanksSupplied(application_id=ID, university=CODE, blanks=(diploma(1),), supplied_at=later), later
    )
    chain.live()
    assert chain.case().status is Status.ISSUED
    assert len(_alarms(chain)) == 1


def test_edge_13_and_inc_21_a_refused_request_is_made_again() -> None:
    chain = _waiting()
    at = chain.now + timedelta(days=2)
    chain.tell(esuvo_blanks.BlanksRefused(application_id=ID, university=CODE, kinds=BOTH, refused_at=at), at)
    chain.live(until=at + timedelta(days=1))

    assert _alarms(chain) == [(SupplyFault.REFUSED, BOTH, True)]
    assert chain.case().blank_requests == 2
