"""Electronic copies in the portal's database: each content once, known by its hash to those who uploaded it."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from services._chassis.store import Store

MOST_COPIES: Final = 60  # of one person: a dozen for each of a few attempts, and not a disk of their own

_CLAIM: Final = """
with known as (select digest from attachments where digest = $2 and media_type = $3),
held as (select count(*) as number, coalesce(bool_or(digest = $2), false) as own from attachment_owners where iin = $1),
mine as (
    insert into attachment_owners (iin, digest) select $1, digest from known
    where (select number from held) < $4 on conflict do nothing returning digest)
select exists (select from known) as known, exists (select from mine) as added, number as held, own from held
"""
_KEEP: Final = """
with kept as (
    insert into attachments (digest, media_type, size, content) values ($2, $3, $4, $5)
    on conflict (digest) do nothing)
insert into attachment_owners (iin, digest) values ($1, $2) on conflict do nothing
"""
_HELD: Final = """
select count(*) as held, coalesce(bool_or(digest = $2), false) as own from attachment_owners where iin = $1
"""
# Who counts waits for who counts before: what a person sends at once is counted in turn.
_TURN: Final = "select pg_advisory_xact_lock(7052018, hashtext($1))"
_OF_A_PERSON: Final = """
select digest, media_type, size from attachments join attachment_owners using (digest)
where iin = $1 and digest = any($2::text[])
"""
_READ: Final = """
select media_type, content from attachments join attachment_owners using (digest) where iin = $1 and digest = $2
"""


class Claimed(NamedTuple):
    """`known`: the content is stored; `added`: now it is the person's too, and was not before; `own`: it was; `held`: how
    many were.
    """

    known: bool
    added: bool
    held: int
    own: bool

    @property
    def full(self) -> bool:
        return not self.own and self.held >= MOST_COPIES


class Copy(NamedTuple):
    digest: str
    media_type: str
    size: int


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


async def claim(store: Store, iin: str, digest: str, media_type: str) -> Claimed:
    """Make a content that was stored before, and found to be of that type, this person's as well."""
    async with store.transaction() as connection:
        await connection.execute(_TURN, iin)
        row = await connection.fetchrow(_CLAIM, iin, digest, media_type, MOST_COPIES)
    return Claimed(bool(row["known"]), bool(row["added"]), int(row["held"]), bool(row["own"]))


async def keep(store: Store, iin: str, media_type: str, content: bytes) -> Claimed:
    """Store a content that was found to be of that type, where the person may keep another one."""
    digest = digest_of(content)
    async with store.transaction() as connection:
        await connection.execute(_TURN, iin)
        row = await connection.fetchrow(_HELD, iin, digest)
        found = Claimed(known=True, added=False, held=int(row["held"]), own=bool(row["own"]))
        if found.own or found.full:
            return found
        await connection.execute(_KEEP, iin, digest, media_type, len(content), content)
    return found._replace(added=True)


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
