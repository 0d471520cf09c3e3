"""Which universities take requests, and what the others' applicants are told (EDGE-09)."""

import pytest

from services.esuvo.universities.directory import Directory, Standing
from tests.unit.esuvo.examples import DIRECTORY, UNIVERSITIES


@pytest.mark.parametrize("code", sorted(UNIVERSITIES))
def test_every_known_university_takes_requests(code: str) -> None:
    assert DIRECTORY.why_unroutable(code) is None
    assert DIRECTORY.standing(code) is Standing.OPEN


def test_an_unknown_code_is_named_in_three_languages() -> None:
    why = DIRECTORY.why_unroutable("998")

    assert why is not None
    assert all("998" in words for words in (why.kk, why.ru, why.en))
    assert "file a new application" in why.en


def test_graduates_of_a_closed_university_are_sent_to_the_archive() -> None:
    why = Directory(UNIVERSITIES, closed={"027"}).why_unroutable("027")

    assert why is not None
    assert UNIVERSITIES["027"].name.en in why.en
    assert "archive" in why.en


def test_graduates_of_a_merged_university_are_sent_to_its_successor() -> None:
    directory = Directory(UNIVERSITIES, merged={"013": "027"})
    why = directory.why_unroutable("013")

    assert directory.standing("013") is Standing.MERGED
    assert why is not None
    assert UNIVERSITIES["027"].name.ru in why.ru
    assert "027" in why.kk


def test_a_directory_names_the_code_that_nobody_knows() -> None:
    with pytest.raises(ValueError, match="998"):
        Directory(UNIVERSITIES, merged={"027": "998"})
