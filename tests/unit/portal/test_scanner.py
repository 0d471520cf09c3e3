"""Files are read in a process of their own, which may die of one without the portal or the next file noticing."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from services.portal.papers.copies.scanner import Scanner
from services.portal.scan.unfit import Fault, Unfit
from tests.support.files import bomb, document, picture


@pytest.fixture
async def scanner() -> AsyncIterator[Scanner]:
    own = Scanner()
    yield own
    await own.close()


async def unfit(scanner: Scanner, content: bytes, media_type: str) -> Unfit:
    with pytest.raises(Unfit) as refused:
        await scanner.check(content, media_type)
    return refused.value


async def test_it_says_what_the_check_says(scanner: Scanner) -> None:
    await scanner.check(picture(), "image/jpeg")
    await scanner.check(document(), "application/pdf")
    refused = await unfit(scanner, bomb(), "image/png")

    assert refused.fault is Fault.TOO_MANY_PIXELS
    assert refused.remedy


async def test_files_that_come_together_are_read_one_by_one(scanner: Scanner) -> None:
    kinds = ["image/jpeg", "image/png"] * 5
    answers = await asyncio.gather(*(scanner.check(picture(), kind) for kind in kinds), return_exceptions=True)

    assert [isinstance(each, Unfit) for each in answers] == [False, True] * 5


async def test_a_file_that_takes_too_long_is_refused_and_the_next_is_read() -> None:
    hasty = Scanner(patience=0.0)
    assert (await unfit(hasty, picture(), "image/jpeg")).fault is Fault.TOO_LONG_TO_READ
    patient = Scanner()
    await patient.check(picture(), "image/jpeg")
    process = patient.process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    patient.patience = 0.2
    assert (await unfit(patient, picture(), "image/jpeg")).fault is Fault.TOO_LONG_TO_READ
    patient.patience = 60.0
    await patient.check(picture(), "image/jpeg")
    await patient.close()

    assert process.returncode is not None


async def test_a_process_that_died_is_started_again(scanner: Scanner) -> None:
    await scanner.check(picture(), "image/jpeg")
    process = scanner.process
    assert process is not None
    process.kill()
    await process.wait()
    with pytest.raises(Unfit):
        await scanner.check(picture(), "image/jpeg")
    await scanner.check(picture(), "image/jpeg")


async def test_who_does_not_wait_for_the_answer_leaves_none_for_the_next(scanner: Scanner) -> None:
    await scanner.check(picture(), "image/jpeg")
    leaving = asyncio.ensure_future(scanner.check(picture(), "image/png"))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    await scanner.check(picture(), "image/jpeg")


async def test_the_process_knows_no_secret_of_the_portal(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SESSION_SECRET", "a secret that is long enough for everybody")
    await scanner.check(picture(), "image/jpeg")
    process = scanner.process
    assert process is not None
    with open(f"/proc/{process.pid}/environ", "rb") as environment:  # noqa: ASYNC230, PTH123 - a line of the kernel's
        assert b"SECRET" not in environment.read()
