"""Forms of the university's own sample: it prints them itself, so no ledger holds them and none is ever short.

Since 2021 universities issue documents of their own sample (order 512 of 8 December 2020); a regulation says whether that
goes for its duplicates too (`blank_branch.enabled: false`).
"""

from hashlib import blake2b
from typing import Final
from uuid import UUID

from contracts.common import Blank, BlankKind

_SERIES: Final = "ӨҮ"  # өз үлгісі, own sample: no series of the Ministry begins with it
_LETTERS: Final = "ABCDEFGHKLMNPRSTUVWXYZ"
_NUMBERS: Final = 10**9


def forms(application_id: UUID, kinds: tuple[BlankKind, ...]) -> tuple[Blank, ...]:
    """One form of each kind, its serial derived from the application: counting would hang on the order of arrival."""
    return tuple(Blank(kind=kind, serial=_serial(application_id, kind)) for kind in kinds)


def _serial(application_id: UUID, kind: BlankKind) -> str:
    digest = blake2b(application_id.bytes + kind.value.encode(), digest_size=8).digest()
    rest, number = divmod(int.from_bytes(digest, "big"), _NUMBERS)
    rest, first = divmod(rest, len(_LETTERS))
    second = rest % len(_LETTERS)
    return f"{_SERIES}{_LETTERS[first]}{_LETTERS[second]}{number:09d}"
