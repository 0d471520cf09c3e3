"""Families that differ in what is said: encodings, envelopes, data, times, ids, strangers, and states of the clock."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Final, TypeAlias

from contracts import sim_clock
from contracts.topics import Topic, topic
from deploy.local.fuzz.shots import STRUCTURED, Family, Shot, Variant, good, key_of, message, on
from deploy.local.fuzz.stock import Json, Sample, Stock, dumped, moment_of
from deploy.local.fuzz.wire import Record

Path: TypeAlias = tuple[str | int, ...]
_GONE: Final = object()
_KEYWORD: Final = b'"padding":0'
_DEEP: Final = 10_000
_DIGITS: Final = 5_000
_LONG: Final = 200_000
_MANY: Final = 100_000


def families(stock: Stock, real: Callable[[], Sequence[str]]) -> Sequence[Family]:
    """`real` names applications of real people."""
    return (
        Family("encodings", 8, [*(partial(_encoded, name=name, encode=each) for name, each in _ENCODINGS), *_PADDINGS]),
        Family("envelopes", 12, list(_envelopes())),
        Family("data", 38, list(_data(stock))),
        Family("times", 6, [partial(_timed, name=name, time=time) for name, time in _TIMES] + list(_OFFSETS)),
        Family("ids", 5, _IDS),
        Family("strangers", 2, [_stranger, partial(_forged, real=real), partial(_another_source, real=real)]),
        Family("clock", 4, list(_states())),
    )


# Encodings


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

# Envelopes

_ATTRIBUTES: Final = (
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "correlationid",
    "causationid",
    "recordedtime",
    "traceparent",
    "data",
)
_WRONG: Final[Sequence[tuple[str, Json]]] = (
    ("missing", _GONE),
    ("null", None),
    ("true", True),
    ("0", 0),
    ("-1.5", -1.5),
    ("empty text", ""),
    ("a blank", " "),
    ("huge text", "x" * _LONG),
    ("a list", []),
    ("an object", {}),
    ("its own text in a list", ["1.0"]),
)
_EXTRAS: Final[Sequence[Json]] = (None, "", "text", 1, True, [1], {"deep": [{}]})
_SPECIAL: Final[Sequence[tuple[str, Json]]] = (
    *(("specversion", each) for each in ("0.3", "1.1", "1", "1.0 ", 1.0)),
    *(
        ("datacontenttype", each)
        for each in ("application/json; charset=utf-8", "Application/JSON", "text/xml", "json")
    ),
    *(("source", each) for each in ("portal", "/PORTAL", "/nobody", "/portal/", " /portal", "urn:x", "/\u202eportal")),
    ("source", "/" + "s" * 300),
    *(("traceparent", each) for each in ("00-0-0-0", "x" * _LONG, "ff-" + "0" * 32 + "-" + "0" * 16 + "-00")),
    *(("correlationid", each) for each in ("not-an-id", "{0152e31b-4040-8f0c-9fed-9b1e280a70fe}")),
    ("causationid", "urn:uuid:0152e31b-4040-8f0c-9fed-9b1e280a70fe"),
    ("causationid", "0152e31b40408f0c9fed9b1e280a70fe"),
    *(("recordedtime", each) for each in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "yesterday")),
    *(("comexampleextra", each) for each in _EXTRAS),
    ("UpperCase", "text"),
    ("data_base64", "e30="),
    ("dataschema", "https://example.org/schema"),
    ("subject", "nobody"),
    *(("data", each) for each in ([1], "text", [])),
)


def _envelopes() -> Iterator[Variant]:
    for attribute in _ATTRIBUTES:
        for name, value in _WRONG:
            yield partial(_changed, attribute=attribute, name=name, value=value)
    for attribute, value in _SPECIAL:
        yield partial(_changed, attribute=attribute, name=str(value)[:40], value=value)
    for name, change in _TYPES:
        yield partial(_typed, name=name, change=change)
    yield _of_another_topic


def _changed(stock: Stock, attribute: str, name: str, value: Json) -> Shot:
    sample, envelope = good(stock)
    key = key_of(envelope)
    if value is _GONE:
        envelope.pop(attribute, None)
    else:
        envelope[attribute] = value
    return on(sample, f"{attribute}: {name}", Record(key, dumped(envelope), STRUCTURED))


_TYPES: Final[Sequence[tuple[str, Callable[[str], str]]]] = (
    ("a future version", lambda name: name.rpartition(".v")[0] + ".v99"),
    ("version 0", lambda name: name.rpartition(".v")[0] + ".v0"),
    ("version 01", lambda name: name.rpartition(".v")[0] + ".v01"),
    ("version -1", lambda name: name.rpartition(".v")[0] + ".v-1"),
    ("a huge version", lambda name: name.rpartition(".v")[0] + ".v" + "9" * 190),
    ("no version", lambda name: name.rpartition(".v")[0]),
    ("upper case", str.upper),
    ("an unknown event", lambda _: "kz.egov.nobody.nothing-happened.v1"),
    ("a line behind it", lambda name: name + "\n"),
    ("other digits", lambda name: name[:-1] + "\u0661"),
)


def _typed(stock: Stock, name: str, change: Callable[[str], str]) -> Shot:
    sample, envelope = good(stock)
    envelope["type"] = change(envelope["type"])
    return on(sample, f"type: {name}", message(envelope))


def _of_another_topic(stock: Stock) -> Shot:
    """A good message where no such message belongs."""
    _, envelope = good(stock)
    return Shot("of another topic", stock.topic().name, [message(envelope)])


# Data

_VALUES: Final[Sequence[tuple[str, Json]]] = (
    *_WRONG,
    ("-1", -1),
    ("a million", 1_000_000),
    ("2^31", 2**31),
    ("2^63", 2**63),
    ("-2^63 - 1", -(2**63) - 1),
    ("10^30", 10**30),
    ("1e308", 1e308),
    ("a number as text", "1"),
    ("true as text", "true"),
    ("no-break space", "\u00a0"),
    ("zero width", "\u200b\u200b"),
    ("right to left", "\u202eтекст\u202c"),
    ("a NUL", "a\0b"),
    ("an escape", "\x1b[31mred"),
    ("unassigned", "\u0378\U000e0fff"),
    ("private use", "\ue000"),
    ("emoji", "👩‍👩‍👧‍👦" * 30),
    ("combining marks", "a" + "\u0301" * 500),
    ("a lone surrogate", "\ud800"),
    ("lines", "one\r\ntwo\u2028three"),
    ("many", [1] * _MANY),
    ("many texts", ["x"] * 1_000),
    ("nobody", "nobody"),
    ("SQL", "'; drop table events; --"),
    ("HTML", "<script>alert(1)</script>"),
    ("a template", "{{7*7}}${jndi:ldap://127.0.0.1/a}"),
)
_OF_TEXT: Final[Sequence[tuple[str, Callable[[str], str]]]] = (
    ("a blank behind it", lambda text: text + " "),
    ("a line behind it", lambda text: text + "\n"),
    ("upper case", str.upper),
    ("title case", str.title),
    ("in braces", lambda text: "{" + text + "}"),
    ("a letter less", lambda text: text[:-1]),
    ("twice", lambda text: text + text),
    (
        "digits of another script",
        lambda text: "".join(chr(0x660 + int(each)) if each.isdecimal() else each for each in text),
    ),
)


def _data(stock: Stock) -> Iterator[Variant]:
    """Every field of every published sample, with everything that may be wrong about it."""
    for each in stock.topics:
        for sample in stock.samples[each.name]:
            for path, value in _places(sample.envelope["data"]):
                yield from _wrong_values(sample, path, value)
            yield partial(_mutated, sample=sample, path=("anything",), name="unknown field", value={"new": [1]})


def _wrong_values(sample: Sample, path: Path, value: Json) -> Iterator[Variant]:
    for name, other in _VALUES:
        # A newer state of the clock, if the contract allows it, is rightly obeyed.
        if path == ("sequence",) and isinstance(other, int | float) and other > 1:
            continue
        yield partial(_mutated, sample=sample, path=path, name=name, value=other)
    if moment_of(value):
        for name, time in _TIMES:
            yield partial(_mutated, sample=sample, path=path, name=f"time, {name}", value=time)
    elif isinstance(value, str):
        for name, change in _OF_TEXT:
            yield partial(_mutated, sample=sample, path=path, name=name, value=change)
    elif isinstance(value, list) and value:
        yield partial(
            _mutated, sample=sample, path=path, name="its first ten thousand times", value=[value[0]] * 10_000
        )


def _places(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _places(each, (*path, index))


def _mutated(stock: Stock, sample: Sample, path: Path, name: str, value: Json) -> Shot:
    envelope = stock.fresh(sample)
    place = envelope["data"]
    for step in path[:-1]:
        place = place[step]
    last = path[-1]
    if value is _GONE:
        del place[last]
    else:
        place[last] = value(place[last]) if callable(value) else value
    where = "/".join(map(str, path))
    return on(sample, f"{sample.type} {where}: {name}", message(envelope))


# Times

_TIMES: Final[Sequence[tuple[str, Json]]] = (
    *(
        (each, each)
        for each in (
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999Z",
            "2106-02-07T06:28:15Z",
            "2999-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59.999999Z",
            "9999-12-31T23:59:59.9999999Z",
            "9999-12-31T23:59:59-06:00",
            "10000-01-01T00:00:00Z",
            "+012016-02-15T10:00:00Z",
            "-0001-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2016-02-15T23:59:60Z",
            "2015-06-30T23:59:60Z",
            "2016-02-15T24:00:00Z",
            "2016-02-30T10:00:00Z",
            "2016-02-15T10:00:00",
            "2016-02-15T10:00Z",
            "2016-02-15 10:00:00Z",
            "2016-02-15T10:00:00+0600",
            "2016-02-15T10:00:00+06",
            "2016-02-15T10:00:00+24:00",
            "2016-02-15T10:00:00-00:00",
            "2016-02-15t10:00:00z",
            "2016-02-15T10:00:00,5Z",
            "2016-02-15T10:00:00 GMT",
            "2016-02-15",
            "2016-W07-1T10:00:00Z",
            "20160215T100000Z",
            "Mon, 15 Feb 2016 10:00:00 GMT",
            "1455508800",
            "now",
        )
    ),
    ("a number", 1_455_508_800),
    ("a fraction", 1_455_508_800.5),
    ("a fraction of thirty digits", "2016-02-15T10:00:00." + "1" * 30 + "Z"),
    ("digits of another script", "٢٠١٦-02-15T10:00:00Z"),
    ("a line behind it", "2016-02-15T10:00:00Z\n"),
)


def _timed(stock: Stock, name: str, time: Json) -> Shot:
    sample, envelope = good(stock)
    return on(sample, name, message(envelope | {"time": time}))


def _elsewhere(stock: Stock, hours: float) -> Shot:
    """The same moment, by other clocks."""
    sample, envelope = good(stock)
    moment = datetime.fromisoformat(envelope["time"]).astimezone(timezone(timedelta(hours=hours)))
    return on(sample, f"offset {hours:+g}", message(envelope | {"time": moment.isoformat()}))


_OFFSETS: Final = [partial(_elsewhere, hours=each) for each in (-23.5, -12, -3.5, 5.75, 14, 23.5)]

# Ids


def _other_content(stock: Stock) -> Shot:
    """One name for two messages that say different things."""
    sample, envelope = good(stock)
    other = stock.fresh(stock.sample(sample.topic)) | {"id": envelope["id"]}
    return on(sample, "reused for something else", message(envelope), message(other))


def _repeated(stock: Stock) -> Shot:
    sample, envelope = good(stock)
    return on(sample, "repeated", message(envelope), message(envelope))


def _identified(stock: Stock, name: str, change: Callable[[str], str]) -> Shot:
    sample, envelope = good(stock)
    return on(sample, name, message(envelope | {"id": change(envelope["id"])}))


_IDS: Final[Sequence[Variant]] = (
    _other_content,
    _other_content,
    _other_content,
    _repeated,
    _repeated,
    *(
        partial(_identified, name=name, change=change)
        for name, change in (
            ("nil", lambda _: "00000000-0000-0000-0000-000000000000"),
            ("max", lambda _: "ffffffff-ffff-ffff-ffff-ffffffffffff"),
            ("upper case", str.upper),
            ("in braces", lambda name: "{" + name + "}"),
            ("urn", lambda name: "urn:uuid:" + name),
            ("without hyphens", lambda name: name.replace("-", "")),
            ("a number", lambda _: "12345"),
        )
    ),
)

# Strangers


def _stranger(stock: Stock) -> Shot:
    """Nothing is wrong with it, but that nobody knows whom it is about."""
    sample, envelope = good(stock)
    return on(sample, sample.type, message(envelope))


def _about(stock: Stock, sample: Sample, identity: str) -> dict[str, Json]:
    envelope = stock.fresh(sample)
    text = dumped(envelope).replace(envelope["subject"].encode(), identity.encode())
    found: dict[str, Json] = json.loads(text)
    return found


def _forged(stock: Stock, real: Callable[[], Sequence[str]]) -> Shot:
    """Somebody hands in a real person's application again, in the portal's name and without the person's signature."""
    sample = next(each for each in stock.samples["portal.applications.v1"] if "application-submitted" in each.type)
    names = real()
    envelope = _about(stock, sample, stock.random.choice(names)) if names else stock.fresh(sample)
    return on(sample, "forged in the portal's name", message(envelope))


