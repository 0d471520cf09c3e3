"""The university's papers: what is told to the registry, and the pages that are printed (GRANT-P-1a, GRANT-P-1b)."""

import pytest
from httpx import AsyncClient

from contracts.common import Channel
from contracts.issued_documents import UNIVERSITY_TOPIC, Codes, DocumentIssued, PaperKind
from deploy.local.audit.ledger import settled
from services._papers.facts import ReferenceNoteFacts
from services._papers.render import render
from services._papers.samples import samples
from services.portal.papers.registry import ISSUED
from services.portal.service import SERVICE as PORTAL
from services.university_is import streams
from services.university_is.duplicates.case.state import Status
from services.university_is.papers import facts as documents
from tests.support.memory import InMemory
from tests.support.papers import CODES
from tests.unit.university_is.examples import RECORD, diploma, request, routed, supplement
from tests.unit.university_is.grants import ID, NUMBER, UNIVERSITIES, WINNING, Admission, register
from tests.unit.university_is.test_domain import CHANGED
from tests.unit.university_is.test_grant_api import Committee, client, parts
from tests.unit.university_is.test_grant_messaging import PUNCTUAL, won
from tests.unit.university_is.test_messaging import University

__all__ = ["client", "parts"]  # the fixtures


def on_paper() -> Admission:
    committee = Admission(PUNCTUAL)
    committee.act(register(channel=Channel.PAPER))
    committee.live()
    return committee


@pytest.mark.step("GRANT-P-1a", "GRANT-P-1b")
def test_receipt_and_certificate_of_a_paper_application_are_told_to_the_registry() -> None:
    told = on_paper().documents

    assert {each.kind for each in told} == {PaperKind.GRANT_RECEIPT, PaperKind.PARTICIPATION_CERTIFICATE}
    assert {each.number for each in told} == {NUMBER}
    assert len({each.code for each in told}) == 2


@pytest.mark.step("GRANT-P-1a")
def test_the_registry_finds_the_receipt_by_the_code_that_is_printed_on_it() -> None:
    committee, portal = on_paper(), InMemory(PORTAL)
    printed = documents.receipt(committee.grant(), UNIVERSITIES, CODES)
    for each in committee.documents:
        portal.hear(UNIVERSITY_TOPIC, each, each.code, each.issued_at)

    assert printed
    found = portal.state(ISSUED.stream(printed.code))
    assert isinstance(found, DocumentIssued)
    assert (found.kind, found.number, found.issuer) == (printed.kind, printed.number, printed.issuer)


@pytest.mark.step("GRANT-C-9s")
def test_an_order_is_told_once_however_many_it_names() -> None:
    university = won()
    university.live()
    orders = [each for each in university.documents if each.kind is PaperKind.SCHOLARSHIP_ORDER]

    assert len(orders) == 1
    assert orders[0].holder is None
    assert university.state(streams.paper(orders[0].kind, orders[0].number, WINNING)) == orders[0]


@pytest.mark.step("GRANT-P-1a")
async def test_the_receipt_is_a_page_to_print_and_the_certificate_waits_for_its_step(
    client: AsyncClient, parts: Committee
) -> None:
    parts.memory.act(register(channel=Channel.PAPER))
    receipt = await client.get(f"/grants/{ID}/documents/grant_receipt")
    early = await client.get(f"/grants/{ID}/documents/participation_certificate")
    strange = await client.get(f"/grants/{ID}/documents/summary_sheet")

    assert receipt.status_code == 200, receipt.text
    assert NUMBER in receipt.text
    assert parts.memory.documents[0].code in receipt.text
    assert "script-src" not in receipt.headers["content-security-policy"]
    assert (early.status_code, early.json()["code"]) == (404, "document.not-given")
    assert strange.status_code == 422


async def test_a_stranger_without_a_token_reads_no_document(client: AsyncClient) -> None:
    answer = await client.get(f"/grants/{ID}/documents/grant_receipt", headers={"authorization": ""})

    assert answer.status_code == 401


async def test_an_unknown_order_says_where_its_number_is_found(client: AsyncClient) -> None:
    answer = await client.get("/universities/027/scholarship-orders/027-2016-08-25/С")

    assert (answer.status_code, answer.json()["code"]) == (404, "order.unknown")


def test_the_reference_note_follows_the_verification_and_the_notice_the_duplicate() -> None:
    case_of = University()
    case_of.enter()
    case_of.file()
    where = UNIVERSITIES["027"]
    early = documents.of_case(PaperKind.REFERENCE_NOTE, case_of.case(), where, CODES)
    case_of.live_until(Status.VERIFIED)
    note = documents.of_case(PaperKind.REFERENCE_NOTE, case_of.case(), where, CODES)
    notice = documents.of_case(PaperKind.READINESS_NOTICE, case_of.case(), where, CODES)

    assert early is None
    assert isinstance(note, ReferenceNoteFacts)
    assert note.by_register
    assert note.number == case_of.case().incoming_number
    assert notice is None
    assert not [each for each in case_of.told if isinstance(each, DocumentIssued)]


@pytest.mark.parametrize("typed", [{"name": "Басқа"}, {"patronymic": "Өзге"}, {"patronymic": None}])
def test_an_official_paper_names_whom_the_register_knows_and_not_what_was_typed(typed: dict[str, str | None]) -> None:
    case_of = University()
    case_of.enter()
    stated = request()
    asked = stated.model_copy(update={"applicant": stated.applicant.model_copy(update=typed)})
    case_of.stock(diploma(1), supplement(1))
    case_of.file(routed(particulars=asked))
    case_of.live_until(Status.PREPARED)
    where = UNIVERSITIES["027"]
    note, notice = (
        documents.of_case(kind, case_of.case(), where, CODES)
        for kind in (PaperKind.REFERENCE_NOTE, PaperKind.READINESS_NOTICE)
    )

    assert note
    assert notice
    for page in (render(note), render(notice)):
        assert "Өмірбеков Қайрат Нұрланұлы" in page
        assert not any(each in page for each in typed.values() if each)


def test_after_a_change_of_name_the_note_states_the_registers_name_and_the_new_one() -> None:
    case_of = University()
    case_of.enter(RECORD.model_copy(update={"surname": "Ахметов"}))
    case_of.stock(diploma(1), supplement(1))
    case_of.file(routed(particulars=request(**CHANGED)))
    case_of.live_until(Status.PREPARED)
    note = documents.of_case(PaperKind.REFERENCE_NOTE, case_of.case(), UNIVERSITIES["027"], CODES)

    assert isinstance(note, ReferenceNoteFacts)
    page = render(note)
    for said in (
        "<b>Ахметов Қайрат Нұрланұлы</b>",
        "Ныне",
        "Өмірбеков Қайрат Нұрланұлы",
        "№ 12-345, 15.06.2015, отдел РАГС",
    ):
        assert said in page


def test_what_people_found_without_the_register_has_the_name_of_the_application() -> None:
    facts = next(each for each in samples() if isinstance(each, ReferenceNoteFacts))
    page = render(facts.model_copy(update={"by_register": False}))

    assert "по заявлению" in page
    assert "реестр" not in page


def test_the_log_of_a_seed_is_the_same_whatever_the_secret_and_the_codes_are_others() -> None:
    logs, printed = [], []
    for codes in (Codes(b"one"), Codes(b"another")):
        university = won(codes=codes)
        university.live()
        printed.append({each.code for each in university.documents})
        logs.append((sorted(university.streams), [settled(each) for each in university.events]))

    assert logs[0] == logs[1]
    assert printed[0].isdisjoint(printed[1])
