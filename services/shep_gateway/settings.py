"""What the gateway is told by its environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services._chassis import settings


class Settings(settings.Settings):
    """SHEP_GATEWAY_… variables."""

    model_config = SettingsConfigDict(env_prefix="SHEP_GATEWAY_", frozen=True, extra="ignore")

    port: int = Field(default=8704, ge=1, le=65535)
    on_request_leg: bool = Field(
        default=False, description="pass the portal's applications on to ESUVO, which must be told so too (INC-09)"
    )
