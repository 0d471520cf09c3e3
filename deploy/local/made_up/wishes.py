"""What the made-up applicants of a campaign want to study, and where: in proportion to what is wanted, right and wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, NamedTuple

from contracts.grants import MOST_CHOICES, StudyLanguage, Subject
from law.specialties import GrantSpecialty, Specialties

# By field: the universities of universities.json where it is plausible to study it.
_TAUGHT: Final[Mapping[str, tuple[str, ...]]] = {
    "5B01": ("026", "011", "017", "031", "003", "015", "049", "043", "020"),
    "5B02": ("027", "013", "026", "031", "049"),
    "5B03": ("027", "013", "031", "045", "020"),
    "5B04": ("013", "027", "049", "031"),
    "5B05": ("027", "013", "049", "031", "043", "015", "037", "045"),
    "5B06": ("027", "013", "031", "011", "015", "003"),
    "5B07": ("029", "032", "037", "043", "049", "013", "003", "020"),
    "5B08": ("045", "043", "020", "017"),
    "5B09": ("013", "049", "043", "032"),
    "5B11": ("022",),
    "5B12": ("045", "017"),
    "5B13": ("022",),
}
_WANTED: Final[Mapping[str, int]] = {
    "5B01": 14, "5B02": 5, "5B03": 9, "5B04": 5, "5B05": 9, "5B06": 5,
    "5B07": 9, "5B08": 5, "5B09": 4, "5B11": 9, "5B12": 6, "5B13": 40,
}  # fmt: skip
_ELECTIVES: Final[Mapping[Subject, int]] = {
    Subject.PHYSICS: 40, Subject.BIOLOGY: 27, Subject.CHEMISTRY: 8, Subject.GEOGRAPHY: 9, Subject.FOREIGN_LANGUAGE: 6,
    Subject.LITERATURE: 4, Subject.WORLD_HISTORY: 4, Subject.CREATIVE: 2,
}  # fmt: skip
_CHOICES: Final = (12, 18, 25, 45)  # of 100 applicants, by how many they name
_KAZAKH_SHARE: Final = 0.64

# Specialty, university, language and how many are equal there: nobody else wants these seats.
AT_CUTOFF: Final = (
    ("5B061100", "027", StudyLanguage.RUSSIAN, 2),
    ("5B061100", "027", StudyLanguage.KAZAKH, 3),
    ("5B051300", "013", StudyLanguage.RUSSIAN, 2),
)
_RESERVED: Final = {(specialty, language) for specialty, _, language, _ in AT_CUTOFF}


class Wish(NamedTuple):
    """Language, elective subject, and the ordered choices as specialty and university."""

    language: StudyLanguage
    elective: Subject
    choices: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Wishes:
    random: Random
    specialties: Specialties
    _known: dict[tuple[StudyLanguage, Subject], list[GrantSpecialty]] = field(default_factory=dict)

    def ordinary(self, choices: int = 0) -> Wish:
        """One to four choices, or just so many, that have the elective subject and the language in common."""
        while True:
            language = StudyLanguage.KAZAKH if self.random.random() < _KAZAKH_SHARE else StudyLanguage.RUSSIAN
            elective = self.random.choices(list(_ELECTIVES), list(_ELECTIVES.values()))[0]
            known = self._of(language, elective)
            wanted = choices or self.random.choices(range(1, MOST_CHOICES + 1), _CHOICES)[0]
            if len(known) >= choices:
                return self._drawn(language, elective, known, min(wanted, len(known)))

    def only(self, specialty: str, university: str, language: StudyLanguage) -> Wish:
        return Wish(language, self.specialties[specialty].elective, ((specialty, university),))

    def too_many(self) -> Wish:
        return self.ordinary(choices=MOST_CHOICES + 1)

    def repeated(self) -> Wish:
        wish = self.ordinary(choices=2)
        return wish._replace(choices=(*wish.choices, wish.choices[0]))

    def other_elective(self) -> Wish:
        """The last choice asks for a subject that was not taken."""
        wish = self.ordinary(choices=2)
        strange = "5B130100" if wish.elective is not Subject.BIOLOGY else "5B070400"
        return wish._replace(choices=(wish.choices[0], self._at(self.specialties[strange])))

    def other_language(self) -> Wish:
        """Kazakh Language and Literature in Russian."""
        return self.only("5B011700", "026", StudyLanguage.RUSSIAN)

    def _drawn(self, language: StudyLanguage, elective: Subject, known: list[GrantSpecialty], count: int) -> Wish:
        left, chosen = list(known), []
        for _ in range(count):
            weights = [_WANTED[each.field.code] for each in left]
            found = self.random.choices(left, weights)[0]
            left.remove(found)
            chosen.append(self._at(found))
        return Wish(language, elective, tuple(chosen))

    def _at(self, specialty: GrantSpecialty) -> tuple[str, str]:
        return specialty.code, self.random.choice(_TAUGHT[specialty.field.code])

    def _of(self, language: StudyLanguage, elective: Subject) -> list[GrantSpecialty]:
        if (language, elective) not in self._known:
            self._known[language, elective] = [
                each
                for each in self.specialties.values()
                if each.elective is elective and language in each.languages and (each.code, language) not in _RESERVED
            ]
        return self._known[language, elective]
