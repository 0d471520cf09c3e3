"""A document told on the real broker is found on the portal's page by its code, and so is the one that replaces it (EDGE-33)."""

import httpx

from contracts.issued_documents import ESUVO_TOPIC, DocumentIssued, PaperKind
from deploy.local.servers.processes import wait_until
from services._papers import facts as f
from services._papers.samples import samples
from tests.support.desk import MONDAY, WITHIN, Desk, envelope
from tests.support.papers import CODES

PAGE = {"accept": "text/html"}


async def _tell(desk: Desk, document: DocumentIssued) -> None:
    value = envelope(document.type_name(), document.code, document.model_dump(mode="json"), "/esuvo")
    topic = desk.chain.plan.topic_prefix + ESUVO_TOPIC
    await desk.producer.send_and_wait(topic, value, key=document.code.encode())

    async def known() -> bool:
        return (await desk.http.get(f"/documents/{document.code}")).status_code == httpx.codes.OK

    await wait_until(known, WITHIN, "the registry to know the document")


async def test_edge_33_who_looks_up_a_papers_code_learns_when_it_was_replaced(desk: Desk) -> None:
    facts = next(each for each in samples() if each.kind is PaperKind.AWARD_CERTIFICATE)
    old = f.issued(facts, MONDAY)
    new = old.model_copy(update={"code": CODES.of(old.kind, "the next one"), "replaces": old.code})
    await _tell(desk, old)
    before = (await desk.http.get(f"/documents/{old.code.lower().replace('-', ' ')}")).json()
    await _tell(desk, new)
    after = (await desk.http.get(f"/documents/{old.code}")).json()
    page = await desk.http.get(f"/documents/{new.code}", params={"lang": "ru"}, headers=PAGE)

    assert (before["status"], before["number"], before["holder"]) == ("genuine", old.number, old.holder)
    assert (after["status"], after["replaced_by"]) == ("replaced", new.code)
    assert page.status_code == httpx.codes.OK
    assert "Документ подлинный" in page.text
    assert old.code in page.text
