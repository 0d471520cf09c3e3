"""Trace context through a decision, with a real OpenTelemetry SDK and without one."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from contracts.envelope import Envelope
from services._chassis import tracing
from services._chassis.batch import Batch, Input, Loaded
from tests.support.tally import SERVICE, add

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CAUSE = UUID("0152e2b0-2260-8850-92f2-8f3b9508a1ce")
NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return kept


def an_input(traceparent: str | None = PARENT) -> Input:
    return Input(CAUSE, "tally:a", lambda total, _at: add(total, 1), NOON, CAUSE, traceparent)


def told_by(inputs: list[Input]) -> Envelope:
    loaded = {"tally:a": Loaded(0, 0), "journal:all": Loaded(0, 0)}
    plan = Batch(SERVICE, lambda topic: topic).decide(inputs, loaded, {})
    return Envelope.model_validate_json(plan.outbox[0].value)


def test_without_an_sdk_the_callers_trace_context_is_passed_on_as_it_came() -> None:
    with tracing.spans("kafka", [an_input()]) as inputs:
        told = told_by(inputs)

    assert told.traceparent == PARENT


def test_without_a_caller_the_conversation_names_the_trace() -> None:
    with tracing.spans("http", [an_input(None)]) as inputs:
        told = told_by(inputs)

    assert told.traceparent is not None
    assert told.traceparent.split("-")[1] == CAUSE.hex


def test_with_an_sdk_the_next_hop_continues_the_span_of_this_decision(exporter: InMemorySpanExporter) -> None:
    with tracing.spans("kafka", [an_input()]) as inputs:
        told = told_by(inputs)
    (span,) = exporter.get_finished_spans()

    assert span.name == "kafka tally"
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == PARENT.split("-")[2]
    assert told.traceparent is not None
    assert told.traceparent.split("-")[1:3] == [f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"]


def test_a_decision_that_fails_leaves_its_exception_on_the_span(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ZeroDivisionError), tracing.spans("kafka", [an_input()]):
        raise ZeroDivisionError

    (span,) = exporter.get_finished_spans()
    assert span.events[0].name == "exception"
