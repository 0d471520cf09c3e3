"""Each step of the two services ends in a contract event, and a test proves it; each edge case is named by a test."""

import re
from pathlib import Path

import pytest

from contracts.generate import traceability
from contracts.generate.drawing import exchanges
from contracts.generate.outputs import output, topic_of
from contracts.generate.traceability import Trace
from contracts.topics import SERVICES
from law.regulation import regulations
from tests.support import steps

TRACES = [trace for service in traceability.SERVICES for trace in traceability.traces(service)]


def test_every_step_of_every_version_stands_in_the_table_once() -> None:
    assert sorted(trace.step for trace in TRACES) == sorted(steps.known())


def test_every_service_of_the_regulations_has_its_table() -> None:
    assert traceability.SERVICES.keys() == {law.service for law in regulations().values()}


NONE = 21  # the number of no step
MARKED = """
# DUP-PORTAL-1 is a mention
@pytest.mark.step("GRANT-P-1b", "DUP-CON-2")
@pytest.mark.parametrize("way", [pytest.param(1, marks=pytest.mark.step("DUP-CON-3")), 2])
async def test_something(way: int) -> None:
    "DUP-PORTAL-1 is a mention, too."
"""


def test_what_proves_a_step_is_a_marker_and_never_a_mention() -> None:
    assert sorted(traceability.marked(MARKED)) == [
        ("DUP-CON-2", "test_something"),
        ("DUP-CON-3", "test_something"),
        ("GRANT-P-1b", "test_something"),
    ]


def test_the_step_of_a_marker_is_written_out() -> None:
    with pytest.raises(ValueError, match="test_something: write the id of a step out"):
        list(traceability.marked("@pytest.mark.step(STEP)\ndef test_something(): ..."))


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.step)
def test_a_step_ends_in_a_published_event_unless_it_refuses_a_signature(trace: Trace) -> None:
    if trace.refusal:
        assert trace.event is None
        return
    assert trace.event, f"{trace.step} has no output: add its action to contracts/generate/outputs.py"
    assert topic_of(trace.event).owner in SERVICES


def test_every_step_is_proven_but_those_of_which_the_table_says_why_not() -> None:
    unproven = {trace.step for trace in TRACES if not trace.proofs}

    assert unproven == traceability.NOT_PROVEN.keys(), "mark a test that asserts what the step does: @pytest.mark.step"


@pytest.mark.parametrize(
    ("ids", "says"),
    [
        (("DUP-PORTAL-2", f"DUP-PORTAL-{NONE}"), f"has a step 'DUP-PORTAL-{NONE}': the nearest is 'DUP-PORTAL-2'"),
        (("GRANT-P1a",), "the nearest is 'GRANT-P-1a'"),
        ((), "names no step"),
    ],
)
def test_a_marker_with_an_unknown_step_is_answered_with_the_nearest(ids: tuple[str, ...], says: str) -> None:
    fault = steps.fault(ids)

    assert fault
    assert says in fault
    assert steps.fault(["DUP-PORTAL-2", "GRANT-C-9s"]) is None


def test_what_is_said_of_a_step_in_data_or_contracts_proves_no_act() -> None:
    proofs = {proof.path for trace in TRACES for proof in trace.proofs}

    assert [
        path for path in sorted(proofs) if path.startswith(("tests/unit/law/regulation/", "tests/contracts/"))
    ] == []


DRAWN = [(service, channel) for service, drawn in exchanges.EXCHANGES.items() for channel in drawn]


@pytest.mark.parametrize(("service", "channel"), DRAWN)
def test_what_is_drawn_between_the_systems_goes_over_a_topic_that_its_sender_writes(service: str, channel: str) -> None:
    for each in exchanges.of(service, channel):
        if each.event is not None:
            assert each.sender in topic_of(each.event).writers, each
        if each.event is not None and each.receiver in SERVICES:
            assert each.receiver in topic_of(each.event).consumers, each


@pytest.mark.parametrize(("service", "channel"), DRAWN)
def test_the_diagram_of_interaction_shows_the_output_of_every_step(service: str, channel: str) -> None:
    drawn = {each.event for each in exchanges.of(service, channel)}
    laws = [law for law in regulations().values() if law.service == service]
    outputs = {output(service, channel, step) for law in laws for step in law.channel(channel).steps}

    assert outputs <= drawn


# All of part E but EDGE-38: consent to the use of one's data is asked for by later versions of the regulation only.
@pytest.mark.parametrize("number", range(1, 38), ids=lambda number: f"EDGE-{number:02d}")
def test_an_edge_case_is_named_by_a_test(number: int) -> None:
    named = re.compile(rf"edge[-_]{number:02d}\b|edge_{number:02d}_", re.IGNORECASE)

    assert [path for path in Path(__file__).parents[1].rglob("test_*.py") if named.search(path.read_text("utf-8"))]
