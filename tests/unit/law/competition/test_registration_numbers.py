"""Where everything else is equal the lower registration number decides: as a number, and in one order of all there are."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from deploy.local.cli import __main__ as cli
from deploy.local.files.competition import applicant_rows, dangling, read_seats
from law.competition.rank import place

NUMBERS = st.text(st.sampled_from("0129-A/№а ٣"), max_size=8) | st.text(max_size=5) | st.integers(0).map(str)
APPLICANTS = (
    "iin,language,total,profile_score,other_min_score,certificate_average,preferential_rank,quota,rural,choices,"
    "registration_number\n"
)
SEATS = "specialty,language,seats,rural\n5B050900,kk,1,0\n"


@pytest.mark.parametrize(
    "ascending",
    [
        ("9", "10"),
        ("0009", "10"),
        ("09", "9", "10"),
        ("", "0", "1"),
        ("2016-9", "2016-10"),
        ("A9", "A10", "B1"),
        ("9", "9a", "10", "a"),
        ("9" * 5000, "1" + "0" * 5000),
    ],
    ids=lambda each: " ".join(each)[:30],
)
def test_the_lower_number_comes_first(ascending: tuple[str, ...]) -> None:
    mixed = ascending[::-1]

    assert sorted(mixed, key=place) == list(ascending)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_it_is_a_total_order(first: str, second: str, third: str) -> None:
    a, b, c = place(first), place(second), place(third)

    assert (a < b) + (b < a) + (first == second) == 1
    assert not (a <= b <= c) or a <= c


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_of_two_numbers_the_lower_comes_first(first: int, second: int) -> None:
    assert (place(str(first)) < place(str(second))) == (first < second)


def files(tmp_path: Path, *rows: str) -> tuple[Path, Path]:
    applicants, seats = tmp_path / "a.csv", tmp_path / "s.csv"
    applicants.write_text(APPLICANTS + "".join(f"{each}\n" for each in rows))
    seats.write_text(SEATS)
    return applicants, seats


row = partial("{},{},80,20,10,4.50,0,,0,{},{}".format)


def test_nine_comes_before_ten_edge_30(tmp_path: Path) -> None:
    applicants, seats = files(
        tmp_path, row("010101300001", "kk", "5B050900", 10), row("010101300002", "kk", "5B050900", 9)
    )
    done = CliRunner().invoke(
        cli.app, ["competition", "decide", "--applicants", str(applicants), "--seats", str(seats)]
    )

    assert "01********02 got one, 01********01 did not" in done.output


def test_what_no_row_of_the_seats_has_is_named_with_its_lines_and_stops_nothing(tmp_path: Path) -> None:
    good = row("010101300001", "kk", "5B050900", 1)
    applicants, seats = files(tmp_path, good, *(row(f"01010130001{n}", "KK", "5b050900|X1", n) for n in range(7)))
    command = ["competition", "decide", "--applicants", str(applicants), "--seats", str(seats)]
    done = CliRunner().invoke(cli.app, command)
    lines = "on line 3, 4, 5, 6, 7 and 2 more: no row of the seats has it"

    assert done.exit_code == 0
    assert dangling(applicant_rows(applicants)[0], read_seats(seats)[0]) == [
        f"choices '5b050900' {lines}; the seats have '5B050900': write it in the same way",
        f"choices 'X1' {lines}; add seats, or correct it",
        f"language 'KK' {lines}; the seats have 'kk': write it in the same way",
    ]
    assert done.output.count("a.csv: warning: ") == 3
