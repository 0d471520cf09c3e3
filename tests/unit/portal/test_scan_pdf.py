"""PDFs: those that programs and scanners make are taken, whatever can act, hides or swells is not (GRANT-E-1)."""

import time
import zlib
from collections.abc import Callable

import pytest

from services.portal.scan import Unfit, check
from services.portal.scan.unfit import Fault
from tests.support import pdfs
from tests.support.files import document, fault_of
from tests.support.pdfs import LINK, flate, linked, opened, packed, parts, pdf, scanned, stream, updated

PDF = "application/pdf"
TEXT = b"BT /F1 12 Tf 72 720 Td (Attestat) Tj ET"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
RESOURCES = b"/Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"
XMP = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"/><?xpacket end="w"?>'


def office() -> bytes:
    """As word processors write it: a title, outlines, tags, metadata, and where to open."""
    return pdf(
        parts(
            b"/Lang (kk-KZ) /MarkInfo << /Marked true >> /Metadata 6 0 R /Outlines 7 0 R /StructTreeRoot 9 0 R "
            b"/ViewerPreferences << /DisplayDocTitle true >> /OpenAction [3 0 R /XYZ null null 0] /PageLayout /OneColumn",
            RESOURCES + b" /Group << /S /Transparency /CS /DeviceRGB >> /Tabs /S",
            {
                4: flate(TEXT),
                5: FONT,
                6: stream(XMP, b"/Type /Metadata /Subtype /XML"),
                7: b"<< /Type /Outlines /First 8 0 R /Last 8 0 R /Count 1 >>",
                8: b"<< /Title (One) /Parent 7 0 R /A << /Type /Action /S /GoTo /D [3 0 R /Fit] >> >>",
                9: b"<< /Type /StructTreeRoot /K 10 0 R /RoleMap << /Title /P >> >>",
                10: b"<< /Type /StructElem /S /Document /P 9 0 R /A << /O /Layout /Placement /Block >> >>",
            },
        ),
        trailer=b"/Info << /Title (x) /Producer (an office) >> /ID [<00> <00>] /DocChecksum /0123",
        before=pdfs.BINARY,
    )


def cairo() -> bytes:
    """As a drawing library writes it: the length of each stream is an object of its own."""
    body = zlib.compress(TEXT)
    content = b"<< /Length 6 0 R /Filter /FlateDecode >>\nstream\n" + body + b"\nendstream"
    return pdf(parts(of_page=RESOURCES, more={4: content, 5: FONT, 6: b"%d" % len(body)}))


def browser() -> bytes:
    """As a browser prints: objects in streams, tags, a link within the page."""
    return packed(
        {4: flate(TEXT)},
        {
            **parts(
                b"/StructTreeRoot 6 0 R /Lang (en) /Names << /Dests << /Names [(a) [3 0 R /XYZ 0 0 0]] >> >>",
                RESOURCES + b"/Annots [8 0 R] /StructParents 0",
            ),
            5: FONT,
            6: b"<< /Type /StructTreeRoot /K [7 0 R] >>",
            7: b"<< /Type /StructElem /S /TD /P 6 0 R /A [<< /O /Table /ColSpan 2 >> 1] >>",
            8: LINK % b"/F 4 /Dest (a)",
        },
    )


def scan_of(*filters: str) -> bytes:
    """A page that is one black and white picture."""
    names = " ".join(f"/{each}" for each in filters).encode()
    size = b"/Type /XObject /Subtype /Image /Width 1700 /Height 2200 /ImageMask true /Filter [%s]" % names
    return pdf(parts(of_page=b"/Resources << /XObject << /Im0 4 0 R >> >>", more={4: stream(b"\x00\x01", size)}))


