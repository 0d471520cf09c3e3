"""Electronic copies in the portal's database: each content once, known by its hash to those who uploaded it."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from services._chassis.store import Store

MOST_COPIES: Final = 60  # of one person: a dozen for each of a few attempts, and not a disk of their own

_CLAIM: Final = """
with known as (select digest from attachments where digest = $2 and media_type = $3),
mine as (
    insert into attachment_owners (iin, digest) select $1, digest from known on conflict do nothing returning digest)
select exists (select from known) as known, exists (select from mine) as added,
    (select count(*) from attachment_owners where iin = $1) as held
"""
_KEEP: Final = """
with kept as (
    insert into attachments (digest, media_type, size, content) values ($2, $3, $4, $5)
    on conflict (digest) do nothing)
insert into attachment_owners (iin, digest) values ($1, $2) on conflict do nothing returning digest
"""
_OF_A_PERSON: Final = """
select digest, media_type, size from attachments join attachment_owners using (digest)
where iin = $1 and digest = any($2::text[])
"""
_READ: Final = """
select media_type, content from attachments join attachment_owners using (digest) where iin = $1 and digest = $2
"""


class Claimed(NamedTuple):
    """`known`: the content is stored, and now the person's too; `added`: it was not theirs before; `held`: how many are."""

    known: bool
    added: bool
    held: int


class Copy(NamedTuple):
    digest: str
    media_type: str
    size: int


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


async def claim(store: Store, iin: str, digest: str, media_type: str) -> Claimed:
    """Make a content that was stored before, and found to be of that type, this person's as well."""
    (row,) = await store.rows(_CLAIM, iin, digest, media_type)
    return Claimed(bool(row["known"]), bool(row["added"]), int(str(row["held"])))


async def keep(store: Store, iin: str, media_type: str, content: bytes) -> bool:
    """Store a content that was found to be of that type; whether it was not this person's before."""
    return bool(await store.rows(_KEEP, iin, digest_of(content), media_type, len(content), content))


async def of_person(store: Store, iin: str, digests: Iterable[str]) -> dict[str, Copy]:
    """Those of the digests that this person uploaded, in one query."""
    rows = await store.rows(_OF_A_PERSON, iin, list(set(digests)))
    found = [Copy(str(row["digest"]), str(row["media_type"]), int(str(row["size"]))) for row in rows]
    return {each.digest: each for each in found}


async def read(store: Store, iin: str, digest: str) -> tuple[str, bytes] | None:
    """Media type and content, for who uploaded it."""
    for row in await store.rows(_READ, iin, digest):
        content = row["content"]
        return str(row["media_type"]), content if isinstance(content, bytes) else b""
    return None
