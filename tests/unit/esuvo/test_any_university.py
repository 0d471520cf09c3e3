"""Whatever a university says, in whatever order, leaving out what it likes: each message is acted on, silent or set aside."""

from collections.abc import Sequence
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import esuvo_notifications, esuvo_requests
from contracts.common import NoticeKind
from contracts.event import Event
from services._chassis.decider import Refused
from services.esuvo.duplicates.request.events import CaseProgressed, RequestEnded, Status
from services.esuvo.duplicates.request.state import ORDER, Known
from tests.unit.esuvo import university_says as says
from tests.unit.esuvo.examples import ID, NOON, asked_to_withdraw, closed, corrected, submitted
from tests.unit.esuvo.in_memory import Esuvo

SAID: Final[Sequence[Event]] = (
    says.opened(), says.registered(), says.registered("7"), says.returned(), says.verified(), says.verified("7"),
    says.hearing(), says.considered(), says.blanks_wanted(), says.prepared(),
    says.issued(), says.refused(), says.withdrawn(), says.withdrawal_declined(),
    *(says.telling(kind, number) for number, kind in enumerate(
        (NoticeKind.REGISTERED, NoticeKind.READY, NoticeKind.ISSUED, NoticeKind.REFUSED, NoticeKind.WITHDRAWN), 1
    )),
    corrected(), asked_to_withdraw(), closed(NoticeKind.REFUSED), closed(NoticeKind.ISSUED),
)  # fmt: skip
LAWFUL: Final = (Status.ROUTED, Status.OPENED, *ORDER)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(SAID), max_size=40))
def test_no_university_leads_a_request_to_a_wrong_end(said: Sequence[Event]) -> None:
    chain = Esuvo()
    chain.portal(submitted())
    published: list[Event] = []
    explained = True
    for event in said:
        before, events = dict(chain.streams), len(chain.events)
        try:
            published += says.say(chain, event)
        except Refused as refusal:
            explained &= bool(refusal.field and refusal.remedy)
            assert (chain.streams, len(chain.events)) == (before, events)
    state = chain.known()

    assert explained
    check_steps(chain)
    check_watch(chain, state)
    check_agreement(published, state)


def check_steps(chain: Esuvo) -> None:
    """Each step once, each after the one before it, an end once and nothing after it."""
    steps = [each.status for each in chain.events if isinstance(each, CaseProgressed | RequestEnded)]
    done = [each for each in steps if each in ORDER]
    ends = [each for each in steps if each in {Status.ISSUED, Status.REFUSED, Status.WITHDRAWN}]

    assert done == list(ORDER[: len(done)])
    assert len(ends) <= 1
    assert not ends or steps[-1] is ends[0]


def check_watch(chain: Esuvo, state: Known) -> None:
    """One timer at most, and none where the university has nothing more to say."""
    timers = [key for stream, key in chain.timers if stream == f"request:{ID}"]

    assert timers in ([], ["watch"])
    if state.ending or state.answered:
        assert timers == []


def check_agreement(published: Sequence[Event], state: Known) -> None:
    """Each notice that says otherwise than the case came to is told once, with both sides, and corrected."""
    forwarded = [each for each in published if isinstance(each, esuvo_notifications.NoticeForwarded)]
    found = [each for each in published if isinstance(each, esuvo_requests.ContradictionFound)]
    finals = {NoticeKind.ISSUED, NoticeKind.REFUSED, NoticeKind.WITHDRAWN}
    if state.ending is None:
        assert found == []
        return
    own = {each.notice.notice_id for each in forwarded if each.notice.corrects}
    wrong = {
        each.notice.notice_id
        for each in forwarded
        if each.notice.notice_id not in own
        and each.notice.kind in finals
        and each.notice.kind is not state.ending.outcome
    }
    told = [each.told.notice_id for each in found if each.told.kind is not NoticeKind.READY]

    assert sorted(told) == sorted(wrong)
    assert {each.notice.corrects for each in forwarded if each.notice.corrects} == {
        each.told.notice_id for each in found
    }
    assert all(each.came_to.outcome is state.ending.outcome for each in found)


def test_the_clock_may_run_out_anywhere() -> None:
    """After each step the university falls silent: something is overdue, once, and the end of it is reached."""
    steps = (
        says.opened(),
        says.registered(),
        says.verified(),
        says.considered(),
        says.prepared(),
        says.telling(NoticeKind.READY),
        says.issued(),
    )
    for count in range(len(steps) + 1):
        chain = Esuvo()
        chain.portal(submitted(), at=NOON)
        for event in steps[:count]:
            chain.university(event)
        chain.take_published()
        while (f"request:{ID}", "watch") in chain.timers and chain.fire_next():
            pass
        overdue = [each.step for each in chain.take_published() if isinstance(each, esuvo_requests.RequestOverdue)]

        assert len(overdue) == len(set(overdue))
        assert bool(overdue) is (count < 6)
