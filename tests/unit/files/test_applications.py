"""The applications of the demo: the committed file, and the reader that takes the good rows and names the bad."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.common import BLANKS_FOR, BlankKind, Channel, DocumentKind, Reason
from contracts.package import PackageDocument
from deploy.local.files import applications
from deploy.local.files.applications import ApplicationRow, instant, read_applications
from deploy.local.files.columns import COLUMNS, Collects
from deploy.local.files.row_error import RowError
from deploy.local.files.rows import LARGEST
from deploy.local.made_up.applications import DAYS_OFF, WORKED_SATURDAY, generate, write
from deploy.local.made_up.people import Sex, surname
from law.universities import load_universities

DATA = Path(applications.__file__).parent / "data"
UNIVERSITIES = load_universities()
GOOD = {
    "filed_at": "2016-02-15T23:30",
    "iin": "991225249542",
    "surname": "Һашимова",
    "name": "Әсел",
    "university": "017",
    "specialty": "050109",
    "graduation_year": "2009",
    "document_kind": "diploma",
    "reason": "loss",
}

File = Callable[[str | bytes, str], Path]


@pytest.fixture
def file(tmp_path: Path) -> File:
    def written(content: str | bytes, name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture(scope="module")
def committed() -> list[ApplicationRow]:
    rows, errors = read_applications(DATA / "applications.csv", UNIVERSITIES)
    assert errors == []
    return rows


@pytest.fixture(scope="module")
def over_portal(committed: list[ApplicationRow]) -> list[ApplicationRow]:
    return [row for row in committed if row.channel is Channel.PORTAL]


@pytest.fixture(scope="module")
def at_counters(committed: list[ApplicationRow]) -> list[ApplicationRow]:
    return [row for row in committed if row.channel is not Channel.PORTAL]


def csv_of(*rows: dict[str, str]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join(
        [",".join(names), *(",".join(f'"{row.get(name, "")}"' for name in names) for row in rows)],
    )


def read(path: Path) -> tuple[list[ApplicationRow], list[RowError]]:
    return read_applications(path, UNIVERSITIES)


# The committed file.


def test_the_committed_file_is_what_its_seed_gives(tmp_path: Path) -> None:
    write(generate(705, UNIVERSITIES), tmp_path / "again.csv")

    assert (tmp_path / "again.csv").read_bytes() == (DATA / "applications.csv").read_bytes()


def test_another_seed_gives_other_people_in_the_same_situations() -> None:
    ours, others = generate(705, UNIVERSITIES), generate(706, UNIVERSITIES)

    assert Counter(filing.comment for filing in ours) == Counter(filing.comment for filing in others)
    assert {filing.degree.person for filing in ours}.isdisjoint({filing.degree.person for filing in others})


def test_there_are_enough_applications_to_enough_universities(committed: list[ApplicationRow]) -> None:
    assert len(committed) >= 320
    assert len({row.university for row in committed} & UNIVERSITIES.keys()) >= 10
    assert [row.university for row in committed if row.university not in UNIVERSITIES] == ["998"]


def test_every_iin_is_of_someone_born_in_the_1800s(committed: list[ApplicationRow]) -> None:
    assert {row.iin[6] for row in committed} == {"1", "2"}


def test_surname_and_patronymic_agree_with_the_sex_in_the_iin(committed: list[ApplicationRow]) -> None:
    women = [row for row in committed if row.iin[6] == Sex.FEMALE.value]
    men = [row for row in committed if row.iin[6] == Sex.MALE.value]

    assert not [row for row in women if row.surname.endswith(("ов", "ев", "ёв", "ин", "ский", "ый", "ұлы"))]
    assert not [row for row in men if row.surname.endswith(("ова", "ева", "ёва", "ина", "ская", "ая", "қызы"))]
    assert all(row.patronymic.endswith(("қызы", "на")) for row in women if row.patronymic)
    assert all(row.patronymic.endswith(("ұлы", "ич")) for row in men if row.patronymic)


def test_the_names_use_every_letter_that_kazakh_adds_to_the_russian_alphabet(committed: list[ApplicationRow]) -> None:
    letters = {letter for row in committed for letter in f"{row.surname}{row.name}{row.patronymic or ''}".lower()}

    assert not set("әғқңөұүһі") - letters


@pytest.mark.parametrize(
    ("masculine", "feminine"),
    [
        ("Иванов", "Иванова"),
        ("Воробьёв", "Воробьёва"),
        ("Ғабдуллин", "Ғабдуллина"),
        ("Покровский", "Покровская"),
        ("Белый", "Белая"),
        ("Әуезұлы", "Әуезқызы"),
        ("Дорошенко", "Дорошенко"),
    ],
)
def test_a_surname_takes_its_feminine_form(masculine: str, feminine: str) -> None:
    assert surname(masculine, Sex.FEMALE) == feminine
    assert surname(masculine, Sex.MALE) == masculine


def test_every_kind_reason_and_span_of_years_occurs(committed: list[ApplicationRow]) -> None:
    assert Counter(row.document_kind for row in committed).keys() == set(DocumentKind)
    assert len({row.reason for row in committed}) == 3
    assert {row.graduation_year for row in committed} == set(range(1995, 2016))
    assert any(not row.patronymic for row in committed)


def test_each_graduated_in_a_year_of_the_specialty(committed: list[ApplicationRow]) -> None:
    for row in committed:
        university = UNIVERSITIES.get(row.university)
        if university is None:
            continue
        specialty = university.specialty(row.specialty)
        graduated = row.register_graduation_year or row.graduation_year

        assert specialty is not None
        assert specialty.first_year <= graduated <= specialty.last_year


def test_the_register_tells_one_story_of_a_person_at_a_university(committed: list[ApplicationRow]) -> None:
    stories: dict[tuple[str, str], set[tuple[str, int, bool]]] = {}
    for row in committed:
        year = row.register_graduation_year or row.graduation_year
        stories.setdefault((row.iin, row.university), set()).add((row.specialty, year, row.in_register))

    assert [key for key, told in stories.items() if len(told) > 1] == []
    assert len({(row.iin, row.surname, row.name, row.patronymic) for row in committed}) == len(
        {row.iin for row in committed}
    )


def test_the_awkward_moments_are_there(over_portal: list[ApplicationRow]) -> None:
    filed = [row.filed_at for row in over_portal]

    assert min(filed).date() == date(2016, 2, 15)
    assert date(2016, 3, 15) <= max(filed).date() <= date(2016, 3, 21)
    assert len([at for at in filed if at.isoweekday() > 5 and at.date() != WORKED_SATURDAY]) >= 14
    assert len([at for at in filed if at.date() in DAYS_OFF]) >= 10
    assert len([at for at in filed if at.date() == WORKED_SATURDAY]) >= 8
    assert len([at for at in filed if at.time() == time(23, 30)]) >= 8
    assert len([at for at in filed if at.time() == time(23, 59)]) >= 6
    assert len([at for at in filed if time(13) <= at.time() < time(14, 30)]) >= 12


def test_the_unhappy_ends_are_there(over_portal: list[ApplicationRow]) -> None:
    waited = [(row.withdraw_at - row.filed_at).days for row in over_portal if row.withdraw_at]

    assert len([row for row in over_portal if not row.in_register]) == 12
    assert len([row for row in over_portal if row.register_graduation_year]) == 8
    assert sorted(waited) == [1, 1, 1, 13, 13, 13]


def test_the_only_duplicates_are_the_five_that_are_meant(over_portal: list[ApplicationRow]) -> None:
    asked: dict[tuple[str, str, DocumentKind], list[ApplicationRow]] = {}
    for row in over_portal:
        asked.setdefault((row.iin, row.university, row.document_kind), []).append(row)
    twice = [rows for rows in asked.values() if len(rows) > 1]

    assert len(twice) == 5
    for first, second in twice:
        assert second.comment == "duplicate of an open application"
        assert second.reason == first.reason
        assert 1 <= (second.filed_at - first.filed_at).days <= 3


def test_only_the_rushes_share_a_minute(over_portal: list[ApplicationRow]) -> None:
    shared = {at: rows for at, rows in Counter(row.filed_at for row in over_portal).items() if rows > 1}

    assert sorted(shared.values()) == [3, 4, 4, 5, 5]


def test_the_portal_is_used_by_as_many_as_before(over_portal: list[ApplicationRow]) -> None:
    assert len(over_portal) == 356


def test_every_situation_of_the_counters_is_there(at_counters: list[ApplicationRow]) -> None:
    paper, con = ([row for row in at_counters if row.channel is each] for each in (Channel.PAPER, Channel.CON))

    assert (len(paper), len(con)) == (47, 38)
    for rows in (paper, con):
        lacking = [row for row in rows if row.left_out]
        assert {PackageDocument.ORIGINAL_DOCUMENT} in [row.left_out for row in lacking]
        assert all(row.reason is Reason.NAME_CHANGE for row in rows if row.comment.startswith("another name"))
        assert PackageDocument.ORIGINAL_DOCUMENT in next(
            row.presented for row in rows if row.comment.startswith("another name")
        )
        assert [row.collects for row in rows].count(Collects.REPRESENTATIVE) == 2
        assert len([row for row in rows if not row.in_register]) == 2
        assert len([row for row in rows if row.register_graduation_year]) == 2
        assert len([row for row in rows if row.withdraw_at]) == 1
    assert {row.filed_at.minute % 15 for row in at_counters} == {0}
    assert [row.channel for row in at_counters if row.filed_at.isoweekday() == 6] == [Channel.CON] * 2


def test_blank_forms_run_out_at_two_universities_only(committed: list[ApplicationRow]) -> None:
    wanted: Counter[tuple[str, BlankKind]] = Counter()
    for row in committed:
        if row.in_register and not row.withdraw_at and not row.comment.startswith("duplicate"):
            wanted.update((row.university, kind) for kind in BLANKS_FOR[row.document_kind])
    short = {
        code
        for code, university in UNIVERSITIES.items()
        if any(wanted[code, kind] > university.blanks[kind] for kind in BlankKind)
    }

    assert short == {"020", "037"}
    assert UNIVERSITIES["020"].blanks[BlankKind.SUPPLEMENT] == 0


def test_the_west_keeps_another_time_than_the_capital() -> None:
    noon = datetime(2016, 2, 15, 12, 0)  # noqa: DTZ001 - a wall clock, as the file has it

    assert instant(noon, "037", UNIVERSITIES) == datetime(2016, 2, 15, 7, 0, tzinfo=UTC)
    assert instant(noon, "027", UNIVERSITIES) == datetime(2016, 2, 15, 6, 0, tzinfo=UTC)
    assert instant(noon, "998", UNIVERSITIES) == datetime(2016, 2, 15, 6, 0, tzinfo=UTC)


# The universities.


def test_each_university_teaches_enough_and_its_names_are_in_three_languages() -> None:
    assert len(UNIVERSITIES) >= 10
    for university in UNIVERSITIES.values():
        assert len(university.specialties) >= 8
        for text in (university.name, university.city, university.collection_place):
            assert all((text.kk, text.ru, text.en))
        assert university.blanks.keys() == set(BlankKind)
    assert {university.week for university in UNIVERSITIES.values()} == {5, 6}


# The reader.


def test_the_malformed_file_loses_no_good_row_and_names_each_error() -> None:
    rows, errors = read(DATA / "applications-malformed.csv")

    assert len(rows) == 12
    assert [(error.line, error.field) for error in errors] == [
        (3, "iin"),
        (5, "document_kind"),
        (7, "university"),
        (9, "filed_at"),
        (11, "filed_at"),
        (13, "withdraw_at"),
        (15, "surname"),
        (17, "specialty"),
        (19, "iin"),
        (19, "reason"),
        (21, "name"),
        (23, "line"),
        (25, "line"),
    ]
    assert all(error.rule and error.remedy for error in errors)


def test_a_good_row_is_read_with_its_defaults(file: File) -> None:
    rows, errors = read(file(csv_of(GOOD), "a.csv"))

    assert errors == []
    assert rows == [ApplicationRow.model_validate({"line": 2, **GOOD})]
    assert rows[0].in_register
    assert rows[0].withdraw_at is None


def test_csv_and_json_lines_say_the_same(file: File) -> None:
    row = GOOD | {"in_register": "no", "patronymic": ""}
    said = GOOD | {"graduation_year": 2009, "in_register": False, "patronymic": None}

    from_csv, _ = read(file(csv_of(row), "a.csv"))
    from_json, errors = read(file("\n" + json.dumps(said), "a.jsonl"))

    assert errors == []
    assert from_csv == from_json


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_byte_order_mark_and_windows_line_ends_are_accepted(file: File, name: str) -> None:
    content = csv_of(GOOD) if name.endswith("csv") else json.dumps(GOOD)

    rows, errors = read(file(b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode() + b"\r\n", name))

    assert errors == []
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("change", "field", "rule", "remedy"),
    [
        ({"iin": "991225249543"}, "iin", "check sum", "mistyped"),
        ({"iin": ""}, "iin", "12 digits", "identity card"),
        ({"surname": ""}, "surname", "empty", "write"),
        ({"name": "Ә" * 101}, "name", "longer than 100", "shorten"),
        ({"name": "Ә\x00"}, "name", "control character", "remove"),
        ({"name": "<b>"}, "name", "< or >", "letters"),
        ({"comment": "x" * 201}, "comment", "longer than 200", "shorten"),
        ({"university": "КазНУ"}, "university", "3 digits", "universities.json"),
        ({"specialty": "5b"}, "specialty", "specialty code", "universities.json"),
        ({"specialty": "5B130100"}, "specialty", "not taught at university 017", "050109"),
        ({"graduation_year": "09"}, "graduation_year", "no year", "four digits"),
        ({"graduation_year": "2017"}, "graduation_year", "after filed_at", "document"),
        ({"document_kind": "Diploma"}, "document_kind", "not a value", "diploma, diploma_with_supplement, supplement"),
        ({"reason": "theft"}, "reason", "not a value", "loss, damage, name_change"),
        ({"in_register": "maybe"}, "in_register", "not a value", "yes, no"),
        ({"filed_at": "15.02.2016 23:30"}, "filed_at", "no local date and time", "YYYY-MM-DDTHH:MM"),
        ({"filed_at": "2016-02-15T23:30+06:00"}, "filed_at", "no local date and time", "wall clock"),
        ({"filed_at": "2016-02-30T23:30"}, "filed_at", "does not exist", "YYYY-MM-DDTHH:MM"),
        ({"filed_at": "2016-02-15T23:30:01"}, "filed_at", "no whole minute", "seconds"),
        ({"filed_at": "0001-01-01T00:00"}, "filed_at", "1991 to 2100", "holidays"),
        ({"withdraw_at": "2016-02-15T23:30"}, "withdraw_at", "after filed_at", "later"),
        ({"channel": "post"}, "channel", "not a value", "paper, con, portal"),
        ({"channel": "con", "university": "998"}, "university", "has no counter", "channel to portal"),
        ({"left_out": "statement"}, "left_out", "nothing is handed in", "channel to paper or con"),
        ({"channel": "con", "left_out": "passport"}, "left_out", "not a value", "statement"),
        ({"channel": "con", "left_out": "original_document"}, "left_out", "nobody asks for", "identity_document"),
        ({"collects": "representative"}, "collects", "counter only", "channel to paper or con"),
        ({"channel": "con", "collects": "aunt"}, "collects", "not a value", "applicant, representative"),
        ({"register_graduation_year": "2009"}, "register_graduation_year", "equals", "leave it empty"),
        ({"register_graduation_year": "2010", "in_register": "no"}, "register_graduation_year", "in_register", "yes"),
    ],
)
def test_a_broken_field_is_named_with_rule_and_remedy(
    file: File, change: dict[str, str], field: str, rule: str, remedy: str
) -> None:
    rows, errors = read(file("\n".join(json.dumps(row) for row in (GOOD | change, GOOD)), "a.jsonl"))

    assert [row.line for row in rows] == [2]
    assert [(error.line, error.field) for error in errors] == [(1, field)]
    assert rule in errors[0].rule
    assert remedy in errors[0].remedy


def test_no_error_shows_a_whole_iin(file: File) -> None:
    wrong = {"iin": "991225249543", "name": "991225249542\x07", "university": "991225249542"}

    _, errors = read(file(json.dumps(GOOD | wrong), "a.jsonl"))

    assert len(errors) == 3
    assert not [error for error in errors if "9912252495" in str(error)]


def test_a_missing_column_stops_the_file_and_an_unknown_one_does_not(file: File) -> None:
    without = {name: value for name, value in GOOD.items() if name != "reason"}
    more = GOOD | {"shoe_size": "43"}

    assert [(error.field, error.value) for error in read(file(csv_of(without), "a.csv"))[1]] == [("header", "reason")]
    rows, errors = read(file(csv_of(more), "a.csv"))
    assert [(error.line, error.field, error.value) for error in errors] == [(1, "header", "shoe_size")]
    assert len(rows) == 1


def test_a_column_that_comes_twice_stops_the_file(file: File) -> None:
    head, row = csv_of(GOOD).split("\n")

    rows, errors = read(file(f'{head},iin\n{row},"1"', "a.csv"))

    assert rows == []
    assert [(error.field, error.value, error.rule) for error in errors] == [
        ("header", "iin", "this column comes twice")
    ]


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (b'"no end', "no CSV"),
        (b'"a"b', "no CSV"),
        (b"one,two", "has 2 fields, the header 9"),
        ("Әсел".encode("cp1251", "replace") + b"\xff", "not UTF-8"),
        (b"x" * 200_000, "no CSV"),
    ],
)
def test_a_line_that_cannot_be_split_costs_itself_only(file: File, broken: bytes, rule: str) -> None:
    head, row = csv_of(GOOD).encode().split(b"\n")

    rows, errors = read(file(b"\n".join([head, broken, row]), "a.csv"))

    assert [row.line for row in rows] == [3]
    assert [error.line for error in errors] == [2]
    assert rule in errors[0].rule


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ("[1]", "no JSON object"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("9" * 5_000, "is no JSON"),
        ('{"iin": "1", "iin": "2"}', "comes twice"),
        ('{"shoe_size": 43}', "no such field"),
        ('{"\\ud800": 43}', "no such field"),
        ('{"iin": ["991225249542"]}', "neither text"),
        ('{"iin": 1e999}', "neither text"),
    ],
)
def test_a_line_of_json_that_is_no_application_costs_itself_only(file: File, broken: str, rule: str) -> None:
    rows, errors = read(file(f"{broken}\n{json.dumps(GOOD)}", "a.jsonl"))

    assert [row.line for row in rows] == [2]
    assert [error.line for error in errors] == [1]
    assert rule in errors[0].rule


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \r\n", "\u00a0\n".encode()])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_an_empty_file_gives_no_row(file: File, content: bytes, name: str) -> None:
    rows, errors = read(file(content, name))

    assert rows == []
    assert [error.rule for error in errors] == ["holds no application"]


def test_a_header_alone_is_no_application(file: File) -> None:
    rows, errors = read(file(",".join(COLUMNS), "a.csv"))

    assert rows == []
    assert [error.rule for error in errors] == ["holds no application"]


def test_a_file_of_another_encoding_is_told_so(file: File) -> None:
    rows, errors = read(file(csv_of(GOOD).encode("utf-16"), "a.csv"))

    assert rows == []
    assert [(error.line, error.rule) for error in errors] == [(1, "is not UTF-8")]


def test_a_file_of_another_kind_or_none_at_all_is_an_error(tmp_path: Path) -> None:
    for name, rule in (("a.xlsx", "neither .csv nor .jsonl"), ("absent.csv", "cannot be read")):
        rows, errors = read(tmp_path / name)

        assert rows == []
        assert len(errors) == 1
        assert rule in errors[0].rule


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as large:
        large.truncate(LARGEST + 1)

    rows, errors = read(path)

    assert rows == []
    assert "larger than 50 MB" in errors[0].rule


def test_the_columns_are_the_fields_of_a_row() -> None:
    assert {*COLUMNS, "line"} == ApplicationRow.model_fields.keys()


_TEXTS = st.one_of(
    st.text(),
    st.lists(st.lists(st.sampled_from([*COLUMNS, "", '"', "\r", "a\nb", "💥", "991225249542"]), max_size=15)).map(
        lambda rows: "\n".join(",".join(row) for row in rows)
    ),
    st.lists(st.dictionaries(st.sampled_from([*COLUMNS, "x"]), st.text() | st.none() | st.integers())).map(
        lambda rows: "\n".join(json.dumps(row) for row in rows)
    ),
    st.lists(st.fixed_dictionaries({name: st.just(value) | st.text(max_size=5) for name, value in GOOD.items()})).map(
        lambda rows: "\n".join(json.dumps(row) for row in rows)
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=_TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(), header=st.booleans())
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_whatever_the_file_holds_the_reader_answers(tmp_path: Path, name: str, content: bytes, header: bool) -> None:  # noqa: FBT001 - drawn, not passed
    path = tmp_path / name
    path.write_bytes((",".join(COLUMNS) + "\n").encode() * header + content)

    rows, errors = read(path)

    assert all(error.rule and error.remedy and str(error).isprintable() for error in errors)
    assert len({row.line for row in rows}) == len(rows)
    assert not {row.line for row in rows} & {error.line for error in errors}


@given(cells=st.lists(st.text(max_size=3), min_size=len(COLUMNS), max_size=len(COLUMNS)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_row_of_any_cells_is_read_or_explained(tmp_path: Path, cells: list[str]) -> None:
    path = tmp_path / "a.csv"
    flat = [cell.replace("\n", " ").replace("\r", " ").encode("utf-8", "replace").decode() for cell in cells]
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([list(COLUMNS), flat])

    rows, errors = read(path)

    assert rows == []
    assert errors
