"""The specialties and the seats: data that is right, and files of seats that are not."""

from pathlib import Path

import pytest

from contracts.grants import Subject
from law.specialties import SeatRow, StateOrderInvalid, load_specialties, load_state_order

FEWEST = 60
HEADER = "specialty,language,seats,rural\n"


def test_the_classifier_has_the_specialties_of_the_golden_case() -> None:
    specialties = load_specialties()

    assert len(specialties) >= FEWEST
    assert (specialties["5B050900"].elective, specialties["5B050900"].profile) == (
        Subject.GEOGRAPHY,
        Subject.MATHEMATICS,
    )
    assert specialties["5B130100"].medicine
    assert specialties["5B130100"].profile is Subject.BIOLOGY


def test_every_seat_of_the_state_order_is_for_a_specialty_taught_in_that_language() -> None:
    specialties = load_specialties()

    for row in load_state_order(2016):
        assert row.seats > 0
        assert row.language in specialties[row.specialty].languages


def test_a_file_of_seats_is_read(tmp_path: Path) -> None:
    file = tmp_path / "seats.csv"
    file.write_text(HEADER + "5B050900,kk,3,0\n\n5B080100,ru,2,1\n", encoding="utf-8")

    assert load_state_order(file) == (
        SeatRow("5B050900", "kk", 3, rural=False),
        SeatRow("5B080100", "ru", 2, rural=True),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: header"),
        (HEADER, "line 0: file: holds no seats"),
        (HEADER + "5B050900,kk,3\n", "line 2: line: has 3 fields"),
        (HEADER + "finance,kk,3,0\n", "line 2: specialty"),
        (HEADER + "5B050900,en,3,0\n", "line 2: language"),
        (HEADER + "5B050900,kk,-3,0\n", "line 2: seats"),
        (HEADER + "5B050900,kk,3,yes\n", "line 2: rural"),
        (HEADER + "5B050900,kk,3,0\n5B050900,kk,4,0\n", "line 3: specialty: 5B050900 in kk stands on line 2 already"),
    ],
)
def test_a_bad_file_of_seats_is_refused_with_line_field_rule_and_remedy(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "seats.csv"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(StateOrderInvalid, match=told) as refused:
        load_state_order(file)
    assert ";" in str(refused.value)


def test_all_errors_of_a_file_of_seats_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "seats.csv"
    file.write_text(HEADER + "5B050900,en,3,0\n5B050900,kk,many,0\n", encoding="utf-8")

    with pytest.raises(StateOrderInvalid, match=r"line 2: language(.|\n)*line 3: seats"):
        load_state_order(file)


def test_a_year_without_a_state_order_is_refused() -> None:
    with pytest.raises(StateOrderInvalid, match=r"state-order-2099\.csv: cannot be read"):
        load_state_order(2099)
