"""What phones write after the end of a JPEG: more pictures (MPF, Ultra HDR), a film (motion photo), Samsung's own notes.

Each is taken only where it is read to its end by its own structure, so that nothing else stands there. Pure.
"""

import struct
from collections.abc import Callable
from typing import Final

MOST_PICTURES: Final = 4
MOST_NOTE: Final = 4096  # bytes of one of Samsung's notes that is neither a film nor a picture
MOST_NOTES: Final = 40

_PADDING: Final = b"\x00\r\n "
_JPEG: Final = b"\xff\xd8\xff"
# What the first picture says of those behind it: the multi-picture format, or the container of Ultra HDR and motion photos.
_SEVERAL: Final = (b"MPF\x00", b"Item:Semantic", b"hdrgm:")
_BOX: Final = struct.Struct(">I4s")
_LONG_BOX: Final = struct.Struct(">Q")
_FILM: Final = b"ftyp"
_BOXES: Final = frozenset(
    {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"meta", b"moof", b"mfra", b"sidx", b"styp"}
)
_EMPTY: Final = frozenset({b"free", b"skip", b"wide"})
_MOST_EMPTY: Final = 4096
_FROM_HERE, _LONG = 0, 1  # sizes of a box that say something else
_NOTES: Final = struct.Struct("<4sII")  # SEFH, version, how many
_NOTE: Final = struct.Struct("<HHII")  # nothing, kind, how far before SEFH it begins, its length
_NOTE_HEAD: Final = struct.Struct("<HHI")  # nothing, kind, length of its name
_NOTES_END: Final = struct.Struct("<I4s")  # length of the table, SEFT


def is_known(content: bytes, end: int, picture: Callable[[int], int]) -> bool:
    """Whether all that follows `end`, where the first picture ends, is of these kinds.

    `picture` gives where the picture ends that begins at a place; it raises where it is none.
    """
    last = len(content.rstrip(b"\x00\r\n "))
    at, several, pictures = end, any(each in content[:end] for each in _SEVERAL), 0
    while (begin := at) < last and (at := _skip(content, at)) < last:
        if content.startswith(_JPEG, at) and several and pictures < MOST_PICTURES:
            pictures += 1
            at = picture(at)
        elif content.startswith(_FILM, at + 4):
            return _film(content, at, last)
        else:
            return _notes(content, begin, last, picture)  # which begin with zeros of their own
    return True


def _skip(content: bytes, at: int) -> int:
    """After padding; a film begins with the zeros of its length, which are none."""
    while content[at : at + 1] and content[at] in _PADDING and not content.startswith(_FILM, at + 4):
        at += 1
    return at


def _film(content: bytes, at: int, end: int) -> bool:
    """Boxes of an MP4 one after the other, up to `end`; behind the last one nothing but padding."""
    while at < end:
        if len(content) < at + _BOX.size:
            return False
        size, kind = _BOX.unpack_from(content, at)
        if size == _LONG and len(content) >= at + _BOX.size + _LONG_BOX.size:
            (size,) = _LONG_BOX.unpack_from(content, at + _BOX.size)
        if size == _FROM_HERE and kind == b"mdat":
            return True
        if kind not in _BOXES or not _BOX.size <= size <= len(content) - at or (kind in _EMPTY and size > _MOST_EMPTY):
            return False
        at += size
    return True


def _notes(content: bytes, begin: int, end: int, picture: Callable[[int], int]) -> bool:
    """Samsung's notes: one behind the other, then a table that names each of them, then the table's length."""
    tail = end - _NOTES_END.size
    if tail < begin:
        return False
    length, mark = _NOTES_END.unpack_from(content, tail)
    table = tail - length
    if mark != b"SEFT" or table < begin or length < _NOTES.size:
        return False
    mark, _version, count = _NOTES.unpack_from(content, table)
    if mark != b"SEFH" or not 1 <= count <= MOST_NOTES or length != _NOTES.size + count * _NOTE.size:
        return False
    at = begin
    rows = [_NOTE.unpack_from(content, table + _NOTES.size + each * _NOTE.size) for each in range(count)]
    for _, kind, before, size in sorted(rows, key=lambda row: -row[2]):
        if table - before != at or size < _NOTE_HEAD.size or at + size > table:
            return False
        if not _note(content, at, at + size, kind, picture):
            return False
        at += size
    return bool(at == table)


def _note(content: bytes, at: int, end: int, kind: int, picture: Callable[[int], int]) -> bool:
    nothing, same, named = _NOTE_HEAD.unpack_from(content, at)
    body = at + _NOTE_HEAD.size + named
    name = content[at + _NOTE_HEAD.size : body]
    if nothing or same != kind or body > end or not name.replace(b"_", b"").isalnum():
        return False
    if content.startswith(_FILM, body + 4):
        return _film(content[:end], body, end)
    if content.startswith(_JPEG, body):
        return picture(body) == end
    return bool(end - body <= MOST_NOTE)
