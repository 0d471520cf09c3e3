"""What a form was signed with, the same for both services."""

from pydantic import AwareDatetime

from contracts.common import Value


class Evidence(Value):
    """The EDS as it was confirmed (DUP-PORTAL-1, -2). `jws` holds document, signature and certificate as they came."""

    certificate_serial: str
    digest: str
    signed_at: AwareDatetime
    jws: str
    nonce: str = ""  # of what was filed before forms had one
