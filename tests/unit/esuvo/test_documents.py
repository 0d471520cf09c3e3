"""Papers of the Testing Centre, the commission and the Ministry: what the registry is told, and what is printed (EDGE-33)."""

from datetime import timedelta

from contracts.issued_documents import ESUVO_TOPIC, DocumentIssued, PaperKind
from law.specialties import load_specialties
from services._actors.commission import CommissionPolicy
from services._papers.render import render
from services.esuvo.grants.contender.events import CertificateIssued
from services.esuvo.papers import facts as documents
from services.portal.service import SERVICE as PORTAL
from tests.support.memory import InMemory
from tests.support.papers import CODES
from tests.unit.esuvo.campaign_examples import (
    END,
    FORWARDED_AT,
    FULL,
    PHYSICS,
    SEATS,
    campaign,
    contender,
    esuvo,
    forwarded,
    hear,
    run,
)
from tests.unit.esuvo.examples import UNIVERSITIES

SPECIALTIES = load_specialties()
ROW = {"specialty": PHYSICS, "language": "kk", "highest": 89, "lowest": 77}


def held(policy: CommissionPolicy = FULL) -> InMemory:
    memory = esuvo(policy)
    hear(memory, *(forwarded(number, 24 - number) for number in range(1, 6)))
    run(memory, END)
    return memory


def issued(memory: InMemory, kind: PaperKind) -> list[DocumentIssued]:
    told = [event for topic, event in memory.published if topic == ESUVO_TOPIC]
    return [each for each in told if isinstance(each, DocumentIssued) and each.kind is kind]


def test_the_registry_hears_once_of_sheet_protocol_order_and_each_certificate() -> None:
    memory = held()

    assert len(issued(memory, PaperKind.SUMMARY_SHEET)) == 1
    assert len(issued(memory, PaperKind.PROTOCOL)) == len(
        [each for each in campaign(memory).rounds.values() if each.protocol]
    )
    order = campaign(memory).round(1).order
    assert order
    assert issued(memory, PaperKind.AWARD_ORDER)[0].number == order.number
    certificates = issued(memory, PaperKind.AWARD_CERTIFICATE)
    assert len(certificates) == 3
    assert all(each.replaces is None and each.masked_iin and each.application_id for each in certificates)


def test_edge_33_the_certificate_instead_of_a_misprinted_one_takes_its_place() -> None:
    memory, portal = held(CommissionPolicy(absent_share=0, misprint_share=1)), InMemory(PORTAL)
    certificates = issued(memory, PaperKind.AWARD_CERTIFICATE)
    for each in certificates:
        portal.hear(ESUVO_TOPIC, each, each.code, each.issued_at)
    misprinted = {each.code for each in certificates if each.replaces is None}
    rows = portal.rows("issued_documents")

    assert len(rows) == 6
    assert {row["replaces"] for row in rows if row["replaces"]} == misprinted


def test_a_misprinted_certificate_is_printed_void_and_the_new_one_names_it_edge_33() -> None:
    memory = held(CommissionPolicy(absent_share=0, misprint_share=1))
    winner = contender(memory, 1)
    events = [(each.at, each) for each in memory.events if isinstance(each, CertificateIssued)]
    new = next(each for _, each in events if each.number == winner.certificate_number)
    assert new.replaces
    old, replaced = documents.issue_of(events, new.replaces)
    page = render(documents.certificate(CODES, winner, new, SPECIALTIES, UNIVERSITIES, ("502", new.at.date())))

    assert old
    assert replaced
    assert documents.issue_of(events, new.number) == (new, False)
    assert f"№ {new.replaces}" in page
    assert "№ 502" in page
    assert "Тегі1 Аты" in page


def test_sheet_protocol_and_order_are_printed_by_specialty_with_their_numbers() -> None:
    memory = held()
    state = campaign(memory)
    counted = {**ROW, "listed": 5, "first_choice": 4, "quota": 0, "preferential": 1}
    won = {"surname": "Тегі1", "name": "Аты", "patronymic": None, "registration_number": "027-2016-000001", "total": 89}
    winner = {**won, "specialty": PHYSICS, "university": "027", "language": "kk", "via": "general"}
    sheet = documents.sheet(CODES, state, [counted], SPECIALTIES, SEATS)
    protocol = documents.protocol(CODES, state, 1, [{**ROW, "awarded": 2}], SPECIALTIES, SEATS)
    order = state.round(1).order
    assert sheet
    assert protocol
    assert order

    assert [each.field.code for each in sheet.fields] == [SPECIALTIES[PHYSICS].field.code]
    assert sheet.total("seats") == 2
    assert PHYSICS in render(sheet)
    assert protocol.lines[0].seats == 2
    assert protocol.number in render(protocol)
    assert "Тегі1 Аты" in render(documents.order(CODES, state, order, [winner], SPECIALTIES))


def test_nothing_is_printed_before_it_is_decided() -> None:
    memory = esuvo(FULL)
    hear(memory, forwarded(1, 20))
    run(memory, FORWARDED_AT + timedelta(hours=1))

    assert documents.sheet(CODES, campaign(memory)) is None
    assert documents.protocol(CODES, campaign(memory), 1) is None
