"""The registry of documents and the page that checks them (EDGE-33; the documents of domain A.11)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from contracts.issued_documents import ESUVO_TOPIC, KINDS, UNIVERSITY_TOPIC, DocumentIssued, PaperKind, is_code
from services._chassis import http
from services._chassis.decider import Refused
from services._chassis.metrics import Metrics
from services._chassis.problems import PROBLEM
from services._papers import facts as f
from services._papers.samples import samples
from services.portal.papers import guessing
from services.portal.papers import http as page
from services.portal.papers.registry import ISSUED, normalised, row
from services.portal.service import SERVICE
from tests.support.memory import InMemory
from tests.support.papers import CODES

NOON = datetime(2016, 8, 12, 6, tzinfo=UTC)
RECEIPT, *_, CERTIFICATE = (
    f.issued(each, NOON) for each in samples() if each.kind in {PaperKind.GRANT_RECEIPT, PaperKind.AWARD_CERTIFICATE}
)
REISSUED = CERTIFICATE.model_copy(
    update={
        "code": CODES.of(CERTIFICATE.kind, "2016-0004217-3", "sample"),
        "number": "2016-0004217-3",
        "replaces": CERTIFICATE.code,
        "issued_at": NOON + timedelta(days=2),
    }
)
HOSTILE = "<script>alert(1)</script>"
BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9"}


class Rows:
    """The read model where the database would be: the same question, answered from the portal's streams."""

    def __init__(self, portal: InMemory) -> None:
        self.portal = portal

    async def rows(self, query: str, code: str) -> list[dict[str, Any]]:  # Any: columns of a row
        assert "issued_documents" in query
        documents = [
            found
            for stream, loaded in self.portal.streams.items()
            if stream.startswith("issued:") and (found := row(stream.partition(":")[2], loaded.state))
        ]
        same = ("kind", "issuer", "masked_iin")
        older = next((each for each in documents if each["code"] == code), {})
        newer = [
            each["code"]
            for each in documents
            if each["replaces"] == code
            and all(each[name] == older.get(name) for name in same)
            and str(each["issued_at"]) >= str(older["issued_at"])
        ]
        return [
            {
                **each,
                "issuer": loaded.issuer.model_dump_json(),
                "about": loaded.about.model_dump_json(),
                "issued_at": loaded.issued_at,
                "replaced_by": newer[0] if newer else None,
            }
            for each in documents
            if each["code"] == code and isinstance(loaded := self.portal.state(ISSUED.stream(code)), DocumentIssued)
        ]


class Site:
    """The portal's page over its own streams in memory."""

    def __init__(self) -> None:
        self.portal = InMemory(SERVICE)
        app = FastAPI()
        app.state.running = SimpleNamespace(store=Rows(self.portal))
        http.install(app, Metrics("portal"))
        app.include_router(page.router())
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal")

    def hear(self, document: DocumentIssued, topic: str = UNIVERSITY_TOPIC) -> None:
        self.portal.hear(topic, document, document.code, document.issued_at)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    async with site.client:
        yield site


async def test_a_paper_is_found_by_its_code_and_shows_what_was_issued(site: Site) -> None:
    site.hear(RECEIPT)
    answer = await site.client.get(f"/documents/{RECEIPT.code}", headers=BROWSER, params={"lang": "ru"})

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    for said in ("Документ подлинный", "Расписка о приёме документов", RECEIPT.number, RECEIPT.issuer.ru, "12.08.2016"):
        assert said in answer.text
    assert RECEIPT.holder
    assert RECEIPT.holder in answer.text
    assert RECEIPT.masked_iin
    assert RECEIPT.masked_iin in answer.text


async def test_programs_get_the_same_as_json(site: Site) -> None:
    site.hear(RECEIPT)
    found = (await site.client.get(f"/documents/{RECEIPT.code}", headers={"accept": "application/json"})).json()

    assert found["status"] == "genuine"
    assert found["number"] == RECEIPT.number
    assert found["replaced_by"] is None


