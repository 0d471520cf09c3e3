"""Read from `CON_…` variables."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from contracts.desks import Desk, known_desks
from services._chassis import settings


class Settings(settings.Settings):
    model_config = SettingsConfigDict(env_prefix="CON_", frozen=True, extra="ignore")

    port: int = Field(default=8705, ge=1, le=65535)

    @field_validator("desk_tokens")
    @classmethod
    def _of_our_desks(cls, tokens: dict[str, SecretStr]) -> dict[str, SecretStr]:
        return known_desks(tokens, Desk.CON_OPERATOR, Desk.COURIER)
