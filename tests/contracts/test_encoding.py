"""What a publisher writes without checking it is, byte by byte, what checking would have given."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.envelope import Envelope
from tests.contracts.committed import SAMPLES, catalogue, read, split

NOON = datetime(2016, 2, 15, 6, 0, 0, 120_000, tzinfo=UTC)
ATTRIBUTES: dict[str, Any] = {  # Any: keyword arguments of several types
    "identity": UUID(int=1),
    "source": "/portal",
    "subject": "ә 1",
    "time": NOON,
    "correlation": UUID(int=2),
    "causation": UUID(int=3),
    "recorded": NOON.replace(microsecond=1),
    "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_encoding_gives_the_bytes_of_the_checked_envelope(path: Path) -> None:
    name, version = split(path.stem)
    event = catalogue(name).decode(name, version, read(path))

    assert Envelope.encode(event, **ATTRIBUTES) == Envelope.wrap(event, **ATTRIBUTES).to_bytes()
