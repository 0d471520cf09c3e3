"""What the orders leave open: a university or a committee settles it, and a setting says how."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict


class Unproven(StrEnum):
    """What an admission committee makes of a quota or right that is claimed without proof (EDGE-29)."""

    DROPPED = "dropped"
    REFUSED = "refused"


class BlankAlarm(BaseModel):
    """What the university does when the Ministry is silent: the order sets it no term (INC-21, EDGE-13)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after_days: Annotated[int, Strict(), Field(ge=1, le=250)] = Field(
        default=15, description="silence before the alarm and the repeated request, in working days"
    )
    most_requests: Annotated[int, Strict(), Field(ge=1, le=100)] = Field(
        default=6, description="requests for one case, the first included; after these a person must see to it"
    )
