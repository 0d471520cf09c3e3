"""Every hostile record has one fate at each service, and the account says where it has none, two, or an unlawful one."""

from dataclasses import replace
from uuid import UUID

from deploy.local.fuzz.account import Account, Fate, Hearing, Letter, account
from deploy.local.fuzz.fire import Sent
from deploy.local.fuzz.law import Verdict
from deploy.local.fuzz.shots import Ending
from services._chassis.ids import of_message

TOPIC = "university.cases.v1"
ID = UUID("0152e31b-4040-8f0c-9fed-9b1e280a70fe")
HEARD = "kz.egov.university.case-opened.v1"
UNHEARD = "kz.egov.university.deadline-near.v1"
GOOD = Verdict("", type=HEARD, source="/university_is", id=ID)
RECORD = Sent(7, "data", "a case", TOPIC, 2, 40, 40, "", Ending.NONE, GOOD, b"said")
STRANGER = "somebody"


def esuvo(*known: UUID) -> Hearing:
    inbox = {of_message("/university_is", each) for each in known}
    return Hearing("esuvo", inbox, {TOPIC: frozenset({"kz.egov.university.case-opened"})})


def letter(reason: str = "invalid-data", rule: str = "a rule", offset: int = 40, topic: str = TOPIC) -> Letter:
    return Letter("esuvo", topic, 2, offset, reason, rule, STRANGER)


def fates(found: Account) -> dict[str, int]:
    return dict(found.fates["data"])


def test_what_is_in_the_inbox_has_acted() -> None:
    found = account([RECORD], [esuvo(ID)], [], ())

    assert fates(found) == {Fate.ACTED_ON: 1}
    assert found.faults == []


def test_what_is_not_in_the_inbox_and_has_no_letter_is_a_fault() -> None:
    assert "neither acted on it nor set it aside" in account([RECORD], [esuvo()], [], ()).faults[0]


def test_a_fault_names_topic_partition_offset_and_generator() -> None:
    assert "record 7 (university.cases.v1/2/40; data: a case)" in account([RECORD], [esuvo()], [], ()).faults[0]


def test_what_acted_against_the_contract_is_a_fault() -> None:
    wrong = replace(RECORD, verdict=replace(GOOD, why="no such field"))

    assert "the published contract refuses it" in account([wrong], [esuvo(ID)], [], ()).faults[0]


def test_a_letter_about_what_the_contract_takes_is_a_fault() -> None:
    assert "the published contract takes it" in account([RECORD], [esuvo()], [letter()], ()).faults[0]


def test_a_refusal_by_the_domain_is_none() -> None:
    found = account([RECORD], [esuvo()], [letter(reason="refused")], ())

    assert fates(found) == {Fate.SET_ASIDE: 1}
    assert found.faults == []


def test_a_handlers_bug_is_a_fault_whatever_was_sent() -> None:
    wrong = replace(RECORD, verdict=Verdict("no JSON"))

    assert "failed on it" in account([wrong], [esuvo()], [letter(reason="handler-error")], ()).faults[0]


def test_two_letters_about_one_record_are_a_fault() -> None:
    letters = [letter(reason="refused"), letter(reason="refused", rule="another")]

    assert "set it aside 2 times" in account([RECORD], [esuvo()], letters, ()).faults[0]


def test_an_event_without_a_row_is_skipped() -> None:
    near = replace(RECORD, verdict=replace(GOOD, type=UNHEARD))

    assert fates(account([near], [esuvo()], [], ())) == {Fate.SKIPPED: 1}


def test_what_was_never_committed_must_leave_no_trace() -> None:
    aborted = replace(RECORD, ending=Ending.ABORTED)

    assert fates(account([aborted], [esuvo()], [], ())) == {Fate.INVISIBLE: 1}
    assert "never committed" in account([aborted], [esuvo(ID)], [], ()).faults[0]
    assert "never committed" in account([aborted], [esuvo()], [letter()], ()).faults[0]


def test_the_same_again_is_a_repeat_and_something_else_under_its_name_a_fault() -> None:
    again = replace(RECORD, number=8, offset=41)

    assert fates(account([RECORD, again], [esuvo(ID)], [], ())) == {Fate.ACTED_ON: 1, Fate.REPEAT: 1}
    assert "in silence" in account([RECORD, replace(again, said=b"other")], [esuvo(ID)], [], ()).faults[0]


def test_a_repeat_of_what_was_refused_in_the_same_breath_needs_no_letter_of_its_own() -> None:
    again = replace(RECORD, number=8, offset=41)

    found = account([RECORD, again], [esuvo()], [letter(reason="refused")], ())

    assert fates(found) == {Fate.SET_ASIDE: 1, Fate.REPEAT: 1}
    assert found.faults == []


def test_one_letter_speaks_of_a_whole_batch_that_cannot_be_read() -> None:
    second = replace(RECORD, number=8, offset=41, verdict=replace(GOOD, id=UUID(int=1)))
    whole = letter(reason="unreadable", rule="offsets 40 to 41 cannot be read: rubbish behind it")

    found = account([RECORD, second], [esuvo()], [whole], ())

    assert fates(found) == {Fate.SET_ASIDE: 2}
    assert found.faults == []


def test_what_is_set_aside_about_strangers_is_a_consequence_and_about_others_a_fault() -> None:
    other = letter(offset=99)

    assert account([], [esuvo()], [other], {STRANGER}).consequences == 1
    assert "which is no hostile record" in account([], [esuvo()], [other], ()).faults[0]


def test_who_reads_letters_writes_letters_about_letters() -> None:
    fed_back = letter(topic=TOPIC + ".dead")

    assert "hears a dead-letter topic" in account([], [esuvo()], [fed_back], {STRANGER}).faults[0]


def test_what_the_broker_refused_needs_no_other_fate() -> None:
    turned = replace(RECORD, turned="InvalidRecord")

    assert fates(account([turned], [esuvo()], [], ())) == {Fate.AT_THE_DOOR: 1}
