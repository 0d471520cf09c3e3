"""OpenTelemetry through the chain: a span per decision, continued by `traceparent` (W3C) in every envelope.

Only the API is used here. Without an SDK spans record nothing and the trace context is passed on as it came; a process
that sets one up (for example by `opentelemetry-instrument`) gets spans whose parents are those of the service before.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services._chassis.batch import Input

_PROPAGATOR: Final = TraceContextTextMapPropagator()
_FIELD: Final = "traceparent"


@contextmanager
def spans(source: str, inputs: Sequence[Input]) -> Iterator[list[Input]]:
    """The inputs, each in a span that is open while its batch is decided and written; what follows continues it."""
    tracer = trace.get_tracer("egov-chain")
    if isinstance(tracer, trace.ProxyTracer | trace.NoOpTracer):  # nobody set an SDK up: spare what nobody would see
        yield list(inputs)
        return
    opened = [
        tracer.start_span(
            f"{source} {each.stream.partition(':')[0]}",
            context=_PROPAGATOR.extract({_FIELD: each.traceparent}) if each.traceparent else None,
            attributes={"egov.correlation": str(each.correlation), "egov.stream": each.stream.partition(":")[0]},
        )
        for each in inputs
    ]
    try:
        yield [_continued(each, span) for each, span in zip(inputs, opened, strict=True)]
    except Exception as reason:
        for span in opened:
            span.record_exception(reason)
        raise
    finally:
        for span in opened:
            span.end()


def _continued(each: Input, span: trace.Span) -> Input:
    if not span.is_recording():
        return each
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, trace.set_span_in_context(span))
    return each._replace(traceparent=carrier[_FIELD])
