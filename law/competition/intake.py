"""From an application to a contender: which choices are wrong, which subject is the profile one, which benefits count."""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from contracts.event import Text
from contracts.grants import GrantRequest, Scores, Standing, Subject
from law.competition.model import ChoiceMarks, Contender
from law.competition.rules import Rules, rules
from law.specialties import GrantSpecialty, Specialties

_NO_CATEGORIES: Final[Mapping[str, str]] = MappingProxyType({})
_COMMON: Final = (Subject.LANGUAGE, Subject.HISTORY, Subject.MATHEMATICS)  # everybody takes these (domain B.3)


class InvalidChoice(NamedTuple):
    """`pointer` is a JSON Pointer into the request, `/choices/1/specialty` for example."""

    pointer: str
    rule: Text
    remedy: Text


def contender_of(
    standing: Standing,
    specialties: Specialties,
    applied: Rules | None = None,
    categories: Mapping[str, str] = _NO_CATEGORIES,
) -> Contender:
    """The application as the competition counts it, by the rules of the year of registration unless others are given.

    Benefits that are not proven do not count (EDGE-29). `categories` are those of universities by code, national or agrarian.
    """
    request = standing.request
    law = applied or rules(standing.registered_at.year)
    scores = request.certificate.scores
    marks = tuple(
        _marks(scores, specialties.get(choice.specialty), categories.get(choice.university))
        for choice in request.choices
    )
    return Contender(
        iin=request.applicant.iin,
        language=request.language.value,
        total=scores.total,
        profile_score=marks[0].profile_score,
        other_min_score=marks[0].other_min_score,
        certificate_average=request.certificate_average,
        preferential_rank=law.preferential_rank(request.preferential_right) if standing.benefits_proven else 0,
        quota=request.quota if standing.benefits_proven else None,
        rural=request.rural,
        choices=tuple(choice.specialty for choice in request.choices),
        registration_number=standing.registration_number,
        creative_score=scores.elective if scores.elective_subject is Subject.CREATIVE else None,
        by_choice=() if set(marks) == {ChoiceMarks(marks[0].profile_score, marks[0].other_min_score)} else marks,
    )


def invalid_choices(
    request: GrantRequest, specialties: Specialties, applied: Rules | None = None
) -> list[InvalidChoice]:
    """What is wrong with the list of choices: too many, repeated, unknown, another elective or language (EDGE-27)."""
    found = [] if applied is None else list(_too_many(request, applied.choices.value))
    counted = Counter(choice.specialty for choice in request.choices)
    for index, choice in enumerate(request.choices):
        pointer = f"/choices/{index}/specialty"
        if counted[choice.specialty] > 1:
            found.append(InvalidChoice(pointer, *_REPEATED))
        specialty = specialties.get(choice.specialty)
        if specialty is None:
            found.append(InvalidChoice(pointer, *_UNKNOWN))
            continue
        if specialty.elective is not request.certificate.scores.elective_subject:
            found.append(InvalidChoice(pointer, *_OTHER_ELECTIVE))
        if request.language not in specialty.languages:
            found.append(InvalidChoice(pointer, *_OTHER_LANGUAGE))
    return found


def _too_many(request: GrantRequest, most: int) -> Iterator[InvalidChoice]:
    if len(request.choices) > most:
        rule = Text(
            kk=f"мамандық {most}-тен көп таңдалған",
            ru=f"выбрано больше {most} специальностей",
            en=f"more than {most} specialties are chosen",
        )
        yield InvalidChoice("/choices", rule, _TOO_MANY_REMEDY)


def _marks(scores: Scores, specialty: GrantSpecialty | None, category: str | None) -> ChoiceMarks:
    """Where the specialty is not known, the elective counts as its profile subject."""
    points = dict(zip(_COMMON, (scores.language, scores.history, scores.mathematics), strict=True))
    points[scores.elective_subject] = scores.elective
    profile = specialty.profile if specialty and specialty.profile in points else scores.elective_subject
    return ChoiceMarks(points.pop(profile), min(points.values()), category)


_TOO_MANY_REMEDY: Final = Text(
    kk="артық мамандықтарды алып тастаңыз", ru="уберите лишние специальности", en="remove the last ones"
)
_REPEATED: Final = (
    Text(kk="мамандық екі рет таңдалған", ru="специальность выбрана дважды", en="the specialty is chosen twice"),
    Text(kk="әр мамандықты бір рет көрсетіңіз", ru="укажите каждую специальность один раз", en="name each one once"),
)
_UNKNOWN: Final = (
    Text(
        kk="мұндай коды бар мамандық жоқ",
        ru="специальности с таким кодом нет",
        en="there is no specialty of this code",
    ),
    Text(kk="кодты тізімнен алыңыз", ru="возьмите код из перечня", en="take the code from the list of specialties"),
)
_OTHER_ELECTIVE: Final = (
    Text(
        kk="мамандықтың таңдау пәні сертификаттағыдан басқа",
        ru="предмет по выбору этой специальности не тот, что в сертификате",
        en="the elective subject of the specialty is not the one in the certificate",
    ),
    Text(
        kk="таңдау пәні сәйкес келетін мамандықты таңдаңыз",
        ru="выберите специальность, для которой сдан этот предмет",
        en="choose specialties of the elective subject that was taken",
    ),
)
_OTHER_LANGUAGE: Final = (
    Text(
        kk="мамандық бұл тілде оқытылмайды",
        ru="на этом языке специальность не преподаётся",
        en="the specialty is not taught in this language",
    ),
    Text(
        kk="басқа тілді немесе мамандықты таңдаңыз",
        ru="выберите другой язык или специальность",
        en="choose another language or specialty",
    ),
)
