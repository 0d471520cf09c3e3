"""Codes of documents follow from their issuer's secret, and from nothing that anybody else knows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.issued_documents import Codes, PaperKind, is_code, is_old

SECRET = b"one issuer's secret, made at random"
NUMBER = "019-2016-004217"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_the_same_document_has_the_same_code_and_every_other_another() -> None:
    codes = Codes(SECRET)
    same = [codes.of(PaperKind.GRANT_RECEIPT, NUMBER, "a") for _ in range(2)]
    others = [
        codes.of(PaperKind.PARTICIPATION_CERTIFICATE, NUMBER, "a"),
        codes.of(PaperKind.GRANT_RECEIPT, NUMBER, "b"),
        codes.of(PaperKind.GRANT_RECEIPT, NUMBER + "1", "a"),
    ]

    assert same[0] == same[1]
    assert len({same[0], *others}) == 4


def test_nobody_with_another_secret_finds_the_code_of_a_document_it_knows() -> None:
    known = PaperKind.GRANT_RECEIPT, NUMBER, "a"
    codes = {Codes(secret).of(*known) for secret in (SECRET, SECRET + b"!", b"", b"705")}

    assert len(codes) == 4


def test_without_a_secret_one_is_drawn_by_lot() -> None:
    assert Codes().of(PaperKind.PROTOCOL, NUMBER) != Codes().of(PaperKind.PROTOCOL, NUMBER)


def test_no_log_shows_the_secret() -> None:
    assert "secret, made at random" not in repr(Codes(SECRET))


@given(st.binary(min_size=1), st.sampled_from(list(PaperKind)), st.text(max_size=60))
def test_a_code_has_twenty_letters_and_so_a_hundred_bits(secret: bytes, kind: PaperKind, number: str) -> None:
    code = Codes(secret).of(kind, number)

    assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{4}}[{ALPHABET}]{{4}}", code)
    assert is_code(code)
    assert not is_old(code)


def test_every_letter_comes_up_about_as_often_at_every_place() -> None:
    codes = [Codes(SECRET).of(PaperKind.PROTOCOL, str(each)).replace("-", "") for each in range(6_400)]

    for place in range(20):
        counts = [sum(code[place] == letter for code in codes) for letter in ALPHABET]
        assert 120 < min(counts) <= max(counts) < 290  # 200 are expected of each


@pytest.mark.parametrize(("code", "old"), [("84YX-G7SE-KPAD-NV0X", True), ("84YX-G7SE-KPAD-NV0X-3TQ9", False)])
def test_a_code_of_the_old_form_is_told_from_one_of_today(code: str, *, old: bool) -> None:
    assert is_code(code)
    assert is_old(code) is old
