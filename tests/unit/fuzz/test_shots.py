"""One seed gives one series of records, and every family has its turn."""

from datetime import UTC, datetime
from random import Random

from contracts import sim_clock
from contracts.topics import all_topics
from deploy.local.fuzz import contents, packing
from deploy.local.fuzz.law import Law
from deploy.local.fuzz.shots import Shot, shots
from deploy.local.fuzz.stock import Stock

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)


def series(seed: int, records: int) -> list[Shot]:
    stock = Stock(Random(seed), [each.name for each in all_topics()], lambda: NOON)  # noqa: S311 - one seed, one series
    return list(shots(stock, [*packing.families(), *contents.families(stock, list)], records))


def said(seed: int) -> list[tuple[str, str, int]]:
    return [(each.variant, each.topic, each.partition) for each in series(seed, 40)]


def test_one_seed_gives_one_series_and_another_another() -> None:
    assert said(1) == said(1)
    assert said(1) != said(2)


def test_a_short_series_is_of_all_families() -> None:
    assert len({each.family for each in series(3, 60)}) == 14


def test_a_long_series_is_on_all_topics() -> None:
    assert {each.topic for each in series(4, 700)} == {each.name for each in all_topics()}


def test_no_newer_state_of_the_clock_that_the_contract_allows_is_ever_sent() -> None:
    law = Law()
    states = [each for each in series(5, 3_000) if each.topic == sim_clock.TOPIC]
    obeyed = [
        each.variant
        for each in states
        for record in each.records
        if not law.judge(sim_clock.TOPIC, record).why and b'"sequence": 1,' not in (record.value or b"")
    ]

    assert len(states) > 50
    assert [each for each in obeyed if not each.startswith(("virtual", "wall", "rate", "sequence"))] == []
