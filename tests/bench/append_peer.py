"""The same appends by the library `eventsourcing`: an application of its own, saved by threads that share its pool."""

import asyncio
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from tests.bench.append import WARM_UP
from tests.bench.programs import Figures, Job, Parent, main

_FEW: Final = 15  # connections; more of them wait for the table's lock


class Case(Aggregate):
    def __init__(self, number: int, total: int, iin: str, university: str, specialty: str) -> None:
        self.number = number
        self.total = total
        self.iin = iin
        self.university = university
        self.specialty = specialty


def _environment(job: Job) -> dict[str, str]:
    place = urlsplit(job.database_url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": place.path.removeprefix("/"),
        "POSTGRES_HOST": place.hostname or "",
        "POSTGRES_PORT": str(place.port or 5432),
        "POSTGRES_USER": unquote(place.username or ""),
        "POSTGRES_PASSWORD": unquote(place.password or ""),
        "POSTGRES_POOL_SIZE": str(min(job.clients, _FEW)),
        "POSTGRES_MAX_OVERFLOW": "0",
        "POSTGRES_ENABLE_DB_FUNCTIONS": "yes" if job.database_functions else "no",
    }


def _save(application: Application[UUID], numbers: Iterable[int]) -> None:
    for number in numbers:
        application.save(Case(number=number, total=number, iin="820708212592", university="049", specialty="5B050900"))


def _measure(job: Job) -> Figures:
    application = Application[UUID](env=_environment(job))
    _save(application, range(WARM_UP))  # connections and statements are there before time counts
    with ThreadPoolExecutor(job.clients) as threads:
        began = time.perf_counter()
        clients = [
            threads.submit(_save, application, range(number, job.count, job.clients)) for number in range(job.clients)
        ]
        for client in clients:
            client.result()
        seconds = time.perf_counter() - began
    application.close()
    return {"appends": job.count, "seconds": seconds, "per_second": job.count / seconds}


async def append_peer(job: Job, _parent: Parent) -> Figures:
    return await asyncio.to_thread(_measure, job)


if __name__ == "__main__":
    main(append_peer)
