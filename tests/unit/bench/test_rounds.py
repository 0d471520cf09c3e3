"""What is compared takes turns, what fails has no figure."""

from pathlib import Path

import pytest

from deploy.local.servers.infra import RunningServers, Servers
from tests.bench.parts import CROWD, Sizes, figures, measurements
from tests.bench.programs import Figures
from tests.bench.rounds import Measure, Measurement, Results, run
from tests.bench.stage import Stage

STAGE = Stage(RunningServers(Servers("", ""), None, None), Path())
KEYS = {
    "hop_vs_floor",
    "hop_vs_batch_of_one",
    "hop_vs_faststream_orm",
    "append_vs_eventsourcing",
    "relay_per_second",
    "chain_applications_per_second",
    "chain_p50_ms",
    "chain_p99_ms",
    "competition_100k_seconds",
    "cost_growth_10k_to_1m",
}


def measured(*rates: float) -> list[Figures]:
    return [{"per_second": rate} for rate in rates]


def noting(order: list[str], name: str) -> Measurement:
    async def measure(_stage: Stage) -> Figures:
        order.append(name)
        return {"per_second": 1.0}

    return Measurement("part", name, measure)


def failing() -> Measure:
    async def measure(_stage: Stage) -> Figures:
        raise ValueError("it broke")

    return measure


async def test_every_other_round_goes_backwards() -> None:
    order: list[str] = []
    await run([noting(order, "a"), noting(order, "b")], 3, STAGE, lambda _: None)

    assert order == ["a", "b", "b", "a", "a", "b"]


async def test_what_failed_is_named_and_the_rest_is_measured() -> None:
    order: list[str] = []
    results = await run([Measurement("part", "bad", failing()), noting(order, "good")], 2, STAGE, lambda _: None)

    assert results.failed == {"bad": "ValueError: it broke"}
    assert results.middle("bad") is None
    assert results.middle("good") == 1.0
    assert order == ["good", "good"]


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    results = Results({"hop": measured(10, 20, 90), "floor": measured(20, 20, 100)})

    assert results.ratio("hop", "floor") == pytest.approx(0.9)


def test_a_part_that_failed_in_a_later_round_has_no_ratio() -> None:
    results = Results({"hop": measured(10), "floor": measured(20, 20)}, {"hop": "it broke"})

    assert results.ratio("hop", "floor") is None
    assert "hop" not in results.raw()


def test_the_file_has_all_its_keys_whatever_was_measured() -> None:
    assert set(figures(Results())) == KEYS
    assert set(figures(Results()).values()) == {None}


def test_growth_to_another_size_is_not_called_growth_to_a_million() -> None:
    small = Results({"growth": [{"many_vs_few": 1.1, "events_many": 20_000.0}]})
    large = Results({"growth": [{"many_vs_few": 1.1, "events_many": 1_000_000.0}]})

    assert figures(small)["cost_growth_10k_to_1m"] is None
    assert figures(large)["cost_growth_10k_to_1m"] == 1.1


def test_appends_are_compared_with_the_fastest_way_of_the_library() -> None:
    names = [each.name for each in measurements(Sizes(100, 20_000, 10)) if each.part == "append"]
    results = Results({name: measured(10) for name in names})
    results.rounds[f"append, {CROWD} at once"] = measured(1_000)
    results.rounds["eventsourcing, 8 at once, database functions"] = measured(200)

    assert figures(results)["append_vs_eventsourcing"] == 5
