"""When the term of the duplicates service ends, by the regulation that governs the filing: counted here, heard from nobody."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from contracts.common import Channel
from law.regulation import Limit, UnknownRegulation, WorkCalendar, governing, overall
from law.universities import Universities


@dataclass(frozen=True, slots=True)
class ServiceTerm:
    """`zone` is the university's, in whose days the term is counted."""

    limit: Limit
    due_at: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    universities: Universities

    def of(self, code: str, filed_at: datetime) -> ServiceTerm | None:
        """None for an unknown university, and where the regulation sets no term."""
        university = self.universities.get(code)
        if university is None:
            return None
        zone = ZoneInfo(university.zone)
        try:
            regulation = governing(filed_at.astimezone(zone).date())
        except UnknownRegulation:
            return None
        end = overall(regulation, Channel.PORTAL, filed_at, WorkCalendar(university.week, zone))
        return ServiceTerm(regulation.overall_limit, end.at, zone) if end and regulation.overall_limit else None
