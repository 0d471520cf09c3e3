"""The competition by example, and the files that it is asked with."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from contracts.grants import PreferentialRight, Quota, Via
from deploy.local.cli.__main__ import app
from deploy.local.files.competition import read_applicants, read_seats
from law.competition import (
    ChoiceMarks,
    Contender,
    Ground,
    Rules,
    RulesInvalid,
    SeatRow,
    UnknownRules,
    decide,
    explain,
    ineligible,
    load_rules,
    rules,
)

LAW: Final[Rules] = rules(2016)
FINANCE: Final = "5B050900"
MEDICINE: Final = "5B130100"
HEADER: Final = (
    "iin,language,total,profile_score,other_min_score,certificate_average,preferential_rank,quota,rural,choices"
)


def somebody(number: int, total: int = 80, **other: Any) -> Contender:  # Any: the fields of a contender
    usual = Contender(f"{number:012}", "kk", total, 20, 10, Decimal("4.5"), 0, None, rural=False, choices=(FINANCE,))
    return replace(usual, **other)


def seats(count: int, specialty: str = FINANCE, *, rural: bool = False) -> SeatRow:
    return SeatRow(specialty, "kk", count, rural)


def test_total_57_with_6_in_the_profile_subject_is_refused_edge_26() -> None:
    result = decide([somebody(1, 57, profile_score=6)], [seats(5)], LAW)

    assert result.refused == [("000000000001", Ground.PROFILE_BELOW_THRESHOLD)]
    assert result.awards == []


@pytest.mark.parametrize(
    ("who", "ground"),
    [
        (somebody(1, 49), Ground.TOTAL_BELOW_THRESHOLD),
        (somebody(1, 50), None),
        (somebody(1, 54, choices=(MEDICINE,)), Ground.TOTAL_BELOW_THRESHOLD),
        (somebody(1, 54, choices=(MEDICINE, FINANCE)), None),
        (somebody(1, profile_score=7, other_min_score=4), None),
        (somebody(1, other_min_score=3), Ground.SUBJECT_BELOW_THRESHOLD),
        (somebody(1, creative_score=9), Ground.CREATIVE_BELOW_THRESHOLD),
        (somebody(1, choices=()), Ground.CHOICES_INVALID),
        (somebody(1, choices=(FINANCE, FINANCE)), Ground.CHOICES_INVALID),
        (somebody(1, choices=("A", "B", "C", "D", "E")), Ground.CHOICES_INVALID),
        (somebody(1, 65, by_choice=(ChoiceMarks(20, 10, "national"),)), Ground.TOTAL_BELOW_THRESHOLD),
        (somebody(1, 65, by_choice=(ChoiceMarks(20, 10, "agrarian"),)), None),
    ],
)
def test_thresholds_and_choices_of_2016_edge_26_edge_27(who: Contender, ground: Ground | None) -> None:
    assert ineligible(who, LAW) is ground


def test_a_threshold_of_one_specialty_costs_that_choice_only() -> None:
    result = decide([somebody(1, 54, choices=(MEDICINE, FINANCE))], [seats(1), seats(1, MEDICINE)], LAW)

    assert result.awards == [("000000000001", FINANCE, Via.GENERAL, 2)]


def test_the_earliest_choice_that_can_be_won_is_given() -> None:
    people = [somebody(1, 90, choices=(MEDICINE, FINANCE)), somebody(2, 80, choices=(MEDICINE, FINANCE))]

    result = decide(people, [seats(1), seats(1, MEDICINE)], LAW)

    assert [(each.specialty, each.choice) for each in result.awards] == [(MEDICINE, 1), (FINANCE, 2)]


def test_quota_then_general_then_rural() -> None:
    """100 seats, 30 of them rural: 1 for the disabled; what the other quotas leave is general."""
    people = [somebody(number, 100 - number // 10, rural=number % 2 == 1) for number in range(120)]
    people += [somebody(200, 50, quota=Quota.DISABLED), somebody(201, 50, quota=Quota.DISABLED)]
    people += [somebody(300 + number, 51, rural=True) for number in range(20)]

    result = decide(people, [seats(100, rural=True)], LAW)

    via = {each.iin: each.via for each in result.awards}
    assert via["000000000200"] is Via.QUOTA
    assert "000000000201" not in via  # ran in the general competition and had too few points
    assert {each: list(via.values()).count(each) for each in Via} == {Via.QUOTA: 1, Via.GENERAL: 69, Via.RURAL: 30}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"preferential_rank": 1}, {"preferential_rank": 2}),
        ({"preferential_rank": 5}, {"preferential_rank": 0}),
        ({"certificate_average": Decimal("4.6")}, {"profile_score": 25}),
        ({"profile_score": 21}, {}),
        ({"preferential_rank": 1}, {"certificate_average": Decimal(5)}),
    ],
)
def test_equal_totals_are_told_apart_by_the_order_of_the_tie_breaks(
    better: dict[str, Any], worse: dict[str, Any]
) -> None:
    result = decide([somebody(1, **worse), somebody(2, **better)], [seats(1)], LAW)

    assert [each.iin for each in result.awards] == ["000000000002"]
    assert result.ties == []


def test_edge_30_an_exact_tie_at_the_last_seat_goes_by_number_and_is_reported() -> None:
    people = [somebody(1, registration_number="002"), somebody(2, registration_number="001"), somebody(3, 90)]

    result = decide(people, [seats(2)], LAW)

    assert [each.iin for each in result.awards] == ["000000000002", "000000000003"]
    assert result.ties == [(FINANCE, "kk", Via.GENERAL, ("000000000002",), ("000000000001",))]


def test_an_iin_or_a_row_of_seats_that_comes_twice_is_no_competition() -> None:
    with pytest.raises(ValueError, match="IIN comes twice"):
        decide([somebody(1), somebody(1)], [seats(1)], LAW)
    with pytest.raises(ValueError, match="specialty comes twice"):
        decide([], [seats(1), seats(1)], LAW)


def test_an_explanation_says_who_took_the_last_seat_and_by_what_one_is_behind() -> None:
    found = explain("000000000001", [somebody(1, 70), somebody(2, 71)], [seats(1)], LAW)

    (choice,) = found.considered
    (stage,) = choice.stages
    assert (choice.course, found.reason) == ("lost", Ground.NO_SEAT)
    assert (stage.last.iin, stage.last.total, stage.behind_by) == ("000000000002", 71, "total")


def test_rules_are_data_by_year_and_hold_until_others_come(tmp_path: Path) -> None:
    assert rules(2019).id == "KZ-GRANT-2016"
    assert LAW.preferential_rank(PreferentialRight.ALTYN_BELGI) == 1
    with pytest.raises(UnknownRules, match="use the year 2016"):
        load_rules(1999)
    (tmp_path / "wrong.yaml").write_text("id: X-1\n")
    with pytest.raises(RulesInvalid, match=r"wrong\.yaml: /year: Field required"):
        load_rules(tmp_path / "wrong.yaml")


def test_bad_rows_are_named_and_the_others_read(tmp_path: Path) -> None:
    file = tmp_path / "applicants.csv"
    good = "010101300001,kk,80,20,10,4.5,0,,0,5B050900|5B130100"
    file.write_text(f"{HEADER}\n{good}\n{good}\n010101300002,kk,eighty,20,10,4.5,0,king,2,5B050900\n")

    contenders, errors = read_applicants(file)

    assert [each.choices for each in contenders] == [("5B050900", "5B130100")]
    assert [(each.line, each.field) for each in errors] == [(3, "iin"), (4, "total"), (4, "quota"), (4, "rural")]
    assert all(each.rule and each.remedy for each in errors)


def test_marks_may_be_given_for_each_choice(tmp_path: Path) -> None:
    file = tmp_path / "applicants.csv"
    start = "kk,57,6,14,4.5,0,,0,5B050900|5B060900"
    rows = (f"010101300001,{start},6|14,14|6,", f"010101300002,{start},6,14|6,", f"010101300003,{start},,,9")
    file.write_text("\n".join([f"{HEADER},profile_scores,other_min_scores,creative_score", *rows]) + "\n")

    contenders, errors = read_applicants(file)

    assert [each.by_choice for each in contenders] == [(ChoiceMarks(6, 14), ChoiceMarks(14, 6)), ()]
    assert [each.creative_score for each in contenders] == [None, 9]
    assert [(each.line, each.field) for each in errors] == [(3, "profile_scores")]


def test_a_second_row_of_seats_is_an_error_of_that_row(tmp_path: Path) -> None:
    file = tmp_path / "seats.csv"
    file.write_text("specialty,language,seats,rural\n5B050900,kk,3,1\n5B050900,kk,4,0\n5B050900,ru,-1,0\n")

    rows, errors = read_seats(file)

    assert rows == [SeatRow("5B050900", "kk", 3, rural=True)]
    assert [(each.line, each.field) for each in errors] == [(3, "specialty"), (4, "seats")]


def _files(folder: Path, *rows: str) -> list[str]:
    (folder / "applicants.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    (folder / "seats.csv").write_text("specialty,language,seats,rural\n5B050900,kk,1,0\n")
    return ["--applicants", str(folder / "applicants.csv"), "--seats", str(folder / "seats.csv"), "--rules", "2016"]


def test_the_command_answers_in_json_with_exactly_four_lists(tmp_path: Path) -> None:
    options = _files(
        tmp_path, "010101300001,kk,57,6,10,4.5,0,,0,5B050900", "010101300002,kk,80,20,10,4.75,0,,0,5B050900"
    )

    ran = CliRunner().invoke(app, ["competition", "decide", *options, "--json"])

    answer = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert answer["awards"] == [{"iin": "010101300002", "specialty": "5B050900", "via": "general", "choice": 1}]
    assert answer["refused"] == [{"iin": "010101300001", "reason": "profile-below-threshold"}]
    assert answer["ties"] == []
    assert [(each["via"], each["awarded"], each["total"]) for each in answer["cutoffs"]] == [("general", 1, 80)]


def test_a_bad_row_costs_itself_and_the_exit_code(tmp_path: Path) -> None:
    options = _files(tmp_path, "1,kk,57,6,10,4.5,0,,0,5B050900", "010101300002,kk,80,20,10,4.75,0,,0,5B050900")

    ran = CliRunner().invoke(app, ["competition", "decide", *options])

    assert ran.exit_code == 1
    assert "1 applicants, 1 seats; 1 grants" in ran.stdout


def test_an_explanation_masks_the_others(tmp_path: Path) -> None:
    options = _files(
        tmp_path, "010101300001,kk,70,20,10,4.5,0,,0,5B050900", "010101300002,kk,80,20,10,4.75,0,,0,5B050900"
    )

    ran = CliRunner().invoke(app, ["competition", "explain", "010101300001", *options])

    assert ran.exit_code == 0
    assert "the last went to 01********02 with total 80" in ran.stdout
    assert "behind by total" in ran.stdout
    assert "010101300002" not in ran.stdout


def test_the_examples_of_the_document_come_out_as_it_says() -> None:
    root = Path(__file__).resolve().parents[4]
    folder = root / "docs" / "examples" / "competition"
    files = ["--applicants", str(folder / "applicants.csv"), "--seats", str(folder / "seats.csv")]

    ran = CliRunner().invoke(app, ["competition", "explain", "010101300004", *files])
    again = CliRunner().invoke(app, ["competition", "reaward", *files, "--freed", str(folder / "freed.csv"), "--json"])

    assert ran.stdout.strip() in (root / "docs" / "competition.md").read_text()
    assert [each["iin"] for each in json.loads(again.stdout)["awards"]] == ["010101300004"]
