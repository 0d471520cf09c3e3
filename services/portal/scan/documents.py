"""PDF documents: readable as they stand, by anybody, and unable to do anything.

A list of what is allowed. What is on none of the lists is refused, whether or not a reader would come to it.
"""

import io
import re
from collections.abc import Callable, Iterator
from typing import Final

from pypdf import PdfReader

from services.portal.scan import pdf_syntax as pdf
from services.portal.scan.pdf_syntax import Dictionary, Name, Reference, Stream, Value, Whole
from services.portal.scan.unfit import Fault, Unfit

MOST_PAGES: Final = 200
MOST_PIXELS: Final = 40_000_000  # of one picture
MOST_FLATE: Final = 2  # times that one thing is packed

_BEGINS: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_ENDS: Final = re.compile(rb"startxref\s+[0-9]+\s+%%EOF\s*\Z")
_TAIL: Final = 1024
# Scanners of one maker number their table from 1, though its first entry is that of object 0.
_FROM_ONE: Final = re.compile(rb"(xref\s+)1( [0-9]+\s+0000000000 65535 f)")
# In the bytes themselves, those of streams too: a reader that mends a file may take them for objects.
_RAW: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|GoTo[RE]|Rendition|SubmitForm|ImportData|RichMedia)(?![A-Za-z0-9])"
)
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ANEW: Final = (
    "print the document to a new PDF and send that"
    " / распечатайте документ в новый PDF-файл и отправьте его"
    " / құжатты жаңа PDF файлына басып шығарып, соны жіберіңіз"
)
_PICTURE: Final = (
    "scan or print it to a new PDF without links, forms and attachments, or send its pages as pictures"
    " / отсканируйте или распечатайте его в новый PDF-файл без ссылок, форм и вложений, или отправьте страницы снимками"
    " / сілтемесіз, пішінсіз және тіркемесіз жаңа PDF файлына сканерлеңіз немесе басып шығарыңыз, не "
    "беттерін сурет етіп жіберіңіз"
)

_ACTION: Final = frozenset({"Type", "S", "D", "SD"})
_LEADS: Final = "GoTo"
# Whatever names an action to a reader, wherever it stands.
_ACTIONS: Final = frozenset(
    (
        *("GoToR", "GoToE", "GoToDp", "Launch", "Thread", "URI", "Sound", "Movie", "Hide", "Named", "SubmitForm"),
        *(
            "ResetForm",
            "ImportData",
            "JavaScript",
            "SetOCGState",
            "Rendition",
            "Trans",
            "GoTo3DView",
            "RichMediaExecute",
        ),
    )
)
# Keys that begin an action, or hold another file or an address: in no dictionary of ours, whatever it is.
_NEVER: Final = frozenset(
    (
        *("AA", "JS", "JavaScript", "URI", "URIAction", "EmbeddedFiles", "EmbeddedFile", "EF", "RF", "UF", "FS", "AF"),
        *(
            "XFA",
            "RichMediaContent",
            "RichMediaSettings",
            "RichMediaExecute",
            "Rendition",
            "Renditions",
            "Sound",
            "Movie",
        ),
        *("3DD", "3DV", "3DA", "3DI", "FFilter", "FDecodeParms", "FDF", "OPI", "PS", "Collection", "NeedsRendering"),
        *("Requirements", "PresSteps", "AlternatePresentations", "Launch", "SubmitForm", "ImportData", "Win", "Unix"),
        *("Alternates", "SpiderInfo", "TemplateInstantiated", "Templates", "IDS", "URLS", "DPartRoot", "Legal"),
    )
)
_TYPES: Final = frozenset(
    (
        *("Catalog", "Pages", "Page", "Font", "FontDescriptor", "Encoding", "CMap", "XObject", "ExtGState", "Pattern"),
        *("Metadata", "Outlines", "Annot", "StructTreeRoot", "StructElem", "MCR", "OBJR", "OCG", "OCMD", "ObjStm"),
        *("XRef", "Group", "Mask", "Halftone", "PageLabel", "OutputIntent", "Border", "Sig", "DocTimeStamp", "SigRef"),
        *("TransformParams", "DSS", "VRI", "Action", "ViewerPreferences", "Thread", "Bead", "Extensions"),
        *("DeveloperExtensions", "Pagination", "Layout", "Background", "Page", "Namespace", "SigFieldLock", "SV"),
        *("CIDSystemInfo", "Transparency", "Shading", "ColorSpace", "MarkInfo", "PageLabels", "FontFile", "ProcSet"),
        *(
            "ParentTree",
            "IDTree",
            "RoleMap",
            "ClassMap",
            "NameTree",
            "NumberTree",
            "Dests",
            "Outline",
            "OCProperties",
            "BorderStyle",
        ),
    )
)
_ANNOTATIONS: Final = frozenset(
    (
        *("Link", "Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline"),
        *("Squiggly", "StrikeOut", "Stamp", "Caret", "Ink", "Popup", "Widget"),
    )
)
_SUBTYPES: Final = _ANNOTATIONS | frozenset(
    (
        *("Image", "Form", "Type0", "Type1", "MMType1", "Type3", "TrueType", "CIDFontType0", "CIDFontType2"),
        *("Type1C", "CIDFontType0C", "OpenType", "XML", "Artwork", "Technical", "Header", "Footer", "Watermark"),
        *("PageNum", "Bates", "Background"),
    )
)
_CATALOG: Final = frozenset(
    (
        *("Type", "Version", "Extensions", "Pages", "PageLabels", "Names", "Dests", "ViewerPreferences", "PageLayout"),
        *("PageMode", "Outlines", "Threads", "OpenAction", "AcroForm", "Metadata", "StructTreeRoot", "MarkInfo"),
        *("Lang", "OutputIntents", "PieceInfo", "OCProperties", "Perms", "DSS"),
    )
)
_NAMES: Final = frozenset({"Dests", "AP", "Pages"})
_FORM: Final = frozenset({"Fields", "NeedAppearances", "SigFlags", "DR", "DA", "Q"})
_PACKED: Final = frozenset(
    (
        *("FlateDecode", "DCTDecode", "CCITTFaxDecode", "JBIG2Decode", "JPXDecode"),
        *("ASCII85Decode", "ASCIIHexDecode", "RunLengthDecode", "LZWDecode"),
    )
)
# What is no picture is unpacked here, as far as it is allowed to go.
_OURS: Final = frozenset({"FlateDecode", "ASCII85Decode", "ASCIIHexDecode"})


