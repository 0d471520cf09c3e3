"""The competition of a national campaign: CPU seconds to decide it, at three sizes."""

import gc
import time
from decimal import Decimal
from random import Random
from typing import Final

from contracts.grants import Quota
from law.competition import Contender, SeatRow, decide, rules
from tests.bench.programs import Figures

SIZES: Final = (1_000, 10_000, 100_000)
_SEATS_PER_APPLICANT: Final = 0.35  # as in 2011: 91,018 applicants, 36,046 grants (domain B.3)
_CODES: Final = tuple(f"5B{number:06}" for number in range(75))
_LANGUAGES: Final = ("kk", "ru")
_WANTED: Final = tuple((rank + 1) ** -0.5 for rank in range(len(_CODES)))


def competition(applicants: int, seed: int = 705) -> tuple[list[Contender], list[SeatRow]]:
    """Made up: points of a bell curve, some specialties more wanted than others, 150 rows of seats."""
    random = Random(seed)  # noqa: S311 - made-up points, no secret
    each = round(applicants * _SEATS_PER_APPLICANT / (len(_CODES) * len(_LANGUAGES)))
    seats = [
        SeatRow(code, language, each, rural=number % 3 == 0)
        for number, code in enumerate(_CODES)
        for language in _LANGUAGES
    ]
    return [_applicant(random, number) for number in range(applicants)], seats


def measure() -> Figures:
    """Seconds of this process's own CPU time, so that neighbours on the machine count less."""
    law = rules(2016)
    found: dict[str, float] = {}
    for size in SIZES:
        contenders, seats = competition(size)
        gc.collect()
        before = time.process_time()
        result = decide(contenders, seats, law)
        found[f"seconds_{size}"] = time.process_time() - before
        found[f"awards_{size}"] = len(result.awards)
        if len(result.awards) + len(result.refused) != size:
            raise AssertionError(f"{size} applicants have {len(result.awards)} grants, {len(result.refused)} refusals")
    return found


def _applicant(random: Random, number: int) -> Contender:
    return Contender(
        iin=f"{number:012}",
        language=random.choice(_LANGUAGES),
        total=min(100, max(30, round(random.gauss(75, 14)))),
        profile_score=random.randint(6, 25),
        other_min_score=random.randint(4, 15),
        certificate_average=Decimal(random.randint(300, 500)) / 100,
        preferential_rank=random.choices(range(6), [90, 2, 2, 2, 2, 2])[0],
        quota=random.choices([None, *Quota], [95, 1, 1, 1, 2])[0],
        rural=random.random() < 0.45,
        choices=tuple(dict.fromkeys(random.choices(_CODES, _WANTED, k=random.randint(1, 4)))),
    )
