"""Ids that derive from their causes, so that a repeated decision gives the same ids and one seed gives one log."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final
from uuid import UUID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def derive(at: datetime, cause: UUID | str, *labels: object) -> UUID:
    """A UUID version 8 (RFC 9562, 5.8): 48 bits of virtual milliseconds, then a hash of the cause and the labels.

    Time-ordered, so that indexes stay warm.
    """
    named = "\x1f".join((str(cause), *map(str, labels)))
    hashed = int.from_bytes(blake2b(named.encode(), digest_size=10).digest(), "big")
    milliseconds = ((at - _EPOCH) // _MILLISECOND) & 0xFFFF_FFFF_FFFF
    bits = (milliseconds << 80) | hashed
    bits = (bits & ~(0xF << 76)) | (0x8 << 76)
    bits = (bits & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=bits)


def span_id(cause: UUID) -> str:
    """Sixteen hexadecimal digits for a trace span, the same whenever the same cause is handled again."""
    return blake2b(cause.bytes, digest_size=8).hexdigest()


def trace_parent(parent: str | None, correlation: UUID, cause: UUID) -> str:
    """W3C Trace Context: the caller's goes on as it came; without one the conversation's id names the trace."""
    return parent or f"00-{correlation.hex}-{span_id(cause)}-01"
