"""Prometheus metrics of one service process, in a registry of their own so that tests can make many."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Names follow Prometheus' conventions: base units, `_total` on counters."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.service = service
        self.batches = Histogram(
            "egov_batch_seconds", "Time of one transaction", ["source"], buckets=_BUCKETS, registry=self.registry
        )
        self.events = Counter("egov_events_total", "Events appended", ["source"], registry=self.registry)
        self.ignored = Counter(
            "egov_ignored_total", "Decisions that led to nothing", ["aggregate", "reason"], registry=self.registry
        )
        self.conflicts = Counter(
            "egov_conflicts_total", "Transactions decided again", ["source"], registry=self.registry
        )
        self.consumed = Counter(
            "egov_messages_consumed_total", "Messages taken from Kafka", ["topic", "result"], registry=self.registry
        )
        self.published = Counter(
            "egov_messages_published_total", "Messages acknowledged by Kafka", ["topic"], registry=self.registry
        )
        self.dead = Counter(
            "egov_dead_letters_total", "Messages and timers set aside", ["topic", "reason"], registry=self.registry
        )
        self.unsent = Counter(
            "egov_messages_unsent_total",
            "Messages of ours that the broker will never take, set aside",
            ["topic"],
            registry=self.registry,
        )
        self.refused_states = Counter(
            "egov_clock_states_refused_total", "States of the clock that could not be used", registry=self.registry
        )
        self.timers = Counter("egov_timers_fired_total", "Timers that came due", ["key"], registry=self.registry)
        self.lag = Gauge(
            "egov_consumer_lag_messages",
            "Messages waiting, per partition",
            ["topic", "partition"],
            registry=self.registry,
        )
        self.outbox = Gauge(
            "egov_outbox_rows", "Rows waiting to be published, counted up to 1,000", registry=self.registry
        )
        self.requests = Histogram(
            "egov_http_request_seconds",
            "Time of an HTTP request",
            ["method", "route", "status"],
            buckets=_BUCKETS,
            registry=self.registry,
        )

    @contextmanager
    def timed(self, source: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.batches.labels(source).observe(time.perf_counter() - start)
