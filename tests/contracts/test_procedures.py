"""The pages and block diagrams of the procedures: each step of the regulation, in three languages, and legible."""

from xml.etree import ElementTree as ET

import pytest

from contracts.generate import blocks, procedures
from contracts.generate.procedures import Language
from contracts.regulation import Limit, Regulation, Unit, regulations

PAGES = procedures.files()
CASES = [
    (regulation, channel, language)
    for regulation in regulations().values()
    for channel in regulation.channels
    for language in procedures.LANGUAGES
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
    language = next(each for each in procedures.LANGUAGES if each.code == code)

    assert language.limit(Limit(value=count, unit=Unit.WORKING_DAY)) == words


def test_what_is_written_into_a_diagram_cannot_break_it() -> None:
    drawn = blocks.draw('a "title" & <more>', [blocks.Block("head", "<who>", "does & does")])

    assert "<who>" in [each.text for each in ET.fromstring(drawn).iter(f"{SVG}text")]  # noqa: S314 - our own
