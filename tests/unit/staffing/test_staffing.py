"""A policy of the staff: defaults, what is refused and in which words, and draws that hang on names alone."""

import json
from uuid import UUID

import pytest

from contracts.desks import Action, Desk
from law.left_open import Unproven
from services._actors.draws import Draw
from services._actors.policy import (
    MinistryPolicy,
    Mode,
    Mood,
    PolicyInvalid,
    StaffPolicy,
    ministry_policy,
    staff_policy,
)


def test_an_empty_policy_is_the_usual_life_of_an_office() -> None:
    policy = staff_policy("{}")

    assert policy == staff_policy("simulated") == StaffPolicy()
    assert all(policy.desk(each).mode is Mode.SIMULATED for each in Desk)
    assert policy.work_time(Action.PREPARE).share_min == 3 / 22


def test_none_is_every_desk_by_hand() -> None:
    assert all(staff_policy("none").desk(each).mode is Mode.MANUAL for each in Desk)
    assert ministry_policy("none").mode is Mode.MANUAL


def test_what_is_left_out_of_an_action_stays_as_usual() -> None:
    policy = staff_policy('{"work": {"prepare_duplicate": {"late_share": 0.5}, "verify": {"share_max": 0.5}}}')

    assert policy.work_time(Action.PREPARE).share_max == 20 / 22
    assert policy.work_time(Action.PREPARE).late_share == 0.5
    assert policy.work_time(Action.VERIFY).share_min == 0


def test_a_policy_of_a_scenario_is_plain_data() -> None:
    given = {"desks": {"management": {"absences": [{"first": "2016-02-15", "last": "2016-02-19"}]}}}

    assert staff_policy(given) == staff_policy(json.dumps(given))
    assert StaffPolicy.model_validate_json(staff_policy(given).model_dump_json()) == staff_policy(given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nobody", "the whole: .*write one JSON object, or the word simulated or none"),
        ('{"desk": {}}', "desk: .*remove or correct it"),
        ('{"desks": {"archive": {}}}', "desks.archive: .*chancellery"),
        ('{"work": {"verify": {"late_share": 3}}}', "work.verify.late_share: .*less than or equal to 1"),
        ('{"work": {"verify": {"late_share": 0.033}}}', "work.verify.late_share: .*hundredths: write 0.03"),
        ('{"work": {"verify": {"share_min": 0.9, "share_max": 0.1}}}', r"work.verify: .*set share_max higher"),
        ('{"collection": {"days_min": "1"}}', "collection.days_min: .*valid integer"),
        (
            '{"desks": {"management": {"absences": [{"first": "2016-02-15", "last": "2016-02-01"}]}}}',
            "desks.management.absences.0: .*set last higher",
        ),
        ('{"mistakes": {"spoilt_in_printing": 1}}', "mistakes.spoilt_in_printing: .*0.9"),
        ('{"enrolment": {"days_min": 9}}', r"enrolment: .*set days_max higher"),
        ('{"unproven": "ignored"}', "unproven: .*dropped"),
    ],
)
def test_a_wrong_policy_is_refused_with_field_rule_and_remedy(given: str, said: str) -> None:
    with pytest.raises(PolicyInvalid, match=said):
        staff_policy(given)


def test_edge_35_three_of_a_hundred_winners_do_not_enrol_unless_set_otherwise() -> None:
    assert StaffPolicy().enrolment.never_share == 0.03
    assert staff_policy('{"enrolment": {"never_share": 0}}').enrolment.never_share == 0


def test_edge_29_a_claim_without_proof_is_dropped_unless_the_policy_refuses_it() -> None:
    assert StaffPolicy().unproven is Unproven.DROPPED
    assert staff_policy('{"unproven": "refused"}').unproven is Unproven.REFUSED


def test_edge_13_the_ministry_has_moods() -> None:
    assert ministry_policy('{"mood": "wrong_kind", "mood_share": 0.2}') == MinistryPolicy(
        mood=Mood.WRONG_KIND, mood_share=0.2
    )
    with pytest.raises(PolicyInvalid, match=r"days_max .* comes before days_min"):
        ministry_policy('{"days_min": 9, "days_max": 2}')


def test_a_draw_hangs_on_seed_application_and_label_alone() -> None:
    def numbers(seed: int, label: str) -> list[int]:
        return [Draw(seed, UUID(int=number), label).below(1_000) for number in range(50)]

    assert numbers(705, "verify:1") == numbers(705, "verify:1")
    assert numbers(705, "verify:1") != numbers(706, "verify:1")
    assert numbers(705, "verify:1") != numbers(705, "verify:2")


@pytest.mark.parametrize("share", [0, 0.03, 0.25, 1])
def test_a_chance_is_near_its_share_over_many_applications(share: float) -> None:
    happened = sum(Draw(705, UUID(int=number), "late").happens(share) for number in range(4_000))

    assert abs(happened / 4_000 - share) < 0.02
