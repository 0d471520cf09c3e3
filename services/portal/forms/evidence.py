"""What a form was signed with, the same for both services."""

from pydantic import AwareDatetime

from contracts import portal_applications
from contracts.common import Value


class Evidence(Value):
    """The EDS as it was confirmed (DUP-PORTAL-1, -2). `jws` holds document, signature and certificate as they came."""

    certificate_serial: str
    digest: str
    signed_at: AwareDatetime
    jws: str
    nonce: str = ""  # of what was filed before forms had one

    @property
    def told(self) -> portal_applications.Signature:
        """What others are told of it, beside the form itself."""
        return portal_applications.Signature.model_validate(self.model_dump())
