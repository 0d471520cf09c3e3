"""Made-up graduates for the demo: names that agree with the sex their IIN tells, born in the 1800s."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from contracts.iin import check_digit

_NAMES: Final = Path(__file__).with_name("names.json")
_SLAVIC_SHARE: Final = 0.3
_NO_PATRONYMIC_SHARE: Final = 0.08
_BIRTH_YEARS: Final = range(80, 100)  # 1880 to 1899: a pattern of digits, not an age
_FEMININE: Final = (("ский", "ская"), ("ый", "ая"), ("ов", "ова"), ("ев", "ева"), ("ёв", "ёва"), ("ин", "ина"))


class Sex(Enum):
    """The value is the seventh digit of an IIN of someone born in the 1800s, so that no living person is meant."""

    MALE = "1"
    FEMALE = "2"


class Person(NamedTuple):
    iin: str
    surname: str
    name: str
    patronymic: str


class _Pool(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    male: tuple[str, ...]
    female: tuple[str, ...]
    surnames: tuple[str, ...]
    fathers: tuple[str, ...]


class _Pools(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    kazakh: _Pool
    slavic: _Pool


@dataclass(frozen=True, slots=True)
class People:
    """An endless line of people who differ in IIN; the order is the seed's."""

    random: Random

    def __iter__(self) -> Iterator[Person]:
        pools = _Pools.model_validate(json.loads(_NAMES.read_text(encoding="utf-8")))
        iins: set[str] = set()
        while True:
            sex = self.random.choice((Sex.FEMALE, Sex.MALE))
            iin = _iin(sex, self.random)
            if iin and iin not in iins:
                iins.add(iin)
                yield self._person(iin, sex, pools)

    def _person(self, iin: str, sex: Sex, pools: _Pools) -> Person:
        slavic = self.random.random() < _SLAVIC_SHARE
        pool = pools.slavic if slavic else pools.kazakh
        father = self.random.choice(pool.fathers)
        patronymic = _slavic_patronymic(father, sex) if slavic else _kazakh_patronymic(father, sex)
        if self.random.random() < _NO_PATRONYMIC_SHARE:
            patronymic = ""
        name = self.random.choice(pool.female if sex is Sex.FEMALE else pool.male)
        return Person(iin, surname(self.random.choice(pool.surnames), sex), name, patronymic)


def surname(masculine: str, sex: Sex) -> str:
    """The form that agrees with `sex`; a surname of another kind (Ким, Дорошенко, Қыдырғали) has one form."""
    if sex is Sex.MALE:
        return masculine
    if masculine.endswith("ұлы"):
        return masculine.removesuffix("ұлы") + "қызы"
    for ending, feminine in _FEMININE:
        if masculine.endswith(ending):
            return masculine.removesuffix(ending) + feminine
    return masculine


def _iin(sex: Sex, random: Random) -> str | None:
    year, month, day = random.choice(_BIRTH_YEARS), random.randint(1, 12), random.randint(1, 28)
    first11 = f"{year:02}{month:02}{day:02}{sex.value}{random.randint(1, 9999):04}"
    check = check_digit(first11)
    return None if check is None else f"{first11}{check}"


def _kazakh_patronymic(father: str, sex: Sex) -> str:
    return father + ("қызы" if sex is Sex.FEMALE else "ұлы")


def _slavic_patronymic(father: str, sex: Sex) -> str:
    ending = "на" if sex is Sex.FEMALE else "ич"
    if father.endswith("й"):
        return f"{father.removesuffix('й')}ев{ending}"
    return f"{father}ов{ending}"
