"""What may be wrong with one field: an attribute of the envelope, a value of the data, a time."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Final, TypeAlias

from deploy.local.fuzz.shots import STRUCTURED, Shot, Variant, good, key_of, message, on
from deploy.local.fuzz.stock import Json, Sample, Stock, dumped, moment_of
from deploy.local.fuzz.wire import Record

Path: TypeAlias = tuple[str | int, ...]
_GONE: Final = object()
_MANY: Final = 100_000
_LONG: Final = 200_000
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


def envelopes() -> Iterator[Variant]:
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


def data(stock: Stock) -> Iterator[Variant]:
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


def times() -> Iterator[Variant]:
    """Moments as no message should write them, and good ones by other clocks."""
    for name, time in _TIMES:
        yield partial(_timed, name=name, time=time)
    for hours in _OFFSETS:
        yield partial(_elsewhere, hours=hours)


def _timed(stock: Stock, name: str, time: Json) -> Shot:
    sample, envelope = good(stock)
    return on(sample, name, message(envelope | {"time": time}))


def _elsewhere(stock: Stock, hours: float) -> Shot:
    """The same moment, by other clocks."""
    sample, envelope = good(stock)
    moment = datetime.fromisoformat(envelope["time"]).astimezone(timezone(timedelta(hours=hours)))
    return on(sample, f"offset {hours:+g}", message(envelope | {"time": moment.isoformat()}))


_OFFSETS: Final = (-23.5, -12, -3.5, 5.75, 14, 23.5)
