"""Is a file what it claims to be, and nothing else besides? What a stranger sends is read with suspicion."""

import io
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from services.portal.scan.documents import check_pdf
from services.portal.scan.images import check_jpeg, check_png
from services.portal.scan.unfit import Fault, Unfit

__all__ = ["CHECKS", "Fault", "Unfit", "check"]

CHECKS: Final[Mapping[str, Callable[[bytes], None]]] = MappingProxyType(
    {"image/jpeg": check_jpeg, "image/png": check_png, "application/pdf": check_pdf}
)


def check(content: bytes, media_type: str) -> None:
    """Raise Unfit unless `content` is a whole, readable file of `media_type`, one of CHECKS, that does nothing.

    Bounded in memory by the file's size and the most pixels; in time only by who calls it (see scanner.py).
    """
    CHECKS[media_type](content)
    # A ZIP is read from its end, so that it may follow another file or hide in a comment of it.
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Unfit(Fault.NOT_WHAT_IT_SAYS, "the file is an archive as well", "save the picture or document anew")
