"""What is sent at a chain, one after another by a seed: families of unusual and hostile records, each with its variants."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from contracts.envelope import CONTENT_TYPE
from deploy.local.fuzz.stock import Json, Sample, Stock, dumped
from deploy.local.fuzz.wire import PLAIN, Frame, Record

STRUCTURED: Final = ((b"content-type", CONTENT_TYPE.encode()),)


class Ending(StrEnum):
    """What becomes of the transaction that records are sent in; most are sent in none."""

    NONE = ""
    COMMITTED = "committed"
    ABORTED = "aborted"
    LEFT_OPEN = "left open"


@dataclass(frozen=True, slots=True)
class Shot:
    """Records that go out together, to one partition of a topic (named without its prefix)."""

    variant: str
    topic: str
    records: Sequence[Record]
    frame: Frame = PLAIN
    ending: Ending = Ending.NONE
    family: str = ""
    partition: int = 0  # modulo as many as the topic has


Variant: TypeAlias = Callable[[Stock], Shot]


@dataclass(frozen=True, slots=True)
class Family:
    """Variants of one kind, taken in turn; `share` says how often, beside those of others."""

    name: str
    share: float
    variants: Sequence[Variant]


def shots(stock: Stock, families: Sequence[Family], records: int) -> Iterator[Shot]:
    """So many records, the first ones of every family; the same ones for the same seed."""
    decks = {each.name: _deck(stock, each) for each in families}
    shares = [each.share for each in families]
    sent, turn = 0, 0
    while sent < records:
        family = families[turn] if turn < len(families) else stock.random.choices(families, shares)[0]
        shot = next(decks[family.name])(stock)
        turn, sent = turn + 1, sent + len(shot.records)
        yield replace(shot, family=family.name, partition=stock.random.randrange(1 << 16))


def _deck(stock: Stock, family: Family) -> Iterator[Variant]:
    """All variants, shuffled, before one comes again."""
    while True:
        yield from stock.random.sample(family.variants, len(family.variants))


def good(stock: Stock) -> tuple[Sample, dict[str, Json]]:
    """A good message, of any event of any topic."""
    sample = stock.sample()
    return sample, stock.fresh(sample)


def message(envelope: Mapping[str, Json]) -> Record:
    """As its owner would send it."""
    return Record(key_of(envelope), dumped(envelope), STRUCTURED)


def key_of(envelope: Mapping[str, Json]) -> bytes:
    return str(envelope.get("subject")).encode(errors="replace")


def on(sample: Sample, variant: str, *records: Record, frame: Frame = PLAIN, ending: Ending = Ending.NONE) -> Shot:
    return Shot(variant, sample.topic.name, records, frame, ending)
