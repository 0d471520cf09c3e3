"""What becomes of an application when its notices contradict one another, and when its term passes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import permutations
from typing import Final
from uuid import UUID

import pytest

from contracts import portal_applications, shep_deliveries
from contracts.common import Applicant, DocumentKind, DuplicateRequest, Notice, NoticeKind, Reason, Refusal, RefusalCode
from contracts.event import Text
from law.universities import load_universities
from services.portal import texts
from services.portal.duplicates import decide as a
from services.portal.duplicates.follows import APPLICATION, document_of
from services.portal.duplicates.terms import ServiceTerms
from services.portal.forms.evidence import Evidence
from services.portal.notices import Ended, NoticeArrived, NoticeRepeated, ReceiveNotice
from services.portal.service import SERVICE
from tests.support.memory import InMemory
from tests.support.scenario import Scenario

NOON: Final = datetime(2016, 2, 15, 6, tzinfo=UTC)
DUE: Final = datetime(2016, 3, 15, 12, 30, tzinfo=UTC)  # thirty calendar days, at closing time in Almaty
ID, OTHER_ID = UUID(int=1), UUID(int=2)
WORDS: Final = Text(kk="Хабарлама", ru="Уведомление", en="Notice")
REFUSAL: Final = Refusal(code=RefusalCode.UNRELIABLE_DATA, reason=WORDS)
REQUEST: Final = DuplicateRequest(
    number="20160215000001",
    applicant=Applicant(iin="890101100129", surname="Әлімов", name="Нұрлан"),
    university="027",
    specialty="5B070300",
    graduation_year=2012,
    document_kind=DocumentKind.DIPLOMA,
    reason=Reason.LOSS,
)
EVIDENCE: Final = Evidence(certificate_serial="0a", digest="d" * 64, signed_at=NOON, jws="e30.e30.x")
given = Scenario(a.APPLICATION).given
filed = a.Filed(application_id=ID, request=REQUEST, evidence=EVIDENCE, at=NOON)


def notice(kind: NoticeKind, number: int, corrects: UUID | None = None) -> Notice:
    return Notice(
        notice_id=UUID(int=100 + number),
        application_id=ID,
        kind=kind,
        text=WORDS,
        at=NOON,
        collection_place=WORDS if kind is NoticeKind.READY else None,
        refusal=REFUSAL if kind is NoticeKind.REFUSED else None,
        corrects=corrects,
    )


WRONG: Final = notice(NoticeKind.REFUSED, 1)
READY: Final = notice(NoticeKind.READY, 2)
RIGHT: Final = notice(NoticeKind.ISSUED, 3, corrects=WRONG.notice_id)
UNMARKED: Final = notice(NoticeKind.ISSUED, 4)


def receive(each: Notice) -> ReceiveNotice:
    return ReceiveNotice(each, NOON)


def arrived(each: Notice) -> NoticeArrived:
    return NoticeArrived(notice=each, at=NOON)


refused = Ended(outcome=NoticeKind.REFUSED, refusal_code=RefusalCode.UNRELIABLE_DATA, at=NOON)
issued = Ended(outcome=NoticeKind.ISSUED, refusal_code=None, at=NOON)


def told(notices: Sequence[Notice]) -> a.Closed:
    """The application after these notices, in this order."""
    state: a.State = a.APPLICATION.replay([filed])
    for each in notices:
        for event in a.decide(receive(each), state):
            state = a.evolve(state, event)
    assert isinstance(state, a.Closed)
    return state


def test_a_notice_that_corrects_an_earlier_one_ends_the_application_anew() -> None:
    given(filed, arrived(WRONG), refused).when(receive(RIGHT)).then(arrived(RIGHT), issued)


def test_another_end_that_corrects_nothing_is_kept_in_the_account_and_does_not_count() -> None:
    given(filed, arrived(WRONG), refused).when(receive(UNMARKED)).then(arrived(UNMARKED))


def test_a_new_notice_after_the_end_is_kept_and_a_repeated_one_confirmed_again() -> None:
    again = NoticeRepeated(notice_id=WRONG.notice_id, kind=WRONG.kind, at=NOON)

    given(filed, arrived(WRONG), refused).when(receive(READY)).then(arrived(READY))
    given(filed, arrived(WRONG), refused).when(receive(WRONG)).then(again)


def test_a_correction_to_the_same_end_ends_nothing_anew() -> None:
    same = notice(NoticeKind.REFUSED, 5, corrects=UNMARKED.notice_id)

    given(filed, arrived(WRONG), refused).when(receive(same)).then(arrived(same))


@pytest.mark.parametrize("order", list(permutations((WRONG, READY, RIGHT, UNMARKED))), ids=lambda _order: "")
def test_in_whatever_order_the_notices_arrive_the_corrected_end_counts(order: Sequence[Notice]) -> None:
    state = told(order)

    assert (state.outcome, state.refusal_code) == (NoticeKind.ISSUED, None)
    assert a.unsettled(state) is None


@pytest.mark.parametrize(
    ("notices", "against"),
    [
        ((WRONG,), None),
        ((WRONG, UNMARKED), UNMARKED),
        ((WRONG, READY), READY),
        ((UNMARKED, READY), None),
        ((UNMARKED, WRONG), WRONG),
        ((WRONG, READY, RIGHT), None),
    ],
    ids=lambda _each: "",
)
def test_notices_that_contradict_one_another_are_unsettled_until_one_corrects(
    notices: Sequence[Notice], against: Notice | None
) -> None:
    assert a.unsettled(told(notices)) == against


def test_the_portal_tells_the_end_anew_and_frees_nothing_that_another_has_taken() -> None:
    chain = InMemory(SERVICE)
    for identity in (ID, OTHER_ID):
        signed = EVIDENCE.model_copy(update={"nonce": str(identity)})
        again = filed.model_copy(update={"application_id": identity, "evidence": signed})
        chain.command(APPLICATION.stream(identity), lambda _state, _at, event=again: [event], NOON)  # type: ignore[misc]
        if identity == ID:
            hear(chain, WRONG)
    chain.take_published()
    hear(chain, RIGHT)
    ends = [each for each in chain.take_published() if isinstance(each, portal_applications.ApplicationClosed)]

    assert [(each.outcome, each.refusal_code) for each in ends] == [(NoticeKind.ISSUED, None)]
    assert chain.state(document_of(REQUEST)) == OTHER_ID


def hear(chain: InMemory, each: Notice) -> None:
    dispatched = shep_deliveries.NoticeDispatched(application_id=ID, notice=each, attempt=1, dispatched_at=NOON)
    chain.hear(shep_deliveries.TOPIC, dispatched, ID, NOON)


def test_the_term_of_the_service_is_counted_at_the_portal_itself() -> None:
    terms = ServiceTerms(load_universities())
    term, of_2024 = terms.of("027", NOON), terms.of("027", NOON.replace(year=2024))
    assert term
    assert of_2024

    assert (term.due_at, term.limit.value) == (DUE, 30)
    assert (of_2024.limit.value, of_2024.limit.unit) == (15, "working_day")
    assert terms.of("998", NOON) is None


def test_that_the_term_has_passed_is_said_in_three_languages() -> None:
    term = ServiceTerms(load_universities()).of("027", NOON)
    assert term
    silent, late, open_ = (
        texts.of_term(term, None, passed=True),
        texts.of_term(term, DUE, passed=True),
        texts.of_term(term, None, passed=False),
    )

    assert "истёк" in silent.ru
    assert "өтті" in silent.kk
    assert "has passed" in silent.en
    assert all("15.03.2016 18:30" in words for each in (silent, late, open_) for words in (each.kk, each.ru, each.en))
    assert len({silent.en, late.en, open_.en}) == 3
