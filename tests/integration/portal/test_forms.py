"""A signed form at a real portal does its work once, however often and however much at once it is sent."""

import asyncio
import json
from datetime import timedelta

import httpx
import pytest_asyncio

from contracts.common import NoticeKind, Reason
from deploy.local.authority.keys import sign_jws
from services.portal.forms.decide import MOST_OPEN
from tests.integration.portal.test_bad_input import correction, says
from tests.support.desk import Desk, Visitor


@pytest_asyncio.fixture(loop_scope="session")
async def aigerim(desk: Desk) -> Visitor:
    return await desk.person()


async def test_the_same_form_sent_after_its_application_ended_gets_the_first_answer(
    desk: Desk, aigerim: Visitor
) -> None:
    signed = aigerim.signed(aigerim.form())
    first = await aigerim.send("/applications", signed)
    await desk.tell(first.json()["id"], NoticeKind.ISSUED)
    before = await desk.events()
    again = await aigerim.send("/applications", signed)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["location"] == first.headers["location"]
    assert again.json()["status"] == "issued"
    assert await desk.events() == before


async def test_a_form_answered_with_an_open_application_files_none_after_that_ended(
    desk: Desk, aigerim: Visitor
) -> None:
    identity = await aigerim.file()
    second = aigerim.signed(aigerim.form())
    answered = await aigerim.send("/applications", second)
    await desk.tell(identity, NoticeKind.ISSUED)
    again = await aigerim.send("/applications", second)
    anew = await aigerim.send("/applications", aigerim.signed(aigerim.form()))

    assert [each.status_code for each in (answered, again, anew)] == [200, 200, 201]
    assert answered.json()["id"] == again.json()["id"] == identity != anew.json()["id"]


async def test_a_form_sent_twenty_times_at_once_files_one_application(aigerim: Visitor) -> None:
    # The payload is the same, the signatures are not: an elliptic curve's never are.
    payload = json.dumps(aigerim.form()).encode()
    each = [sign_jws(payload, aigerim.applicant.signing) for _ in range(20)]
    answers = await asyncio.gather(*(aigerim.send("/applications", signed) for signed in each))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_another_form_with_the_nonce_of_one_is_refused_also_when_they_come_at_once(
    aigerim: Visitor,
) -> None:
    stamp = aigerim.stamp()
    forms = [aigerim.signed(aigerim.form(**stamp, reason=reason)) for reason in (Reason.LOSS, Reason.DAMAGE)]
    answers = await asyncio.gather(*(aigerim.send("/applications", signed) for signed in forms))
    refused = [answer for answer in answers if answer.status_code != httpx.codes.CREATED]

    assert len(refused) == len(forms) - 1
    for answer in refused:
        says(answer, 409, "form.nonce-used", "/signed/payload/nonce")
    assert len((await aigerim.look("/applications")).json()) == 1


async def test_a_nonce_is_a_persons_own(desk: Desk, aigerim: Visitor) -> None:
    stamp, other = aigerim.stamp(), await desk.person()

    assert await aigerim.file(**stamp) != await other.file(**stamp)


async def test_a_correction_is_used_up_like_any_form(desk: Desk, aigerim: Visitor) -> None:
    identity = await aigerim.file()
    path = f"/applications/{identity}"
    signed = correction(aigerim, path)
    await desk.tell(identity, NoticeKind.RETURNED_FOR_CORRECTION)
    first = await aigerim.send(f"{path}/correction", signed)
    await desk.tell(identity, NoticeKind.RETURNED_FOR_CORRECTION)
    before = await desk.events()
    again = await aigerim.send(f"{path}/correction", signed)

    assert (first.json()["status"], again.json()["status"]) == ("submitted", "returned-for-correction")
    assert again.status_code == httpx.codes.OK
    assert await desk.events() == before


async def test_a_form_of_the_day_before_yesterday_is_refused_and_nothing_changes(desk: Desk, aigerim: Visitor) -> None:
    before = await desk.events()
    old = aigerim.form(moment=(desk.now - timedelta(days=2)).isoformat())
    early = aigerim.form(moment=(desk.now + timedelta(hours=1)).isoformat())

    says(await aigerim.send("/applications", aigerim.signed(old)), 422, "form.too-old", "/signed/payload/moment")
    answer = await aigerim.send("/applications", aigerim.signed(early))
    says(answer, 422, "form.of-the-future", "/signed/payload/moment")
    assert await desk.events() == before


async def test_a_person_has_at_most_so_many_applications_open_also_when_they_come_at_once(
    desk: Desk, aigerim: Visitor
) -> None:
    forms = [aigerim.form(specialty=f"5B07{number:04}") for number in range(MOST_OPEN + 5)]
    answers = await asyncio.gather(*(aigerim.send("/applications", aigerim.signed(each)) for each in forms))
    refused = [answer for answer in answers if answer.status_code != httpx.codes.CREATED]
    identity = next(answer.json()["id"] for answer in answers if answer.status_code == httpx.codes.CREATED)
    await desk.tell(identity, NoticeKind.ISSUED)

    assert len(refused) == 5
    for answer in refused:
        says(answer, 409, "application.too-many-open", "")
    assert len((await aigerim.look("/applications")).json()) == MOST_OPEN
    await aigerim.file(specialty="5B079999")


async def test_a_stamp_is_what_a_form_says_of_itself(desk: Desk, aigerim: Visitor) -> None:
    stamp = (await desk.http.get("/stamp")).json()

    assert set(stamp) == {"audience", "moment", "nonce"}
    await aigerim.file(**stamp)
