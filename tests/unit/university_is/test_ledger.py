"""The ledger of blank forms: who gets the last one, and that no serial is ever in two states."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from hypothesis import given as property_of
from hypothesis import strategies as st

from contracts.common import Blank, BlankKind
from services._chassis.decider import Refused
from services.university_is.duplicates.ledger.commands import (
    Allocate,
    Command,
    NoteAsked,
    Receive,
    Release,
    Reserve,
    Use,
    WriteOff,
)
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.duplicates.ledger.events import (
    BlanksAllotted,
    BlanksReceived,
    BlanksReleased,
    BlanksUsed,
    BlankWrittenOff,
    CaseAsked,
    CaseLeftQueue,
    CaseQueued,
    LedgerEvent,
)
from services.university_is.duplicates.ledger.state import BlankState, Ledger
from tests.support.scenario import Scenario
from tests.unit.university_is.examples import ID, OTHER_ID, diploma, local, supplement

given = Scenario(LEDGER).given

DIPLOMA, SUPPLEMENT = BlankKind.DIPLOMA, BlankKind.SUPPLEMENT
BOTH = (DIPLOMA, SUPPLEMENT)
THEN, NOW, LATER = local(15, 10), local(16, 10), local(17, 10)
THIRD_ID = UUID("0152e3b0-0000-8000-8000-000000000003")


def received(*blanks: Blank, at: datetime = THEN) -> BlanksReceived:
    return BlanksReceived(blanks=blanks, at=at)


def allotted(application_id: UUID, *blanks: Blank, at: datetime = NOW) -> BlanksAllotted:
    return BlanksAllotted(application_id=application_id, blanks=blanks, at=at)


def queued(
    application_id: UUID, kinds: tuple[BlankKind, ...], short: tuple[BlankKind, ...], at: datetime = NOW
) -> CaseQueued:
    return CaseQueued(application_id=application_id, kinds=kinds, short=short, at=at)


def asked(application_id: UUID, at: datetime = NOW) -> CaseAsked:
    return CaseAsked(application_id=application_id, at=at)


def test_blanks_are_received_once_by_serial() -> None:
    given(received(diploma(1))).when(Receive((diploma(1), diploma(2)), NOW)).then(received(diploma(2), at=NOW))
    given(received(diploma(1))).when(Receive((diploma(1),), NOW)).then_ignored("already-received")


def test_a_serial_cannot_be_of_two_kinds() -> None:
    other = Blank(kind=SUPPLEMENT, serial=diploma(1).serial)

    given(received(diploma(1))).when(Receive((other,), NOW)).then_refused("blank.serial-taken")
    given().when(Receive((diploma(1), other), NOW)).then_refused("blank.serial-taken")


def test_the_lowest_serial_is_reserved() -> None:
    given(received(diploma(2), diploma(1))).when(Reserve(ID, (DIPLOMA,), NOW)).then(allotted(ID, diploma(1)))


def test_a_diploma_with_supplement_takes_both_kinds_or_none() -> None:
    stock = received(diploma(1), supplement(1))

    given(stock).when(Reserve(ID, BOTH, NOW)).then(allotted(ID, diploma(1), supplement(1)))
    given(received(diploma(1))).when(Reserve(ID, BOTH, NOW)).then(queued(ID, BOTH, (SUPPLEMENT,)))


def test_a_blank_that_came_at_the_same_moment_does_not_count() -> None:
    given(received(diploma(1), at=NOW)).when(Reserve(ID, (DIPLOMA,), NOW)).then(queued(ID, (DIPLOMA,), (DIPLOMA,)))


def test_the_last_blank_goes_to_the_first_who_asks_and_the_other_waits() -> None:
    """EDGE-14."""
    given(received(diploma(1)), allotted(ID, diploma(1))).when(Reserve(OTHER_ID, (DIPLOMA,), NOW)).then(
        queued(OTHER_ID, (DIPLOMA,), (DIPLOMA,))
    )


def test_a_newcomer_does_not_take_what_a_waiting_case_has_a_claim_on() -> None:
    waiting = queued(ID, BOTH, (SUPPLEMENT,), at=THEN)

    given(received(diploma(1)), waiting).when(Reserve(OTHER_ID, (DIPLOMA,), NOW)).then(
        queued(OTHER_ID, (DIPLOMA,), (DIPLOMA,))
    )
    given(received(diploma(1), diploma(2)), waiting).when(Reserve(OTHER_ID, (DIPLOMA,), NOW)).then(
        allotted(OTHER_ID, diploma(2))
    )


@pytest.mark.parametrize("arrival", [(ID, OTHER_ID), (OTHER_ID, ID)])
def test_cases_that_wait_since_one_moment_are_served_by_application_id(arrival: Sequence[UUID]) -> None:
    queue = [queued(each, (DIPLOMA,), (DIPLOMA,), at=THEN) for each in arrival]

    given(*queue, asked(ID), asked(OTHER_ID), received(diploma(1), at=NOW)).when(Allocate(LATER)).then(
        allotted(ID, diploma(1), at=LATER)
    )


def test_the_longest_wait_is_served_first() -> None:
    queue = [queued(OTHER_ID, (DIPLOMA,), (DIPLOMA,), at=THEN), queued(ID, (DIPLOMA,), (DIPLOMA,), at=NOW)]

    given(*queue, asked(ID), asked(OTHER_ID), received(diploma(1), at=NOW)).when(Allocate(LATER)).then(
        allotted(OTHER_ID, diploma(1), at=LATER)
    )


def test_a_case_that_stays_short_does_not_hold_up_those_who_need_another_kind() -> None:
    queue = [queued(ID, BOTH, BOTH, at=THEN), queued(OTHER_ID, (DIPLOMA,), (DIPLOMA,), at=THEN)]

    given(*queue, asked(ID), asked(OTHER_ID), received(diploma(1), diploma(2), at=NOW)).when(Allocate(LATER)).then(
        allotted(OTHER_ID, diploma(2), at=LATER)
    )


def test_a_case_is_served_only_when_the_ministry_was_asked_for_it() -> None:
    queue = [queued(ID, (DIPLOMA,), (DIPLOMA,), at=THEN), queued(OTHER_ID, (DIPLOMA,), (DIPLOMA,), at=THEN)]

    given(*queue, asked(OTHER_ID), received(diploma(1), at=NOW)).when(Allocate(LATER)).then(
        allotted(OTHER_ID, diploma(1), at=LATER)
    )


def test_the_request_for_a_waiting_case_is_noted_once() -> None:
    waiting = queued(ID, (DIPLOMA,), (DIPLOMA,))

    given(waiting).when(NoteAsked(ID, LATER)).then(asked(ID, at=LATER))
    given(waiting, asked(ID)).when(NoteAsked(ID, LATER)).then_ignored("already-asked")
    given().when(NoteAsked(ID, LATER)).then_ignored("not-in-the-queue")


def test_reserving_again_changes_nothing() -> None:
    given(received(diploma(1)), allotted(ID, diploma(1))).when(Reserve(ID, (DIPLOMA,), LATER)).then_ignored(
        "already-served-or-waiting"
    )
    given(queued(ID, (DIPLOMA,), (DIPLOMA,))).when(Reserve(ID, (DIPLOMA,), LATER)).then_ignored(
        "already-served-or-waiting"
    )


def test_what_is_released_is_free_for_later_decisions_only() -> None:
    released = BlanksReleased(application_id=ID, blanks=(diploma(1),), at=LATER)
    history = (received(diploma(1)), allotted(ID, diploma(1)))

    given(*history).when(Release(ID, LATER)).then(released)
    given(*history, released).when(Reserve(OTHER_ID, (DIPLOMA,), LATER)).then(
        queued(OTHER_ID, (DIPLOMA,), (DIPLOMA,), at=LATER)
    )
    given(*history, released).when(Release(ID, LATER)).then_ignored("nothing-reserved")


def test_a_withdrawn_case_leaves_the_queue() -> None:
    given(queued(ID, BOTH, BOTH)).when(Release(ID, LATER)).then(CaseLeftQueue(application_id=ID, at=LATER))


def test_reserved_blanks_are_used_once() -> None:
    used = BlanksUsed(application_id=ID, blanks=(diploma(1),), at=LATER)
    history = (received(diploma(1)), allotted(ID, diploma(1)))

    given(*history).when(Use(ID, LATER)).then(used)
    given(*history, used).when(Use(ID, LATER)).then_ignored("nothing-reserved")
    given(*history, used).when(Release(ID, LATER)).then_ignored("nothing-reserved")


def test_only_a_free_blank_is_written_off() -> None:
    off = BlankWrittenOff(blank=diploma(1), at=NOW)
    serial = diploma(1).serial

    given(received(diploma(1))).when(WriteOff(serial, NOW)).then(off)
    given(received(diploma(1)), off).when(WriteOff(serial, LATER)).then_ignored("already-written-off")
    given(received(diploma(1)), allotted(ID, diploma(1))).when(WriteOff(serial, LATER)).then_refused("blank.not-free")
    given().when(WriteOff(serial, NOW)).then_refused("blank.not-free")


_IDS = (ID, OTHER_ID, THIRD_ID)
_BLANKS = (diploma(1), diploma(2), diploma(3), supplement(1), supplement(2))
_ACTS: list[Callable[[datetime], Command]] = [
    Allocate,
    *(partial(Receive, (blank,)) for blank in _BLANKS),
    *(partial(WriteOff, blank.serial) for blank in _BLANKS),
    *(partial(Reserve, each, kinds) for each in _IDS for kinds in ((DIPLOMA,), (SUPPLEMENT,), BOTH)),
    *(partial(act, each) for act in (Release, Use, NoteAsked) for each in _IDS),
]


_NEEDS = st.sampled_from([(DIPLOMA,), (SUPPLEMENT,), BOTH])


class _Desk:
    """A university whose cases come a minute apart, and whose requests the Ministry answers exactly."""

    def __init__(self, history: list[BlanksReceived]) -> None:
        self.ledger = LEDGER.replay(history)
        self._at = NOW
        self._to_ask: list[tuple[int, UUID, tuple[BlankKind, ...]]] = []
        self._serial = 100

    def consider(self, application_id: UUID, kinds: tuple[BlankKind, ...], wait: int) -> None:
        for event in self._do(Reserve(application_id, kinds, self._at)):
            if isinstance(event, CaseQueued):
                self._to_ask.append((wait, application_id, event.short))
        self._ask(0)

    def settle(self) -> None:
        for wait in range(4):
            self._ask(wait)

    def _ask(self, wait: int) -> None:
        for due in [each for each in self._to_ask if each[0] == wait]:
            self._to_ask.remove(due)
            self._do(NoteAsked(due[1], self._at))
            self._do(Receive(tuple(self._supplied(kind) for kind in due[2]), self._at))
            self._do(Allocate(self._at))

    def _supplied(self, kind: BlankKind) -> Blank:
        self._serial += 1
        return diploma(self._serial) if kind is DIPLOMA else supplement(self._serial)

    def _do(self, command: Command) -> Sequence[LedgerEvent]:
        events = LEDGER.decide(command, self.ledger)
        for each in events:
            self.ledger = LEDGER.evolve(self.ledger, each)
        self._at += timedelta(minutes=1)
        return events


@st.composite
def _histories(draw: st.DrawFn) -> list[Command]:
    """Commands at moments that never go back, several of them at the same moment."""
    at, commands = THEN, list[Command]()
    for minutes, act in draw(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(_ACTS)), max_size=40)):
        at += timedelta(minutes=minutes)
        commands.append(act(at))
    return commands


@property_of(
    st.lists(st.tuples(_NEEDS, st.integers(0, 3)), min_size=1, max_size=12), st.integers(0, 4), st.integers(0, 4)
)
def test_requests_for_what_is_short_always_suffice(
    cases: list[tuple[tuple[BlankKind, ...], int]], diplomas: int, supplements: int
) -> None:
    """Each case asks the Ministry for just what it is short of, sooner or later; in the end everybody is served."""
    stock = (*map(diploma, range(diplomas)), *map(supplement, range(supplements)))
    desk = _Desk([received(*stock)] if stock else [])
    for number, (kinds, wait) in enumerate(cases):
        desk.consider(UUID(int=number), kinds, wait)
    desk.settle()

    assert not desk.ledger.queue


_MAY_BECOME = {
    BlankState.FREE: {BlankState.RESERVED, BlankState.WRITTEN_OFF},
    BlankState.RESERVED: {BlankState.FREE, BlankState.USED},
    BlankState.USED: set[BlankState](),
    BlankState.WRITTEN_OFF: set[BlankState](),
}


@property_of(_histories())
def test_a_serial_is_in_one_state_and_moves_only_along_its_life(commands: list[Command]) -> None:
    ledger = Ledger()
    for command in commands:
        for event in _decided(command, ledger):
            after = LEDGER.evolve(ledger, event)
            _assert_lawful(ledger, after)
            ledger = after


def _decided(command: Command, ledger: Ledger) -> Sequence[LedgerEvent]:
    try:
        return LEDGER.decide(command, ledger)
    except Refused:
        return []


def _assert_lawful(before: Ledger, after: Ledger) -> None:
    assert set(before.entries) <= set(after.entries)
    for serial, entry in after.entries.items():
        old = before.entries.get(serial)
        assert old in {None, entry} or (old and entry.state in _MAY_BECOME[old.state])
        assert (entry.application_id is not None) == (entry.state in {BlankState.RESERVED, BlankState.USED})
        if old and entry.state is BlankState.RESERVED and old.state is BlankState.FREE:
            assert old.since < entry.since
    reserved = [each for each in after.entries.values() if each.state is BlankState.RESERVED]
    holders = [(each.application_id, each.blank.kind) for each in reserved]
    assert len(holders) == len(set(holders))
    assert not {each.application_id for each in after.queue} & {each.application_id for each in reserved}


@property_of(_histories())
def test_the_sides_of_the_ledger_agree(commands: list[Command]) -> None:
    ledger = Ledger()
    for command in commands:
        for event in _decided(command, ledger):
            ledger = LEDGER.evolve(ledger, event)
    lines = ledger.entries.values()

    for kind in BlankKind:
        free = [each for each in lines if each.blank.kind is kind and each.state is BlankState.FREE]
        assert list(ledger.free.get(kind, ())) == sorted(free, key=lambda each: each.blank.serial)
        assert ledger.claims.get(kind, 0) == sum(kind in each.kinds for each in ledger.queue)
    assert {serial: who for who, serials in ledger.held.items() for serial in serials} == {
        each.blank.serial: each.application_id for each in lines if each.application_id
    }
