"""PDFs written by hand, as programs and scanners write them and as those do who want something else."""

import io
import zlib
from collections.abc import Mapping

from PIL import Image

CATALOG, PAGES, PAGE = b"<< /Type /Catalog /Pages 2 0 R %s >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b""
BINARY = b"%\xe2\xe3\xcf\xd3\n"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def flate(data: bytes, entries: bytes = b"") -> bytes:
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


def page(entries: bytes = b"") -> bytes:
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % entries


def parts(catalog: bytes = b"", of_page: bytes = b"", more: Mapping[int, bytes] | None = None) -> dict[int, bytes]:
    return {1: CATALOG % catalog, 2: PAGES, 3: page(of_page), **(more or {})}


def pdf(
    objects: Mapping[int, bytes],
    *,
    first: int = 0,
    trailer: bytes = b"",
    before: bytes = b"",
    hidden: bytes = b"",
    line: bytes = b"\n",
) -> bytes:
    """With a table. `before` stands after the first line, `hidden` between objects and is in no table."""
    out = bytearray(b"%PDF-1.7" + line + before)
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj%s%s%sendobj%s" % (number, line, body, line, line)
    out += hidden
    return bytes(out + _table(places, len(out), first, b"/Root 1 0 R " + trailer))


def _table(places: Mapping[int, int], at: int, first: int, trailer: bytes) -> bytes:
    most = max(places)
    rows = b"".join(
        b"%010d 00000 n \n" % places[each] if each in places else b"0000000000 00000 f \n"
        for each in range(1, most + 1)
    )
    head = b"xref\n%d %d\n0000000000 65535 f \n" % (first, most + 1)
    return head + rows + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (most + 1, trailer, at)


def updated(base: bytes, objects: Mapping[int, bytes]) -> bytes:
    """With a later revision of these objects."""
    out = bytearray(base)
    before = int(base.rpartition(b"startxref")[2].split()[0])
    rows = b""
    for number, body in objects.items():
        rows += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = max(9, *objects) + 1
    at = len(out)
    out += b"xref\n%strailer\n<< /Size %d /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (rows, size, before, at)
    return bytes(out)


def packed(plain: Mapping[int, bytes], inner: Mapping[int, bytes], holder: int = 10, table: int = 11) -> bytes:
    """With an object stream and a table that is a stream: as programs of today write it."""
    offsets, body = [], b""
    for number, value in inner.items():
        offsets.append(b"%d %d" % (number, len(body)))
        body += value + b" "
    head = b" ".join(offsets) + b" "
    entries = b"/Type /ObjStm /N %d /First %d" % (len(inner), len(head))
    objects = {**plain, holder: flate(head + body, entries)}
    out, places = bytearray(b"%PDF-1.5\n" + BINARY), {}
    for number, value in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    places[table] = len(out)
    rows = b"\x00\x00\x00\x00\x00"
    for number in range(1, table + 1):
        if number in places:
            rows += b"\x01" + places[number].to_bytes(3, "big") + b"\x00"
        elif number in inner:
            rows += b"\x02" + holder.to_bytes(3, "big") + bytes([list(inner).index(number)])
        else:
            rows += b"\x00\x00\x00\x00\x00"
    entries = b"/Type /XRef /Size %d /W [1 3 1] /Root 1 0 R" % (table + 1)
    out += b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, flate(rows, entries), places[table])
    return bytes(out)


def scanned(width: int = 100, height: int = 140) -> bytes:
    """A page that is one picture, as scanners make it."""
    out = io.BytesIO()
    Image.new("L", (width, height), 200).save(out, "JPEG")
    size = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8" % (
        width,
        height,
    )
    return stream(out.getvalue(), size + b" /Filter /DCTDecode")


LINK = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /Border [0 0 0] %s >>"


def linked(entries: bytes) -> bytes:
    """With a link on its page."""
    return pdf(parts(of_page=b"/Annots [4 0 R]", more={4: LINK % entries}))


def opened(action: bytes, **more: bytes) -> bytes:
    """Which does something when it is opened."""
    return pdf(parts(catalog=b"/OpenAction " + action), **more)  # type: ignore[arg-type] # the bytes of `pdf`


def deep(levels: int) -> bytes:
    return pdf(parts(more={4: b"[" * levels + b"]" * levels}))
