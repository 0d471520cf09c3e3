"""What the applicant was told and what the case came to: a contradiction is an event with both sides, and is put right."""

from collections.abc import Sequence

import pytest

from contracts import esuvo_notifications, esuvo_requests
from contracts.common import NoticeKind
from contracts.event import Event
from services._chassis.decider import Refused
from services.esuvo.duplicates.request import rows as projections
from services.esuvo.duplicates.request.events import Status
from tests.unit.esuvo import university_says as says
from tests.unit.esuvo.examples import ID, NOON, REFUSAL, asked_to_withdraw, closed
from tests.unit.esuvo.in_memory import Esuvo

READY, ISSUED, REFUSED, WITHDRAWN = NoticeKind.READY, NoticeKind.ISSUED, NoticeKind.REFUSED, NoticeKind.WITHDRAWN


def contradictions(said: Sequence[Event]) -> list[esuvo_requests.ContradictionFound]:
    return [each for each in said if isinstance(each, esuvo_requests.ContradictionFound)]


def corrections(said: Sequence[Event]) -> list[esuvo_notifications.NoticeForwarded]:
    return [each for each in said if isinstance(each, esuvo_notifications.NoticeForwarded) and each.notice.corrects]


def test_a_refusal_in_a_notice_and_then_the_issue_contradict_each_other() -> None:
    wrong = says.telling(REFUSED)
    chain = says.after(
        says.opened(),
        says.registered(),
        wrong,
        says.verified(),
        says.considered(),
        says.prepared(),
        says.telling(READY, 2),
    )
    said = chain.university(says.issued())
    (found,), (correction,) = contradictions(said), corrections(said)
    ended = chain.known().ending
    assert ended

    assert (found.told.kind, found.told.notice_id, found.told.at) == (REFUSED, wrong.notice.notice_id, NOON)
    assert (found.came_to.outcome, found.came_to.at, found.found_at) == (ISSUED, NOON, NOON)
    assert found.came_to.event_id == ended.event_id
    assert (correction.notice.kind, correction.notice.corrects) == (ISSUED, wrong.notice.notice_id)
    assert chain.university(says.telling(ISSUED, 3))[0].name == "kz.egov.esuvo.notice-forwarded"
    assert contradictions(chain.take_published()) == []


def test_a_correction_says_in_three_languages_what_was_wrong_and_what_counts() -> None:
    said = says.after(*says.TO_PREPARED, says.telling(REFUSED)).university(says.issued())
    text = corrections(said)[0].notice.text

    assert "отказано" in text.ru
    assert "выдан" in text.ru
    assert "refused" in text.en
    assert "issued" in text.en
    assert "бас тартылды" in text.kk
    assert "берілді" in text.kk
    assert "15.02.2016" in text.kk


def test_a_notice_after_the_end_that_says_otherwise_contradicts_it_too() -> None:
    chain = says.after(says.opened(), says.registered(), says.refused(), says.telling(REFUSED))
    said = chain.university(says.telling(ISSUED, 2))
    (found,), (correction,) = contradictions(said), corrections(said)

    assert (found.told.kind, found.came_to.outcome) == (ISSUED, REFUSED)
    assert (correction.notice.kind, correction.notice.refusal) == (REFUSED, REFUSAL)


def test_each_wrong_notice_is_told_of_once() -> None:
    chain = says.after(*says.TO_PREPARED, says.telling(REFUSED, 1), says.telling(REFUSED, 2))
    said = chain.university(says.issued())
    again = [*chain.university(says.issued()), *chain.university(says.telling(REFUSED, 1))]

    assert len({each.told.notice_id for each in contradictions(said)}) == len(contradictions(said)) == 2
    assert contradictions(again) == []


@pytest.mark.parametrize(
    ("history", "end"),
    [
        ((*says.TO_PREPARED, says.telling(READY), says.issued()), says.telling(ISSUED, 2)),
        ((*says.TO_PREPARED, says.telling(READY), says.telling(ISSUED, 2)), says.issued()),
        ((says.opened(), says.refused()), says.telling(REFUSED)),
        ((says.opened(), says.telling(REFUSED)), says.refused()),
        ((says.opened(), asked_to_withdraw(), says.withdrawn()), says.telling(WITHDRAWN)),
        ((says.opened(), asked_to_withdraw(), says.telling(WITHDRAWN)), says.withdrawn()),
        ((*says.TO_PREPARED, says.issued()), says.telling(READY)),
    ],
    ids=lambda each: each.name if isinstance(each, Event) else str(len(each)),
)
def test_what_agrees_is_silent_in_either_order(history: Sequence[Event], end: Event) -> None:
    chain = says.after(*history)
    said = says.say(chain, end)

    assert (contradictions(said), corrections(said)) == ([], [])
    assert chain.known().contradicted is None


def test_a_notice_that_corrects_the_universitys_earlier_one_contradicts_nothing() -> None:
    wrong = says.telling(REFUSED)
    chain = says.after(*says.TO_PREPARED, wrong, says.telling(ISSUED, 2, corrects=wrong.notice.notice_id))

    assert contradictions(chain.university(says.issued())) == []


@pytest.mark.parametrize(
    "history", [(), says.TO_REGISTERED, says.TO_CONSIDERED, says.TO_REFUSED], ids=lambda each: str(len(each))
)
def test_ready_is_not_told_before_the_duplicate_is_prepared(history: Sequence[Event]) -> None:
    chain = says.after(*history)
    before, events = dict(chain.streams), len(chain.events)

    with pytest.raises(Refused, match=r"\(prepared\)") as refusal:
        chain.university(says.telling(READY))

    assert (refusal.value.code, refusal.value.field) == ("request.out-of-order", "/type")
    assert (chain.streams, len(chain.events)) == (before, events)


def test_both_end_in_agreeing_states_when_the_portal_closes_anew() -> None:
    chain = says.after(
        says.opened(),
        says.registered(),
        says.telling(REFUSED),
        closed(REFUSED),
        says.verified(),
        says.considered(),
        says.prepared(),
        says.issued(),
    )
    before = chain.known()
    chain.portal(closed(ISSUED))
    row = projections.request_row(str(ID), chain.known())

    assert (before.status, before.closed_as) == (Status.ISSUED, REFUSED)
    assert row is not None
    assert (row["status"], row["closed_as"], row["told_otherwise"]) == ("issued", "issued", "refused")


def test_a_case_that_goes_on_after_a_refusal_is_shown_as_refused_until_it_ends() -> None:
    chain = says.after(says.opened(), says.telling(REFUSED), closed(REFUSED), says.registered())

    assert (chain.known().status, chain.known().case) == (Status.REFUSED, Status.REGISTERED)


def test_contradictions_have_the_same_ids_in_every_run() -> None:
    def told() -> list[object]:
        return [
            each.notice.notice_id
            for each in corrections(says.after(*says.TO_PREPARED, says.telling(REFUSED)).university(says.issued()))
        ]

    assert told() == told()
    assert told()


def test_esuvo_itself_is_not_contradicted_by_its_own_correction() -> None:
    chain: Esuvo = says.after(*says.TO_PREPARED, says.telling(REFUSED), says.issued())
    fired = [row for row in iter(lambda: chain.fire_next(NOON), None) if row]

    assert contradictions(chain.take_published()) == []
    assert fired == []
