"""The columns of a file of applications for duplicates: for each, how its text becomes a value."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from contracts.common import Channel, DocumentKind, Reason
from contracts.package import PackageDocument
from deploy.local.files import cells
from deploy.local.files.cells import Read


class Collects(StrEnum):
    """Who comes for a duplicate of the paper channel or the service centre's (EDGE-19)."""

    APPLICANT = "applicant"
    REPRESENTATIVE = "representative"


def _documents(text: str) -> frozenset[PackageDocument]:
    return frozenset(cells.one_of(PackageDocument)(word) for word in text.split())


COLUMNS: Final[Mapping[str, Read]] = {
    "filed_at": cells.minute,
    "iin": cells.iin,
    "surname": cells.name,
    "name": cells.name,
    "patronymic": cells.or_none(cells.name),
    "university": cells.code("[0-9]{3}", "is no university code of 3 digits"),
    "specialty": cells.code("[0-9A-Z]{5,10}", "is no specialty code of 5 to 10 capital letters and digits"),
    "graduation_year": cells.year,
    "document_kind": cells.one_of(DocumentKind),
    "reason": cells.one_of(Reason),
    "in_register": cells.yes_or_no,
    "register_graduation_year": cells.or_none(cells.year),
    "withdraw_at": cells.or_none(cells.minute),
    "channel": cells.or_default(cells.one_of(Channel), Channel.PORTAL),
    "left_out": _documents,
    "collects": cells.or_default(cells.one_of(Collects), Collects.APPLICANT),
    "comment": cells.comment,
}

OPTIONAL: Final = frozenset(
    {
        "patronymic", "in_register", "register_graduation_year", "withdraw_at",
        "channel", "left_out", "collects", "comment",
    }
)  # fmt: skip
