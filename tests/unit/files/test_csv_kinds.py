"""Files that spreadsheet programs write: each oddity is taken, or named in one line with its remedy."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.files.applications import read_applications
from deploy.local.files.columns import COLUMNS
from law.universities import load_universities

ROOT = Path(__file__).parents[3]
UNIVERSITIES = load_universities()
HEADER = "filed_at,iin,surname,name,university,specialty,graduation_year,document_kind,reason"
ROW = "2016-02-15T23:30,991225249542,Һашимова,Әсел,017,050109,2009,diploma,loss"

Said = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def said(tmp_path: Path) -> Said:
    def of(*lines: str) -> tuple[int, list[str]]:
        file = tmp_path / "applications.csv"
        file.write_text("\r\n".join(lines), encoding="utf-8")
        rows, errors = read_applications(file, UNIVERSITIES)
        return len(rows), [str(each) for each in errors]

    return of


@pytest.mark.parametrize(
    ("separator", "called"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars"), (":", "colons")]
)
def test_another_separator_is_named_in_one_line(said: Said, separator: str, called: str) -> None:
    rows, (error,) = said(HEADER.replace(",", separator), ROW.replace(",", separator))

    assert rows == 0
    assert error == (
        f"line 1: header: the columns are separated by {called}; save the file with commas between the columns"
    )


@pytest.mark.parametrize("line", ["sep=;", "SEP=,", '"sep=;"', "sep=;;;;", "sep=\t"])
def test_a_line_for_a_spreadsheet_program_is_named_in_one_line(said: Said, line: str) -> None:
    rows, (error,) = said(line, HEADER, ROW)

    assert rows == 0
    assert "is an instruction to a spreadsheet program; delete this line, and save the file with commas" in error


def test_rows_of_another_separator_under_a_good_header_are_named(said: Said) -> None:
    rows, errors = said(HEADER, ROW, ROW.replace(",", ";"))

    assert rows == 1
    assert errors == [
        "line 3: line: is separated by semicolons, the header by commas; save the file with commas between the columns"
    ]


def test_a_file_without_a_header_is_told_so_in_one_line(said: Said) -> None:
    assert said(ROW, ROW)[1] == [f"line 1: header: names none of the columns; {_begin()}"]


def _begin() -> str:
    return f"begin with a line of the columns: {','.join(COLUMNS)}"


@pytest.mark.parametrize("blank", ["", ",,,,,,,,", " , , ", '"",""', "\N{NO-BREAK SPACE},", ",", "\t"])
def test_blank_rows_are_passed_over_wherever_they_stand(said: Said, blank: str) -> None:
    assert said(blank, HEADER, blank, ROW, blank, blank) == (1, [])


def test_empty_columns_at_the_end_are_passed_over(said: Said) -> None:
    assert said(f"{HEADER},,", f"{ROW},,", ROW, f"{ROW},,,,") == (3, [])


def test_a_value_in_a_column_without_a_name_is_named(said: Said) -> None:
    rows, errors = said(f"{HEADER},,", f"{ROW},,left")

    assert rows == 0
    assert errors == ["line 2: line: has 11 fields, the header 9; quote a field that contains a comma"]


def test_a_column_without_a_name_between_others_is_named_by_its_place(said: Said) -> None:
    rows, errors = said(HEADER.replace("iin,", "iin,,"), ROW.replace("9542,", "9542,,"))

    assert rows == 1
    assert errors == ["line 1: header: column 3 has no name; name the column or delete it"]


def test_missing_columns_are_named_in_the_order_of_the_columns() -> None:
    """In processes of their own: the order of a set changes from one to the next."""
    program = (
        "from deploy.local.files.columns import COLUMNS, OPTIONAL; from deploy.local.files.csv_rows import csv_rows;"
        "print([e.value for _, e in csv_rows(iter([(1, 'iin')]), COLUMNS, OPTIONAL)])"
    )
    said = [
        subprocess.run(  # noqa: S603 - it is ours
            [sys.executable, "-c", program], check=True, env={"PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True
        )
        for seed in ("1", "2")
    ]
    columns = [name for name in HEADER.split(",") if name != "iin"]

    assert [each.stdout.decode().strip() for each in said] == [str(columns)] * 2


def test_what_is_no_regular_file_is_told_so_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "device.csv").symlink_to("/dev/zero")
    (tmp_path / "folder.csv").mkdir()
    found = [
        str(read_applications(tmp_path / name, UNIVERSITIES)[1][0])
        for name in ("pipe.csv", "device.csv", "folder.csv", "no\0name.csv", "n" * 300 + ".csv")
    ]

    assert ["is no regular file" in each for each in found[:2]] == [True, True]
    assert ["cannot be read" in each or "is no regular file" in each for each in found[2:]] == [True, True, True]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"iin": "1", "iin": "2"}', "'iin': this field comes twice"),
        ('{"patronymic": NaN}', "patronymic: is neither text"),
        ('{"patronymic": Infinity}', "patronymic: is neither text"),
        ('{"patronymic": 1e400}', "patronymic: is neither text"),
    ],
)
def test_json_that_readers_read_differently_is_refused_with_line_and_field(
    tmp_path: Path, line: str, words: str
) -> None:
    file = tmp_path / "applications.jsonl"
    file.write_text("\n" + line, encoding="utf-8")

    assert str(read_applications(file, UNIVERSITIES)[1][0]).startswith("line 2: ")
    assert words in str(read_applications(file, UNIVERSITIES)[1][0])
