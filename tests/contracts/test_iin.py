"""What makes an IIN well-formed, and what a log may show of it."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.iin import Iin, IinInvalid, check_digit, mask, validate
from tests.support.iins import issued

IINS = TypeAdapter(Iin)
PATTERN_DIGITS = ("770712345674", "921104356789", "870620312341")
DIGITS = "0123456789"

serials = st.integers(0, 9999).map("{:04}".format)
births = st.dates(date(2015, 1, 1), date(2015, 12, 31)).map("{:%m%d}".format)  # 2015: no leap year
first11s = st.builds(
    "{}{}{}{}".format, st.integers(0, 99).map("{:02}".format), births, st.integers(1, 6).map(str), serials
)


iins = first11s.map(issued)


def decided_by_the_first_sum(first11: str) -> bool:
    return _first_remainder(first11) != 10


@st.composite
def mistyped(draw: st.DrawFn) -> tuple[str, str]:
    """A number and what one wrong digit makes of it, where the first sum decides of both."""
    iin = issued(draw(first11s), decided_by_the_first_sum)
    place = draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11]))
    others = [f"{iin[:place]}{digit}{iin[place + 1 :]}" for digit in DIGITS if digit != iin[place]]
    return iin, draw(st.sampled_from([each for each in others if decided_by_the_first_sum(each)]))


@pytest.mark.parametrize("iin", PATTERN_DIGITS)
def test_numbers_that_are_known_to_be_good_are_valid(iin: str) -> None:
    validate(iin)

    assert check_digit(iin[:11]) == int(iin[11])


@pytest.mark.parametrize(("first11", "check"), [("01010110090", 3), ("01010110091", 5), ("01010110094", 0)])
def test_a_first_remainder_of_ten_calls_for_the_second_weights(first11: str, check: int) -> None:
    assert check_digit(first11) == check


@pytest.mark.parametrize("first11", ["01010110099", "01010110250"])
def test_a_second_remainder_of_ten_means_that_the_number_is_not_issued(first11: str) -> None:
    assert check_digit(first11) is None
    for last in DIGITS:
        with pytest.raises(IinInvalid, match="check sum"):
            validate(first11 + last)


@pytest.mark.parametrize("not_eleven", ["", "0101011009", "010101100900", "0101011009x", "٠١٠١٠١١٠٠٩٠"])
def test_a_check_digit_is_asked_of_eleven_digits_only(not_eleven: str) -> None:
    with pytest.raises(ValueError, match="eleven digits"):
        check_digit(not_eleven)


@pytest.mark.parametrize(
    ("iin", "rule"),
    [
        ("", "12 digits"),
        ("77071234567", "12 digits"),
        ("770712345674\n", "12 digits"),
        (" 770712345674", "12 digits"),
        ("٧٧٠٧١٢٣٤٥٦٧٤", "12 digits"),
        ("770712045674", "7th digit"),
        ("770712745674", "7th digit"),
        ("771312345674", "date of birth"),
        ("770230345674", "date of birth"),
        ("000229145674", "date of birth"),  # 1800 was no leap year
        ("770712345675", "check sum"),
    ],
)
def test_edge_08_what_is_broken_is_named_and_so_is_the_remedy(iin: str, rule: str) -> None:
    with pytest.raises(IinInvalid) as invalid:
        validate(iin)

    assert rule in invalid.value.rule
    assert invalid.value.remedy
    assert str(invalid.value) == f"{invalid.value.rule}; {invalid.value.remedy}"


@given(iins)
def test_the_computed_digit_makes_a_valid_number(iin: str) -> None:
    validate(iin)

    assert IINS.validate_python(iin) == iin


@given(mistyped())
def test_a_mistyped_digit_is_caught_where_the_first_sum_decides(numbers: tuple[str, str]) -> None:
    """Not in the eleventh place: its weight, 11, is nothing modulo 11. That is the rule's own weakness."""
    right, wrong = numbers

    validate(right)
    with pytest.raises(IinInvalid):
        validate(wrong)


@given(st.text() | st.text(DIGITS, min_size=11, max_size=13))
def test_any_text_is_either_an_iin_or_refused_with_a_rule(text: str) -> None:
    rule = ""
    try:
        validate(text)
    except IinInvalid as invalid:
        rule = invalid.rule

    assert rule or (text.isascii() and text.isdigit() and len(text) == 12)


def test_a_model_reports_rule_and_remedy() -> None:
    with pytest.raises(ValidationError) as refused:
        IINS.validate_python("770712345675")

    assert "check sum; look for a mistyped" in str(refused.value)


def test_the_schema_shows_readers_of_other_languages_the_form() -> None:
    schema = IINS.json_schema()

    assert re.fullmatch(schema["pattern"], "820708212592")
    assert not re.fullmatch(schema["pattern"], "821308212592"), "there is no thirteenth month"
    assert "does not say the check digit" in schema["description"]


def test_a_mask_leaves_the_first_and_last_two_digits() -> None:
    assert mask("770712345674") == "77********74"


@given(st.text())
def test_a_mask_never_shows_more_than_four_characters_and_those_are_digits(text: str) -> None:
    shown = mask(text).replace("*", "")

    assert len(shown) <= 4
    assert not set(shown) - set(DIGITS)
    assert len(mask(text)) <= 12


def _first_remainder(iin: str) -> int:
    return sum(place * int(digit) for place, digit in enumerate(iin[:11], 1)) % 11
