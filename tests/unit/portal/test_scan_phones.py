"""Photos as phones make them are taken; what only looks so is not, and the refusal says how to save them (GRANT-E-1)."""

import io
import struct
from collections.abc import Callable

import pytest
from PIL import Image

from services.portal.scan import Unfit, check
from services.portal.scan.unfit import Fault
from tests.support.files import archive, bomb, fault_of, picture

JPEG, PNG = "image/jpeg", "image/png"
FILM = (
    struct.pack(">I4s", 24, b"ftyp") + b"mp42\x00\x00\x00\x00mp42isom"
    + struct.pack(">I4s", 16, b"mdat") + b"\x01\x02\x03\x04\x05\x06\x07\x00"
    + struct.pack(">I4s", 12, b"moov") + b"abcd"
)  # fmt: skip
HTML = b"<html><script>alert(1)</script></html>"


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def with_segment(marker: int, data: bytes, content: bytes | None = None) -> bytes:
    whole = content or picture()
    return whole[:2] + segment(marker, data) + whole[2:]


def several(*more: bytes) -> bytes:
    """As the multi-picture format has it: a note in the first that others follow."""
    return with_segment(0xE2, b"MPF\x00II*\x00\x08\x00\x00\x00") + b"".join(more)


def ultra_hdr() -> bytes:
    gain = b'<rdf:li Item:Semantic="Primary"/><rdf:li Item:Semantic="GainMap"/>'
    return with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + gain) + picture(shade=10)


def turned() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (30, 40)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def samsung(
    *notes: tuple[int, bytes, bytes], between: bytes = b"", behind: bytes = b"", count: int | None = None
) -> bytes:
    """Notes of (kind, name, data), then the table that names them."""
    blocks = [struct.pack("<HHI", 0, kind, len(name)) + name + data for kind, name, data in notes]
    whole = between.join(blocks)
    rows, left = b"", len(whole)
    for (kind, *_), block in zip(notes, blocks, strict=True):
        rows += struct.pack("<HHII", 0, kind, left, len(block))
        left -= len(block) + len(between)
    table = struct.pack("<4sII", b"SEFH", 107, len(notes) if count is None else count) + rows
    return picture() + whole + table + struct.pack("<I4s", len(table), b"SEFT") + behind


UTC = (0x0A01, b"Image_UTC_Data", b"1764547200000")
MOTION = (0x0A30, b"MotionPhoto_Data", FILM)

GOOD: dict[str, Callable[[], bytes]] = {
    "padded with zeros": lambda: picture() + b"\x00" * 5000,
    "with a second picture": lambda: several(picture(shade=10)),
    "with three pictures and padding between": lambda: several(
        b"\x00" * 7, picture(shade=10), b"\x00\x00", picture(shade=20)
    ),
    "in Ultra HDR": ultra_hdr,
    "with Samsung's note of the hour": lambda: samsung(UTC),
    "with Samsung's film": lambda: samsung(UTC, MOTION),
    "with a second picture and Samsung's notes": lambda: several(picture(shade=10)) + samsung(UTC)[len(picture()) :],
    "with a film behind it": lambda: picture() + FILM,
    "with a film whose end is open": lambda: picture() + FILM[:24] + struct.pack(">I4s", 0, b"mdat") + b"abc",
    "with a film and padding": lambda: picture() + FILM[:24] + b"\x00" * 24,
    "with a second picture and a film": lambda: several(picture(shade=10)) + FILM,
    "turned by a note of its own": turned,
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD.keys())
def test_a_photo_is_taken(make: Callable[[], bytes]) -> None:
    assert fault_of(make(), JPEG) is None


BAD: dict[str, Callable[[], bytes]] = {
    "a page of HTML behind it": lambda: picture() + HTML,
    "a page of HTML behind its film": lambda: picture() + FILM + HTML,
    "a page of HTML in a box of its film": lambda: (
        picture() + FILM + struct.pack(">I4s", 8 + len(HTML), b"html") + HTML
    ),
    "a page of HTML in an empty box": lambda: picture() + FILM + struct.pack(">I4s", 8 + 5000, b"free") + b"<" * 5000,
    "a film that is cut off": lambda: picture() + FILM[:-2],
    "a second picture that it says nothing of": lambda: picture() + picture(shade=10),
    "too many pictures": lambda: several(*(picture(shade=each) for each in range(5))),
    "half a second picture": lambda: several(picture(size=(300, 300), shade=10)[:-60]),
    "a page of HTML behind its second picture": lambda: several(picture(shade=10)) + HTML,
    "a page of HTML between its notes": lambda: samsung(UTC, UTC, between=HTML),
    "a page of HTML before its notes": lambda: picture() + HTML + samsung(UTC)[len(picture()) :],
    "a page of HTML behind its notes": lambda: samsung(UTC, behind=HTML),
    "a program as its note": lambda: samsung((0x0A01, b"Image_UTC_Data", b"MZ" * 5000)),
    "a note whose name is markup": lambda: samsung((0x0A01, b"<script>", b"1")),
    "more notes than it has": lambda: samsung(UTC, count=2),
    "a table without notes": samsung,
    "an archive behind it": lambda: picture() + archive(),
    "an archive in its film": lambda: picture() + FILM + struct.pack(">I4s", 8 + len(archive()), b"mdat") + archive(),
    "no more than the name of a table": lambda: picture() + b"\x01SEFT",
}


@pytest.mark.parametrize("make", BAD.values(), ids=BAD.keys())
def test_a_photo_is_not_taken_that_has(make: Callable[[], bytes]) -> None:
    with pytest.raises(Unfit) as unfit:
        check(make(), JPEG)

    assert unfit.value.fault is Fault.NOT_WHAT_IT_SAYS


def test_the_refusal_says_in_three_languages_how_to_save_the_picture() -> None:
    with pytest.raises(Unfit) as unfit:
        check(picture() + HTML, JPEG)

    assert all(each in unfit.value.remedy for each in ("save a copy", "сохраните его копию", "көшірмесін сақтаңыз"))


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif"])
@pytest.mark.parametrize("stated", [JPEG, PNG])
def test_heic_under_another_name_is_told_how_to_be_saved_as_jpeg(brand: bytes, stated: str) -> None:
    with pytest.raises(Unfit) as unfit:
        check(b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 40, stated)

    assert all(each in unfit.value.remedy for each in ("as JPEG", "как JPEG", "JPEG етіп"))


def test_a_second_picture_has_as_few_pixels_as_the_first() -> None:
    huge = picture(shade=10)
    at = huge.index(b"\xff\xc0")
    huge = huge[: at + 5] + struct.pack(">HH", 60_000, 60_000) + huge[at + 9 :]
    with pytest.raises(Unfit):
        check(several(huge), JPEG)


def test_a_bomb_is_no_second_picture() -> None:
    with pytest.raises(Unfit):
        check(several(bomb()), JPEG)
