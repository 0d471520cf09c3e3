"""The applicants of a scenario: the same for the same seed, in the parts that the file asks for."""

from collections import Counter
from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.common import Channel, DocumentKind, Reason
from deploy.local.files.applications import ApplicationRow
from deploy.local.scenarios.applicants import portions, rows_of
from deploy.local.scenarios.scenario import Arrivals, Careless, Period, Scenario, Spread, Withdrawals
from law.package import required_documents
from law.universities import load_universities

UNIVERSITIES = load_universities()

shares = st.sampled_from([0, 0.05, 0.1, 0.2])
weights = st.integers(1, 5)
scenarios = st.builds(
    Scenario,
    story=st.just("drawn"),
    period=st.builds(
        Period,
        first_day=st.dates(date(2016, 1, 1), date(2016, 3, 1)),
        last_day=st.dates(date(2016, 3, 2), date(2016, 5, 1)),
    ),
    arrivals=st.builds(
        Arrivals,
        applicants=st.integers(1, 60),
        channels=st.fixed_dictionaries(
            {Channel.PAPER: weights}, optional={Channel.PORTAL: weights, Channel.CON: weights}
        ),
        universities=st.sampled_from([(), ("017",), ("020", "037")]),
        reasons=st.dictionaries(st.sampled_from(Reason), weights, min_size=1),
        documents=st.dictionaries(st.sampled_from(DocumentKind), weights, min_size=1),
        spread=st.builds(
            Spread,
            every_minutes=st.sampled_from([1, 15, 60]),
            days=st.sampled_from(["working", "all"]),
            first_day_share=st.sampled_from([0, 0.5]),
        ),
        careless=st.builds(
            Careless,
            wrong_year=shares,
            unknown_graduate=shares,
            missing_documents=shares,
            doubles=shares,
            withdrawals=st.builds(Withdrawals, share=shares),
        ),
    ),
)


@settings(max_examples=40)
@given(drawn=scenarios, seed=st.integers(0, 2**31 - 1))
def test_one_seed_gives_one_list_of_rows_and_each_is_a_good_row(drawn: Scenario, seed: int) -> None:
    rows = rows_of(drawn, seed, UNIVERSITIES)

    assert rows == rows_of(drawn, seed, UNIVERSITIES)
    assert [row.line for row in rows] == list(range(1, len(rows) + 1))
    assert [row.filed_at for row in rows] == sorted(row.filed_at for row in rows)
    for row in rows:
        assert ApplicationRow.model_validate(row.model_dump()) == row
        assert row.left_out <= set(required_documents(row.reason))
        assert row.iin[6] in "12"
        assert not row.withdraw_at or row.withdraw_at > row.filed_at
        assert row.channel is Channel.PORTAL or row.filed_at.isoweekday() < 6


@settings(max_examples=40)
@given(drawn=scenarios, seed=st.integers(0, 1_000))
def test_as_many_come_over_each_channel_as_the_weights_say(drawn: Scenario, seed: int) -> None:
    rows = rows_of(drawn, seed, UNIVERSITIES)
    firsts = [row for row in rows if row.comment != "asks the second time"]

    assert len({row.iin for row in rows}) == len(firsts) == drawn.arrivals.applicants
    assert Counter(row.channel for row in firsts) == Counter(portions(drawn.arrivals.channels, len(firsts)))


@given(
    st.dictionaries(st.text(max_size=3), st.integers(1, 1_000), min_size=1, max_size=9),
    st.integers(0, 10_000),
)
def test_portions_come_to_the_whole_and_none_is_off_by_one(parts: dict[str, int], whole: int) -> None:
    found = portions(parts, whole)

    assert sum(found.values()) == whole
    assert all(abs(found[name] - whole * part / sum(parts.values())) < 1 for name, part in parts.items())


def test_another_seed_brings_other_people() -> None:
    plain = Scenario(
        story="plain",
        period=Period(first_day=date(2016, 2, 15), last_day=date(2016, 2, 19)),
        arrivals=Arrivals(applicants=20),
    )

    ours, others = rows_of(plain, 1, UNIVERSITIES), rows_of(plain, 2, UNIVERSITIES)
    assert {row.iin for row in ours}.isdisjoint(row.iin for row in others)


def test_a_rush_comes_on_the_first_day_and_everybody_in_the_hours_of_the_file() -> None:
    rush = Scenario(
        story="rush",
        period=Period(first_day=date(2016, 2, 15), last_day=date(2016, 2, 19)),
        arrivals=Arrivals(
            applicants=40, spread=Spread(from_hour=10, to_hour=12, every_minutes=30, first_day_share=0.5)
        ),
    )
    rows = rows_of(rush, 1, UNIVERSITIES)

    assert sum(row.filed_at.date() == date(2016, 2, 15) for row in rows) == 20
    assert {(row.filed_at.hour, row.filed_at.minute) for row in rows} <= {(10, 0), (10, 30), (11, 0), (11, 30)}
    assert max(row.filed_at for row in rows) < datetime(2016, 2, 20)  # noqa: DTZ001 - a wall clock
