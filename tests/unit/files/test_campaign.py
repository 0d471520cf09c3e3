"""The applicants of the demo's campaign: the committed file, its generator, and the reader that names what is wrong."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.grants import MOST_CHOICES, GrantRequest
from deploy.local.files import campaign as campaign_file
from deploy.local.files.campaign import COLUMNS, CampaignRow, Door, Signature, read_campaign, request
from deploy.local.files.row_error import RowError
from deploy.local.made_up.campaign import generate, write
from law.specialties import load_specialties
from law.universities import load_universities

DATA = Path(campaign_file.__file__).parent / "data"
UNIVERSITIES = load_universities()
SPECIALTIES = load_specialties()
FEWEST = 2_000
GOOD = {
    "channel": "portal",
    "filed_at": "2016-07-25T10:30",
    "university": "013",
    "iin": "991225249542",
    "surname": "Һашимова",
    "name": "Әсел",
    "language": "kk",
    "certificate_kind": "ent",
    "certificate_number": "12345678",
    "score_language": "19",
    "score_history": "18",
    "score_mathematics": "6",
    "score_elective": "14",
    "elective": "geography",
    "certificate_average": "4.5",
    "choices": "5B050900@013|5B050600@027",
}


def read(tmp_path: Path, **changed: str) -> tuple[list[CampaignRow], list[RowError]]:
    row = GOOD | changed
    file = tmp_path / "campaign.csv"
    file.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    return read_campaign(file, UNIVERSITIES)


@pytest.fixture(scope="module")
def committed() -> list[CampaignRow]:
    rows, errors = read_campaign(DATA / "campaign-2016.csv", UNIVERSITIES)
    assert errors == []
    return rows


def test_the_committed_file_is_what_its_generator_writes(tmp_path: Path) -> None:
    write(generate(705, SPECIALTIES), tmp_path / "again.csv")

    assert (tmp_path / "again.csv").read_bytes() == (DATA / "campaign-2016.csv").read_bytes()


def test_another_seed_is_another_campaign() -> None:
    assert generate(1, SPECIALTIES, 100) != generate(2, SPECIALTIES, 100)


def test_the_committed_campaign_is_of_thousands_through_both_doors(committed: list[CampaignRow]) -> None:
    doors = Counter(row.channel for row in committed)

    assert len(committed) >= FEWEST
    assert min(doors[Door.PAPER], doors[Door.PORTAL]) > FEWEST // 3
    assert {row.university for row in committed} == UNIVERSITIES.keys()
    assert all(row.iin[6] in "12" for row in committed)


def test_the_last_day_of_the_window_is_the_busiest_edge_34(committed: list[CampaignRow]) -> None:
    days = Counter(row.filed_at.date().isoformat() for row in committed)

    assert days.most_common(1)[0][0] == "2016-07-31"


def test_everybody_wants_real_specialties_and_most_of_them_rightly(committed: list[CampaignRow]) -> None:
    right = 0
    for row in committed:
        wanted = [SPECIALTIES[choice.specialty] for choice in row.choices]
        right += (
            len(wanted) <= MOST_CHOICES
            and len({each.code for each in wanted}) == len(wanted)
            and all(each.elective is row.elective and row.language in each.languages for each in wanted)
        )

    assert len(committed) - right == 5 + 5 + 6 + 4


def test_a_good_row_is_what_the_portal_and_the_committee_take(tmp_path: Path) -> None:
    rows, errors = read(tmp_path)

    assert errors == []
    asked = GrantRequest.model_validate(request(rows[0]))
    assert asked.certificate.scores.total == 57
    assert asked.certificate_average == Decimal("4.5")
    assert [choice.specialty for choice in asked.choices] == ["5B050900", "5B050600"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel", "con"),
        ("score_history", "26"),
        ("score_elective", "-1"),
        ("score_elective", "²"),
        ("elective", "mathematics"),
        ("certificate_average", "5.01"),
        ("certificate_average", "1.99"),
        ("certificate_average", "4.555"),
        ("certificate_number", "12"),
        ("choices", "5B050900"),
        ("choices", "|".join(["5B050900@013"] * 9)),
        ("language", "en"),
        ("quota", "athlete"),
        ("preferential_right", "rich"),
        ("rural", "perhaps"),
        ("proof", "yes"),
        ("signature", "forged"),
        ("university", "027"),
        ("filed_at", "2016-07-32T10:00"),
        ("iin", "991225249543"),
    ],
)
def test_a_wrong_cell_is_told_with_field_rule_and_remedy(tmp_path: Path, field: str, value: str) -> None:
    rows, errors = read(tmp_path, **{field: value})

    assert rows == []
    assert [(each.line, each.field) for each in errors] == [(2, field)]
    assert errors[0].rule
    assert errors[0].remedy


def test_a_paper_application_needs_a_counter_and_no_signature(tmp_path: Path) -> None:
    _, unknown = read(tmp_path, channel="paper", university="998")
    _, signed = read(tmp_path, channel="paper", signature="expired")
    rows, _ = read(tmp_path, channel="paper", university="026")

    assert [each.field for each in unknown + signed] == ["university", "signature"]
    assert rows[0].signature is Signature.GOOD


def test_more_choices_than_allowed_are_for_the_portal_to_refuse_edge_27(tmp_path: Path) -> None:
    rows, errors = read(tmp_path, choices="|".join(["5B050900@013"] * (MOST_CHOICES + 1)))

    assert errors == []
    assert len(rows[0].choices) == MOST_CHOICES + 1


def test_broken_rows_do_not_stop_the_others() -> None:
    rows, errors = read_campaign(DATA / "campaign-malformed.csv", UNIVERSITIES)

    assert len(rows) == 16
    assert len({each.line for each in errors}) == 18
    assert all(each.rule and each.remedy for each in errors)


def test_every_column_is_told_when_the_header_lacks_it(tmp_path: Path) -> None:
    file = tmp_path / "campaign.csv"
    file.write_text("channel,filed_at\nportal,2016-07-25T10:30\n", encoding="utf-8")

    rows, errors = read_campaign(file, UNIVERSITIES)

    assert rows == []
    assert {each.value for each in errors} == COLUMNS.keys() - campaign_file.OPTIONAL - {"channel", "filed_at"}