def check_pdf(content: bytes) -> None:
    """Raise Unfit unless it is a PDF from its first byte to its last, with pages, open to all and without actions."""
    if not _BEGINS.match(content):
        rule = "the content is that of a PDF document, as Content-Type says"
        raise Unfit(Fault.NOT_WHAT_IT_SAYS, rule, "state the type that the file really has, or send the one you meant")
    if not _ENDS.search(content[-_TAIL:]):
        raise Unfit(Fault.BROKEN, "a document ends with its end marker, and nothing follows it", _ANEW)
    try:
        whole = pdf.read(content)
        _harmless(whole)
        _bounded(whole)
        _few_pages(content)
        _nothing_raw(content)
    except Unfit:
        raise
    except pdf.TooMuch as error:
        rule = f"a document has at most {pdf.MOST_OBJECTS} objects, and unpacks to what can be read"
        raise Unfit(Fault.BROKEN, rule, _ANEW) from error
    except Exception as error:  # a reader may fail on hostile bytes in any way
        raise Unfit(Fault.BROKEN, "the document cannot be read to its end", _ANEW) from error


def _few_pages(content: bytes) -> None:
    """A usual reader finds its pages by its table. Raises Unfit, and whatever pypdf raises."""
    reader = PdfReader(io.BytesIO(_FROM_ONE.sub(rb"\g<1>0\g<2>", content)), strict=True)
    if not 1 <= len(reader.pages) <= MOST_PAGES:
        raise Unfit(Fault.BROKEN, f"a document has from 1 to {MOST_PAGES} pages", "send the pages that are asked for")


def _letter(escape: re.Match[bytes]) -> bytes:
    """`/J#53` is another way to write `/JS`."""
    return bytes([int(escape[1], 16)])


def _nothing_raw(content: bytes) -> None:
    if found := _RAW.search(_ESCAPE.sub(_letter, content)):
        raise _acts(found[0].decode())


# What it may do


def _harmless(whole: Whole) -> None:
    for trailer in whole.trailers:
        if "Encrypt" in trailer:
            raise Unfit(Fault.ENCRYPTED, "a document is open to its readers: no password, no restrictions", _ANEW)
        for root in _dictionaries(whole, trailer.get("Root")):
            _catalog(whole, root)
    for each in whole.every():
        for found in _inside(each):
            _anywhere(whole, found)


