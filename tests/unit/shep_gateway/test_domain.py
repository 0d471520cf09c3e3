"""What the gateway decides about the notices of one application."""

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given as examples
from hypothesis import strategies as st

from contracts.common import NoticeKind
from services._chassis.decider import Refused
from services._chassis.retry import MOST_ATTEMPTS
from services.shep_gateway.decide import (
    CONVERSATION,
    Accept,
    Command,
    Confirm,
    Conversation,
    ConversationEvent,
    DeliveryAbandoned,
    DeliveryConfirmed,
    NoticeAccepted,
    NoticeDispatched,
    NoticeRepeated,
    ReceiptLate,
    Resend,
    Standing,
)
from tests.support.scenario import Scenario
from tests.unit.shep_gateway.examples import FIRST, ID, NOON, SECOND, THIRD, notice

given = Scenario(CONVERSATION).given


def accepted(notice_id: UUID) -> NoticeAccepted:
    return NoticeAccepted(notice=notice(notice_id), at=NOON)


def dispatched(notice_id: UUID, attempt: int = 1) -> NoticeDispatched:
    return NoticeDispatched(notice_id=notice_id, attempt=attempt, at=NOON)


def confirm(notice_id: UUID, kind: NoticeKind = NoticeKind.REGISTERED) -> Confirm:
    return Confirm(notice_id, kind, NOON)


def confirmed(notice_id: UUID) -> DeliveryConfirmed:
    return DeliveryConfirmed(notice_id=notice_id, at=NOON)


def accept(notice_id: UUID) -> Accept:
    return Accept(ID, notice(notice_id), NOON)


abandoned = DeliveryAbandoned(notice_id=FIRST, attempts=MOST_ATTEMPTS, at=NOON)
on_the_way = (accepted(FIRST), dispatched(FIRST))
one_in_line = (*on_the_way, accepted(SECOND))
given_up = (accepted(FIRST), dispatched(FIRST, MOST_ATTEMPTS), abandoned)


def test_a_notice_is_accepted_and_handed_over_at_once() -> None:
    given().when(accept(FIRST)).then(accepted(FIRST), dispatched(FIRST))


def test_edge_12_a_repeated_notice_is_accepted_again_and_changes_nothing() -> None:
    repeated = NoticeRepeated(notice_id=FIRST, at=NOON)

    given(*on_the_way).when(accept(FIRST)).then(repeated)
    assert CONVERSATION.replay([*on_the_way, repeated]) == CONVERSATION.replay(on_the_way)


def test_a_notice_that_changes_its_words_is_refused() -> None:
    given(*on_the_way).when(Accept(ID, notice(words="Something else"), NOON)).then_refused("notice.changed")


def test_a_notice_of_another_application_is_refused() -> None:
    given().when(Accept(FIRST, notice(), NOON)).then_refused("notice.other-application")


def test_a_later_notice_waits_until_the_earlier_one_is_confirmed() -> None:
    given(*on_the_way).when(accept(SECOND)).then(accepted(SECOND))
    given(*one_in_line).when(confirm(FIRST)).then(confirmed(FIRST), dispatched(SECOND))


def test_a_later_notice_waits_until_the_earlier_one_is_abandoned() -> None:
    last = (accepted(FIRST), dispatched(FIRST, MOST_ATTEMPTS), accepted(SECOND))

    given(*last).when(Resend(FIRST, NOON)).then(abandoned, dispatched(SECOND))


def test_notices_are_handed_over_in_the_order_in_which_they_came() -> None:
    given(*one_in_line, accepted(THIRD), confirmed(FIRST), dispatched(SECOND)).when(confirm(SECOND)).then(
        confirmed(SECOND), dispatched(THIRD)
    )


def test_a_notice_is_confirmed_once() -> None:
    given(*on_the_way, confirmed(FIRST)).when(confirm(FIRST)).then_ignored("already-confirmed")


def test_what_was_never_handed_over_cannot_be_confirmed() -> None:
    given().when(confirm(FIRST)).then_refused("notice.not-dispatched")
    given(*one_in_line).when(confirm(SECOND)).then_refused("notice.not-dispatched")


def test_a_notice_is_confirmed_as_what_it_was_handed_over_as() -> None:
    given(*on_the_way).when(confirm(FIRST, NoticeKind.REFUSED)).then_refused("notice.other-kind")


def test_an_unconfirmed_notice_is_handed_over_again() -> None:
    given(*on_the_way).when(Resend(FIRST, NOON)).then(dispatched(FIRST, 2))


def test_a_confirmed_notice_is_not_handed_over_again() -> None:
    given(*on_the_way, confirmed(FIRST)).when(Resend(FIRST, NOON)).then_ignored("already-settled")


def test_a_receipt_after_the_end_is_only_noted_and_only_once() -> None:
    late = ReceiptLate(notice_id=FIRST, at=NOON)

    given(*given_up).when(confirm(FIRST)).then(late)
    given(*given_up, late).when(confirm(FIRST)).then_ignored("already-confirmed")


_IDS = st.sampled_from([FIRST, SECOND, THIRD])
_COMMANDS = st.one_of(
    _IDS.map(accept),
    _IDS.map(confirm),
    _IDS.map(lambda each: Resend(each, NOON)),
)


def _step(state: Conversation, command: Command) -> list[ConversationEvent]:
    known = isinstance(command, Accept) or command.notice_id in state.entries
    try:
        return list(CONVERSATION.decide(command, state)) if known else []
    except Refused:
        return []


@examples(commands=st.lists(_COMMANDS, max_size=60))
def test_one_notice_at_a_time_is_on_the_way_and_none_waits_for_nothing(
    commands: list[Command],
) -> None:
    state, first_handed_over = CONVERSATION.initial, list[UUID]()
    for command in commands:
        for event in _step(state, command):
            state = CONVERSATION.evolve(state, event)
            if isinstance(event, NoticeDispatched) and event.attempt == 1:
                first_handed_over.append(event.notice_id)
        standings = [entry.standing for entry in state.entries.values()]

        assert standings.count(Standing.DISPATCHED) <= 1
        assert Standing.WAITING not in standings or Standing.DISPATCHED in standings
    assert first_handed_over == list(state.entries)[: len(first_handed_over)]


@examples(commands=st.lists(_COMMANDS, max_size=60))
def test_no_notice_is_tried_more_often_than_allowed(commands: list[Command]) -> None:
    state = CONVERSATION.initial
    for command in commands:
        for event in _step(state, command):
            state = CONVERSATION.evolve(state, event)

    assert all(entry.attempts <= MOST_ATTEMPTS for entry in state.entries.values())


def test_the_journal_keeps_the_moments() -> None:
    def at(minute: int) -> datetime:
        return NOON + timedelta(minutes=minute)

    state = CONVERSATION.replay(
        [
            NoticeAccepted(notice=notice(), at=at(0)),
            NoticeDispatched(notice_id=FIRST, attempt=1, at=at(0)),
            DeliveryAbandoned(notice_id=FIRST, attempts=1, at=at(1)),
            ReceiptLate(notice_id=FIRST, at=at(2)),
        ]
    )
    entry = state.entries[FIRST]

    assert (entry.accepted_at, entry.abandoned_at, entry.confirmed_at) == (at(0), at(1), at(2))
    assert entry.standing is Standing.ABANDONED
