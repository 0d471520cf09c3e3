"""What ESUVO is told by its environment."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from contracts.common import UniversityCode
from contracts.issued_documents import Codes
from law.left_open import Unproven
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
