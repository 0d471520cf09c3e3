"""What ESUVO is told by its environment."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from contracts.common import UniversityCode
from services._chassis import settings

Days = Annotated[int, Field(ge=1, le=250)]


class Settings(settings.Settings):
    """ESUVO_… variables; lists and mappings are written as JSON."""

    model_config = SettingsConfigDict(env_prefix="ESUVO_", frozen=True, extra="ignore")

    port: int = Field(default=8702, ge=1, le=65535)
    seed: int = Field(default=705, description="of the simulated Ministry: one seed, one log")
    ministry: Literal["simulated", "none"] = Field(
        default="simulated", description="none: requests for blank forms wait for a person (POST …/supply)"
    )
    ministry_days_min: Days = Field(default=3, description="the soonest answer, in working days")
    ministry_days_max: Days = Field(default=12, description="the latest answer, in working days")
    blank_reserve: int = Field(default=5, ge=0, le=1_000, description="forms of each kind beyond the missing one")
    closed_universities: frozenset[UniversityCode] = Field(default=frozenset(), description='["043"]')
    merged_universities: dict[UniversityCode, UniversityCode] = Field(
        default_factory=dict, description='the successor by code, {"020": "027"}'
    )

    @model_validator(mode="after")
    def _days_run_forward(self) -> Self:
        if self.ministry_days_max < self.ministry_days_min:
            raise ValueError("ministry_days_max comes before ministry_days_min: set ESUVO_MINISTRY_DAYS_MAX higher")
        return self