@pytest.mark.parametrize("newer_first", [False, True])
async def test_a_misprinted_certificate_is_shown_as_replaced_whichever_came_first_edge_33(
    site: Site, *, newer_first: bool
) -> None:
    for document in sorted((CERTIFICATE, REISSUED), key=lambda each: each is CERTIFICATE, reverse=not newer_first):
        site.hear(document, ESUVO_TOPIC)
    old = await site.client.get(f"/documents/{CERTIFICATE.code}", headers=BROWSER, params={"lang": "en"})
    new = await site.client.get(f"/documents/{REISSUED.code}", headers=BROWSER, params={"lang": "en"})

    assert "The document was replaced" in old.text
    assert f'href="/documents/{REISSUED.code}?lang=en"' in old.text
    assert "The document is genuine" in new.text
    assert "Takes the place of" in new.text


@pytest.mark.parametrize(
    ("language", "said"), [("kk", "Кейінірек қайталаңыз"), ("ru", "Повторите позже"), ("en", "Try again later")]
)
async def test_who_asks_for_too_many_wrong_codes_waits_in_their_language(
    site: Site, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr(guessing, "MOST_WRONG", 2)
    site.hear(RECEIPT)
    wrong = [await site.client.get("/documents/NONE", headers=BROWSER) for _ in range(2)]
    page = await site.client.get(f"/documents/{RECEIPT.code}", headers=BROWSER, params={"lang": language})
    program = await site.client.get(f"/documents/{RECEIPT.code}", headers={"accept": "application/json"})

    assert [each.status_code for each in wrong] == [404, 404]
    assert (page.status_code, page.headers["retry-after"], said in page.text) == (429, "1", True)
    assert RECEIPT.number not in page.text
    assert (program.status_code, program.headers["retry-after"]) == (429, "1")
    assert program.json()["code"] == "document.too-many-wrong-codes"
    assert all(part in program.json()["detail"] for part in ("мекенжайыңыздан", "адреса", "address"))


_ANOTHERS = {
    "another kind": {"kind": PaperKind.PROTOCOL},
    "another issuer": {"issuer": RECEIPT.issuer},
    "another person": {"masked_iin": "900101******"},
    "another application": {"application_id": UUID(int=7)},
    "an earlier day": {"issued_at": NOON - timedelta(days=1)},
}


@pytest.mark.parametrize("changes", _ANOTHERS.values(), ids=_ANOTHERS)
async def test_a_document_is_replaced_by_its_issuer_with_one_of_its_kind_and_subject_alone(
    site: Site, changes: dict[str, object]
) -> None:
    site.hear(CERTIFICATE, ESUVO_TOPIC)
    with pytest.raises(Refused, match=r"document\.replaces-anothers") as refused:
        site.hear(REISSUED.model_copy(update=changes), ESUVO_TOPIC)
    old = (await site.client.get(f"/documents/{CERTIFICATE.code}")).json()
    new = await site.client.get(f"/documents/{REISSUED.code}")

    assert refused.value.field == "/data/replaces"
    assert (old["status"], new.status_code) == ("genuine", 404)


def test_no_document_replaces_itself(site: Site) -> None:
    with pytest.raises(Refused, match=r"document\.replaces-itself"):
        site.hear(CERTIFICATE.model_copy(update={"replaces": CERTIFICATE.code}), ESUVO_TOPIC)


@pytest.mark.parametrize(("document", "topic"), [(RECEIPT, ESUVO_TOPIC), (CERTIFICATE, UNIVERSITY_TOPIC)])
def test_nobody_tells_of_what_another_issues(site: Site, document: DocumentIssued, topic: str) -> None:
    with pytest.raises(Refused, match=r"document\.other-issuer"):
        site.hear(document, topic)


def test_other_words_under_a_code_that_is_taken_are_refused(site: Site) -> None:
    site.hear(RECEIPT)
    with pytest.raises(Refused, match=r"document\.changed"):
        site.hear(RECEIPT.model_copy(update={"number": "2"}))


def test_every_kind_has_one_issuer() -> None:
    assert sorted(kind for kinds in KINDS.values() for kind in kinds) == sorted(PaperKind)


def test_a_document_that_is_told_of_twice_stands_once(site: Site) -> None:
    site.hear(RECEIPT)
    site.hear(RECEIPT)

    assert len(site.portal.events) == 1


async def test_a_code_of_the_old_form_which_may_be_guessed_shows_nothing_of_a_person(site: Site) -> None:
    old = RECEIPT.model_copy(update={"code": "84YX-G7SE-KPAD-NV0X"})
    site.hear(old)
    page = await site.client.get(f"/documents/{old.code}", headers=BROWSER, params={"lang": "en"})
    found = (await site.client.get(f"/documents/{old.code}")).json()

    assert page.status_code == 200
    assert old.number in page.text
    assert RECEIPT.holder
    assert RECEIPT.masked_iin
    assert not any(each in page.text for each in (RECEIPT.holder, RECEIPT.masked_iin, RECEIPT.about.en))
    assert (found["status"], found["holder"], found["masked_iin"]) == ("genuine", None, None)


async def test_an_unknown_code_is_a_page_that_says_what_to_do(site: Site) -> None:
    code = CODES.of(PaperKind.PROTOCOL, "nobody's")
    answer = await site.client.get(f"/documents/{code}", headers=BROWSER, params={"lang": "kk"})
    problem = await site.client.get(f"/documents/{code}")

    assert answer.status_code == 404
    assert "Мұндай құжат табылмады" in answer.text
    assert "қайта теріңіз" in answer.text
    assert problem.status_code == 404
    assert problem.headers["content-type"] == PROBLEM
    assert problem.json()["code"] == "document.unknown"


@pytest.mark.parametrize("typed", [HOSTILE, "%00", "' or 1=1 --", "٣" * 20, "A" * 500, chr(0x202E) + "A" * 19])
async def test_hostile_input_is_an_unknown_code_and_stays_text(site: Site, typed: str) -> None:
    answer = await site.client.get(f"/documents/{quote(typed, safe='')}", headers=BROWSER)

    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_form_leads_to_the_page_of_the_code_that_was_meant(site: Site) -> None:
    typed = RECEIPT.code.lower().replace("-", " ")
    answer = await site.client.get("/documents", params={"code": f"  {typed} ", "lang": "en"}, headers=BROWSER)
    empty = await site.client.get("/documents", params={"code": " "}, headers=BROWSER)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/documents/{RECEIPT.code}?lang=en"
    assert empty.status_code == 200
    assert "<form" in empty.text


@pytest.mark.parametrize(
    ("accepted", "heading"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "Проверка документа"),
        ("en-GB", "Check a document"),
        ("de, en;q=0.5", "Check a document"),
        ("de", "Құжатты тексеру"),
        ("", "Құжатты тексеру"),
    ],
)
async def test_the_page_speaks_the_browser_s_language(site: Site, accepted: str, heading: str) -> None:
    answer = await site.client.get("/documents", headers={"accept-language": accepted})

    assert f"<h1>{heading}</h1>" in answer.text


async def test_an_unknown_language_is_refused(site: Site) -> None:
    assert (await site.client.get("/documents", params={"lang": "xx"})).status_code == 422


@given(st.sampled_from(list(PaperKind)), st.text(min_size=1, max_size=20))
def test_however_a_code_is_typed_it_is_understood(kind: PaperKind, number: str) -> None:
    code = CODES.of(kind, number)

    assert is_code(code)
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " – "), code.replace("0", "o")):
        assert normalised(typed) == code
    cyrillic = code.translate(str.maketrans("ABCEHKMPTXY", "АВСЕНКМРТХУ"))
    assert normalised(cyrillic) == code


@given(st.text(max_size=80))
def test_what_is_no_code_is_told_from_one(typed: str) -> None:
    meant = normalised(typed)

    assert meant is None or is_code(meant)
