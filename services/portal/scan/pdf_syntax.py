"""A PDF read from its first byte to its last: every object that it holds, whether or not its table names it. Pure.

Readers that mend a file find objects that no table names, or that a later revision replaced. So nothing may stand between
objects but space and short comments, and what object streams hold is read as well.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

MOST_DEPTH: Final = 60
MOST_OBJECTS: Final = 20_000
MOST_COMMENT: Final = 300  # bytes of a line that readers skip
MOST_UNPACKED: Final = 32 * 1024 * 1024  # bytes of all that is not a picture
MOST_OF_PICTURES: Final = 256 * 1024 * 1024

_SPACE: Final = b"\x00\t\n\x0c\r "
_SKIP: Final = re.compile(rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*(?=[\r\n]|\Z))*")
_COMMENT: Final = re.compile(rb"%[^\r\n]*")
_NUMBER: Final = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?=[\x00\t\n\x0c\r \[\]<>()/%]|\Z)")
_REFERENCE: Final = re.compile(
    rb"([0-9]{1,10})[\x00\t\n\x0c\r ]+([0-9]{1,5})[\x00\t\n\x0c\r ]+R(?=[\x00\t\n\x0c\r \[\]<>()/%]|\Z)"
)
_NAME: Final = re.compile(rb"/([^\x00\t\n\x0c\r \[\]<>()/%{}]*)")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_HEX: Final = re.compile(rb"<([0-9A-Fa-f\x00\t\n\x0c\r ]*)>")
_OPENS: Final = re.compile(rb"([0-9]{1,10})[\x00\t\n\x0c\r ]+([0-9]{1,5})[\x00\t\n\x0c\r ]+obj(?![A-Za-z0-9])")
_BEGINS_STREAM: Final = re.compile(rb"stream(?:\r\n|\n)")
_ENDS_STREAM: Final = re.compile(rb"[\x00\t\n\x0c\r ]*endstream(?![A-Za-z])")
_TABLE: Final = re.compile(
    rb"xref[\x00\t\n\x0c\r ]+(?:[0-9]+ [0-9]+[\x00\t\n\x0c\r ]+(?:[0-9]{10} [0-9]{5} [nf][\x00\t\n\x0c\r ]+)*)*"
)
_START: Final = re.compile(rb"startxref[\x00\t\n\x0c\r ]+[0-9]+")
_LENGTHS: Final = re.compile(
    rb"(?<![0-9])([0-9]{1,10})[\x00\t\n\x0c\r ]+[0-9]{1,5}[\x00\t\n\x0c\r ]+obj[\x00\t\n\x0c\r ]*([0-9]{1,10})"
    rb"[\x00\t\n\x0c\r ]*endobj"
)


class Name(str):
    """`/Name`, its escapes read."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reference:
    number: int


@dataclass(frozen=True, slots=True)
class Stream:
    """`entries` is its dictionary, `data` its bytes as they stand."""

    entries: "Dictionary"
    data: bytes = field(repr=False)


Dictionary: TypeAlias = dict[str, "Value"]
Value: TypeAlias = "Name | Reference | Stream | Dictionary | list[Value] | bytes | float | bool | None"


class Malformed(Exception):  # noqa: N818 - named for what it says of the file
    """It is not written as the standard has it; or more of it is unpacked than anybody needs."""


class TooMuch(Malformed):
    """It unpacks to more than anybody reads."""


@dataclass(slots=True)
class Whole:
    """What a file holds: objects by number, each as often as it is written, and its trailers."""

    objects: dict[int, list[Value]] = field(default_factory=dict)
    trailers: list[Dictionary] = field(default_factory=list)

    def every(self) -> Iterator[Value]:
        yield from self.trailers
        for each in self.objects.values():
            yield from each

    def resolved(self, value: Value) -> Iterator[Value]:
        """What a value is, or what the object may be that it names."""
        if isinstance(value, Reference):
            yield from (each for each in self.objects.get(value.number, ()) if not isinstance(each, Reference))
        else:
            yield value


def read(content: bytes) -> Whole:
    """Raises Malformed."""
    whole, at, count = Whole(), 0, 0
    lengths = {int(each[1]): int(each[2]) for each in _LENGTHS.finditer(content)}
    while (at := _between(content, at)) < len(content):
        if found := _OPENS.match(content, at):
            count += 1
            if count > MOST_OBJECTS:
                raise TooMuch
            value, at = _object(content, found.end(), lengths)
            whole.objects.setdefault(int(found[1]), []).append(value)
            if isinstance(value, Stream) and value.entries.get("Type") == "XRef":
                whole.trailers.append(value.entries)
        elif found := _TABLE.match(content, at):
            at = _skip(content, found.end())
            if not content.startswith(b"trailer", at):
                raise Malformed
            trailer, at = _value(content, at + len(b"trailer"), 0)
            if not isinstance(trailer, dict):
                raise Malformed
            whole.trailers.append(trailer)
        elif found := _START.match(content, at):
            at = found.end()
        else:
            raise Malformed
    if not any("Encrypt" in each for each in whole.trailers):
        _open_object_streams(whole)
    return whole


def _between(content: bytes, at: int) -> int:
    """The next thing that is neither space nor a comment; a comment is no place to hide another file."""
    end = _skip(content, at)
    if end - at > MOST_COMMENT:
        for comment in _COMMENT.finditer(content, at, end):
            if comment.end() - comment.start() > MOST_COMMENT:
                raise Malformed
    return end


def _skip(content: bytes, at: int) -> int:
    found = _SKIP.match(content, at)
    return found.end() if found else at


