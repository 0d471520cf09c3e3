"""Families that differ in how records are packed and carried: codecs, batches, transactions, sizes, keys, headers."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from contracts import sim_clock
from contracts.topics import topic
from deploy.local.fuzz.shots import STRUCTURED, Ending, Family, Shot, Variant, good, key_of, message, on
from deploy.local.fuzz.stock import Sample, Stock, dumped
from deploy.local.fuzz.wire import Codec, Frame, Record, compressed, packed

_MOST: Final = 1_048_576  # `max.message.bytes` where nobody has set it
_OVERHEAD: Final = 500  # of a batch and a record's own fields
_MEGA: Final = 1_000_000
_TOGETHER: Final = (2, 5)


def families() -> Sequence[Family]:
    return (
        Family("codecs", 6, [partial(_codec, codec=each) for each in Codec]),
        Family("batches", 4, [partial(_framed, name=name, frame=frame) for name, frame in _FRAMES] + list(_BODIES)),
        Family("transactions", 3, [partial(_transaction, ending=each) for each in (Ending.COMMITTED, Ending.ABORTED)]),
        Family("sizes", 2, _sizes()),
        Family("keys", 5, [partial(_keyed, name=name, key=key) for name, key in _KEYS] + [_other_case]),
        Family("headers", 5, [partial(_headed, name=name, headers=headers) for name, headers in _HEADERS] + [_binary]),
        Family("tombstones", 1, [partial(_tombstone, key=each) for each in (None, b"", b"nobody")] + [_own_tombstone]),
    )


def left_open(stock: Stock) -> Shot:
    """A transaction that nobody ends: it holds everything behind it back until the broker ends it."""
    return replace(_transaction(stock, ending=Ending.LEFT_OPEN), family="transactions")


def _together(stock: Stock) -> tuple[Sample, list[Record]]:
    """Good messages of one topic."""
    first = stock.sample()
    others = [stock.sample(first.topic) for _ in range(stock.random.randint(*_TOGETHER) - 1)]
    return first, [message(stock.fresh(each)) for each in (first, *others)]


def _codec(stock: Stock, codec: Codec) -> Shot:
    sample, records = _together(stock)
    return on(sample, codec.name.lower(), *records, frame=Frame(codec=codec))


def _framed(stock: Stock, name: str, frame: Frame) -> Shot:
    sample, envelope = good(stock)
    return on(sample, name, message(envelope), frame=frame)


_FRAMES: Final = (
    ("wrong CRC", Frame(crc=1)),
    *((f"magic {each}", Frame(magic=each)) for each in (-1, 0, 1, 3, 127)),
    *((f"codec {each}", Frame(codec=each)) for each in (5, 6, 7)),
    ("cut short", Frame(cut=7)),
    ("bytes behind it", Frame(extra=b"\0\1\2")),
    ("control batch", Frame(attributes=0x20)),
    ("transactional without a transaction", Frame(attributes=0x10)),
    ("of an unknown producer's transaction", Frame(attributes=0x10, producer=(4_711, 0, 0))),
    ("of an unknown producer", Frame(producer=(4_712, 0, 0))),
    ("of an unknown producer, sequence 7", Frame(producer=(4_713, 0, 7))),
    ("says the broker set the time", Frame(attributes=0x08)),
    ("has a delete horizon", Frame(attributes=0x40)),
    ("unknown attributes", Frame(attributes=0x7F00)),
    *((f"last offset {each}", Frame(last_delta=each)) for each in (-1, 5, 2**31 - 1)),
    *((f"count {each}", Frame(count=each)) for each in (-1, 0, 5)),
    *((f"timestamp {each}", Frame(timestamp=each)) for each in (-1, -2, 0, -(2**62), 2**62, 2**63 - 1)),
)


def _squeezed(stock: Stock, codec: Codec, name: str) -> Shot:
    """A compressed batch that is not what it says."""
    sample, envelope = good(stock)
    record = message(envelope)
    inside = packed([record])
    body = {
        "rubbish instead of": b"rubbish" * 9,
        "rubbish inside": compressed(b"rubbish" * 9, codec),
        "cut short": compressed(inside, codec)[:-6],
        "a record and a tail inside": compressed(inside + b"tail", codec),
        "rubbish behind": compressed(inside, codec) + b"rubbish",
    }[name]
    return on(sample, f"{name} {codec.name.lower()}", record, frame=Frame(codec=codec, body=body))


_SQUEEZED: Final = ("rubbish instead of", "rubbish inside", "cut short", "a record and a tail inside", "rubbish behind")


def _bare(stock: Stock, name: str, body: bytes) -> Shot:
    """A record whose own fields are wrong; `body` follows its length."""
    sample = stock.sample()
    return on(sample, name, Record(None, b""), frame=Frame(body=bytes([len(body) * 2]) + body))


_BODIES: Final[Sequence[Variant]] = (
    *(partial(_squeezed, codec=codec, name=name) for codec in list(Codec)[1:] for name in _SQUEEZED),
    *(
        partial(_bare, name=name, body=body)
        for name, body in (
            ("key length -3", b"\0\0\0\x05\x01\0"),
            ("value length -3", b"\0\0\0\x01\x05\0"),
            ("headers -1", b"\0\0\0\x01\x01\x01"),
            ("record with a tail", b"\0\0\0\x01\x01\0zz"),
            ("record attributes 255", b"\xff\0\0\x01\x01\0"),
            ("a far time", b"\0" + b"\xff" * 9 + b"\x01\0\x01\x01\0"),
            ("header without a name", b"\0\0\0\x01\x01\x02\x01\x01"),
            ("header value length -3", b"\0\0\0\x01\x01\x02\x02a\x05"),
            ("rubbish", b"rubbish" * 3),
        )
    ),
)


def _transaction(stock: Stock, ending: Ending) -> Shot:
    sample, records = _together(stock)
    return on(sample, str(ending), *records, ending=ending)


def _sized(stock: Stock, value: bytes) -> Shot:
    sample, envelope = good(stock)
    return on(sample, f"{len(value)} bytes", Record(key_of(envelope), value, STRUCTURED))


def _filled(stock: Stock, codec: Codec, size: int, name: str) -> Shot:
    """A good message, made large by an attribute that nobody needs."""
    sample, envelope = good(stock)
    head = dumped(envelope)[:-1] + b', "padding": "'
    value = head + b"0" * (size - len(head) - 2) + b'"}'
    return on(sample, name, Record(key_of(envelope), value, STRUCTURED), frame=Frame(codec=codec))


def _sizes() -> Sequence[Variant]:
    """Few are large, since all of it goes over the wire and into memory."""
    small = [partial(_sized, value=each) for each in (b"", b"{", b"0", b" ", b"\0", b"{}", b"[]", b'""', b"null")] * 20
    full = [
        partial(_filled, codec=Codec.NONE, size=_MOST - _OVERHEAD, name="as much as the broker takes"),
        partial(_filled, codec=Codec.NONE, size=_MOST + _OVERHEAD, name="more than the broker takes"),
    ]
    bombs = [
        partial(_filled, codec=codec, size=size * _MEGA, name=f"{size} MB in {codec.name.lower()}")
        for codec, size in ((Codec.GZIP, 20), (Codec.ZSTD, 20), (Codec.LZ4, 20), (Codec.SNAPPY, 10), (Codec.ZSTD, 100))
    ]
    return [*small, *full, *bombs]


def _keyed(stock: Stock, name: str, key: bytes | None) -> Shot:
    sample, envelope = good(stock)
    return on(sample, name, Record(key, dumped(envelope), STRUCTURED))


_KEYS: Final = (
    ("no key", None),
    ("empty key", b""),
    ("another's key", b"0152e31b-4040-8f0c-9fed-9b1e280a70fe"),
    ("key that is no text", b"\xff\xfe\xc3\x28"),
    ("key of NULs", b"\0" * 36),
    ("huge key", b"k" * 200_000),
    ("key in UTF-16", "0152e31b-4040-8f0c-9fed-9b1e280a70fe".encode("utf-16")),
)


def _other_case(stock: Stock) -> Shot:
    sample, envelope = good(stock)
    return on(sample, "key in upper case", Record(key_of(envelope).upper(), dumped(envelope), STRUCTURED))


def _headed(stock: Stock, name: str, headers: Sequence[tuple[bytes, bytes | None]]) -> Shot:
    sample, envelope = good(stock)
    return on(sample, name, Record(key_of(envelope), dumped(envelope), headers))


_HEADERS: Final = (
    ("no headers", ()),
    ("content-type text/plain", ((b"content-type", b"text/plain"),)),
    ("content-type with a charset", ((b"content-type", b"application/cloudevents+json; charset=utf-8"),)),
    ("content-type twice", STRUCTURED * 2),
    ("content-type null", ((b"content-type", None),)),
    ("content-type that is no text", ((b"content-type", b"\xff\xfe"),)),
    ("header name that is no text", (*STRUCTURED, (b"\xff\xfe", b"1"))),
    ("header without a name", (*STRUCTURED, (b"", b"1"))),
    ("header value null", (*STRUCTURED, (b"note", None))),
    ("thousands of headers", (*STRUCTURED, *((b"h%d" % number, b"1") for number in range(5_000)))),
    ("huge header", (*STRUCTURED, (b"note", b"h" * 300_000))),
    ("huge header name", (*STRUCTURED, (b"h" * 100_000, b"1"))),
)


def _binary(stock: Stock) -> Shot:
    """CloudEvents in binary mode: the attributes are headers, the value is `data`."""
    sample, envelope = good(stock)
    data = envelope.pop("data")
    attributes = tuple((f"ce_{name}".encode(), str(value).encode()) for name, value in envelope.items())
    headers = ((b"content-type", b"application/json"), *attributes)
    return on(sample, "binary mode", Record(key_of(envelope), dumped(data), headers))


def _tombstone(stock: Stock, key: bytes | None) -> Shot:
    sample = stock.sample()
    return on(sample, f"key {key!r}", Record(key, None))


def _own_tombstone(_stock: Stock) -> Shot:
    return Shot("of the clock", topic(sim_clock.TOPIC).name, [Record(sim_clock.KEY.encode(), None)])
