"""What a university has before any application comes: blank forms in stock, and its register of graduates."""

from collections.abc import Mapping, Sequence

import httpx

from contracts.common import BlankKind
from deploy.local.chain.patience import insist
from deploy.local.errors import LauncherError
from deploy.local.files.applications import ApplicationRow
from law.universities import Universities

_AT_MOST = 500  # records in one request: the services limit the size of a body
_MOST_BLANKS = 2_000  # as the ledger takes at once


async def stock(university_is: httpx.AsyncClient, blanks: Mapping[str, Mapping[BlankKind, int]]) -> None:
    """Give the universities the blank forms that they start with."""
    for code, kinds in blanks.items():
        for kind, count in kinds.items():
            for start in range(0, count, _MOST_BLANKS):
                body = {"kind": kind, "count": min(_MOST_BLANKS, count - start)}
                await _post(university_is, f"/universities/{code}/blanks", body)


async def enter_graduates(
    university_is: httpx.AsyncClient, universities: Universities, rows: Sequence[ApplicationRow]
) -> None:
    """Enter whom a file of applications says that the universities know, with the year that their registers hold."""
    graduates: dict[str, dict[tuple[str, str, str, int], dict[str, object]]] = {}
    for row in rows:
        if row.in_register and row.university in universities:
            year = row.register_graduation_year or row.graduation_year
            surname = row.former_surname if row.renamed else row.surname
            graduates.setdefault(row.university, {})[row.iin, surname, row.specialty, year] = {
                "iin": row.iin,
                "surname": surname,
                "name": row.name,
                "patronymic": row.patronymic,
                "specialty": row.specialty,
                "graduation_year": year,
            }
    for code, records in graduates.items():
        entries = list(records.values())
        for start in range(0, len(entries), _AT_MOST):
            body = {"graduates": entries[start : start + _AT_MOST]}
            await _post(university_is, f"/universities/{code}/graduates", body)


async def _post(university_is: httpx.AsyncClient, path: str, body: Mapping[str, object]) -> None:
    answer = await insist(university_is, "POST", path, body)
    if answer.is_error:
        raise LauncherError(f"university_is refused {path}: {answer.text}. Its log says more.")
