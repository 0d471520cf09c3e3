"""Paper and the service centre: the university's side of both, driven in memory; and what holds across channels."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from contracts import con_applications, university_cases
from contracts.common import (
    Blank,
    BlankKind,
    Channel,
    Collector,
    CollectorKind,
    DocumentKind,
    DuplicateRequest,
    NoticeKind,
    PowerOfAttorney,
    Reason,
    Refusal,
    RefusalCode,
)
from contracts.event import Event, Text
from contracts.package import PackageDocument
from services._chassis.decider import Refused
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.state import Case, Status
from services.university_is.duplicates.document import decide as d
from services.university_is.duplicates.ledger.state import BlankState
from tests.unit.university_is.examples import FILED, ID, OTHER_ID, diploma, local, request, routed, supplement
from tests.unit.university_is.test_messaging import University, supplied

ZONE: Final = "Asia/Almaty"
STATE_OF: Final = f"case:{ID}"
WORDS: Final = Text(kk="а", ru="б", en="c")
POWER: Final = PowerOfAttorney(number="17-204", notary="Сейтқали А.", issued_on=date(2016, 2, 1), valid_until=None)
REPRESENTATIVE: Final = Collector(kind=CollectorKind.REPRESENTATIVE, name="Өмірбекова", power_of_attorney=POWER)
DAY: Final = timedelta(days=1)


def on_paper(application_id: UUID = ID, particulars: DuplicateRequest | None = None, at: datetime = FILED) -> c.Open:
    return c.Open(application_id, particulars or request(), Channel.PAPER, at, ZONE, 5, at)


def delivered(
    application_id: UUID = ID, particulars: DuplicateRequest | None = None, at: datetime = FILED
) -> con_applications.PackageDelivered:
    return con_applications.PackageDelivered(
        application_id=application_id,
        request=particulars or request(),
        channel=Channel.CON,
        filed_at=at - DAY,
        regulation="KZ-MES-705-DUP",
        documents=(
            con_applications.AcceptedDocument(kind=PackageDocument.STATEMENT, paper_present=True, scan_digest="0" * 64),
        ),
        delivered_at=at,
    )


class Chain(University):
    """As `University`, with a service centre beside ESUVO."""

    def say(self, event: Event, at: datetime, about: UUID = ID) -> None:
        self.hear(con_applications.TOPIC, event, about, at)
        self._settle(at)

    def letters(self) -> list[NoticeKind]:
        return [each.notice.kind for each in self.told if isinstance(each, university_cases.NoticePosted)]

    def steps(self) -> list[str]:
        return [each.step for each in self.case().steps]

    def blank_state(self, blank: Blank) -> BlankState:
        return self.ledger.entries[blank.serial].state

    def prepare(self) -> None:
        """Until the duplicate is written."""
        self.enter()
        self.stock(diploma(1), supplement(1))
        self.act(c.Register("027-1", local(15, 10))) if self.case().status is Status.OPENED else None
        self.act(c.ConsultRegister(local(16, 10)))
        self.act(c.Consider(local(17, 10)))
        self.act(c.Prepare(local(25, 10)))


@pytest.fixture
def paper() -> Chain:
    chain = Chain(simulated=False)
    chain.act(on_paper())
    return chain


@pytest.fixture
def centre() -> Chain:
    chain = Chain(simulated=False)
    chain.say(delivered(), FILED)
    return chain


def received(at: datetime) -> con_applications.DuplicateReceived:
    return con_applications.DuplicateReceived(application_id=ID, university="027", received_at=at)


def handed_over(at: datetime, collector: Collector = c.APPLICANT) -> con_applications.DuplicateHandedOver:
    return con_applications.DuplicateHandedOver(
        application_id=ID, university="027", collector=collector, handed_over_at=at
    )


@pytest.mark.step("DUP-PAPER-1", "DUP-PAPER-2", "DUP-PAPER-3", "DUP-PAPER-5", "DUP-PAPER-6", "DUP-PAPER-7")
def test_the_paper_channel_writes_letters_and_tells_esuvo_nothing(paper: Chain) -> None:
    paper.prepare()
    paper.act(c.Announce(local(25, 15)))
    paper.act(c.HandOver(local(29, 10)))

    assert paper.steps() == ["DUP-PAPER-1", "DUP-PAPER-2", "DUP-PAPER-3", "DUP-PAPER-5", "DUP-PAPER-6", "DUP-PAPER-7"]
    assert paper.letters() == [NoticeKind.REGISTERED, NoticeKind.READY, NoticeKind.ISSUED]
    assert "notice-sent" not in paper.names()
    assert paper.case().status is Status.ISSUED


@pytest.mark.step("DUP-PAPER-6")
def test_the_letter_of_readiness_has_one_working_day_and_precedes_the_hand_over(
    paper: Chain,
) -> None:
    paper.prepare()

    assert paper.case().status is Status.UNANNOUNCED
    step = paper.case().under_way(Task.NOTIFY_READY)
    assert step
    assert (step.step, step.due) == ("DUP-PAPER-6", local(25, 18, 30))
    with pytest.raises(Refused, match=r"case.not-at-this-desk"):
        paper.act(c.HandOver(local(25, 12)))


def test_a_paper_case_runs_by_itself_with_simulated_staff() -> None:
    chain = Chain()
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.act(on_paper())

    chain.live_until(Status.ISSUED)

    assert chain.steps()[-2:] == ["DUP-PAPER-6", "DUP-PAPER-7"]
    chain.live()
    assert not chain.timers


@pytest.mark.step("DUP-CON-6", "DUP-CON-7", "DUP-CON-9")
def test_the_service_centres_package_goes_its_steps_and_raises_no_notices(
    centre: Chain,
) -> None:
    centre.prepare()

    assert centre.steps() == ["DUP-CON-6", "DUP-CON-7", "DUP-CON-9"]
    assert centre.names()[-2:] == ["duplicate-prepared", "duplicate-dispatched"]
    assert centre.case().under_way(Task.PREPARE)

    centre.say(received(local(26, 11)), local(26, 11))
    assert centre.case().steps[-1].done == local(26, 11)
    overall = centre.case().overall
    assert overall
    assert overall.done == local(26, 11)

    centre.say(handed_over(local(29, 11), REPRESENTATIVE), local(29, 11))
    assert centre.case().status is Status.ISSUED
    assert centre.case().notices == ()
    issued = centre.told[-1]
    assert isinstance(issued, university_cases.DuplicateIssued)
    assert (issued.collector, issued.issue_number) == (REPRESENTATIVE, 1)


@pytest.mark.step("DUP-CON-9")
def test_a_case_from_the_service_centre_runs_until_the_courier_has_the_duplicate() -> None:
    chain = Chain()
    chain.enter()
    chain.stock(diploma(1), supplement(1))
    chain.say(delivered(), FILED)

    chain.live_until(Status.SENT_TO_CENTRE)

    assert chain.names()[-1] == "duplicate-dispatched"


@pytest.mark.step("DUP-CON-9")
def test_the_step_of_the_service_centre_is_late_when_the_duplicate_has_not_arrived(centre: Chain) -> None:
    """EDGE-15."""
    centre.prepare()

    centre.live(local(30, 10, month=3))

    late = [each.step for each in centre.told if isinstance(each, university_cases.DeadlineBreached)]
    assert late == ["DUP-CON-9", "overall"]  # EDGE-16: the whole term is an alarm of its own


@pytest.mark.step("DUP-PAPER-3")
def test_management_refuses_a_paper_case_after_its_verification(paper: Chain) -> None:
    """EDGE-17."""
    paper.enter()
    paper.act(c.Register("027-1", local(15, 10)))
    paper.act(c.ConsultRegister(local(16, 10)))
    paper.act(c.Refuse(Task.CONSIDER, Refusal(code=RefusalCode.REQUIREMENTS_NOT_MET, reason=WORDS), local(17, 10)))

    assert paper.case().status is Status.REFUSED
    assert paper.letters()[-1] is NoticeKind.REFUSED


def test_who_does_not_come_is_reminded_once_after_14_days_and_may_still_come(paper: Chain) -> None:
    """EDGE-18."""
    paper.prepare()
    paper.act(c.Announce(local(25, 15)))

    paper.live(local(20, 10, month=4))

    assert paper.letters().count(NoticeKind.REMINDER) == 1
    assert paper.case().notices[-1].at == local(25, 15) + 14 * DAY
    assert paper.case().status is Status.PREPARED


def test_what_comes_back_from_the_service_centre_is_handed_over_here(centre: Chain) -> None:
    """EDGE-18."""
    centre.prepare()
    centre.say(received(local(26, 11)), local(26, 11))
    back = local(28, 11, month=3)
    centre.say(con_applications.DuplicateReturned(application_id=ID, university="027", returned_at=back), back)

    assert centre.case().status is Status.PREPARED
    centre.act(c.HandOver(local(30, 11, month=3)))
    assert centre.names()[-1] == "duplicate-issued"


@pytest.mark.step("DUP-PAPER-7")
@pytest.mark.parametrize(
    "collector",
    [
        Collector(kind=CollectorKind.REPRESENTATIVE, name="Өмірбекова"),
        Collector(kind=CollectorKind.REPRESENTATIVE, power_of_attorney=POWER),
        REPRESENTATIVE.model_copy(
            update={"power_of_attorney": POWER.model_copy(update={"valid_until": date(2016, 2, 26)})}
        ),
    ],
    ids=["no power of attorney", "nameless", "expired"],
)
def test_a_representative_needs_a_power_of_attorney_in_force(paper: Chain, collector: Collector) -> None:
    """EDGE-19."""
    paper.prepare()
    paper.act(c.Announce(local(25, 15)))

    with pytest.raises(Refused, match=r"collector.power-of-attorney"):
        paper.act(c.HandOver(local(29, 10), collector))
    paper.act(c.HandOver(local(29, 10), REPRESENTATIVE))
    issued = paper.case().issued
    assert issued
    assert issued.collector == REPRESENTATIVE


def test_a_withdrawal_after_the_blank_is_used_is_declined_and_the_blank_stays_used(paper: Chain, centre: Chain) -> None:
    """EDGE-21."""
    paper.prepare()
    paper.act(c.Withdraw(local(25, 12)))
    centre.prepare()
    wish = con_applications.WithdrawalHandedIn(application_id=ID, university="027", requested_at=local(25, 12))
    centre.say(wish, local(25, 12))

    assert paper.letters()[-1] is NoticeKind.WITHDRAWAL_DECLINED
    for chain in (paper, centre):
        assert "withdrawal-declined" in chain.names()
        assert chain.blank_state(diploma(1)) is BlankState.USED


def test_a_withdrawal_before_registration_or_from_the_service_centre_ends_the_case(paper: Chain, centre: Chain) -> None:
    """EDGE-21."""
    paper.act(c.Withdraw(local(15, 9, 30)))
    wish = con_applications.WithdrawalHandedIn(application_id=ID, university="027", requested_at=local(15, 10))
    centre.say(wish, local(15, 10))

    assert paper.letters() == [NoticeKind.WITHDRAWN]
    assert centre.names()[-1] == "case-withdrawn"
    assert not paper.timers
    assert not centre.timers


def test_a_spoilt_blank_is_written_off_and_another_reserved(paper: Chain) -> None:
    """EDGE-13."""
    paper.enter()
    paper.stock(diploma(1), diploma(2), supplement(1))
    paper.act(c.Register("027-1", local(15, 10)))
    paper.act(c.ConsultRegister(local(16, 10)))
    paper.act(c.Consider(local(17, 10)))
    due = paper.case().steps[-1].due

    paper.act(c.Spoil((diploma(1).serial,), local(18, 10)))

    assert paper.blank_state(diploma(1)) is BlankState.WRITTEN_OFF
    assert paper.case().blanks == (diploma(2), supplement(1))
    assert (paper.case().status, paper.case().steps[-1].due) == (Status.PREPARING, due)
    with pytest.raises(Refused, match=r"blank.not-of-this-case"):
        paper.act(c.Spoil((diploma(1).serial,), local(18, 11)))


def test_with_no_form_left_the_case_waits_again_until_the_ministry_has_supplied(
    paper: Chain,
) -> None:
    """EDGE-13."""
    paper.enter()
    paper.stock(diploma(1), supplement(1))
    paper.act(c.Register("027-1", local(15, 10)))
    paper.act(c.ConsultRegister(local(16, 10)))
    paper.act(c.Consider(local(17, 10)))

    paper.act(c.Spoil((diploma(1).serial,), local(18, 10)))
    assert paper.case().status is Status.SHORT
    assert "DUP-PAPER-4" in paper.steps()
    paper.act(c.RequestBlanks(local(18, 11)))
    paper.tell(supplied(diploma(7), at=local(19, 9)), local(19, 9))
    paper.live(local(19, 12))

    assert paper.case().blanks == (diploma(7), supplement(1))
    assert paper.steps().count("DUP-PAPER-5") == 1


def test_a_withdrawal_after_spoiling_frees_the_other_blank_and_leaves_the_queue(paper: Chain) -> None:
    """EDGE-13."""
    paper.enter()
    paper.stock(diploma(1), supplement(1))
    paper.act(c.Register("027-1", local(15, 10)))
    paper.act(c.ConsultRegister(local(16, 10)))
    paper.act(c.Consider(local(17, 10)))
    paper.act(c.Spoil((diploma(1).serial,), local(18, 10)))
    paper.act(c.Withdraw(local(18, 12)))
    paper.live(local(18, 13))

    assert paper.blank_state(supplement(1)) is BlankState.FREE
    assert paper.blank_state(diploma(1)) is BlankState.WRITTEN_OFF
    assert not paper.ledger.places


@pytest.mark.step("DUP-PAPER-4")
def test_without_a_form_the_ministry_is_asked_for_a_paper_package(paper: Chain) -> None:
    paper.act(c.Register("027-1", local(15, 10)))
    asked = asked_for_a_supplement(paper)

    assert asked.kinds == (BlankKind.SUPPLEMENT,)
    assert steps_done(paper) == ["DUP-PAPER-1", "DUP-PAPER-2", "DUP-PAPER-3", "DUP-PAPER-4"]


@pytest.mark.step("DUP-CON-8")
def test_without_a_form_the_ministry_is_asked_for_the_service_centres_package_too(centre: Chain) -> None:
    asked = asked_for_a_supplement(centre)

    assert asked.kinds == (BlankKind.SUPPLEMENT,)
    assert steps_done(centre) == ["DUP-CON-6", "DUP-CON-7", "DUP-CON-8"]


def asked_for_a_supplement(chain: Chain) -> university_cases.BlankFormRequested:
    """What the Ministry is asked for where the stock has a diploma's form and none of a supplement."""
    chain.enter()
    chain.stock(diploma(1))
    chain.act(c.ConsultRegister(local(16, 10)))
    chain.act(c.Consider(local(17, 10)))
    chain.live(local(17, 11))
    assert chain.case().status is Status.SHORT
    chain.act(c.RequestBlanks(local(17, 15)))
    assert chain.case().status is Status.WAITING
    [asked] = [each for each in chain.told if isinstance(each, university_cases.BlankFormRequested)]
    return asked


