"""Each step of the two services ends in a contract event, and a test names it, as one does each edge case."""

import re
from pathlib import Path

import pytest

from contracts.generate import exchanges, traceability
from contracts.generate.outputs import output, topic_of
from contracts.generate.traceability import Trace
from contracts.topics import SERVICES
from law.regulation import regulations

TRACES = [trace for service in traceability.SERVICES for trace in traceability.traces(service)]


def test_every_step_of_every_version_stands_in_the_table_once() -> None:
    steps = {step.id for law in regulations().values() for channel in law.channels.values() for step in channel.steps}

    assert sorted(trace.step for trace in TRACES) == sorted(steps)


def test_every_service_of_the_regulations_has_its_table() -> None:
    assert traceability.SERVICES.keys() == {law.service for law in regulations().values()}


def test_a_step_with_a_letter_is_another_step_than_the_one_without() -> None:
    assert traceability.steps_in("def test_grant_p_1b_is() -> None: ...  # GRANT-C-9s, grant-e-1a; GRANT-P-2.") == {
        "GRANT-P-1b",
        "GRANT-C-9s",
        "GRANT-E-1a",
        "GRANT-P-2",
    }


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.step)
def test_a_step_ends_in_a_published_event_unless_it_refuses_a_signature(trace: Trace) -> None:
    if trace.refusal:
        assert trace.event is None
        return
    assert trace.event, f"{trace.step} has no output: add its action to contracts/generate/outputs.py"
    assert topic_of(trace.event).owner in SERVICES


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.step)
def test_a_step_is_named_by_a_test_of_its_act_and_not_only_of_its_data(trace: Trace) -> None:
    acts = [path for path in trace.tests if not path.startswith("tests/unit/regulation/")]

    assert acts, f"no test names {trace.step}: name it where its act is proved, then run `make generate`"


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
