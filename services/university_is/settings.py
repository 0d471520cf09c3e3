"""Read from `UNIVERSITY_IS_…` variables."""

from enum import StrEnum

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services._chassis import settings


class StaffKind(StrEnum):
    SIMULATED = "simulated"
    NONE = "none"


class Settings(settings.Settings):
    model_config = SettingsConfigDict(env_prefix="UNIVERSITY_IS_", frozen=True, extra="ignore")

    port: int = Field(default=8703, ge=1, le=65535)
    seed: int = Field(default=705, description="of the simulated staff's work times; one seed, one history")
    staff: StaffKind = Field(
        default=StaffKind.SIMULATED, description="simulated: desks work by themselves; none: people do it over HTTP"
    )