def steps_done(chain: Chain) -> list[str]:
    return [each.step for each in chain.case().steps if each.done]


@pytest.mark.parametrize("first_by_arrival", [ID, OTHER_ID])
def test_of_two_channels_at_one_instant_the_key_decides_not_the_arrival(first_by_arrival: UUID) -> None:
    """EDGE-11."""
    chain = Chain(simulated=False)
    numbers = {ID: "20160215000001", OTHER_ID: "20160215000002"}
    for who in sorted(numbers, reverse=first_by_arrival == OTHER_ID):
        asked = request(number=numbers[who])
        if who == ID:
            chain.file(routed(ID, asked))
        else:
            chain.say(delivered(OTHER_ID, asked), FILED, OTHER_ID)

    chain.live(FILED + d.CLAIMED_AFTER)

    assert not chain.case(ID).ended
    refusal = chain.case(OTHER_ID).refusal
    assert refusal
    assert refusal.code is RefusalCode.ALREADY_OPEN
    assert numbers[ID] in refusal.reason.ru


def test_another_reason_or_another_document_is_another_application() -> None:
    """EDGE-11."""
    chain = Chain(simulated=False)
    chain.act(on_paper())
    chain.act(on_paper(OTHER_ID, request(document_kind=DocumentKind.SUPPLEMENT)), OTHER_ID)
    third = UUID(int=OTHER_ID.int + 1)
    chain.act(on_paper(third, request(reason=Reason.DAMAGE)), third)

    chain.live(FILED + DAY / 2)

    assert {chain.case(each).status for each in (ID, OTHER_ID, third)} == {Status.OPENED}


