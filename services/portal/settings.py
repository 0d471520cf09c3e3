"""Read from `PORTAL_…` variables."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from contracts.desks import Desk, known_desks
from services._chassis import settings


class Settings(settings.Settings):
    model_config = SettingsConfigDict(env_prefix="PORTAL_", frozen=True, extra="ignore")

    port: int = Field(default=8701, ge=1, le=65535)
    trust_anchor: Path = Field(description="PEM file: the certification authority whose signatures count")
    revocation_list: Path | None = Field(
        default=None, description="PEM file: the authority's CRL, read anew when it changes"
    )
    ocsp_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s]{1,200}$",
        description="the authority's OCSP responder, asked at each signature; none: the list alone counts",
    )
    session_secret: SecretStr = Field(
        min_length=32, description="signs challenges and tokens; the same for all instances"
    )

    @field_validator("desk_tokens")
    @classmethod
    def _of_our_desk(cls, tokens: dict[str, SecretStr]) -> dict[str, SecretStr]:
        return known_desks(tokens, Desk.ADMISSION_COMMITTEE)
