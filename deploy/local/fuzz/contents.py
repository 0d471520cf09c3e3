"""Families that differ in what is said: encodings, envelopes, data, times, ids, strangers, and states of the clock."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from contracts import sim_clock
from contracts.topics import Topic, topic
from deploy.local.fuzz import encodings, fields
from deploy.local.fuzz.shots import STRUCTURED, Family, Shot, Variant, good, message, on
from deploy.local.fuzz.stock import Json, Sample, Stock, dumped
from deploy.local.fuzz.wire import Record


def families(stock: Stock, real: Callable[[], Sequence[str]]) -> Sequence[Family]:
    """`real` names applications of real people."""
    return (
        Family("encodings", 8, encodings.variants()),
        Family("envelopes", 12, list(fields.envelopes())),
        Family("data", 38, list(fields.data(stock))),
        Family("times", 6, list(fields.times())),
        Family("ids", 5, _IDS),
        Family("strangers", 2, [_stranger, partial(_forged, real=real), partial(_another_source, real=real)]),
        Family("clock", 4, list(_states())),
    )


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
