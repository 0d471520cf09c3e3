"""Ids derive from causes: the same again for the same cause, and in the order of virtual time."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services._chassis import ids

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
CAUSE = UUID("018e0000-0000-8000-8000-000000000000")
NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)


@given(MOMENTS, st.uuids(), st.text(), st.integers())
def test_an_id_is_a_uuid_of_version_8_that_holds_its_millisecond(
    at: datetime, cause: UUID, label: str, number: int
) -> None:
    made = ids.derive(at, cause, label, number)

    assert (made.version, made.variant) == (8, RFC_4122)
    assert made.int >> 80 == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(MOMENTS, st.uuids(), st.text())
def test_the_same_cause_gives_the_same_id(at: datetime, cause: UUID, label: str) -> None:
    assert ids.derive(at, cause, label) == ids.derive(at, cause, label)


@given(MOMENTS, st.timedeltas(timedelta(milliseconds=1), timedelta(days=9999)), st.uuids(), st.uuids())
def test_ids_stand_in_the_order_of_virtual_time(at: datetime, later: timedelta, first: UUID, second: UUID) -> None:
    assert ids.derive(at, first) < ids.derive(at + later, second)


@given(
    st.uuids(),
    st.uuids(),
    st.lists(st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])), max_size=3),
)
def test_other_causes_give_other_ids(first: UUID, second: UUID, labels: list[str]) -> None:
    made = {ids.derive(NOON, first, *labels), ids.derive(NOON, second, *labels), ids.derive(NOON, first, *labels, "x")}

    assert len(made) == 3 - (first == second)


def test_labels_are_told_apart_where_they_end() -> None:
    assert ids.derive(NOON, CAUSE, "ab", "c") != ids.derive(NOON, CAUSE, "a", "bc")


def test_a_trace_goes_on_and_without_one_the_conversation_is_the_trace() -> None:
    parent = f"00-{'a' * 32}-{'b' * 16}-01"
    going_on, begun = ids.trace_parent(parent, CAUSE, CAUSE), ids.trace_parent(None, CAUSE, CAUSE)

    assert going_on.split("-")[1] == "a" * 32
    assert begun == f"00-{CAUSE.hex}-{ids.span_id(CAUSE)}-01"
    assert len(ids.span_id(CAUSE)) == 16


def test_a_fingerprint_is_the_same_for_the_same_parts_and_for_no_others() -> None:
    assert ids.fingerprint("850117300015", "027") == ids.fingerprint("850117300015", "027")
    assert len({ids.fingerprint(*parts) for parts in (("ab", "c"), ("a", "bc"), ("abc",))}) == 3
    assert len(ids.fingerprint("")) == 32


def test_a_number_has_twenty_digits_and_begins_with_the_day_where_it_was_given() -> None:
    evening = datetime(2016, 2, 15, 20, tzinfo=UTC)
    number = ids.dated_number(CAUSE, evening, ZoneInfo("Asia/Almaty"))

    assert number == f"20160216{CAUSE.int % 10**12:012d}"
    assert len(number) == 20