def _inside(value: Value) -> Iterator[Dictionary]:
    """Every dictionary in a value; what it refers to has its own turn."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Stream):
            _filtered(each)
            each = each.entries
        if isinstance(each, dict):
            yield each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def _anywhere(whole: Whole, found: Dictionary) -> None:  # noqa: C901 - one line per rule
    if never := sorted(_NEVER & found.keys()):
        raise _acts(f"/{never[0]}")
    kind, subtype, name = (_one(whole, found.get(key)) for key in ("Type", "Subtype", "S"))
    if isinstance(kind, Name) and kind not in _TYPES:
        raise _acts(f"/Type /{kind}")
    if isinstance(subtype, Name) and subtype not in _SUBTYPES:
        raise _acts(f"/Subtype /{subtype}")
    if isinstance(name, Name) and name in _ACTIONS and kind != "StructElem":
        raise _acts(f"/S /{name}")
    if kind == "Action" or name == _LEADS:
        _action(whole, found)
    if isinstance(_one(whole, found.get("F")), bytes):  # an address; of an annotation it is a number
        raise _acts("/F")
    if kind == "Catalog" or "OpenAction" in found:
        _catalog(whole, found)
    if kind == "Annot" or "Rect" in found:
        _annotation(whole, found)
    for key, check in _CHECKS.items():
        if key in found:
            check(whole, found[key])


def _catalog(whole: Whole, found: Dictionary) -> None:
    _only(found, _CATALOG, "the catalogue")
    for opened in whole.resolved(found.get("OpenAction")):
        if isinstance(opened, dict):
            _action(whole, opened)
        elif not isinstance(opened, list | None):
            raise _acts("/OpenAction")


def _action(whole: Whole, found: Dictionary) -> None:
    _only(found, _ACTION, "an action")
    if _one(whole, found.get("S")) != _LEADS:
        raise _acts("an action")


def _annotation(whole: Whole, found: Dictionary) -> None:
    subtype = _one(whole, found.get("Subtype"))
    if "Subtype" in found and subtype not in _ANNOTATIONS:
        raise _acts(f"an annotation of the kind {subtype!r}")


def _begun(whole: Whole, value: Value) -> None:
    """`/A` of a link or an outline is an action; of a structure element it says how that looks."""
    for each in whole.resolved(value):
        if isinstance(each, list):
            for inner in each:
                _begun(whole, inner)
        elif isinstance(each, Stream) or (isinstance(each, dict) and not ("O" in each and "S" not in each)):
            _action(whole, each.entries if isinstance(each, Stream) else each)


def _names(whole: Whole, value: Value) -> None:
    """`/Names` is the catalogue's, by kind; or a leaf of a name tree, a list."""
    for each in _dictionaries(whole, value):
        _only(each, _NAMES, "the names")


def _form(whole: Whole, value: Value) -> None:
    for each in _dictionaries(whole, value):
        _only(each, _FORM, "the form")


_CHECKS: Final[dict[str, Callable[[Whole, Value], None]]] = {
    "A": _begun,
    "PA": _begun,
    "Names": _names,
    "AcroForm": _form,
}


def _only(found: Dictionary, allowed: frozenset[str], what: str) -> None:
    if more := sorted(found.keys() - allowed):
        raise _acts(f"{what} with /{more[0]}")


def _dictionaries(whole: Whole, value: Value) -> Iterator[Dictionary]:
    yield from (each for each in whole.resolved(value) if isinstance(each, dict))


def _one(whole: Whole, value: Value) -> Value:
    """What a key says. Whoever lets a name be said elsewhere, and differently in each revision, hides it."""
    if not isinstance(value, Reference):
        return value
    said = list(whole.resolved(value))
    if len(said) == 1:
        return said[0]
    names = [each for each in said if isinstance(each, Name | bytes)]
    if names:
        raise _acts("a name that each revision says otherwise")
    return None


def _acts(what: str) -> Unfit:
    shown = "".join(each if each.isprintable() and each.isascii() else "?" for each in what)[:60]
    rule = (
        "a document holds no scripts, forms that send, other files, outside addresses or actions but those that lead to a "
        f"page of its own; this one has {shown}"
    )
    return Unfit(Fault.ACTIVE, rule, _PICTURE)


# What it unpacks to


def _filtered(stream: Stream) -> None:
    entries = stream.entries
    if "F" in entries:
        raise _acts("a stream that lies elsewhere")
    listed = pdf.filters(entries)
    if not _PACKED.issuperset(listed):
        raise _acts("an unusual filter")
    if listed.count("FlateDecode") > MOST_FLATE:
        raise pdf.TooMuch


def _bounded(whole: Whole) -> None:
    """No more is unpacked than is allowed for the whole: pictures by their size, all else to its end."""
    plain = pictures = 0
    for each in whole.every():
        if not isinstance(each, Stream):
            continue
        listed = pdf.filters(each.entries)
        if each.entries.get("Subtype") == "Image":
            _few_pixels(whole, each.entries)
            if _OURS.issuperset(listed):
                pictures += len(pdf.unpacked(each, pdf.MOST_OF_PICTURES - pictures + 1))
        elif _OURS.issuperset(listed):
            plain += len(pdf.unpacked(each, pdf.MOST_UNPACKED - plain + 1))
        else:
            rule = "pages and fonts are packed as nearly all programs do it (Flate), pictures as pictures are"
            raise Unfit(Fault.BROKEN, rule, _ANEW)
        if plain > pdf.MOST_UNPACKED or pictures > pdf.MOST_OF_PICTURES:
            raise pdf.TooMuch


def _few_pixels(whole: Whole, entries: Dictionary) -> None:
    sides = [_one(whole, entries.get(key)) for key in ("Width", "Height")]
    wide, high = (each if isinstance(each, float) else 0.0 for each in sides)
    if not 0 < wide * high <= MOST_PIXELS:
        rule = f"a picture in a document has at most {MOST_PIXELS} pixels"
        raise Unfit(Fault.TOO_MANY_PIXELS, rule, "scan with fewer dots an inch: 300 are enough")
