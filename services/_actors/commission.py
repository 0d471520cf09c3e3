"""How the Republican Competition Commission, the Ministry and the media work in a campaign: a seeded policy, given as JSON.

Much as the other policies of services/_actors/policy.py; all shares are assumed.
"""

from typing import Annotated

from pydantic import Field, Strict

from services._actors.policy import Chance, Mode, Policy, policy_from


class CommissionPolicy(Policy):
    """`{"absent_share": 0.4, "media_delay_days": 2}`: meetings without a quorum, a list that comes late."""

    mode: Mode = Field(
        default=Mode.SIMULATED, description="manual: protocol, order, list and certificates wait for people (HTTP)"
    )
    members: Annotated[int, Strict(), Field(ge=1, le=99)] = Field(
        default=9, description="members of the commission; an even number makes its first meeting invalid"
    )
    absent_share: Annotated[Chance, Field(le=0.5)] = Field(
        default=0.1, description="share of the members who do not come"
    )
    media_delay_days: Annotated[int, Strict(), Field(ge=0, le=10)] = Field(
        default=0, description="working days by which the list is published after its day"
    )
    misprint_share: Chance = Field(default=0, description="share of the certificates that are printed anew (EDGE-33)")
    order_error_share: Chance = Field(default=0, description="share of the orders that another one corrects (EDGE-33)")


def commission_policy(given: object) -> CommissionPolicy:
    """From a setting: JSON, or the words `simulated` (the defaults) and `none` (manual)."""
    match given:
        case "simulated":
            return CommissionPolicy()
        case "none":
            return CommissionPolicy(mode=Mode.MANUAL)
        case _:
            return policy_from(CommissionPolicy, given)
