"""Files that are what they say, and files of those who want something else (GRANT-E-1)."""

import struct
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.portal.papers.copies.scanner import KINDS
from services.portal.scan import CHECKS, Unfit, check
from services.portal.scan.images import MOST_PIXELS, MOST_SCANS
from services.portal.scan.unfit import Fault
from tests.support.files import archive, bomb, document, fault_of, picture, png_of, with_action, with_file

JPEG, PNG, PDF = KINDS
HTML = b"<html><script>alert(1)</script></html>"
GIF = b"GIF89a" + b"\x00" * 40


def test_real_files_of_the_three_kinds_are_taken() -> None:
    taken = [
        (picture(), JPEG),
        (picture(progressive=True), JPEG),
        (picture() + b"\x00\x00", JPEG),  # as some cameras write it
        (picture("PNG"), PNG),
        (document(3), PDF),
        (with_action("/GoTo"), PDF),  # opens at a page: nothing is started
    ]

    assert [fault_of(content, media_type) for content, media_type in taken] == [None] * len(taken)


def test_the_process_and_the_portal_number_the_kinds_alike() -> None:
    assert tuple(CHECKS) == KINDS


def commented(content: bytes, comment: bytes) -> bytes:
    """A JPEG with a comment in it."""
    return content[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + content[2:]


def many_scans() -> bytes:
    """A JPEG whose only scan is written a hundred times over: small to send, long to read."""
    content = picture()
    at = content.index(b"\xff\xda")
    return content[:at] + content[at:-2] * (MOST_SCANS + 1) + content[-2:]


def half_a_png() -> bytes:
    """Its chunks are whole, and its pixels are not all there."""
    header = struct.pack(">IIBBBBB", 900, 900, 8, 2, 0, 0, 0)
    return png_of((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 100)), (b"IEND", b""))


def wrong_sum() -> bytes:
    content = bytearray(picture("PNG"))
    content[20] ^= 1
    return bytes(content)


def escaped() -> bytes:
    """The name of the action is written with an escape, in an object that the table does not name."""
    hidden = b"99 0 obj << /S /J#61vaScript /J#53 (x) >> endobj\n"
    content = document()
    head, _, tail = content.rpartition(b"\nxref\n")
    start = int(tail.split(b"startxref")[1].split()[0])
    return head + b"\n" + hidden + b"xref\n" + tail.replace(b"%d" % start, b"%d" % (start + len(hidden)))


def without_pages() -> bytes:
    return document(0)


HOSTILE: dict[str, tuple[Callable[[], bytes], str, Fault]] = {
    "a page of HTML as JPEG": (lambda: HTML, JPEG, Fault.NOT_WHAT_IT_SAYS),
    "a page of HTML as PNG": (lambda: HTML, PNG, Fault.NOT_WHAT_IT_SAYS),
    "a page of HTML as PDF": (lambda: HTML, PDF, Fault.NOT_WHAT_IT_SAYS),
    "a GIF as JPEG": (lambda: GIF, JPEG, Fault.NOT_WHAT_IT_SAYS),
    "a PNG as JPEG": (lambda: picture("PNG"), JPEG, Fault.NOT_WHAT_IT_SAYS),
    "a JPEG as PDF": (picture, PDF, Fault.NOT_WHAT_IT_SAYS),
    "a PDF after a page of HTML": (lambda: HTML + document(), PDF, Fault.NOT_WHAT_IT_SAYS),
    "a JPEG and an archive": (lambda: picture() + archive(), JPEG, Fault.NOT_WHAT_IT_SAYS),
    "a PNG and an archive": (lambda: picture("PNG") + archive(), PNG, Fault.NOT_WHAT_IT_SAYS),
    "a JPEG with an archive in its comment": (lambda: commented(picture(), archive()), JPEG, Fault.NOT_WHAT_IT_SAYS),
    "a PDF and an archive": (lambda: document() + archive(), PDF, Fault.BROKEN),
    "half a JPEG": (lambda: picture(size=(900, 900))[:-200], JPEG, Fault.BROKEN),
    "three bytes of a JPEG": (lambda: picture()[:3], JPEG, Fault.BROKEN),
    "half a PNG": (lambda: picture("PNG")[:60], PNG, Fault.BROKEN),
    "a PNG without its pixels": (half_a_png, PNG, Fault.BROKEN),
    "a PNG with a wrong check sum": (wrong_sum, PNG, Fault.BROKEN),
    "a PNG that unpacks to gigabytes": (bomb, PNG, Fault.TOO_MANY_PIXELS),
    "a JPEG that is read a hundred times over": (many_scans, JPEG, Fault.BROKEN),
    "half a PDF": (lambda: document(3)[:-60], PDF, Fault.BROKEN),
    "a PDF's name and end": (lambda: b"%PDF-1.7\nstartxref\n0\n%%EOF\n", PDF, Fault.BROKEN),
    "a PDF without pages": (without_pages, PDF, Fault.BROKEN),
    "a PDF with a password": (lambda: document(password="secret"), PDF, Fault.ENCRYPTED),
    "a PDF that is restricted": (lambda: document(password=""), PDF, Fault.ENCRYPTED),
    "a PDF that runs a script": (lambda: with_action("/JavaScript"), PDF, Fault.ACTIVE),
    "a PDF that starts a program": (lambda: with_action("/Launch"), PDF, Fault.ACTIVE),
    "a PDF that sends a form": (lambda: with_action("/SubmitForm"), PDF, Fault.ACTIVE),
    "a PDF that holds a file": (with_file, PDF, Fault.ACTIVE),
    "a PDF that hides a script": (escaped, PDF, Fault.ACTIVE),
}


@pytest.mark.parametrize(("make", "media_type", "fault"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_is_not_taken_when_it_is(make: Callable[[], bytes], media_type: str, fault: Fault) -> None:
    with pytest.raises(Unfit) as unfit:
        check(make(), media_type)

    assert unfit.value.fault is fault
    assert unfit.value.rule
    assert unfit.value.remedy


def test_the_pixels_are_counted_before_any_is_unpacked() -> None:
    begun = time.process_time()
    with pytest.raises(Unfit):
        check(bomb(), PNG)

    assert len(bomb()) < 5_000
    assert 50 * MOST_PIXELS < 60_000**2
    assert time.process_time() - begun < 1


WHOLE = {JPEG: picture(), PNG: picture("PNG"), PDF: document()}


@settings(max_examples=150)
@given(st.sampled_from(KINDS), st.data())
def test_whatever_is_done_to_a_file_it_is_taken_or_refused(media_type: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[media_type])
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    pieces = (bytes(content), bytes(content[:cut]), bytes(content[cut:]))

    assert {fault_of(each, media_type) for each in pieces} <= {None, *Fault}
