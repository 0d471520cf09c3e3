"""Lists in pages: the next one begins after the last row of a full one."""

from services._chassis.listing import next_after


def test_a_full_page_says_where_the_next_begins_and_the_last_says_nothing() -> None:
    assert next_after(["a", "b"], 2, str.upper) == "B"
    assert next_after(["a", "b"], 3, str.upper) is None
    assert next_after([], 1, str.upper) is None
