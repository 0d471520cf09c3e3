"""The applicants of a scenario, as rows of an applications file: one seed gives the same rows."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any, Final, TypeVar

from contracts.common import Channel
from deploy.local.files.applications import ApplicationRow
from deploy.local.made_up.people import People
from deploy.local.scenarios.scenario import Careless, Scenario
from law.package import required_documents
from law.universities import Universities

T = TypeVar("T")
_SATURDAY: Final = 6
_DOUBLE_AFTER: Final = timedelta(days=1)
_YEARS: Final = range(1995, 2101)


def rows_of(scenario: Scenario, seed: int, universities: Universities) -> list[ApplicationRow]:
    """In the order in which they come; a person who asks twice has two rows. Raises ValueError where nobody can come."""
    town = _Town(scenario, Random(f"scenario/{seed}"), universities)  # noqa: S311 - a sample that must repeat, no secret
    found = sorted(town.rows(), key=lambda row: (row.filed_at, row.iin, row.comment))
    return [row.model_copy(update={"line": number}) for number, row in enumerate(found, 1)]


def portions(weights: Mapping[T, float], whole: int) -> dict[T, int]:
    """`whole` in parts that stand to each other as the weights do, none off by one or more; largest remainders first."""
    total = sum(weights.values())
    exact = {name: whole * weight / total for name, weight in weights.items()}
    found = {name: int(part) for name, part in exact.items()}
    by_rest = sorted(exact, key=lambda name: found[name] - exact[name])
    for name in islice(by_rest, whole - sum(found.values())):
        found[name] += 1
    return found


@dataclass(slots=True)
class _Town:
    scenario: Scenario
    random: Random
    universities: Universities

    def rows(self) -> Iterator[ApplicationRow]:
        arrivals, count = self.scenario.arrivals, self.scenario.arrivals.applicants
        channels, reasons = self._dealt(arrivals.channels, count), self._dealt(arrivals.reasons, count)
        kinds, ways = self._dealt(arrivals.documents, count), self._ways(arrivals.careless, channels)
        moments = self._moments(count)
        schools = cycle([self.universities[code] for code in arrivals.universities or self.universities])
        people = People(self.random)
        for person, school, channel, reason, kind, way, at in zip(
            people, schools, channels, reasons, kinds, ways, moments, strict=False
        ):
            specialty = self.random.choice(school.specialties)
            known = [each for each in _YEARS if specialty.first_year <= each <= min(specialty.last_year, at.year)]
            year = self.random.choice(known or [specialty.first_year])
            row = ApplicationRow.model_validate(
                {
                    **person._asdict(),
                    "line": 1,
                    "filed_at": at if channel is Channel.PORTAL else _open_day(at),
                    "patronymic": person.patronymic or None,
                    "university": school.code,
                    "specialty": specialty.code,
                    "graduation_year": year,
                    "document_kind": kind,
                    "reason": reason,
                    "channel": channel,
                }
            )
            yield from self._careless(row, way)

    def _dealt(self, weights: Mapping[T, float], count: int) -> list[T]:
        found = [name for name, part in portions(weights, count).items() for _ in range(part)]
        self.random.shuffle(found)
        return found

    def _ways(self, careless: Careless, channels: Sequence[Channel]) -> list[str]:
        """What each does wrong, empty for most; who has no counter to go to leaves no document at home."""
        count = len(channels)
        shares = {
            "wrong year": careless.wrong_year,
            "unknown graduate": careless.unknown_graduate,
            "asks twice": careless.doubles,
            "withdraws": careless.withdrawals.share,
        }
        found = [""] * count
        order = self.random.sample(range(count), count)
        at_counters = deque(number for number in order if channels[number] is not Channel.PORTAL)
        for _ in range(min(round(careless.missing_documents * count), len(at_counters))):
            found[at_counters.popleft()] = "incomplete package"
        free = iter([number for number in order if not found[number]])
        for way, share in shares.items():
            for number in islice(free, round(share * count)):
                found[number] = way
        return found

    def _careless(self, row: ApplicationRow, way: str) -> Iterator[ApplicationRow]:
        changed: dict[str, Any] = {"comment": way}  # Any: fields of a row
        match way:
            case "wrong year":
                wrong = row.graduation_year - 1
                changed |= {"graduation_year": wrong, "register_graduation_year": row.graduation_year}
            case "unknown graduate":
                changed |= {"in_register": False}
            case "incomplete package":
                changed |= {"left_out": frozenset({self.random.choice(required_documents(row.reason))})}
            case "withdraws":
                days = self.scenario.arrivals.careless.withdrawals
                after = timedelta(days=self.random.randint(days.after_days_min, days.after_days_max))
                changed |= {"withdraw_at": _open_day(row.filed_at + after)}
            case "asks twice":
                later = _open_day(row.filed_at + _DOUBLE_AFTER)
                yield row.model_copy(update={"filed_at": later, "comment": "asks the second time"})
        yield row.model_copy(update=changed)

    def _moments(self, count: int) -> list[datetime]:
        spread = self.scenario.arrivals.spread
        first, rest = self._days()[:1], self._days()[1:]
        rush = count if not rest else round(spread.first_day_share * count)
        days = [*first * rush, *islice(cycle(rest if spread.first_day_share else [*first, *rest]), count - rush)]
        self.random.shuffle(days)
        return [datetime.combine(day, _clock(self.random.choice(spread.minutes))) for day in days]

    def _days(self) -> list[date]:
        period = self.scenario.period
        all_days = [period.first_day + timedelta(n) for n in range((period.last_day - period.first_day).days + 1)]
        if self.scenario.arrivals.spread.days == "all":
            return all_days
        return [day for day in all_days if day.isoweekday() < _SATURDAY] or all_days


def _open_day(at: datetime) -> datetime:
    """The same time on a day from Monday to Friday."""
    while at.isoweekday() >= _SATURDAY:
        at += timedelta(days=1)
    return at


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
