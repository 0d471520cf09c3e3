"""What the simulated people of the universities are told by the environment, beside what the service itself is told."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from services._actors.policy import StaffPolicy, staff_policy
from services.university_is import settings


class Settings(settings.Settings):
    seed: int = Field(default=705, description="of the simulated staff; one seed, one history")
    staff: Annotated[StaffPolicy, NoDecode, BeforeValidator(staff_policy)] = Field(
        default_factory=StaffPolicy,
        description="JSON of services/_actors/policy.py; simulated: the defaults; none: people do everything over HTTP",
    )
