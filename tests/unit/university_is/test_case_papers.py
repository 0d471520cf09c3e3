"""The reference note and the readiness notice of a case over HTTP: read, printed, and refused before their step is done."""

import pytest
from httpx import AsyncClient

from contracts.issued_documents import UNIVERSITY_TOPIC, DocumentIssued, PaperKind
from tests.support.papers import CODES
from tests.unit.university_is.examples import ID, diploma, local, supplement
from tests.unit.university_is.test_api import CASE, GRADUATE, PACKAGE, Desks, client, parts

__all__ = ["client", "parts"]  # the fixtures
NOTE, NOTICE = f"{CASE}/documents/reference_note", f"{CASE}/documents/readiness_notice"
BEFORE_THE_NOTE: dict[str, dict[str, str]] = {"registration": {}}
BEFORE_THE_NOTICE = {"verification": {"decision": "check"}, "consideration": {"decision": "approve"}}


def told(parts: Desks) -> list[DocumentIssued]:
    events = [event for topic, event in parts.memory.published if topic == UNIVERSITY_TOPIC]
    return [each for each in events if isinstance(each, DocumentIssued)]


async def route(client: AsyncClient, parts: Desks) -> None:
    """A case that came over the portal, with a graduate and blanks at the university; Monday, 11 o'clock."""
    blanks = [diploma(1).model_dump(mode="json"), supplement(1).model_dump(mode="json")]
    await client.post("/universities/027/graduates", json={"graduates": [GRADUATE]})
    await client.post("/universities/027/blanks", json={"blanks": blanks})
    parts.route()
    parts.now = local(15, 11)


async def do(client: AsyncClient, acts: dict[str, dict[str, str]], case: str = CASE) -> None:
    for act, body in acts.items():
        answer = await client.post(f"{case}/{act}", json=body)
        assert answer.status_code == 200, (act, answer.text)


async def test_each_paper_is_refused_until_its_step_is_done_and_the_answer_says_why(
    client: AsyncClient, parts: Desks
) -> None:
    await route(client, parts)
    await do(client, BEFORE_THE_NOTE)
    early = [await client.get(NOTE), await client.post(NOTE)]
    await do(client, BEFORE_THE_NOTICE)
    note, late = await client.get(NOTE), [await client.get(NOTICE), await client.post(NOTICE)]
    await do(client, {"preparation": {}})
    notice = await client.get(NOTICE)

    for answer, kind in [*((each, "reference note") for each in early), *((each, "readiness notice") for each in late)]:
        [violation] = answer.json()["violations"]
        assert (answer.status_code, answer.json()["code"]) == (404, "document.not-given")
        assert violation["field"] == "/path/kind"
        assert violation["rule"] == f"the {kind} is given when its step is done, and it is not"
        assert violation["remedy"]
    assert [each.status_code for each in (note, notice)] == [200, 200]
    assert not told(parts)  # reading is not printing: a duplicate costs no message more


@pytest.mark.parametrize("kind", [PaperKind.REFERENCE_NOTE, PaperKind.READINESS_NOTICE])
async def test_printing_tells_the_registry_once_when_the_step_was_done_and_shows_the_code(
    client: AsyncClient, parts: Desks, kind: PaperKind
) -> None:
    await route(client, parts)
    await do(client, {**BEFORE_THE_NOTE, **BEFORE_THE_NOTICE, "preparation": {}})
    path = f"{CASE}/documents/{kind}"
    parts.now = local(16, 9)
    first = await client.post(path)
    parts.now = local(17, 16)
    again = await client.post(path)
    page = await client.get(path)

    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    [document] = told(parts)
    assert document.code == first.json()["code"] == CODES.of(kind, first.json()["number"], ID)
    assert (document.kind, document.issued_at, document.application_id) == (kind, local(15, 11), ID)
    assert document.masked_iin
    assert document.masked_iin != GRADUATE["iin"]
    assert all(each in page.text for each in (document.code, document.number))


@pytest.mark.step("DUP-PAPER-2", "DUP-PAPER-6")
async def test_a_package_at_the_counter_has_both_papers_with_its_incoming_number(
    client: AsyncClient, parts: Desks
) -> None:
    await client.post("/universities/027/graduates", json={"graduates": [GRADUATE]})
    blanks = [diploma(1).model_dump(mode="json"), supplement(1).model_dump(mode="json")]
    await client.post("/universities/027/blanks", json={"blanks": blanks})
    case = (await client.post("/cases", json=PACKAGE)).headers["location"]
    parts.now = local(16, 9)
    await do(client, {**BEFORE_THE_NOTE, **BEFORE_THE_NOTICE, "preparation": {}}, case)
    printed = [await client.post(f"{case}/documents/{kind}") for kind in ("reference_note", "readiness_notice")]
    pages = [await client.get(f"{case}/documents/{kind}") for kind in ("reference_note", "readiness_notice")]
    number = (await client.get(case)).json()["incoming_number"]

    assert [each.json()["number"] for each in printed] == [number, number]
    assert len({each.json()["code"] for each in printed}) == 2
    assert [each.json()["code"] in page.text for each, page in zip(printed, pages, strict=True)] == [True, True]
    assert all(number in page.text and "Өмірбеков" in page.text for page in pages)


@pytest.mark.parametrize("method", ["get", "post"])
async def test_the_paper_of_an_unknown_case_and_one_that_a_case_has_not_are_refused(
    client: AsyncClient, parts: Desks, method: str
) -> None:
    ask = client.get if method == "get" else client.post
    unknown = await ask(NOTE)
    parts.route()
    strange = await ask(f"{CASE}/documents/award_order")
    stranger = await ask(NOTE, headers={"authorization": "Bearer guessed"})

    assert (unknown.status_code, unknown.json()["code"]) == (404, "case.unknown")
    assert (strange.status_code, strange.json()["violations"][0]["field"]) == (422, "/path/kind")
    assert stranger.status_code == 401
