"""A university that says a step out of the order of the regulation: it is set aside with the rule, and nothing changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from contracts.common import BlankKind, NoticeKind, RefusalCode
from contracts.event import Event
from services._chassis.decider import Refused
from services.esuvo.duplicates.request.events import Status
from tests.unit.esuvo import university_says as says
from tests.unit.esuvo.examples import ID, NOON, asked_to_withdraw, corrected, submitted
from tests.unit.esuvo.in_memory import Esuvo

OTHER_REASON: Final = RefusalCode.REQUIREMENTS_NOT_MET
LATER: Final = NOON + timedelta(minutes=1)  # within what a writer's clock may be ahead
ASKED: Final = (says.opened(), asked_to_withdraw())
CORRECTED_AGAIN: Final = corrected(2010).model_copy(update={"corrected_at": LATER})
NO_BLANK_STEPS: Final = submitted().model_copy(update={"submitted_at": NOON.replace(year=2024)})


VIOLATIONS: Final[Sequence[tuple[str, Sequence[Event], Event, str, str]]] = (
    ("verified before registered", (says.opened(),), says.verified(), "request.out-of-order", "DUP-PORTAL-4"),
    ("considered before verified", says.TO_REGISTERED, says.considered(), "request.out-of-order", "DUP-PORTAL-5"),
    ("prepared before considered", says.TO_VERIFIED, says.prepared(), "request.out-of-order", "DUP-PORTAL-6"),
    ("prepared at once", (), says.prepared(), "request.out-of-order", "DUP-PORTAL-4"),
    ("issued without preparation", says.TO_CONSIDERED, says.issued(), "request.out-of-order", "DUP-PORTAL-8"),
    ("opened after registered", (says.registered(),), says.opened(), "request.out-of-order", "DUP-PORTAL-4"),
    ("registered under another number", says.TO_VERIFIED, says.registered("7"), "request.step-changed", "DUP-PORTAL-4"),
    ("verified with another note", says.TO_VERIFIED, says.verified("7"), "request.step-changed", "DUP-PORTAL-5"),
    ("returned after verified", says.TO_VERIFIED, says.returned(LATER), "request.out-of-order", "DUP-PORTAL-6"),
    ("returned before registered", (says.opened(),), says.returned(), "request.out-of-order", "DUP-PORTAL-5"),
    (
        "returned twice at once",
        (*says.TO_REGISTERED, says.returned()),
        says.returned(LATER),
        "request.out-of-order",
        "returned",
    ),
    (
        "verified before the correction",
        (*says.TO_REGISTERED, says.returned()),
        says.verified(),
        "request.out-of-order",
        "DUP-PORTAL-5",
    ),
    ("heard before registered", (says.opened(),), says.hearing(), "request.out-of-order", "DUP-PORTAL-4"),
    ("heard after considered", says.TO_CONSIDERED, says.hearing(), "request.out-of-order", "DUP-PORTAL-8"),
    ("blanks before considered", says.TO_VERIFIED, says.blanks_wanted(), "request.out-of-order", "DUP-PORTAL-6"),
    ("blanks after prepared", says.TO_PREPARED, says.blanks_wanted(), "request.out-of-order", "DUP-PORTAL-8"),
    ("refused after prepared", says.TO_PREPARED, says.refused(), "request.out-of-order", "DUP-PORTAL-9"),
    ("refused after issued", says.TO_ISSUED, says.refused(), "request.already-ended", "issued"),
    (
        "refused for another reason",
        says.TO_REFUSED,
        says.refused(code=RefusalCode.REQUIREMENTS_NOT_MET),
        "request.already-ended",
        "refused",
    ),
    ("issued after refused", says.TO_REFUSED, says.issued(), "request.already-ended", "DUP-PORTAL-9"),
    ("considered after refused", says.TO_REFUSED, says.considered(), "request.already-ended", "DUP-PORTAL-6"),
    ("withdrawn after issued", says.TO_ISSUED, says.withdrawn(), "request.already-ended", "withdrawn"),
    ("withdrawn by nobody", says.TO_VERIFIED, says.withdrawn(), "request.withdrawal-not-asked", "EDGE-21"),
    (
        "withdrawal of nobody declined",
        says.TO_VERIFIED,
        says.withdrawal_declined(),
        "request.withdrawal-not-asked",
        "EDGE-21",
    ),
    (
        "withdrawn when prepared",
        (asked_to_withdraw(), *says.TO_PREPARED),
        says.withdrawn(),
        "request.out-of-order",
        "DUP-PORTAL-8",
    ),
    (
        "withdrawn when declined",
        (*ASKED, says.withdrawal_declined()),
        says.withdrawn(),
        "request.out-of-order",
        "EDGE-21",
    ),
    (
        "notice of a withdrawal of nobody",
        says.TO_VERIFIED,
        says.telling(NoticeKind.WITHDRAWN),
        "request.withdrawal-not-asked",
        "EDGE-21",
    ),
    (
        "notice of a declined withdrawal of nobody",
        says.TO_VERIFIED,
        says.telling(NoticeKind.WITHDRAWAL_DECLINED),
        "request.withdrawal-not-asked",
        "EDGE-21",
    ),
)


@pytest.mark.parametrize(
    ("history", "event", "code", "rule"), [each[1:] for each in VIOLATIONS], ids=[each[0] for each in VIOLATIONS]
)
def test_a_step_out_of_order_is_refused_with_its_rule_and_changes_nothing(
    history: Sequence[Event], event: Event, code: str, rule: str
) -> None:
    chain = says.after(*history)
    before, timers, events = dict(chain.streams), dict(chain.timers), len(chain.events)
    with pytest.raises(Refused) as refusal:
        says.say(chain, event)

    assert refusal.value.code == code
    assert rule in refusal.value.detail
    assert refusal.value.field
    assert refusal.value.remedy
    assert (chain.streams, chain.timers, len(chain.events)) == (before, timers, events)


REPEATS: Final[Sequence[tuple[Sequence[Event], Event]]] = (
    (says.TO_REGISTERED, says.opened()),
    (says.TO_ISSUED, says.registered()),
    (says.TO_ISSUED, says.verified()),
    (says.TO_ISSUED, says.considered()),
    (says.TO_ISSUED, says.prepared()),
    (says.TO_ISSUED, says.issued()),
    (says.TO_REFUSED, says.refused()),
    ((*says.TO_REGISTERED, says.returned()), says.returned()),
    ((*says.TO_REGISTERED, says.returned(), corrected(), says.verified()), says.returned()),
    ((*says.TO_REGISTERED, says.hearing(), says.verified()), says.hearing()),
    ((*ASKED, says.withdrawn()), says.withdrawn()),
    ((*ASKED, says.withdrawal_declined()), says.withdrawal_declined()),
)


@pytest.mark.parametrize(("history", "event"), REPEATS, ids=lambda each: "" if isinstance(each, tuple) else each.name)
def test_a_repeated_step_is_silent(history: Sequence[Event], event: Event) -> None:
    chain = says.after(*history)
    before = dict(chain.streams)
    told = says.say(chain, event)

    assert told == []
    assert chain.streams == before


@pytest.mark.parametrize(
    ("history", "status"),
    [
        ((says.registered(), says.verified(), says.considered(), says.prepared(), says.issued()), Status.ISSUED),
        (
            (
                *says.TO_CONSIDERED,
                says.blanks_wanted(),
                says.blanks_wanted(ID, BlankKind.DIPLOMA, at=LATER),
                says.prepared(),
            ),
            Status.PREPARED,
        ),
        (
            (*says.TO_REGISTERED, says.returned(), corrected(), says.returned(LATER), CORRECTED_AGAIN, says.verified()),
            Status.VERIFIED,
        ),
        (
            (*says.TO_REGISTERED, says.hearing(), says.verified(), says.hearing(LATER), says.considered()),
            Status.CONSIDERED,
        ),
        ((*says.TO_REGISTERED, says.hearing(), says.refused()), Status.REFUSED),
        ((says.opened(), says.refused(code=RefusalCode.ALREADY_OPEN)), Status.REFUSED),
        ((*says.TO_CONSIDERED, says.refused(code=RefusalCode.ALREADY_OPEN)), Status.REFUSED),
        ((asked_to_withdraw(), *says.TO_REGISTERED, says.returned(), says.withdrawn()), Status.WITHDRAWN),
        ((*says.TO_PREPARED, asked_to_withdraw(), says.withdrawal_declined(), says.issued()), Status.ISSUED),
    ],
    ids=lambda each: "" if isinstance(each, Status) else str(len(each)),
)
def test_every_way_that_the_regulation_knows_is_followed(history: Sequence[Event], status: Status) -> None:
    assert says.after(*history).known().status is status


def test_a_regulation_without_blank_forms_knows_no_request_for_them() -> None:
    chain = Esuvo()
    then = NO_BLANK_STEPS.submitted_at
    chain.portal(NO_BLANK_STEPS, at=then)
    for event in says.TO_CONSIDERED:
        chain.university(event, then)
    with pytest.raises(Refused, match=r"request\.no-such-step"):
        chain.university(says.blanks_wanted(), then)

    assert f"ministry:{ID}" not in chain.streams


def test_a_notice_of_what_nobody_asked_for_does_not_reach_the_applicant() -> None:
    chain = says.after(*says.TO_VERIFIED)
    sent = says.telling(NoticeKind.WITHDRAWN)
    with pytest.raises(Refused):
        chain.university(sent)

    assert f"notice:{sent.notice.notice_id}" not in chain.streams


def test_a_request_of_before_the_watch_keeps_the_order_too() -> None:
    chain = says.after(says.opened())
    loaded = chain.streams[f"request:{ID}"]
    chain.streams[f"request:{ID}"] = loaded._replace(state=replace(chain.known(), terms=None))
    with pytest.raises(Refused, match=r"request\.out-of-order"):
        chain.university(says.verified())