def _another_source(stock: Stock, real: Callable[[], Sequence[str]]) -> Shot:
    """A real application, on a topic that its writer does not own."""
    sample = stock.sample(_heard(stock))
    names = real()
    envelope = _about(stock, sample, stock.random.choice(names)) if names else stock.fresh(sample)
    return on(sample, "from another than the owner", message(envelope | {"source": "/somebody"}))


def _heard(stock: Stock) -> Topic:
    return stock.random.choice([each for each in stock.topics if each.consumers and each.name != sim_clock.TOPIC])


# The clock


def _states() -> Iterator[Variant]:
    for name, change in _STATES:
        yield partial(_state, name=name, change=change)
    yield partial(_state, name="another key", change={}, key=b"another")
    yield partial(_state, name="no key", change={}, key=None)
    yield _rubbish


_STATES: Final[Sequence[tuple[str, dict[str, Json]]]] = (
    *(
        (f"rate {each}", {"rate": each, "sequence": 2**40})
        for each in (1e300, float("inf"), float("-inf"), float("nan"), -1, "1", None, 1e13)
    ),
    *(
        (f"virtual {each}", {"virtual": each, "sequence": 2**40})
        for each in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "soon", 0, None)
    ),
    *(
        (f"wall {each}", {"wall": each, "sequence": 2**40})
        for each in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", None)
    ),
    *((f"sequence {each}", {"sequence": each}) for each in (-1, 0, 1, 2**63, 10**30, "2", None, 1.5, True)),
)


def _state(stock: Stock, name: str, change: dict[str, Json], key: bytes | None = sim_clock.KEY.encode()) -> Shot:
    """What the contract refuses, or old news: a newer state that it allows would rightly be obeyed."""
    sample = stock.samples[sim_clock.TOPIC][0]
    envelope = stock.fresh(sample)
    envelope["data"] |= change
    return on(sample, name, Record(key, dumped(envelope), STRUCTURED))


def _rubbish(stock: Stock) -> Shot:
    return Shot(
        "rubbish", topic(sim_clock.TOPIC).name, [Record(sim_clock.KEY.encode(), stock.random.randbytes(50), STRUCTURED)]
    )
