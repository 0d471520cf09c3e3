"""PDF documents: readable as they stand, by anybody, and unable to do anything."""

import io
import re
from collections.abc import Iterator
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from services.portal.scan.unfit import Fault, Unfit

MOST_OBJECTS: Final = 20_000
MOST_PAGES: Final = 200

_BEGINS: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_ENDS: Final = re.compile(rb"startxref\s+[0-9]+\s+%%EOF\s*\Z")
_TAIL: Final = 1024
# What a document may hold that acts, or that is another file.
_KEYS: Final = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"})
_KINDS: Final = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/EmbeddedFile",
        "/FileAttachment",
        "/RichMedia",
        "/GoToE",
    }
)
# The same in the bytes themselves: what the table of objects does not name, a reader that mends a file may still find.
_RAW: Final = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?)\b")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ANEW: Final = "print the document to a new PDF and send that"


def check_pdf(content: bytes) -> None:
    """Raise Unfit unless it is a PDF from its first byte to its last, with pages, open to all and without actions."""
    if not _BEGINS.match(content):
        rule = "the content is that of a PDF document, as Content-Type says"
        raise Unfit(Fault.NOT_WHAT_IT_SAYS, rule, "state the type that the file really has, or send the one you meant")
    if not _ENDS.search(content[-_TAIL:]):
        raise Unfit(Fault.BROKEN, "a document ends with its end marker, and nothing follows it", _ANEW)
    try:
        closed, acts = _read(content)
    except Unfit:
        raise
    except Exception as error:  # a reader may fail on hostile bytes in any way
        raise Unfit(Fault.BROKEN, "the document cannot be read to its end", _ANEW) from error
    if closed:
        raise Unfit(Fault.ENCRYPTED, "a document is open to its readers: no password, no restrictions", _ANEW)
    if acts:
        rule = "a document holds no scripts, no actions that start or send something, and no other files"
        raise Unfit(Fault.ACTIVE, rule, _ANEW)


def _read(content: bytes) -> tuple[bool, bool]:
    """Whether it is encrypted, and whether it can act. Raises Unfit, and whatever pypdf raises."""
    reader = PdfReader(io.BytesIO(content), strict=True)
    if reader.is_encrypted:
        return True, False
    _few(reader)
    return False, bool(_RAW.search(_ESCAPE.sub(_letter, content))) or any(map(_acts, _objects(reader)))


def _letter(escape: re.Match[bytes]) -> bytes:
    """`/J#53` is another way to write `/JS`."""
    return bytes([int(escape[1], 16)])


def _few(reader: PdfReader) -> None:
    count = sum(map(len, reader.xref.values())) + len(reader.xref_objStm)
    if count > MOST_OBJECTS:
        raise Unfit(Fault.BROKEN, f"a document has at most {MOST_OBJECTS} objects", _ANEW)
    if not 1 <= len(reader.pages) <= MOST_PAGES:
        raise Unfit(Fault.BROKEN, f"a document has from 1 to {MOST_PAGES} pages", "send the pages that are asked for")


def _objects(reader: PdfReader) -> Iterator[Any]:  # Any: pypdf's objects are of many kinds
    """Every object of the document, and the trailer that begins it."""
    yield reader.trailer
    for generation, numbers in reader.xref.items():
        for number in numbers:
            yield reader.get_object(IndirectObject(number, generation, reader))
    for number in reader.xref_objStm:
        yield reader.get_object(IndirectObject(number, 0, reader))


def _acts(found: Any) -> bool:  # Any: pypdf's objects are of many kinds
    """Whether an object, or one inside it, is an action or a file. What it refers to has its own turn."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            if _KEYS & each.keys():
                return True
            if any(str(each.raw_get(key)) in _KINDS for key in ("/S", "/Type", "/Subtype") if key in each):
                return True
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += list(list.__iter__(each))
    return False
