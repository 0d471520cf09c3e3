"""Pictures: the right kind, one file to its last byte, and small enough to be unpacked.

What phones write behind a JPEG is taken where it is wholly of a known kind (trailers.py), its pictures read as the first.
"""

import io
import re
import struct
import warnings
from typing import Final

from PIL import Image

from services.portal.scan import trailers
from services.portal.scan.unfit import HEIC_ANEW, Fault, Unfit

MOST_PIXELS: Final = 40_000_000  # an A4 page at 600 dots an inch has 35 million
MOST_SCANS: Final = 100  # of a progressive JPEG: each makes the reader go over all pixels once more

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_CHUNK: Final = struct.Struct(">I4s")
_SUM: Final = 4  # bytes of a chunk's check sum
_END, _SCAN, _RESTARTS, _TEMPORARY = 0xD9, 0xDA, range(0xD0, 0xD8), 0x01
_MARKER: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)  # what ends the data of a scan
_ANEW: Final = (
    "open the picture, save a copy of it (or take a screenshot of it) and send that"
    " / откройте снимок, сохраните его копию (или сделайте снимок экрана) и отправьте её"
    " / суретті ашып, көшірмесін сақтаңыз (немесе экранның суретін түсіріңіз) және соны жіберіңіз"
)
_HEIF: Final = re.compile(rb"....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1|avif)", re.DOTALL)


def check_png(content: bytes) -> None:
    """Raise Unfit unless it is a PNG from its first byte to its last."""
    if not content.startswith(_PNG):
        raise _other("PNG", content)
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        if len(content) < at + _CHUNK.size:
            raise _broken("the picture ends before its end")
        length, kind = _CHUNK.unpack_from(content, at)
        at += _CHUNK.size + length + _SUM
    _whole(content, at)
    _unpack(content, "PNG")


def check_jpeg(content: bytes) -> None:
    """Raise Unfit unless it is a JPEG from its first byte to its last."""
    if not content.startswith(_JPEG):
        raise _other("JPEG", content)
    try:
        end = _end_of_jpeg(content)
    except (IndexError, struct.error) as error:
        raise _broken("the picture ends before its end") from error
    _unpack(content, "JPEG")
    if not _is_known(content, end):
        raise _followed()


def _is_known(content: bytes, end: int) -> bool:
    """Whether nothing follows but padding, and what phones write there."""

    def picture(at: int) -> int:
        found = _end_of_jpeg(content, at)
        _unpack(content[at:found], "JPEG")
        return found

    try:
        return trailers.is_known(content, end, picture)
    except (IndexError, struct.error, Unfit):
        return False


def _end_of_jpeg(content: bytes, begin: int = 0) -> int:
    """The position after the end marker. Raises IndexError or struct.error where the file is cut off."""
    at, scans = begin + 2, 0
    while True:
        if content[at] != 0xFF:  # noqa: PLR2004 - what every marker begins with
            raise _broken("the picture's segments do not follow one another")
        while content[at] == 0xFF:  # noqa: PLR2004 - a marker may be padded by more of the same
            at += 1
        marker = content[at]
        at += 1
        if marker == _END:
            return at
        if marker in _RESTARTS or marker == _TEMPORARY:
            continue
        at += struct.unpack_from(">H", content, at)[0]
        if marker == _SCAN:
            scans += 1
            if scans > MOST_SCANS:
                raise _broken(f"the picture has more than {MOST_SCANS} scans")
            found = _MARKER.search(content, at)
            if found is None:
                raise IndexError
            at = found.start()


def _whole(content: bytes, end: int) -> None:
    """Nothing but padding follows the picture's end."""
    if end > len(content):
        raise _broken("the picture ends before its end")
    if content[end:].strip(b"\x00\r\n "):
        raise _followed()


def _followed() -> Unfit:
    rule = "something follows the end of the picture that is not what phones write there (more pictures, a film, Samsung's notes)"
    return Unfit(Fault.NOT_WHAT_IT_SAYS, rule, _ANEW)


def _unpack(content: bytes, kind: str) -> None:
    """Pillow reads all of it; the size that the picture states is looked at before anything is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bound on pixels is lower than the one that Pillow warns of
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                _few_pixels(image)
                image.verify()
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                image.draft(None, (image.width // 8, image.height // 8))  # a JPEG: as coarse as it can be read
                image.load()
    except Image.DecompressionBombError as error:
        raise _too_many() from error
    except Unfit:
        raise
    except Exception as error:  # a reader may fail on hostile bytes in any way
        raise _broken("the picture cannot be read to its end") from error


def _few_pixels(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _too_many()


def _too_many() -> Unfit:
    rule = f"a picture has at most {MOST_PIXELS} pixels"
    return Unfit(Fault.TOO_MANY_PIXELS, rule, "scan with fewer dots an inch: 300 are enough")


def _other(kind: str, content: bytes) -> Unfit:
    rule = f"the content is that of a {kind} picture, as Content-Type says"
    if _HEIF.match(content):
        return Unfit(Fault.NOT_WHAT_IT_SAYS, rule, HEIC_ANEW)
    return Unfit(
        Fault.NOT_WHAT_IT_SAYS, rule, "state the type that the file really has, or send the file that you meant"
    )


def _broken(rule: str) -> Unfit:
    return Unfit(Fault.BROKEN, rule, _ANEW)
