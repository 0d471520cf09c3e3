"""What ESUVO's simulated people are told by its environment, beside what ESUVO itself is told."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from contracts.commission import CommissionPolicy, commission_policy
from contracts.staffing import MinistryPolicy, ministry_policy
from services.esuvo import settings


class Settings(settings.Settings):
    seed: int = Field(default=705, description="of the simulated people: one seed, one log")
    ministry: Annotated[MinistryPolicy, NoDecode, BeforeValidator(ministry_policy)] = Field(
        default_factory=MinistryPolicy,
        description="JSON of contracts/staffing.py; simulated: the defaults; none: requests wait for a person",
    )
    commission: Annotated[CommissionPolicy, NoDecode, BeforeValidator(commission_policy)] = Field(
        default_factory=CommissionPolicy,
        description="JSON of contracts/commission.py; simulated: the defaults; none: protocol, order and list wait for a person",
    )
