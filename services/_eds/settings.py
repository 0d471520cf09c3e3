"""What a service that hears signed forms is told by its environment."""

import sys
from pathlib import Path

from pydantic import BaseModel, Field

from services._eds.authority import Authority
from services._eds.signed import SignedForms, Unsigned


class EdsSettings(BaseModel):
    """Beside the settings that every service has: `<SERVICE>_TRUST_ANCHOR` and so on."""

    trust_anchor: Path | None = Field(
        default=None, description="PEM file: the certification authority whose signatures count"
    )
    revocation_list: Path | None = Field(
        default=None, description="PEM file: the authority's CRL, read anew when it changes"
    )
    unsigned: Unsigned = Field(
        default=Unsigned.REFUSED,
        description="what becomes of a message without the signed form that it owes: refused, or accepted",
    )

    def signed_forms(self) -> SignedForms:
        """How signed forms are checked; ends the service where that cannot be done."""
        if self.unsigned is Unsigned.REFUSED and self.trust_anchor is None:
            prefix = str(self.model_config.get("env_prefix", ""))  # of pydantic-settings
            sys.exit(
                f"wrong settings: {prefix}TRUST_ANCHOR: name the authority's certificate, "
                f"or set {prefix}UNSIGNED to accepted and take everybody's word"
            )
        try:
            authority = Authority(self.trust_anchor, self.revocation_list) if self.trust_anchor else None
        except (OSError, ValueError) as reason:
            sys.exit(f"wrong settings: {reason}")
        return SignedForms(authority, self.unsigned)
