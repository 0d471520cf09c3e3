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
from tests.unit.esuvo.examples import (
    ID,
    NOON,
    asked_to_withdraw,
    blanks_wanted,
    considered,
    corrected,
    hearing,
    issued,
    opened,
    prepared,
    refused,
    registered,
    returned,
    submitted,
    telling,
    verified,
    withdrawal_declined,
    withdrawn,
)
from tests.unit.esuvo.in_memory import Esuvo

OTHER_REASON: Final = RefusalCode.REQUIREMENTS_NOT_MET
LATER: Final = NOON + timedelta(minutes=1)  # within what a writer's clock may be ahead
TO_REGISTERED: Final = (opened(), registered())
TO_VERIFIED: Final = (*TO_REGISTERED, verified())
TO_CONSIDERED: Final = (*TO_VERIFIED, considered())
TO_PREPARED: Final = (*TO_CONSIDERED, prepared())
TO_ISSUED: Final = (*TO_PREPARED, issued())
TO_REFUSED: Final = (*TO_VERIFIED, refused())
ASKED: Final = (opened(), asked_to_withdraw())
CORRECTED_AGAIN: Final = corrected(2010).model_copy(update={"corrected_at": LATER})
NO_BLANK_STEPS: Final = submitted().model_copy(update={"submitted_at": NOON.replace(year=2024)})


def after(*history: Event) -> Esuvo:
    """ESUVO after an application was routed and these were heard."""
    chain = Esuvo()
    chain.portal(submitted())
    for event in history:
        say(chain, event)
    return chain


def say(chain: Esuvo, event: Event) -> list[Event]:
    if event.name.startswith("kz.egov.portal."):
        return chain.portal(event)
    return chain.university(event)  # type: ignore[arg-type]  # what is not the portal's is a CaseEvent


