"""Which universities take requests: the known ones, less those that are closed or merged (EDGE-09)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.common import PublicService
from contracts.event import Text
from law.regulation.campaign import ZONE
from law.universities import Universities
from services.esuvo.terms import Terms, governed
from services.esuvo.universities import texts


class Standing(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Directory:
    """`merged` names the successor's code. Raises ValueError when a code of either is not a known university's."""

    universities: Universities
    closed: Collection[str] = frozenset()
    merged: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = {*self.closed, *self.merged, *self.merged.values()}
        unknown = ", ".join(sorted(named - set(self.universities)))
        if unknown:
            raise ValueError(
                f"closed and merged universities: no university has the code {unknown}; see GET /universities"
            )

    def standing(self, code: str) -> Standing:
        if code in self.closed:
            return Standing.CLOSED
        return Standing.MERGED if code in self.merged else Standing.OPEN

    def terms(self, code: str, filed_at: datetime) -> Terms | None:
        """By which regulation and calendar the university's steps are due; None for a code that nobody answers to."""
        university = self.universities.get(code)
        if university is None:
            return None
        return governed(filed_at, university.zone, university.week, PublicService.DUPLICATE, university.zone)

    def grant_terms(self, code: str, filed_at: datetime) -> Terms | None:
        """The same for an admission committee: which regulation governs is decided by the campaign's own zone."""
        university = self.universities.get(code)
        if university is None:
            return None
        return governed(filed_at, university.zone, university.week, PublicService.GRANT, ZONE.key)

    def why_unroutable(self, code: str, service: PublicService = PublicService.DUPLICATE) -> Text | None:
        """What the applicant is told when no university answers to the code; None when one does."""
        university = self.universities.get(code)
        if university is None:
            return texts.unknown_university(code)
        match self.standing(code):
            case Standing.CLOSED:
                closed = texts.closed_university if service is PublicService.DUPLICATE else texts.closed_committee
                return closed(university.name)
            case Standing.MERGED:
                successor = self.universities[self.merged[code]]
                return texts.merged_university(university.name, successor.name, successor.code)
            case Standing.OPEN:
                return None
