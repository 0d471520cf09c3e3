"""Read from `UNIVERSITY_IS_…` variables."""

from typing import Final

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from contracts.desks import Desk, known_desks
from contracts.issued_documents import Codes
from services._chassis import settings
from services._eds.settings import EdsSettings

OURS: Final = (
    Desk.CHANCELLERY,
    Desk.ACADEMIC_AFFAIRS,
    Desk.MANAGEMENT,
    Desk.ADMISSION_COMMITTEE,
    Desk.RECTOR,
)


class Settings(EdsSettings, settings.Settings):
    model_config = SettingsConfigDict(env_prefix="UNIVERSITY_IS_", frozen=True, extra="ignore")

    port: int = Field(default=8703, ge=1, le=65535)
    document_secret: SecretStr = Field(
        min_length=32,
        description="the codes of documents follow from it: the same for all instances, and for as long as one is printed",
    )

    @property
    def codes(self) -> Codes:
        return Codes(self.document_secret.get_secret_value().encode())

    @field_validator("desk_tokens")
    @classmethod
    def _of_our_desks(cls, tokens: dict[str, SecretStr]) -> dict[str, SecretStr]:
        return known_desks(tokens, *OURS)
