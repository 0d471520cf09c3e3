"""Electronic copies as applicants have them, and as those make them who want something else."""

import io
import struct
import zlib

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from services.portal.scan import Unfit, check
from services.portal.scan.unfit import Fault


def fault_of(content: bytes, media_type: str) -> Fault | None:
    """Why a copy is not taken; None where it is."""
    try:
        check(content, media_type)
    except Unfit as unfit:
        return unfit.fault
    return None


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (30, 40), *, progressive: bool = False, shade: int = 90
) -> bytes:
    """A small picture of one colour; `kind` as Pillow names it."""
    return _saved(Image.new("RGB", size, (shade, 120, 200)), kind, progressive=progressive)


def _saved(image: Image.Image, kind: str, *, progressive: bool) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **({"progressive": True} if progressive else {}))
    return out.getvalue()


def document(pages: int = 1, *, password: str | None = None) -> bytes:
    """A PDF of empty pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    return _written(writer)


def with_file() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_attachment("payload.exe", b"MZ")
    return _written(writer)


def with_action(kind: str) -> bytes:
    """Opening it does something: `kind` is the action's name, as `/Launch`."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/D"): TextStringObject("payload.exe")})
    writer.root_object[NameObject("/OpenAction")] = action
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def png_of(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks, each with its right check sum."""
    whole = b"\x89PNG\r\n\x1a\n"
    for kind, data in chunks:
        whole += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return whole


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few kilobytes whose header says that it unpacks to `side` times `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return png_of((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 1_000_000, 9)), (b"IEND", b""))


def archive() -> bytes:
    """The least that a reader of ZIP files takes for one."""
    return b"PK\x05\x06" + b"\x00" * 18
