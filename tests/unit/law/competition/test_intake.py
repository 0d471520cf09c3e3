"""An application as the competition counts it, and the choices that it may not have."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pytest

from contracts.common import Applicant
from contracts.grants import (
    CertificateKind,
    Choice,
    GrantRequest,
    PointsCertificate,
    PreferentialRight,
    Quota,
    Scores,
    Standing,
    StudyLanguage,
    Subject,
)
from law.competition import ChoiceMarks, Ground, contender_of, ineligible, invalid_choices, rules
from law.specialties import load_specialties

SPECIALTIES: Final = load_specialties()
NOON: Final = datetime(2016, 7, 25, 6, tzinfo=UTC)
LAW: Final = rules(2016)
# Two specialties of one elective, geography: the first counts mathematics, the second geography.
BY_MATHEMATICS, BY_ELECTIVE = (
    next(each.code for each in SPECIALTIES.values() if (each.elective, each.profile) == (Subject.GEOGRAPHY, profile))
    for profile in (Subject.MATHEMATICS, Subject.GEOGRAPHY)
)
OTHER: Final = next(each.code for each in SPECIALTIES.values() if each.elective is Subject.PHYSICS)


def request(*codes: str, mathematics: int = 20, **other: Any) -> GrantRequest:  # Any: fields of a request
    scores = Scores(language=20, history=17, mathematics=mathematics, elective=14, elective_subject=Subject.GEOGRAPHY)
    return GrantRequest(
        applicant=Applicant(iin="010101100008", surname="Ахметова", name="Айгерім"),
        language=StudyLanguage.KAZAKH,
        certificate=PointsCertificate(kind=CertificateKind.ENT, number="1234567", scores=scores),
        certificate_average=Decimal("4.5"),
        choices=tuple(Choice(specialty=code, university="001") for code in codes),
    ).model_copy(update=other)


def standing(asked: GrantRequest, *, proven: bool = True) -> Standing:
    return Standing(registration_number="001-2016-000001", request=asked, benefits_proven=proven, registered_at=NOON)


def test_total_57_elective_14_and_6_in_mathematics_is_refused_for_finance_edge_26() -> None:
    who = contender_of(standing(request(BY_MATHEMATICS, mathematics=6)), SPECIALTIES)

    assert (who.total, who.profile_score, who.other_min_score) == (57, 6, 14)
    assert ineligible(who, LAW) is Ground.PROFILE_BELOW_THRESHOLD


def test_each_choice_counts_by_its_own_profile_subject() -> None:
    who = contender_of(standing(request(BY_MATHEMATICS, BY_ELECTIVE, mathematics=6)), SPECIALTIES)

    assert who.by_choice == (ChoiceMarks(6, 14), ChoiceMarks(14, 6))
    assert ineligible(who, LAW) is None


def test_where_all_choices_count_alike_the_contender_has_one_set_of_marks() -> None:
    assert contender_of(standing(request(BY_MATHEMATICS)), SPECIALTIES).by_choice == ()


@pytest.mark.parametrize(("proven", "counted"), [(True, (3, Quota.ORPHAN)), (False, (0, None))])
def test_a_benefit_without_proof_does_not_count_edge_29(proven: bool, counted: tuple[int, Quota | None]) -> None:  # noqa: FBT001 - a case
    asked = request(BY_MATHEMATICS, quota=Quota.ORPHAN, preferential_right=PreferentialRight.OLYMPIAD_WINNER)

    who = contender_of(standing(asked, proven=proven), SPECIALTIES)

    assert (who.preferential_rank, who.quota) == counted


def test_the_category_of_a_university_raises_the_threshold_where_it_is_known() -> None:
    who = contender_of(standing(request(BY_MATHEMATICS, mathematics=10)), SPECIALTIES, LAW, {"001": "national"})

    assert who.total == 61
    assert ineligible(who, LAW) is Ground.TOTAL_BELOW_THRESHOLD


def test_good_choices_are_not_complained_of() -> None:
    assert invalid_choices(request(BY_MATHEMATICS, BY_ELECTIVE), SPECIALTIES, LAW) == []


@pytest.mark.parametrize(
    ("codes", "pointers"),
    [
        ((BY_MATHEMATICS, OTHER), ["/choices/1/specialty"]),
        ((BY_MATHEMATICS, BY_MATHEMATICS), ["/choices/0/specialty", "/choices/1/specialty"]),
        (("5B999999",), ["/choices/0/specialty"]),
    ],
)
def test_another_elective_a_repeated_and_an_unknown_specialty_are_named_edge_27(
    codes: tuple[str, ...], pointers: list[str]
) -> None:
    found = invalid_choices(request(*codes), SPECIALTIES, LAW)

    assert [each.pointer for each in found] == pointers
    assert all(text for each in found for text in (each.rule.kk, each.rule.ru, each.rule.en, each.remedy.kk))


def test_a_specialty_that_is_not_taught_in_the_language_is_named_edge_27() -> None:
    only_russian = SPECIALTIES[BY_MATHEMATICS].model_copy(update={"languages": (StudyLanguage.RUSSIAN,)})

    found = invalid_choices(request(BY_MATHEMATICS), {**SPECIALTIES, BY_MATHEMATICS: only_russian}, LAW)

    assert [each.rule.en for each in found] == ["the specialty is not taught in this language"]


def test_more_choices_than_the_years_rules_allow_are_named_edge_27() -> None:
    law = LAW.model_copy(update={"choices": LAW.choices.model_copy(update={"value": 1})})

    found = invalid_choices(request(BY_MATHEMATICS, BY_ELECTIVE), SPECIALTIES, law)

    assert [each.pointer for each in found] == ["/choices"]