def test_a_second_duplicate_after_the_first_was_lost_is_issued_with_its_number(paper: Chain) -> None:
    """EDGE-24."""
    paper.live(FILED + d.CLAIMED_AFTER)
    paper.prepare()
    paper.act(c.Announce(local(25, 15)))
    paper.act(c.HandOver(local(29, 10)))
    again = local(10, 9, month=5)
    paper.act(on_paper(OTHER_ID, at=again), OTHER_ID)
    paper.stock(diploma(2), supplement(2))
    for command in (
        c.Register("027-2", again + DAY),
        c.ConsultRegister(again + DAY),
        c.Consider(again + DAY),
        c.Prepare(again + 2 * DAY),
        c.Announce(again + 2 * DAY),
        c.HandOver(again + 3 * DAY),
    ):
        paper.live(command.at)
        paper.act(command, OTHER_ID)

    issued = [each.issue_number for each in paper.told if isinstance(each, university_cases.DuplicateIssued)]
    assert issued == [1, 2]


def test_a_lost_original_that_is_found_after_the_issue_is_annulled_once(paper: Chain) -> None:
    """EDGE-25."""
    paper.prepare()
    paper.act(c.Announce(local(25, 15)))
    with pytest.raises(Refused, match=r"case.no-lost-original"):
        paper.act(c.NoteOriginalFound(local(26, 10)))
    paper.act(c.HandOver(local(29, 10)))

    paper.act(c.NoteOriginalFound(local(11, 10, month=5)))
    paper.act(c.NoteOriginalFound(local(12, 10, month=5)))

    assert paper.names().count("original-annulled") == 1
    issued = paper.case().issued
    assert issued
    assert issued.original_annulled


