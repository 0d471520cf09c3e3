"""What ESUVO is told by its environment."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode, SettingsConfigDict

from contracts.commission import CommissionPolicy, commission_policy
from contracts.common import UniversityCode
from contracts.issued_documents import Codes
from contracts.staffing import MinistryPolicy, Unproven, ministry_policy
from law.regulation import CountFrom
from services._chassis import settings
from services._eds.settings import EdsSettings


class Settings(EdsSettings, settings.Settings):
    """ESUVO_… variables; lists and mappings are written as JSON."""

    model_config = SettingsConfigDict(env_prefix="ESUVO_", frozen=True, extra="ignore")

    port: int = Field(default=8702, ge=1, le=65535)
    document_secret: SecretStr = Field(
        min_length=32,
        description="the codes of documents follow from it: the same for all instances, and for as long as one is printed",
    )
    seed: int = Field(default=705, description="of the simulated Ministry: one seed, one log")
    ministry: Annotated[MinistryPolicy, NoDecode, BeforeValidator(ministry_policy)] = Field(
        default_factory=MinistryPolicy,
        description="JSON of contracts/staffing.py; simulated: the defaults; none: requests wait for a person",
    )
    commission: Annotated[CommissionPolicy, NoDecode, BeforeValidator(commission_policy)] = Field(
        default_factory=CommissionPolicy,
        description="JSON of contracts/commission.py; simulated: the defaults; none: protocol, order and list wait for a person",
    )
    state_order: Path | None = Field(
        default=None,
        description="CSV of seats (specialty, language, seats, rural) for every campaign; default: our data",
    )
    count_from: CountFrom | None = Field(
        default=None, description="event_day or next_day instead of the regulation's own counting rule (domain C.4)"
    )
    unproven: Unproven = Field(
        default=Unproven.DROPPED,
        description="a quota or right claimed without proof, at the register: dropped, or the application refused (EDGE-29)",
    )
    gateway_on_request_leg: bool = Field(
        default=False, description="hear the portal's applications over the gateway, which must pass them on (INC-09)"
    )
    closed_universities: frozenset[UniversityCode] = Field(default=frozenset(), description='["043"]')
    merged_universities: dict[UniversityCode, UniversityCode] = Field(
        default_factory=dict, description='the successor by code, {"020": "027"}'
    )

    @property
    def codes(self) -> Codes:
        return Codes(self.document_secret.get_secret_value().encode())
