"""The authority that EDS is judged by. Its revocation list is read anew whenever the file changes (EDGE-04)."""

from pathlib import Path
from typing import Final, TypeAlias

import structlog

from services._eds.signature import TrustAnchor

log: Final = structlog.get_logger()
_Stamp: TypeAlias = tuple[int, int, int] | None


class Authority:
    """Certificate and list as files. Raises what `TrustAnchor.load` raises when they are wrong at the start."""

    def __init__(self, certificate: Path, revocation_list: Path | None = None) -> None:
        self._certificate = certificate
        self._list = revocation_list
        self._read = _stamp(revocation_list)
        self._trust = TrustAnchor.load(certificate, revocation_list)

    @property
    def trust(self) -> TrustAnchor:
        """With the newest list that could be read: a broken one revokes nothing and takes nothing back."""
        now = _stamp(self._list)
        if now != self._read:
            self._read = now
            try:
                self._trust = TrustAnchor.load(self._certificate, self._list)
            except (OSError, ValueError) as reason:
                log.error("revocation list not read, the last one counts", reason=str(reason))  # noqa: TRY400 - said in one line
        return self._trust


def _stamp(path: Path | None) -> _Stamp:
    """What changes when a file is replaced or written to; None while there is none."""
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found else None