VIOLATIONS: Final[Sequence[tuple[str, Sequence[Event], Event, str, str]]] = (
    ("verified before registered", (opened(),), verified(), "request.out-of-order", "DUP-PORTAL-4"),
    ("considered before verified", TO_REGISTERED, considered(), "request.out-of-order", "DUP-PORTAL-5"),
    ("prepared before considered", TO_VERIFIED, prepared(), "request.out-of-order", "DUP-PORTAL-6"),
    ("prepared at once", (), prepared(), "request.out-of-order", "DUP-PORTAL-4"),
    ("issued without preparation", TO_CONSIDERED, issued(), "request.out-of-order", "DUP-PORTAL-8"),
    ("opened after registered", (registered(),), opened(), "request.out-of-order", "DUP-PORTAL-4"),
    ("registered under another number", TO_VERIFIED, registered("7"), "request.step-changed", "DUP-PORTAL-4"),
    ("verified with another note", TO_VERIFIED, verified("7"), "request.step-changed", "DUP-PORTAL-5"),
    ("returned after verified", TO_VERIFIED, returned(LATER), "request.out-of-order", "DUP-PORTAL-6"),
    ("returned before registered", (opened(),), returned(), "request.out-of-order", "DUP-PORTAL-5"),
    ("returned twice at once", (*TO_REGISTERED, returned()), returned(LATER), "request.out-of-order", "returned"),
    (
        "verified before the correction",
        (*TO_REGISTERED, returned()),
        verified(),
        "request.out-of-order",
        "DUP-PORTAL-5",
    ),
    ("heard before registered", (opened(),), hearing(), "request.out-of-order", "DUP-PORTAL-4"),
    ("heard after considered", TO_CONSIDERED, hearing(), "request.out-of-order", "DUP-PORTAL-8"),
    ("blanks before considered", TO_VERIFIED, blanks_wanted(), "request.out-of-order", "DUP-PORTAL-6"),
    ("blanks after prepared", TO_PREPARED, blanks_wanted(), "request.out-of-order", "DUP-PORTAL-8"),
    ("refused after prepared", TO_PREPARED, refused(), "request.out-of-order", "DUP-PORTAL-9"),
    ("refused after issued", TO_ISSUED, refused(), "request.already-ended", "issued"),
    (
        "refused for another reason",
        TO_REFUSED,
        refused(code=RefusalCode.REQUIREMENTS_NOT_MET),
        "request.already-ended",
        "refused",
    ),
    ("issued after refused", TO_REFUSED, issued(), "request.already-ended", "DUP-PORTAL-9"),
    ("considered after refused", TO_REFUSED, considered(), "request.already-ended", "DUP-PORTAL-6"),
    ("withdrawn after issued", TO_ISSUED, withdrawn(), "request.already-ended", "withdrawn"),
    ("withdrawn by nobody", TO_VERIFIED, withdrawn(), "request.withdrawal-not-asked", "EDGE-21"),
    ("withdrawal of nobody declined", TO_VERIFIED, withdrawal_declined(), "request.withdrawal-not-asked", "EDGE-21"),
    (
        "withdrawn when prepared",
        (asked_to_withdraw(), *TO_PREPARED),
        withdrawn(),
        "request.out-of-order",
        "DUP-PORTAL-8",
    ),
    ("withdrawn when declined", (*ASKED, withdrawal_declined()), withdrawn(), "request.out-of-order", "EDGE-21"),
    (
        "notice of a withdrawal of nobody",
        TO_VERIFIED,
        telling(NoticeKind.WITHDRAWN),
        "request.withdrawal-not-asked",
        "EDGE-21",
    ),
    (
        "notice of a declined withdrawal of nobody",
        TO_VERIFIED,
        telling(NoticeKind.WITHDRAWAL_DECLINED),
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
    chain = after(*history)
    before, timers, events = dict(chain.streams), dict(chain.timers), len(chain.events)
    with pytest.raises(Refused) as refusal:
        say(chain, event)

    assert refusal.value.code == code
    assert rule in refusal.value.detail
    assert refusal.value.field
    assert refusal.value.remedy
    assert (chain.streams, chain.timers, len(chain.events)) == (before, timers, events)


REPEATS: Final[Sequence[tuple[Sequence[Event], Event]]] = (
    (TO_REGISTERED, opened()),
    (TO_ISSUED, registered()),
    (TO_ISSUED, verified()),
    (TO_ISSUED, considered()),
    (TO_ISSUED, prepared()),
    (TO_ISSUED, issued()),
    (TO_REFUSED, refused()),
    ((*TO_REGISTERED, returned()), returned()),
    ((*TO_REGISTERED, returned(), corrected(), verified()), returned()),
    ((*TO_REGISTERED, hearing(), verified()), hearing()),
    ((*ASKED, withdrawn()), withdrawn()),
    ((*ASKED, withdrawal_declined()), withdrawal_declined()),
)


@pytest.mark.parametrize(("history", "event"), REPEATS, ids=lambda each: "" if isinstance(each, tuple) else each.name)
def test_a_repeated_step_is_silent(history: Sequence[Event], event: Event) -> None:
    chain = after(*history)
    before = dict(chain.streams)
    told = say(chain, event)

    assert told == []
    assert chain.streams == before


@pytest.mark.parametrize(
    ("history", "status"),
    [
        ((registered(), verified(), considered(), prepared(), issued()), Status.ISSUED),
        (
            (*TO_CONSIDERED, blanks_wanted(), blanks_wanted(ID, BlankKind.DIPLOMA, at=LATER), prepared()),
            Status.PREPARED,
        ),
        ((*TO_REGISTERED, returned(), corrected(), returned(LATER), CORRECTED_AGAIN, verified()), Status.VERIFIED),
        ((*TO_REGISTERED, hearing(), verified(), hearing(LATER), considered()), Status.CONSIDERED),
        ((*TO_REGISTERED, hearing(), refused()), Status.REFUSED),
        ((opened(), refused(code=RefusalCode.ALREADY_OPEN)), Status.REFUSED),
        ((*TO_CONSIDERED, refused(code=RefusalCode.ALREADY_OPEN)), Status.REFUSED),
        ((asked_to_withdraw(), *TO_REGISTERED, returned(), withdrawn()), Status.WITHDRAWN),
        ((*TO_PREPARED, asked_to_withdraw(), withdrawal_declined(), issued()), Status.ISSUED),
    ],
    ids=lambda each: "" if isinstance(each, Status) else str(len(each)),
)
def test_every_way_that_the_regulation_knows_is_followed(history: Sequence[Event], status: Status) -> None:
    assert after(*history).known().status is status


def test_a_regulation_without_blank_forms_knows_no_request_for_them() -> None:
    chain = Esuvo()
    then = NO_BLANK_STEPS.submitted_at
    chain.portal(NO_BLANK_STEPS, at=then)
    for event in TO_CONSIDERED:
        chain.university(event, then)
    with pytest.raises(Refused, match=r"request\.no-such-step"):
        chain.university(blanks_wanted(), then)

    assert f"ministry:{ID}" not in chain.streams


def test_a_notice_of_what_nobody_asked_for_does_not_reach_the_applicant() -> None:
    chain = after(*TO_VERIFIED)
    sent = telling(NoticeKind.WITHDRAWN)
    with pytest.raises(Refused):
        chain.university(sent)

    assert f"notice:{sent.notice.notice_id}" not in chain.streams


def test_a_request_of_before_the_watch_keeps_the_order_too() -> None:
    chain = after(opened())
    loaded = chain.streams[f"request:{ID}"]
    chain.streams[f"request:{ID}"] = loaded._replace(state=replace(chain.known(), terms=None))
    with pytest.raises(Refused, match=r"request\.out-of-order"):
        chain.university(verified())