def form() -> bytes:
    """A filled form, its fields and their look."""
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (x) /F 4 /Rect [0 0 9 9] /AP << /N 6 0 R >> /P 3 0 R >>"
    )
    look = flate(TEXT, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    fields = b"/AcroForm << /Fields [4 0 R] /DA (/F1 0 Tf) /DR << /Font << /F1 5 0 R >> >> >>"
    return pdf(parts(fields, b"/Annots [4 0 R]", {4: field, 5: FONT, 6: look}))


GOOD: dict[str, Callable[[], bytes]] = {
    "of an office program": office,
    "of a drawing library": cairo,
    "printed by a browser": browser,
    "of a library": lambda: document(3),
    "a scan in grey": lambda: pdf(parts(of_page=b"/Resources << /XObject << /Im0 4 0 R >> >>", more={4: scanned()})),
    "a scan as a fax": lambda: scan_of("CCITTFaxDecode"),
    "a scan in JBIG2": lambda: scan_of("JBIG2Decode"),
    "a scan whose table begins at 1": lambda: pdf(parts(), first=1),
    "with the other kind of line": lambda: pdf(parts(), line=b"\r\n"),
    "with a line of comment": lambda: pdf(parts(), before=pdfs.BINARY, hidden=b"% made by a scanner\n"),
    "changed and saved": lambda: updated(pdf(parts(of_page=RESOURCES, more={4: flate(TEXT), 5: FONT})), {5: FONT}),
    "with a filled form": form,
    "with a note on it": lambda: pdf(
        parts(of_page=b"/Annots [4 0 R]", more={4: b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (x) >>"})
    ),
    "with a link within": lambda: linked(b"/A << /S /GoTo /D [3 0 R /Fit] >>"),
    "packed twice": lambda: pdf(
        parts(
            of_page=RESOURCES,
            more={4: stream(zlib.compress(zlib.compress(TEXT)), b"/Filter [/FlateDecode /FlateDecode]"), 5: FONT},
        )
    ),
    "packed as text": lambda: pdf(
        parts(of_page=b"/Contents 4 0 R", more={4: stream(TEXT.hex().encode() + b">", b"/Filter /ASCIIHexDecode")})
    ),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD.keys())
def test_a_document_is_taken(make: Callable[[], bytes]) -> None:
    assert fault_of(make(), PDF) is None


EVIL = b"<< /S /JavaScript /JS (app.alert(1)) >>"
REMOTE = rb"<< /S /GoToR /F (\\\\host\\share\\x.pdf) /D [0 /Fit] >>"
FILE = b"<< /Type /Filespec /F (x.exe) /EF << /F 5 0 R >> >>"
ACTIVE: dict[str, Callable[[], bytes]] = {
    "opens an address": lambda: opened(b"<< /S /URI /URI (http://x.example/) >>"),
    "opens an address that stands elsewhere": lambda: pdf(
        parts(b"/OpenAction 4 0 R", more={4: b"<< /S /URI /URI (http://x.example/) >>"})
    ),
    "opens a share": lambda: opened(REMOTE),
    "opens a file": lambda: linked(b"/A << /S /Launch /F (cmd.exe) >>"),
    "prints itself": lambda: opened(b"<< /S /Named /N /Print >>"),
    "plays": lambda: opened(b"<< /S /Rendition /OP 0 /R 4 0 R >>"),
    "shows a film": lambda: opened(b"<< /S /Movie /T (x) >>"),
    "makes a sound": lambda: opened(b"<< /S /Sound /Sound 4 0 R >>"),
    "hides something": lambda: opened(b"<< /S /Hide /T (x) >>"),
    "hides layers": lambda: opened(b"<< /S /SetOCGState /State [/OFF 4 0 R] >>"),
    "turns a model": lambda: opened(b"<< /S /GoTo3DView /TA 4 0 R >>"),
    "does something after it leads to a page": lambda: opened(b"<< /S /GoTo /D [3 0 R /Fit] /Next " + EVIL + b" >>"),
    "leads to a page of another file": lambda: opened(b"<< /S /GoTo /D [0 /Fit] /F (other.pdf) >>"),
    "leads outside by a link": lambda: linked(b"/A << /S /URI /URI (https://x.example/) >>"),
    "leads to a script by a link": lambda: linked(b"/A << /S /URI /URI (javascript:alert(1)) >>"),
    "leads to a file by a link": lambda: linked(b"/A << /S /URI /URI (file:///etc/passwd) >>"),
    "acts by a reference to its kind": lambda: pdf(parts(b"/OpenAction << /S 4 0 R /D (x) >>", more={4: b"/Launch"})),
    "acts under an escaped name": lambda: opened(b"<< /S /J#61vaScript /J#53 (x) >>"),
    "acts when a page is shown": lambda: pdf(parts(of_page=b"/AA << /O " + REMOTE + b" >>")),
    "acts when it is closed": lambda: pdf(parts(b"/AA << /WC " + EVIL + b" >>")),
    "acts by a field": lambda: linked(b"/AA << /E << /S /Named /N /NextPage >> >>"),
    "has scripts by name": lambda: pdf(parts(b"/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", more={4: EVIL})),
    "has files by name": lambda: pdf(
        parts(b"/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>", more={4: FILE, 5: stream(b"MZ")})
    ),
    "has a file that nothing names": lambda: pdf(parts(more={4: stream(b"MZ", b"/Type /EmbeddedFile")})),
    "has a file as a note": lambda: pdf(
        parts(of_page=b"/Annots [4 0 R]", more={4: b"<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS (x.exe) >>"})
    ),
    "has a screen": lambda: pdf(parts(of_page=b"/Annots [4 0 R]", more={4: b"<< /Subtype /Screen /Rect [0 0 9 9] >>"})),
    "has a model": lambda: pdf(
        parts(of_page=b"/Annots [4 0 R]", more={4: b"<< /Subtype /3D /Rect [0 0 9 9] /3DD 5 0 R >>"})
    ),
    "has rich media": lambda: pdf(
        parts(of_page=b"/Annots [4 0 R]", more={4: b"<< /Subtype /RichMedia /Rect [0 0 9 9] >>"})
    ),
    "has a form in XML": lambda: pdf(parts(b"/AcroForm << /Fields [] /XFA 4 0 R >>", more={4: stream(b"<x/>")})),
    "has a portfolio": lambda: pdf(parts(b"/Collection << /View /D >>")),
    "has associated files": lambda: pdf(parts(b"/AF [4 0 R]", more={4: b"<< /F (x) >>"})),
    "has a base address": lambda: pdf(parts(b"/URI << /Base (http://x.example/) >>")),
    "has a stream elsewhere": lambda: pdf(
        parts(more={4: stream(b"", b"/F (http://x.example/a) /FFilter /FlateDecode")})
    ),
    "has a stream elsewhere, by reference": lambda: pdf(
        parts(more={4: stream(b"", b"/F 5 0 R"), 5: b"(http://x.example/a)"})
    ),
    "has a picture elsewhere": lambda: pdf(
        parts(more={4: stream(b"", b"/Subtype /Form /Ref << /F (x.pdf) /Page 0 >>")})
    ),
    "has a stream with a key of its own": lambda: pdf(parts(more={4: stream(b"", b"/Filter /Crypt")})),
    "acts in an object stream": lambda: packed(
        {}, {**parts(b"/OpenAction 6 0 R"), 6: b"<< /S /URI /URI (http://x.example/) >>"}
    ),
    "acts in an object stream that no table names": lambda: pdf(
        parts(), hidden=b"9 0 obj\n" + flate(b"6 0 " + EVIL, b"/Type /ObjStm /N 1 /First 4") + b"\nendobj\n"
    ),
    "acts in an object that no table names": lambda: pdf(parts(), hidden=b"9 0 obj\n" + EVIL + b"\nendobj\n"),
    "acted before it was changed": lambda: updated(
        opened(b"<< /S /URI /URI (http://x.example/) >>"), {1: pdfs.CATALOG % b""}
    ),
    "acts since it was changed": lambda: updated(pdf(parts()), {1: pdfs.CATALOG % (b"/OpenAction " + REMOTE)}),
    "acts in what looks like data": lambda: pdf(parts(more={4: stream(b"9 0 obj << /S /Launch /F (x) >> endobj")})),
    "opens with what is no page": lambda: opened(b"(javascript:1)"),
    "has a catalogue without its kind": lambda: pdf({**parts(), 1: b"<< /Pages 2 0 R /Unknown 4 0 R >>"}),
}
SWELLING = zlib.compress(zlib.compress(b"\x00" * 60_000_000, 1), 9)  # of a kilobyte; 300 MB are as small
BROKEN: dict[str, Callable[[], bytes]] = {
    "swells to gigabytes in two steps": lambda: pdf(
        parts(of_page=b"/Contents 4 0 R", more={4: stream(SWELLING, b"/Filter [/FlateDecode /FlateDecode]")})
    ),
    "swells to gigabytes in three": lambda: pdf(
        parts(
            of_page=b"/Contents 4 0 R",
            more={4: stream(zlib.compress(SWELLING), b"/Filter [/FlateDecode /FlateDecode /FlateDecode]")},
        )
    ),
    "swells by many pages": lambda: pdf(parts(more={each: flate(b"\x00" * 4_000_000) for each in range(4, 14)})),
    "swells as a font": lambda: pdf(parts(more={4: stream(b"\x80\x00", b"/Filter /LZWDecode")})),
    "swells in an object stream": lambda: packed({}, {**parts(), 6: b"(" + b"x" * 40_000_000 + b")"}),
    "has another file after a space": lambda: pdf(parts(), hidden=b"<html><script>alert(1)</script></html>\n"),
    "has another file in a comment": lambda: pdf(parts(), hidden=b"%" + b"<script>1</script>" * 50 + b"\n"),
    "says the same twice": lambda: pdf(parts(b"/Lang (a) /Lang (b)")),
    "has a stream of another length": lambda: pdf(parts(more={4: b"<< /Length 3 >>\nstream\n0123456789\nendstream"})),
    "is nested without end": lambda: pdfs.deep(100_000),
    "has an object of its own numbers": lambda: pdf(
        parts(more={4: flate(b"x", b"/Type /ObjStm /N 90000000 /First 1")})
    ),
    "has no end of a text": lambda: pdf(parts(more={4: b"(((("})),
}


@pytest.mark.parametrize("make", ACTIVE.values(), ids=ACTIVE.keys())
def test_a_document_is_not_taken_that(make: Callable[[], bytes]) -> None:
    with pytest.raises(Unfit) as unfit:
        check(make(), PDF)

    assert unfit.value.fault is Fault.ACTIVE, unfit.value.rule
    assert unfit.value.remedy


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN.keys())
def test_a_document_is_broken_that(make: Callable[[], bytes]) -> None:
    content = make()
    began = time.process_time()
    with pytest.raises(Unfit) as unfit:
        check(content, PDF)

    assert unfit.value.fault is Fault.BROKEN, unfit.value.rule
    assert time.process_time() - began < 5


def test_a_picture_in_a_document_has_as_few_pixels_as_any_other() -> None:
    size = b"/Subtype /Image /Width 100000 /Height 100000 /Filter /DCTDecode"
    with pytest.raises(Unfit) as unfit:
        check(pdf(parts(more={4: stream(b"\xff\xd8", size)})), PDF)

    assert unfit.value.fault is Fault.TOO_MANY_PIXELS


def test_many_scanned_pages_are_read_in_a_moment() -> None:
    grey = flate(
        b"\x80" * 1_000 * 1_400, b"/Type /XObject /Subtype /Image /Width 1000 /Height 1400 /BitsPerComponent 8"
    )
    content = pdf(parts(more=dict.fromkeys(range(4, 104), grey)))
    began = time.process_time()
    check(content, PDF)

    assert time.process_time() - began < 5
