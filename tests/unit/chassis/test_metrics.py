"""What Prometheus sees of a process."""

import pytest
from prometheus_client import generate_latest

from services._chassis.metrics import Metrics


def test_every_metric_is_exposed_in_base_units_with_conventional_names() -> None:
    metrics = Metrics("tally")
    metrics.consumed.labels("numbers", "understood").inc(3)
    metrics.lag.labels("numbers", "0").set(7)
    metrics.requests.labels("GET", "/x", 200).observe(0.02)
    text = generate_latest(metrics.registry).decode()

    assert 'egov_messages_consumed_total{result="understood",topic="numbers"} 3.0' in text
    assert 'egov_consumer_lag_messages{partition="0",topic="numbers"} 7.0' in text
    assert 'egov_http_request_seconds_bucket{le="0.025",method="GET",route="/x",status="200"} 1.0' in text
    assert "process_cpu_seconds_total" in text


def test_a_transaction_that_fails_is_timed_too() -> None:
    metrics = Metrics("tally")
    with pytest.raises(ZeroDivisionError), metrics.timed("kafka"):
        raise ZeroDivisionError

    assert metrics.registry.get_sample_value("egov_batch_seconds_count", {"source": "kafka"}) == 1


def test_two_processes_in_one_interpreter_do_not_share_figures() -> None:
    first, second = Metrics("tally"), Metrics("tally")
    first.events.labels("http").inc()

    assert second.registry.get_sample_value("egov_events_total", {"source": "http"}) is None
