"""One rule for names of people, wherever they come from."""

import re
import unicodedata
from typing import Final

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.kinds import LETTERS
from contracts.names import Name

NAME: Final = TypeAdapter(Name)
CLASS: Final = re.compile(f"[{LETTERS}]")


@pytest.mark.parametrize(
    "name",
    [
        "Әлімжанқызы",
        "Ёлкин",
        "О'Коннор",
        "d\u2019Arc",
        "Nguyễn",
        "Əliyev",
        "Şahin",
        "Анна-Мария",
        "аль Фараби",
        "Ким",
        "I",
        "А.Б.",
    ],
)
def test_a_name_as_an_identity_card_of_the_country_holds_it_is_taken(name: str) -> None:
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "\u00a0",
        "Са\u00a0рсен",
        "\u200b",
        "Айша\u200d",
        "\u202eашйА",
        "Айша\u0085",
        "Айша\uffff",
        "Айша\n",
        "А\tБ",
        "\u0378Айша",
        "Айша\ue000",
        "Айша\u0301",
        "и\u0306",
        "---",
        "12",
        "<b>Айша</b>",
        "Айша😀",
        "А" * 101,
        "\u3164",
        "\U000e0041А",
    ],
)
def test_what_nobody_could_read_on_a_card_is_no_name(name: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        NAME.validate_python(name)

    assert refusal.value.errors()[0]["type"] == "name_form"


def test_every_letter_of_a_name_is_an_assigned_and_composed_one() -> None:
    letters = [chr(code) for code in range(0x10000) if CLASS.match(chr(code))]

    assert len(letters) > 900
    assert {unicodedata.category(each)[0] for each in letters} == {"L"}
    assert all(unicodedata.normalize("NFC", each) == each for each in letters)
