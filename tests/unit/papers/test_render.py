"""The documents that people hold in their hands (domain A.11; GRANT-P-1a, GRANT-P-1b): what stands on each of them."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.iin import mask
from contracts.issued_documents import DocumentIssued, PaperKind
from services._papers import facts as f
from services._papers import words
from services._papers.__main__ import main, pages
from services._papers.render import render
from services._papers.samples import samples

SAMPLES = {each.kind: each for each in samples()}
HOSTILE = "<img src=x onerror=alert(1)>&\"'{{7*7}}"


class Page(HTMLParser):
    """A page as a browser takes it: its words by language, its tags, whatever it would fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.reaches_out: list[str] = []
        self._text: list[str] = []
        self._silent = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._silent = tag == "style"
        self.reaches_out += [f"{tag} {name}" for name, _ in attrs if name in {"src", "href"} or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._silent = self._silent and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._text).split())


def page(facts: f.Facts) -> Page:
    return Page(render(facts))


@pytest.mark.parametrize("kind", PaperKind)
def test_every_document_has_its_title_in_both_languages_number_date_issuer_and_code(
    kind: PaperKind,
) -> None:
    facts = SAMPLES[kind]
    html, text = render(facts), page(facts).text

    assert f"<title>{words.TITLES[kind].kk} · {words.TITLES[kind].ru}" in html
    for said in (facts.number, facts.code, facts.issuer.kk, facts.issuer.ru):
        assert said in text
    assert words.day_kk(facts.day) in text
    assert words.day_ru(facts.day) in text
    assert "Тексеру коды · Код проверки" in text
    assert "заңдық күші жоқ" in text
    assert "юридической силы не имеет" in text


@pytest.mark.parametrize("kind", PaperKind)
def test_a_document_stands_alone_without_scripts_and_asks_for_nothing_from_outside(kind: PaperKind) -> None:
    found = page(SAMPLES[kind])

    assert found.reaches_out == []
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(found.tags)
    assert "url(" not in render(SAMPLES[kind])


@pytest.mark.step("GRANT-P-1a")
def test_the_receipt_names_who_took_the_documents_stamp_incoming_number_and_date() -> None:
    facts = SAMPLES[PaperKind.GRANT_RECEIPT]
    assert isinstance(facts, f.ReceiptFacts)
    text = page(facts).text

    for label in (
        "Принял документы (фамилия и инициалы)",
        "Құжаттарды қабылдаған адам",
        "Входящий номер",
        "Кіріс нөмірі",
    ):
        assert label in text
    assert facts.receipt.accepted_by in text
    assert facts.receipt.stamp in text
    assert facts.receipt.incoming_number in text
    assert f"{facts.receipt.accepted_on:%d.%m.%Y}" in text


@pytest.mark.step("GRANT-P-1b")
def test_the_certificate_of_participation_has_person_specialties_benefits_and_rights() -> None:
    facts = SAMPLES[PaperKind.PARTICIPATION_CERTIFICATE]
    assert isinstance(facts, f.ParticipationFacts)
    text = page(facts).text

    for said in (facts.person.surname, facts.person.name, facts.person.iin, str(facts.certificate_average)):
        assert said in text
    first, second = (text.index(each.specialty.code) for each in facts.choices)
    assert first < second
    assert facts.quota
    assert facts.preferential_right
    for benefit in (words.QUOTAS[facts.quota], words.RURAL, words.PREFERENTIAL_RIGHTS[facts.preferential_right]):
        assert benefit.kk in text
        assert benefit.ru in text


def test_without_benefits_the_certificate_of_participation_says_that_there_are_none() -> None:
    facts = SAMPLES[PaperKind.PARTICIPATION_CERTIFICATE]
    plain = facts.model_copy(update={"quota": None, "rural": False, "preferential_right": None})

    assert page(plain).text.count("жоқ нет") == 2


def test_the_summary_sheet_adds_up_by_field_and_in_all() -> None:
    facts = SAMPLES[PaperKind.SUMMARY_SHEET]
    assert isinstance(facts, f.SummarySheetFacts)

    assert [each.total("seats") for each in facts.fields] == [60, 50]
    assert "Барлығы · Итого 110" in page(facts).text


def test_the_protocol_states_members_quorum_decision_and_ties_that_the_rules_left() -> None:
    facts = SAMPLES[PaperKind.PROTOCOL]
    assert isinstance(facts, f.ProtocolFacts)
    text = page(facts).text

    assert facts.quorum == 10
    assert "Кворум (две трети): 10" in text
    assert "ШЕШТІ:" in text
    assert "РЕШИЛА:" in text
    assert "Равенства, не разрешённые правилами" in text


def test_a_misprinted_certificate_is_marked_void_and_the_new_one_names_it_edge_33() -> None:
    new = SAMPLES[PaperKind.AWARD_CERTIFICATE]
    assert isinstance(new, f.AwardCertificateFacts)
    old = new.model_copy(update={"instead_of": None, "replaced": True})

    assert f"Выдано взамен № {new.instead_of}" in page(new).text
    assert "Недействителен" not in page(new).text
    assert "Жарамсыз" in page(old).text
    assert "Недействителен" in page(old).text


def test_a_corrective_order_names_the_order_that_it_corrects_edge_33() -> None:
    order = SAMPLES[PaperKind.AWARD_ORDER].model_copy(update={"corrects": "499"})
    text = page(order).text

    assert "№ 499 бұйрық" in text
    assert "исправления в приказ № 499" in text


@pytest.mark.parametrize("kind", [each.kind for each in samples() if each.holder])
def test_a_hostile_name_is_words_and_nothing_else(kind: PaperKind) -> None:
    facts = SAMPLES[kind]
    assert isinstance(facts, f.Personal)
    person = facts.person.model_copy(update={"surname": HOSTILE, "name": HOSTILE, "patronymic": HOSTILE})
    found = page(facts.model_copy(update={"person": person}))

    assert HOSTILE in found.text
    assert found.tags == page(facts).tags
    assert found.reaches_out == []


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), min_size=1, max_size=60))
def test_whatever_a_number_holds_the_page_keeps_its_shape(number: str) -> None:
    facts = SAMPLES[PaperKind.READINESS_NOTICE]

    assert page(facts.model_copy(update={"number": number})).tags == page(facts).tags


@pytest.mark.parametrize("kind", PaperKind)
def test_the_registry_hears_of_a_document_without_its_holders_full_name_or_iin(kind: PaperKind) -> None:
    facts = SAMPLES[kind]
    told = f.issued(facts, samples_time())

    assert DocumentIssued.model_validate_json(told.model_dump_json()) == told
    assert (told.code, told.kind, told.number) == (facts.code, kind, facts.number)
    if facts.holder:
        assert told.holder == "Қоңырбай Ә. С."
        assert told.masked_iin == mask(facts.holder.iin)
        assert facts.holder.iin not in told.model_dump_json()
    else:
        assert told.holder is None


def samples_time() -> datetime:
    return datetime(2016, 8, 1, 4, tzinfo=UTC)


def test_the_samples_in_docs_are_what_the_templates_make(capsys: pytest.CaptureFixture[str]) -> None:
    answer = main(["--check"])

    assert capsys.readouterr().err == ""
    assert answer == 0


def test_a_stale_sample_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--folder", str(tmp_path)]) == 0
    (tmp_path / "protocol.html").write_text("old")

    assert main(["--check", "--folder", str(tmp_path)]) == 1
    assert "protocol.html is not what its template makes" in capsys.readouterr().err
    assert set(pages()) == {path.name for path in tmp_path.iterdir()}
