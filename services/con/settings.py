"""Read from `CON_…` variables."""

from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from contracts.desks import Desk, known_desks
from services._actors.policy import StaffPolicy, staff_policy
from services._chassis import settings


class Settings(settings.Settings):
    model_config = SettingsConfigDict(env_prefix="CON_", frozen=True, extra="ignore")

    port: int = Field(default=8705, ge=1, le=65535)
    seed: int = Field(
        default=705, description="of the simulated operator, courier and applicants; one seed, one history"
    )
    staff: Annotated[StaffPolicy, NoDecode, BeforeValidator(staff_policy)] = Field(
        default_factory=StaffPolicy,
        description="simulated: operator and courier act by themselves once a package is handed in; none: people do it "
        "over HTTP; or a policy in JSON (services/_actors/policy.py)",
    )

    @field_validator("desk_tokens")
    @classmethod
    def _of_our_desks(cls, tokens: dict[str, SecretStr]) -> dict[str, SecretStr]:
        return known_desks(tokens, Desk.CON_OPERATOR, Desk.COURIER)
