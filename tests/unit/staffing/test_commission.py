"""The commission's policy: defaults, what is refused and in which words."""

import pytest

from services._actors.commission import CommissionPolicy, commission_policy
from services._actors.policy import Mode, PolicyInvalid


def test_an_empty_policy_is_a_commission_of_nine_that_works_by_itself() -> None:
    policy = commission_policy("{}")

    assert policy == commission_policy("simulated") == CommissionPolicy()
    assert (policy.mode, policy.members) == (Mode.SIMULATED, 9)
    assert commission_policy("none").mode is Mode.MANUAL


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('{"member": 9}', "member: Extra inputs are not permitted"),
        ('{"members": 0}', "members: Input should be greater than or equal to 1"),
        ('{"absent_share": 0.6}', "absent_share: Input should be less than or equal to 0.5"),
        ('{"media_delay_days": "2"}', "media_delay_days: Input should be a valid integer"),
        ('{"misprint_share": 0.005}', "misprint_share: Value error, a share of cases is in whole hundredths"),
        ("{", "write one JSON object"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_field_and_remedy(given: str, words: str) -> None:
    with pytest.raises(PolicyInvalid, match=words):
        commission_policy(given)
