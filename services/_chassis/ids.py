"""Ids that derive from their causes, so that a repeated decision gives the same ids and one seed gives one log."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Final
from uuid import UUID

from asyncpg.pgproto.pgproto import UUID as FastUUID  # noqa: N811 - its name says what it is for

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def derive(at: datetime, cause: UUID | str, *labels: object) -> UUID:
    """A UUID version 8 (RFC 9562, 5.8): 48 bits of virtual milliseconds, then a hash of the cause and the labels.

    Time-ordered, so that indexes stay warm. It is of asyncpg's kind of UUID, which is one of Python's and costs a tenth.
    """
    source = cause.bytes if isinstance(cause, UUID) else cause.encode()
    named = source + "\x1f".join(("", *map(str, labels))).encode()
    return _uuid8(_stamp(at), named)


def _uuid8(stamp: bytes, named: bytes) -> UUID:
    found = bytearray(stamp + blake2b(named, digest_size=10).digest())
    found[6] = 0x80 | (found[6] & 0x0F)  # version
    found[8] = 0x80 | (found[8] & 0x3F)  # variant
    identity: UUID = FastUUID(bytes(found))
    return identity


@lru_cache(maxsize=10_000)
def _stamp(at: datetime) -> bytes:
    return (((at - _EPOCH) // _MILLISECOND) & 0xFFFF_FFFF_FFFF).to_bytes(6, "big")


def of_message(source: str, identity: UUID) -> UUID:
    """What the inbox remembers a message by: CloudEvents 3.1.1 names one by `source` and `id` together."""
    return _uuid8(identity.bytes[:6], source.encode() + b"\x1f" + identity.bytes)


def fingerprint(*parts: str) -> str:
    """Thirty-two digits for what these name together: a stream of something that has no id of its own."""
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def dated_number(identity: UUID, at: datetime, zone: tzinfo) -> str:
    """Twenty digits for people to write down: the day, then twelve of the id's own hash."""
    return f"{at.astimezone(zone):%Y%m%d}{identity.int % 10**12:012d}"


def digest(*parts: bytes) -> int:
    """Sixty-four bits of what was said, to tell a repeat from something else under the same name."""
    return int.from_bytes(blake2b(b"\x1f".join(parts), digest_size=8).digest(), "big", signed=True)


def span_id(cause: UUID) -> str:
    """Sixteen hexadecimal digits for a trace span, the same whenever the same cause is handled again."""
    return blake2b(cause.bytes, digest_size=8).hexdigest()


def trace_parent(parent: str | None, correlation: UUID, cause: UUID) -> str:
    """W3C Trace Context: the caller's goes on as it came; without one the conversation's id names the trace."""
    return parent or f"00-{correlation.hex}-{span_id(cause)}-01"
