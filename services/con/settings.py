"""Read from `CON_…` variables."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services._chassis import settings


class Settings(settings.Settings):
    model_config = SettingsConfigDict(env_prefix="CON_", frozen=True, extra="ignore")

    port: int = Field(default=8705, ge=1, le=65535)