def _object(content: bytes, at: int, lengths: Mapping[int, int]) -> tuple[Value, int]:
    value, at = _value(content, at, 0)
    at = _skip(content, at)
    if isinstance(value, dict) and (begins := _BEGINS_STREAM.match(content, at)):
        end = begins.end() + _length(value, lengths)
        ends = _ENDS_STREAM.match(content, end)
        if ends is None:
            raise Malformed
        value, at = Stream(value, content[begins.end() : end]), _skip(content, ends.end())
    if not content.startswith(b"endobj", at):
        raise Malformed
    return value, at + len(b"endobj")


def _length(entries: Dictionary, lengths: Mapping[int, int]) -> int:
    """Of a stream's data; `lengths` are the numbers that stand as objects of their own."""
    match entries.get("Length"):
        case float(length) if length >= 0:
            return int(length)
        case Reference(number) if number in lengths:
            return lengths[number]
        case _:
            raise Malformed


def _value(content: bytes, at: int, depth: int) -> tuple[Value, int]:  # noqa: C901, PLR0911 - one arm per kind
    if depth > MOST_DEPTH:
        raise Malformed
    at = _skip(content, at)
    if content.startswith(b"<<", at):
        return _dictionary(content, at + 2, depth)
    first = content[at : at + 1]
    match first:
        case b"/":
            return _name(content, at)
        case b"[":
            items: list[Value] = []
            at = _skip(content, at + 1)
            while not content.startswith(b"]", at):
                item, at = _value(content, at, depth + 1)
                items.append(item)
                at = _skip(content, at)
            return items, at + 1
        case b"(":
            return _string(content, at)
        case b"<":
            found = _HEX.match(content, at)
            if found is None:
                raise Malformed
            return found[1], found.end()
    if found := _REFERENCE.match(content, at):
        return Reference(int(found[1])), found.end()
    if found := _NUMBER.match(content, at):
        return float(found[0]), found.end()
    for word, meant in ((b"true", True), (b"false", False), (b"null", None)):
        if content.startswith(word, at):
            return meant, at + len(word)
    raise Malformed


def _dictionary(content: bytes, at: int, depth: int) -> tuple[Value, int]:
    entries: Dictionary = {}
    at = _skip(content, at)
    while not content.startswith(b">>", at):
        name, at = _name(content, at)
        value, at = _value(content, at, depth + 1)
        if name in entries:
            raise Malformed  # readers disagree about which of the two counts
        entries[name] = value
        at = _skip(content, at)
    return entries, at + 2


def _name(content: bytes, at: int) -> tuple[Name, int]:
    found = _NAME.match(content, at)
    if found is None:
        raise Malformed
    return Name(_ESCAPE.sub(lambda each: bytes([int(each[1], 16)]), found[1]).decode("latin-1")), found.end()


_PARENTHESIS: Final = re.compile(rb"\\.|[()]", re.DOTALL)


def _string(content: bytes, at: int) -> tuple[bytes, int]:
    depth = 0
    for found in _PARENTHESIS.finditer(content, at):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return content[at + 1 : found.start()], found.end()
    raise Malformed


def _open_object_streams(whole: Whole) -> None:
    streams = [each for found in whole.objects.values() for each in found if isinstance(each, Stream)]
    for stream in streams:
        if stream.entries.get("Type") == "ObjStm":
            for number, value in _of_object_stream(stream):
                whole.objects.setdefault(number, []).append(value)
                if sum(map(len, whole.objects.values())) > MOST_OBJECTS:
                    raise TooMuch


def _of_object_stream(stream: Stream) -> Iterator[tuple[int, Value]]:
    first, count = stream.entries.get("First"), stream.entries.get("N")
    if not isinstance(first, float) or not isinstance(count, float) or count > MOST_OBJECTS:
        raise Malformed
    content = unpacked(stream, MOST_UNPACKED)
    words = content[: int(first)].split()
    if len(words) != 2 * int(count) or not all(each.isdigit() for each in words):
        raise Malformed
    for number, offset in zip(words[::2], words[1::2], strict=True):
        yield int(number), _value(content, int(first) + int(offset), 0)[0]


def filters(entries: Mapping[str, Value]) -> list[str]:
    """By name, in the order in which they are undone. Raises Malformed where they are said elsewhere."""
    stated = entries.get("Filter")
    listed = stated if isinstance(stated, list) else [] if stated is None else [stated]
    if not all(isinstance(each, Name) for each in listed):
        raise Malformed
    return cast("list[str]", listed)  # as was just looked at


def unpacked(stream: Stream, most: int) -> bytes:
    """What is in it, without its predictor. Raises TooMuch over `most` bytes, Malformed for what it cannot undo."""
    data = stream.data
    for each in filters(stream.entries):
        match each:
            case "FlateDecode":
                data = _inflated(data, most)
            case "ASCIIHexDecode":
                data = _from_hex(data)
            case "ASCII85Decode":
                data = _from_85(data)
            case _:
                raise Malformed
    return data


def _inflated(data: bytes, most: int) -> bytes:
    unpack = zlib.decompressobj()
    try:
        found = unpack.decompress(data, most)
    except zlib.error as error:
        raise Malformed from error
    if unpack.unconsumed_tail:
        raise TooMuch
    return found


def _from_hex(data: bytes) -> bytes:
    digits = data.partition(b">")[0].translate(None, _SPACE)
    try:
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    except ValueError as error:
        raise Malformed from error


def _from_85(data: bytes) -> bytes:
    import base64  # noqa: PLC0415 - few files need it

    try:
        return base64.a85decode(data.partition(b"~>")[0], ignorechars=_SPACE)
    except ValueError as error:
        raise Malformed from error
