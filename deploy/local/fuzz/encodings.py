"""How the same words may be written: encodings, and values that JSON writes in unusual ways."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from deploy.local.fuzz.shots import STRUCTURED, Shot, Variant, good, key_of, on
from deploy.local.fuzz.stock import Stock, dumped
from deploy.local.fuzz.wire import Record

_DEEP: Final = 10_000
_DIGITS: Final = 5_000


def variants() -> Sequence[Variant]:
    return [*(partial(_encoded, name=name, encode=each) for name, each in _ENCODINGS), *_PADDINGS]


def _encoded(stock: Stock, name: str, encode: Callable[[bytes], bytes]) -> Shot:
    sample, envelope = good(stock)
    return on(sample, name, Record(key_of(envelope), encode(dumped(envelope)), STRUCTURED))


def _again(codec: str) -> Callable[[bytes], bytes]:
    return lambda text: text.decode().encode(codec)


def _twice(text: bytes) -> bytes:
    """The same attribute twice, with another meaning."""
    return text[:-1] + b',"source":"/nobody"}'


_ENCODINGS: Final[Sequence[tuple[str, Callable[[bytes], bytes]]]] = (
    *((name, _again(name)) for name in ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7")),
    ("half", lambda text: text[: len(text) // 2]),
    ("rubbish behind", lambda text: text + b"}]"),
    ("two of them", lambda text: text + b"\n" + text),
    ("comma at the end", lambda text: text[:-1] + b",}"),
    ("comment", lambda text: b"/* a comment */" + text),
    ("single quotes", lambda text: text.replace(b'"', b"'")),
    ("blanks around it", lambda text: b" \r\n\t" + text + b"\n\n"),
    ("blank that JSON does not know", lambda text: b"\xc2\xa0" + text),
    ("a list of one", lambda text: b"[" + text + b"]"),
    ("text in text", lambda text: json.dumps(text.decode()).encode()),
    ("an attribute twice", _twice),
    ("data twice", lambda text: text[:-1] + b',"data":{}}'),
    ("NULs behind it", lambda text: text + b"\0" * 16),
)


def _padded(stock: Stock, name: str, token: bytes) -> Shot:
    """A good message with an attribute that nobody needs, whose value is unusual."""
    sample, envelope = good(stock)
    text = dumped(envelope | {"padding": 0})
    return on(sample, name, Record(key_of(envelope), text.replace(b'"padding": 0', b'"padding": ' + token), STRUCTURED))


_PADDINGS: Final[Sequence[Variant]] = tuple(
    partial(_padded, name=name, token=token)
    for name, token in (
        ("latin-1", b'"caf\xe9"'),
        ("overlong", b'"\xc0\xaf"'),
        ("a surrogate in UTF-8", b'"\xed\xa0\x80"'),
        ("a lone surrogate", b'"\\ud800"'),
        ("surrogates the wrong way round", b'"\\udc00\\ud800"'),
        ("NUL", b'"\0"'),
        ("escaped NUL", b'"\\u0000"'),
        ("control characters", b'"\x01\x02\n"'),
        ("unknown escape", b'"\\x41"'),
        ("not a character", b'"\xef\xbf\xbf"'),
        ("deep lists", b"[" * _DEEP + b"]" * _DEEP),
        ("deep objects", b'{"a":' * _DEEP + b"0" + b"}" * _DEEP),
        ("a long number", b"9" * _DIGITS),
        ("a long fraction", b"0." + b"1" * _DIGITS),
        ("a number without bounds", b"1e400"),
        ("NaN", b"NaN"),
        ("Infinity", b"-Infinity"),
        ("a leading zero", b"01"),
        ("a plus", b"+1"),
        ("hexadecimal", b"0x1F"),
        ("True", b"True"),
        ("undefined", b"undefined"),
        ("an attribute twice, deep down", b'{"a":1,"a":2}'),
    )
)
