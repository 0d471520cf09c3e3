"""The Ministry's side: requests for blank forms, serial numbers, the simulated Ministry."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contracts.common import Blank, BlankKind, Serial
from law.regulation import WorkCalendar
from services._actors.policy import MinistryPolicy, Mood
from services._chassis.decider import Refused
from services.esuvo.duplicates.blanks.commands import Ask, Decline, Deliver, Grant, Number
from services.esuvo.duplicates.blanks.decide import BLANK_REQUEST
from services.esuvo.duplicates.blanks.events import (
    BlankRequestReceived,
    BlanksDelivered,
    BlanksSupplied,
    SupplyGranted,
    SupplyRefused,
)
from services.esuvo.duplicates.blanks.serials import MOST, SERIALS, Reserve
from services.esuvo.duplicates.blanks.state import Answered
from services.esuvo.simulated.ministry import CALENDAR, Ministry
from tests.support.scenario import Scenario
from tests.unit.esuvo.examples import ID, MINISTRY, NOON, OTHER_ID

given = Scenario(BLANK_REQUEST).given
LATER = NOON + timedelta(days=5)

ask = Ask(ID, "027", (BlankKind.DIPLOMA, BlankKind.DIPLOMA, BlankKind.SUPPLEMENT), NOON, NOON)
received = BlankRequestReceived(
    application_id=ID,
    university="027",
    kinds=(BlankKind.DIPLOMA, BlankKind.SUPPLEMENT),
    ordinal=1,
    requested_at=NOON,
    at=NOON,
)
granted = SupplyGranted(each=2, at=LATER)
supplied = BlanksSupplied(
    blanks=(
        Blank(kind=BlankKind.DIPLOMA, serial="МД0000041"),
        Blank(kind=BlankKind.DIPLOMA, serial="МД0000042"),
        Blank(kind=BlankKind.SUPPLEMENT, serial="МҚ0000043"),
        Blank(kind=BlankKind.SUPPLEMENT, serial="МҚ0000044"),
    ),
    at=LATER,
)


def test_a_request_comes_to_the_ministrys_desk_once() -> None:
    given().when(ask).then(received)
    given(received).when(ask).then_ignored("already-on-the-desk")


def test_an_answered_request_that_comes_again_changes_nothing() -> None:
    given(received, granted, supplied).when(ask).then_ignored("already-answered")


def test_a_later_request_of_the_same_case_is_a_new_one() -> None:
    again = Ask(ID, "027", (BlankKind.DIPLOMA,), LATER, LATER)

    given(received, granted, supplied).when(again).then(
        BlankRequestReceived(
            application_id=ID, university="027", kinds=(BlankKind.DIPLOMA,), ordinal=2, requested_at=LATER, at=LATER
        )
    )


def test_one_university_asks_for_an_applications_blank_forms() -> None:
    other = Ask(ID, "020", (BlankKind.DIPLOMA,), LATER, LATER)

    given(received).when(other).then_refused("blank-request.other-university")
    given(received, granted, supplied).when(other).then_refused("blank-request.other-university")


def test_the_ministry_sends_the_missing_form_and_a_reserve_of_each_kind() -> None:
    given(received).when(Grant(1, LATER)).then(granted)
    given(received, granted).when(Number(41, LATER)).then(supplied)


def test_a_request_is_answered_once() -> None:
    given(received, granted, supplied).when(Grant(1, LATER)).then_ignored("already-answered")
    given(received, granted, supplied).when(Number(99, LATER)).then_ignored("nothing-to-number")


def test_what_nobody_asked_for_is_not_supplied() -> None:
    given().when(Grant(1, LATER)).then_refused("blank-request.unknown")


def test_the_state_of_an_answered_request_names_its_forms() -> None:
    state = BLANK_REQUEST.replay([received, granted, supplied])

    assert isinstance(state, Answered)
    assert state.blanks == supplied.blanks


@examples(counts=st.lists(st.integers(min_value=1, max_value=2_000), max_size=40))
def test_no_serial_number_is_given_twice(counts: list[int]) -> None:
    following, given_out = SERIALS.initial, list[int]()
    for count in counts:
        for block in SERIALS.decide(Reserve(OTHER_ID, count, NOON), following):
            given_out += range(block.first, block.first + block.count)
            following = SERIALS.evolve(following, block)

    assert len(set(given_out)) == len(given_out) == sum(counts)


def test_the_last_serial_number_that_a_contract_allows_is_given_and_no_other() -> None:
    (block,) = SERIALS.decide(Reserve(ID, 1, NOON), MOST)

    assert TypeAdapter(Serial).validate_python(f"МД{block.first:07d}")
    with pytest.raises(Refused, match=r"serials\.exhausted"):
        SERIALS.decide(Reserve(ID, 2, NOON), MOST)


@examples(
    number=st.integers(min_value=0, max_value=2**128 - 1),
    received_at=st.datetimes(datetime(2015, 1, 1), datetime(2025, 11, 1)),  # noqa: DTZ001 - given its zone below
)
def test_the_ministry_answers_at_its_own_second_of_a_working_day_within_its_days(
    number: int, received_at: datetime
) -> None:
    start = received_at.replace(tzinfo=UTC)
    moment = MINISTRY.answers_at(UUID(int=number), 1, start)
    assert moment
    answer = moment.astimezone(CALENDAR.zone)
    calendar, first = WorkCalendar(5, CALENDAR.zone), start.astimezone(CALENDAR.zone).date()

    assert (answer.hour, answer.minute, answer.second) == (11, 30, 40)
    assert calendar.is_working_day(answer.date())
    assert calendar.add_working_days(first, 3) <= answer.date() <= calendar.add_working_days(first, 12)


def test_the_ministrys_answer_depends_on_seed_application_and_ordinal_only() -> None:
    def moments(seed: int) -> list[datetime | None]:
        ministry = Ministry(seed, MinistryPolicy())
        return [ministry.answers_at(UUID(int=number), ordinal, NOON) for number in range(20) for ordinal in (1, 2)]

    assert moments(705) == moments(705)
    assert moments(705) != moments(706)
    assert len(set(moments(705))) == 10  # every working day of the ten is drawn by somebody


BOTH = (BlankKind.DIPLOMA, BlankKind.SUPPLEMENT)


def _in_mood(mood: Mood) -> Ministry:
    return Ministry(705, MinistryPolicy(mood=mood))


def test_edge_13_a_slow_ministry_takes_three_times_as_long_inc_21() -> None:
    prompt, slow = MINISTRY.answers_at(ID, 1, NOON), _in_mood(Mood.SLOW).answers_at(ID, 1, NOON)

    assert prompt
    assert slow
    assert slow - NOON > 2 * (prompt - NOON)


def test_edge_13_a_silent_ministry_answers_only_the_repeated_request_inc_21() -> None:
    silent = _in_mood(Mood.SILENT)

    assert silent.answers_at(ID, 1, NOON) is None
    assert silent.answers_at(ID, 2, NOON) == MINISTRY.answers_at(ID, 2, NOON)


@pytest.mark.parametrize(
    ("mood", "kinds", "answer"),
    [
        (Mood.PROMPT, BOTH, Grant(5, NOON)),
        (Mood.SLOW, BOTH, Grant(5, NOON)),
        (Mood.REFUSES, BOTH, Decline(NOON)),
        (Mood.PARTIAL, BOTH, Grant(0, NOON, (BlankKind.DIPLOMA,))),
        (Mood.WRONG_KIND, (BlankKind.DIPLOMA,), Grant(0, NOON, (BlankKind.SUPPLEMENT,))),
        (Mood.WRONG_KIND, BOTH, Grant(0, NOON, (BlankKind.SUPPLEMENT,))),
    ],
)
def test_edge_13_what_the_ministry_sends_is_its_mood(
    mood: Mood, kinds: tuple[BlankKind, ...], answer: Grant | Decline
) -> None:
    ministry = _in_mood(mood)

    assert ministry.answer(ID, 1, kinds, NOON) == answer
    assert ministry.answer(ID, 2, kinds, NOON) == Grant(5, NOON)


def test_edge_13_the_mood_meets_its_share_of_the_applications() -> None:
    ministry = Ministry(705, MinistryPolicy(mood=Mood.REFUSES, mood_share=0.2))
    moody = sum(ministry.mood(UUID(int=number), 1) is Mood.REFUSES for number in range(2_000))

    assert abs(moody / 2_000 - 0.2) < 0.03


def test_edge_13_a_wrong_kind_is_numbered_as_what_it_is() -> None:
    wrong = SupplyGranted(each=1, kinds=(BlankKind.SUPPLEMENT,), at=LATER)
    sent = BlanksSupplied(blanks=(Blank(kind=BlankKind.SUPPLEMENT, serial="МҚ0000041"),), at=LATER)

    given(received).when(Grant(0, LATER, (BlankKind.SUPPLEMENT,))).then(wrong)
    given(received, wrong).when(Number(41, LATER)).then(sent)


def test_edge_13_after_silence_or_refusal_the_request_is_made_again() -> None:
    again = Ask(ID, "027", (BlankKind.DIPLOMA,), LATER, LATER)
    second = BlankRequestReceived(
        application_id=ID, university="027", kinds=(BlankKind.DIPLOMA,), ordinal=2, requested_at=LATER, at=LATER
    )
    refused = SupplyRefused(at=LATER)

    given(received).when(again).then(second)
    given(received).when(Decline(LATER)).then(refused)
    given(received, refused).when(Decline(LATER)).then_ignored("nothing-to-answer")
    given(received, SupplyRefused(at=NOON)).when(again).then(second)


def test_inc_02_the_branch_delivers_once_and_is_not_asked_again_meanwhile() -> None:
    by_agent = granted.model_copy(update={"by_agent": True})
    again = Ask(ID, "027", (BlankKind.DIPLOMA,), LATER, LATER)
    delivered = BlanksDelivered(at=LATER)

    given(received).when(Grant(1, LATER, by_agent=True)).then(by_agent)
    given(received, by_agent, supplied).when(again).then_ignored("already-answered")
    given(received, by_agent, supplied).when(Deliver(LATER)).then(delivered)
    given(received, by_agent, supplied, delivered).when(Deliver(LATER)).then_ignored("nothing-under-way")
    given(received, by_agent, supplied, delivered).when(again).then(
        BlankRequestReceived(
            application_id=ID, university="027", kinds=(BlankKind.DIPLOMA,), ordinal=2, requested_at=LATER, at=LATER
        )
    )


def test_inc_02_without_a_branch_the_ministry_itself_delivers() -> None:
    given(received, granted, supplied).when(Deliver(LATER)).then_ignored("nothing-under-way")


def test_inc_02_the_branch_takes_its_working_days() -> None:
    ministry = Ministry(705, MinistryPolicy(fulfilment_days=3))
    friday = datetime(2016, 2, 19, 6, tzinfo=UTC)
    answer = ministry.answer(ID, 1, (BlankKind.DIPLOMA,), friday)

    assert isinstance(answer, Grant)
    assert answer.by_agent
    assert ministry.delivers_at(friday).astimezone(CALENDAR.zone).date().isoformat() == "2016-02-24"
    assert Ministry(705, MinistryPolicy()).answer(ID, 1, (BlankKind.DIPLOMA,), friday) == Grant(5, friday)
