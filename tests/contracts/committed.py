"""The committed files of the contracts, as the tests of this folder look at them."""

import json
from pathlib import Path
from typing import Any, Final

from contracts.event import Catalogue, Event
from contracts.generate import schemas
from contracts.generate.__main__ import ROOT
from contracts.topics import all_topics

SCHEMAS: Final = ROOT / "contracts" / "schemas"
SAMPLES: Final = sorted((ROOT / "contracts" / "samples").glob("*.json"))
ENVELOPES: Final = sorted((ROOT / "contracts" / "samples" / "envelopes").glob("*.json"))
EVENTS: Final = sorted(schemas.events(), key=lambda event: event.name)


def read(path: Path) -> Any:  # Any: JSON
    return json.loads(path.read_text(encoding="utf-8"))


def sample(event: type[Event]) -> Any:  # Any: JSON
    return read(ROOT / "contracts" / "samples" / f"{event.type_name()}.json")


def split(name: str) -> tuple[str, int]:
    """The event's name and version out of a file's stem or a CloudEvents type."""
    event, _, version = name.rpartition(".v")
    return event, int(version)


def catalogue(name: str) -> Catalogue:
    """The catalogue of the first topic that carries the event of this name."""
    return next(topic.catalogue for topic in all_topics() if name in topic.catalogue)
