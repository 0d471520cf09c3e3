"""Electronic copies at a real portal (GRANT-E-1): stored once, known to who uploaded them, real files only."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable

import asyncpg
import httpx
import pytest
import pytest_asyncio

from contracts.grants import MOST_BYTES
from services.portal.papers.copies.rows import MOST_COPIES
from tests.integration.portal.test_bad_input import says
from tests.support.desk import Desk, Visitor
from tests.support.files import bomb, document, picture, with_action

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"


@pytest_asyncio.fixture(loop_scope="session")
async def aigerim(desk: Desk) -> Visitor:
    return await desk.person()


async def stored(desk: Desk) -> int:
    connection = await asyncpg.connect(desk.chain.plan.database_url("portal"))
    try:
        return int(await connection.fetchval("select count(*) from attachments"))
    finally:
        await connection.close()


async def test_a_copy_is_uploaded_once_and_read_as_it_is(desk: Desk, aigerim: Visitor) -> None:
    content = picture(shade=1)
    first = await aigerim.upload(content, JPEG)
    before = await stored(desk)
    second = await aigerim.upload(content, f"{JPEG}; charset=utf-8")
    read = await aigerim.look(first.headers["location"])

    digest = hashlib.sha256(content).hexdigest()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json() == {"digest": digest, "media_type": JPEG, "size": len(content)}
    assert await stored(desk) == before
    assert (read.content, read.headers["content-type"]) == (content, JPEG)
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["content-disposition"] == "attachment"


async def test_another_persons_copy_does_not_exist_until_one_has_it_too(desk: Desk, aigerim: Visitor) -> None:
    content = document(2)
    path = (await aigerim.upload(content, PDF)).headers["location"]
    stranger = await desk.person()
    says(await stranger.look(path), 404, "attachment.unknown", "/path/digest")
    before = await stored(desk)
    same = await stranger.upload(content, PDF)

    assert same.status_code == 201
    assert await stored(desk) == before
    assert (await stranger.look(path)).content == content


async def test_the_largest_copy_is_taken_and_one_byte_more_is_not(desk: Desk, aigerim: Visitor) -> None:
    largest = picture(shade=2).ljust(MOST_BYTES, b"\x00")
    before = await desk.events()

    assert (await aigerim.upload(largest, JPEG)).status_code == httpx.codes.CREATED
    says(await aigerim.upload(largest + b"\x00", JPEG), 413, "body.too-large", "/body")
    assert await desk.events() == before  # files are kept, nothing is decided


async def test_a_copy_over_the_limit_is_refused_though_its_length_was_not_announced(aigerim: Visitor) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 65_536 + 1):
            yield b"\xff" * 65_536

    says(await aigerim.upload(pieces(), JPEG), 413, "body.too-large", "/body")


REFUSED: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "nothing": (lambda: b"", JPEG, "attachment.empty", "/body"),
    "a page of HTML under the name of a picture": (lambda: b"<html>", JPEG, "attachment.not-what-it-says", "/body"),
    "a page of HTML": (lambda: b"<html>", "text/html", "attachment.media-type", "/header/content-type"),
    "no type": (picture, "", "attachment.media-type", "/header/content-type"),
    "a cut picture": (lambda: picture()[:-40], JPEG, "attachment.broken", "/body"),
    "a bomb": (bomb, PNG, "attachment.too-many-pixels", "/body"),
    "a document with a password": (lambda: document(password="secret"), PDF, "attachment.encrypted", "/body"),
    "a document with a script": (lambda: with_action("/JavaScript"), PDF, "attachment.active", "/body"),
}


@pytest.mark.parametrize(("make", "media_type", "code", "field"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_copy_is_refused_that_is(
    desk: Desk, aigerim: Visitor, make: Callable[[], bytes], media_type: str, code: str, field: str
) -> None:
    before = await stored(desk)
    answer = await aigerim.upload(make(), media_type)

    says(answer, 422, code, field)
    assert await stored(desk) == before


async def test_a_person_fills_no_disk(desk: Desk) -> None:
    hoarder = await desk.person()
    answers = [await hoarder.upload(picture("PNG", shade=shade), PNG) for shade in range(10, 10 + MOST_COPIES)]
    known = await hoarder.upload(picture("PNG", shade=10), PNG)

    assert {each.status_code for each in answers} == {201}
    says(await hoarder.upload(document(7), PDF), 409, "attachment.too-many", "")
    assert known.status_code == httpx.codes.OK


async def test_nobody_uploads_without_signing_in(desk: Desk) -> None:
    answer = await desk.http.post("/attachments", content=picture(), headers={"content-type": JPEG})

    says(answer, 401, "session.token-invalid", "/header/authorization")


async def test_the_portal_answers_others_while_it_looks_into_a_file(desk: Desk, aigerim: Visitor) -> None:
    """The largest picture takes the reader most of a second; nobody else waits for it."""
    large = asyncio.ensure_future(aigerim.upload(picture("PNG", (6300, 6300)), PNG))
    answers = 0
    while not large.done():
        assert (await desk.http.get("/health/live")).status_code == httpx.codes.OK
        answers += 1

    assert large.result().status_code == httpx.codes.CREATED
    assert answers > 10


async def test_the_bound_holds_for_what_is_sent_at_once(desk: Desk) -> None:
    """Few at a time, as 429 asks, from several connections: what was counted meanwhile counts."""
    crowd = await desk.person()
    for number in range(MOST_COPIES - 2):
        assert (await crowd.upload(picture("PNG", shade=number), PNG)).status_code == 201
    answers = await asyncio.gather(*(crowd.upload(picture("PNG", shade=200 + number), PNG) for number in range(4)))

    assert sorted(each.status_code for each in answers) == [201, 201, 409, 409]


async def test_more_files_at_once_than_are_read_are_asked_for_later(desk: Desk) -> None:
    hasty = await desk.person()
    answers = await asyncio.gather(
        *(hasty.upload(picture("PNG", (1500, 1500), shade=210 + number), PNG) for number in range(20))
    )
    late = [each for each in answers if each.status_code == 429]

    assert late
    for each in late:
        says(each, 429, "attachment.too-many-at-once", "")
        assert int(each.headers["retry-after"]) > 0
    assert {each.status_code for each in answers} == {201, 429}
