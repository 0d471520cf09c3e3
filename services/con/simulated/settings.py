"""What the service centre's simulated people are told by its environment, beside what the centre itself is told."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from services._actors.policy import StaffPolicy, staff_policy
from services.con import settings


class Settings(settings.Settings):
    seed: int = Field(
        default=705, description="of the simulated operator, courier and applicants; one seed, one history"
    )
    staff: Annotated[StaffPolicy, NoDecode, BeforeValidator(staff_policy)] = Field(
        default_factory=StaffPolicy,
        description="simulated: operator and courier act by themselves once a package is handed in; none: people do it "
        "over HTTP; or a policy in JSON (services/_actors/policy.py)",
    )
