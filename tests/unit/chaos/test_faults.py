"""What chaos does is the seed's choice, spread evenly; what flows meanwhile repeats in rounds that do not meet."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.common import Channel
from deploy.local.chaos.faults import Card, Fault, Streak, deal
from deploy.local.chaos.flow import FIRST_MONDAY, rows_of
from deploy.local.files.applications import default_file, read_applications
from law.universities import load_universities

VICTIMS = ["portal", "esuvo", "kafka"]


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a series that must repeat, no secret


FILE = read_applications(default_file(), load_universities())[0]


@given(st.integers(0, 200), st.integers(0, 20), st.integers())
def test_each_wanted_fault_comes_once_and_no_victim_is_spared(kills: int, restarts: int, seed: int) -> None:
    cards = deal({Fault.KILL: kills, Fault.RESTART: restarts}, VICTIMS, seeded(seed))
    killed = Counter(card.victim for card in cards if card.fault is Fault.KILL)

    assert killed.total() == kills
    assert max(killed[each] for each in VICTIMS) - min(killed[each] for each in VICTIMS) <= 1
    assert cards.count(Card(Fault.RESTART)) == restarts


def test_one_seed_gives_one_series_of_faults() -> None:
    wanted = {Fault.KILL: 50, Fault.PAUSE: 5}

    assert deal(wanted, VICTIMS, seeded(1)) == deal(wanted, VICTIMS, seeded(1))
    assert deal(wanted, VICTIMS, seeded(1)) != deal(wanted, VICTIMS, seeded(2))


def test_a_chain_hit_ten_times_in_a_row_gets_a_step_of_time_before_the_next_fault() -> None:
    streak, jumps = Streak(), 7
    hits = 0
    while not streak.too_long(jumps):
        streak.one_more(jumps)
        hits += 1

    assert hits == 10
    assert not streak.too_long(jumps + 1)
    streak.one_more(jumps + 1)
    assert not streak.too_long(jumps + 1)


@pytest.mark.parametrize("number", range(3))
def test_a_round_asks_for_each_document_once_within_its_five_days(number: int) -> None:
    rows = rows_of(number, FIRST_MONDAY, FILE, 100, seed=705)
    documents = Counter((row.iin, row.university, row.specialty, row.document_kind) for row in rows)

    assert len(rows) == 100
    assert set(documents.values()) == {1}
    assert all(timedelta() <= row.filed_at.date() - FIRST_MONDAY < timedelta(5) for row in rows)


def test_a_round_comes_over_the_portal_and_to_the_universities_counters() -> None:
    channels = {row.channel for number in range(3) for row in rows_of(number, FIRST_MONDAY, FILE, 100, seed=705)}

    assert channels == {Channel.PORTAL, Channel.PAPER}


@settings(max_examples=20)
@given(st.integers(0, 30), st.integers(0, 5))
def test_who_withdraws_does_so_as_long_after_filing_as_the_file_says(number: int, seed: int) -> None:
    by_line = {row.line: row for row in FILE}
    for row in rows_of(number, FIRST_MONDAY, FILE, 50, seed):
        original = by_line[row.line]
        if original.withdraw_at:
            assert row.withdraw_at == row.filed_at + (original.withdraw_at - original.filed_at)
        else:
            assert row.withdraw_at is None