def test_a_case_filed_under_the_old_regulation_stays_under_it_after_the_change() -> None:
    """EDGE-37."""
    filed = datetime(2022, 12, 30, 4, tzinfo=UTC)
    later = filed + 20 * DAY
    chain = Chain(simulated=False)
    chain.act(on_paper(at=filed))
    chain.act(c.Register("027-1", later))

    case = chain.case()
    assert case.opened.regulation == "KZ-MES-705-DUP"
    assert case.steps[-1].step == "DUP-PAPER-2"


def test_the_service_centre_names_the_regulation_and_an_unknown_one_is_refused(centre: Chain) -> None:
    """EDGE-37."""
    assert centre.case().opened.regulation == "KZ-MES-705-DUP"
    unknown = delivered(OTHER_ID).model_copy(update={"regulation": "KZ-NOBODY"})
    with pytest.raises(Refused, match=r"regulation.unknown"):
        centre.say(unknown, FILED, OTHER_ID)


def test_a_correction_comes_from_the_service_centre(centre: Chain) -> None:
    """EDGE-10."""
    centre.enter()
    case = centre.case()
    assert isinstance(case, Case)
    wrong = delivered(OTHER_ID, request(graduation_year=2011, number="20160215000002", reason=Reason.DAMAGE))
    centre.say(wrong, FILED, OTHER_ID)
    centre.act(c.ConsultRegister(local(16, 10)), OTHER_ID)
    assert centre.case(OTHER_ID).status is Status.RETURNED

    corrected = con_applications.CorrectionHandedIn(
        application_id=OTHER_ID,
        university="027",
        specialty="050301",
        graduation_year=2010,
        corrected_at=local(17, 10),
    )
    centre.say(corrected, local(17, 10), OTHER_ID)

    assert centre.case(OTHER_ID).status is Status.REGISTERED
    assert centre.case(OTHER_ID).request.graduation_year == 2010


def test_what_the_service_centre_says_of_a_duplicate_that_was_never_sent_is_refused(centre: Chain) -> None:
    with pytest.raises(Refused, match=r"case.no-duplicate"):
        centre.say(received(local(16, 11)), local(16, 11))
