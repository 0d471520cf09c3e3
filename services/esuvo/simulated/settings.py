"""What ESUVO's simulated people are told by its environment, beside what ESUVO itself is told."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from services._actors.commission import CommissionPolicy, commission_policy
from services._actors.policy import MinistryPolicy, ministry_policy
from services.esuvo import settings


class Settings(settings.Settings):
    seed: int = Field(default=705, description="of the simulated people: one seed, one log")
    ministry: Annotated[MinistryPolicy, NoDecode, BeforeValidator(ministry_policy)] = Field(
        default_factory=MinistryPolicy,
        description="JSON of services/_actors/policy.py; simulated: the defaults; none: requests wait for a person",
    )
    commission: Annotated[CommissionPolicy, NoDecode, BeforeValidator(commission_policy)] = Field(
        default_factory=CommissionPolicy,
        description="JSON of services/_actors/commission.py; simulated: the defaults; none: people do protocol, order and list",
    )
