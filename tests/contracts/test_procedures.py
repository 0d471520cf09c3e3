"""The pages and block diagrams of the procedures: each step of the regulation, in three languages, and legible."""

from xml.etree import ElementTree as ET

import pytest

from contracts.generate import procedures
from contracts.generate.drawing import blocks
from contracts.generate.words import LANGUAGES, Language
from law.regulation import Limit, Regulation, Unit, regulations

PAGES = procedures.files()
CASES = [
    (regulation, channel, language)
    for regulation in regulations().values()
    for channel in regulation.channels
    for language in LANGUAGES
]
IDS = [f"{regulation.id}-{channel}.{language.code}" for regulation, channel, language in CASES]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("regulation", "channel", "language"), CASES, ids=IDS)
def test_a_page_has_every_step_with_its_title_and_the_orders_words(
    regulation: Regulation, channel: str, language: Language
) -> None:
    page = PAGES[f"docs/procedures/{regulation.id.lower()}-{channel}.{language.code}.md"]

    for step in regulation.channel(channel).steps:
        assert f"`{step.id}`" in page
        assert getattr(step.titles, language.code) in page
        assert language.term(step) in page


@pytest.mark.parametrize(("regulation", "channel", "language"), CASES, ids=IDS)
def test_a_diagram_has_a_block_for_every_step_and_its_lines_fit(
    regulation: Regulation, channel: str, language: Language
) -> None:
    root = ET.fromstring(PAGES[f"docs/procedures/{regulation.id.lower()}-{channel}.{language.code}.svg"])  # noqa: S314 - our own
    steps = regulation.channel(channel).steps
    heads = [each.text for each in root.iter(f"{SVG}text") if each.get("class") == "head"]

    assert [str(head).partition(" ")[0] for head in heads] == [step.id for step in steps]
    assert all(len(each.text or "") <= 62 for each in root.iter(f"{SVG}text"))
    assert sum("sometimes" in (each.get("class") or "") for each in root.iter(f"{SVG}rect")) == sum(
        step.condition is not None for step in steps
    )


@pytest.mark.parametrize(
    ("code", "count", "words"),
    [
        ("ru", 1, "1 рабочий день"),
        ("ru", 2, "2 рабочих дня"),
        ("ru", 5, "5 рабочих дней"),
        ("ru", 11, "11 рабочих дней"),
        ("ru", 21, "21 рабочий день"),
        ("ru", 22, "22 рабочих дня"),
        ("ru", 112, "112 рабочих дней"),
        ("kk", 4, "4 жұмыс күні"),
        ("en", 1, "1 working day"),
        ("en", 4, "4 working days"),
    ],
)
def test_numbers_and_nouns_agree(code: str, count: int, words: str) -> None:
    language = next(each for each in LANGUAGES if each.code == code)

    assert language.limit(Limit(value=count, unit=Unit.WORKING_DAY)) == words


def test_what_is_written_into_a_diagram_cannot_break_it() -> None:
    drawn = blocks.draw('a "title" & <more>', [blocks.Block("head", "<who>", "does & does")])

    assert "<who>" in [each.text for each in ET.fromstring(drawn).iter(f"{SVG}text")]  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("code", "words"),
    [("kk", "соңғы күні – 15 тамыз"), ("ru", "не позднее 15 августа"), ("en", "not later than 15 August")],
)
def test_a_fixed_date_is_written_in_words_and_a_limit_beside_it_stays(code: str, words: str) -> None:
    language = next(each for each in LANGUAGES if each.code == code)
    step = regulations()["KZ-MES-705-GRANT"].channel("common").step("GRANT-C-9")
    limited = step.model_copy(update={"limit": Limit(value=1, unit=Unit.WORKING_DAY)})

    assert language.term(step) == words
    assert language.term(limited) == f"{language.limit(limited.limit)}, {words}"


@pytest.mark.parametrize("code", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    ("channel", "beside"),
    [
        ("paper", {"GRANT-P-1a", "GRANT-P-1b"}),
        ("portal", {"GRANT-E-1a"}),
        ("common", {"GRANT-C-8", "GRANT-C-8e"}),
        ("interaction", {"GRANT-PORTAL-6"}),
    ],
)
def test_what_nothing_of_the_main_way_waits_for_stands_beside_it(channel: str, beside: set[str], code: str) -> None:
    root = ET.fromstring(PAGES[f"docs/procedures/kz-mes-705-grant-{channel}.{code}.svg"])  # noqa: S314 - our own
    heads = [each for each in root.iter(f"{SVG}text") if each.get("class") == "head"]
    columns = {str(each.text).partition(" ")[0]: int(each.get("x") or 0) for each in heads}
    left = min(columns.values())

    assert {step for step, x in columns.items() if x > left} == beside


@pytest.mark.parametrize("code", ["kk", "ru", "en"])
def test_no_block_lies_over_another(code: str) -> None:
    for regulation in regulations().values():
        for channel in regulation.channels:
            drawn = PAGES[f"docs/procedures/{regulation.id.lower()}-{channel}.{code}.svg"]
            boxes = [
                tuple(int(each.get(name) or 0) for name in ("x", "y", "width", "height"))
                for each in ET.fromstring(drawn).iter(f"{SVG}rect")  # noqa: S314 - our own
                if (each.get("class") or "").startswith("block")
            ]
            for number, (x, y, width, height) in enumerate(boxes):
                for other_x, other_y, other_width, other_height in boxes[number + 1 :]:
                    apart = x + width <= other_x or other_x + other_width <= x
                    assert apart or y + height <= other_y or other_y + other_height <= y


def test_the_pages_of_a_campaign_say_when_applications_are_filed() -> None:
    assert (
        "Приём заявлений: 23 июля – 31 июля (другой источник)." in PAGES["docs/procedures/kz-mes-705-grant-paper.ru.md"]
    )
    assert "Applications are filed" not in PAGES["docs/procedures/kz-mes-705-dup-paper.en.md"]
