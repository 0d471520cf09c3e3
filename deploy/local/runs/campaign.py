"""`egov demo --campaign`: servers, chain, a whole campaign, its report and files; whatever happens, nothing is left behind."""

import csv
import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from deploy.local.audit.campaign_ends import Rightful, replay, rightful
from deploy.local.audit.campaign_report import Report, report
from deploy.local.audit.show import deadlines, table, topics
from deploy.local.chain.chain import Chain, running_chain, watched
from deploy.local.errors import LauncherError
from deploy.local.files.applications import instant
from deploy.local.files.campaign import CampaignRow, read_campaign
from deploy.local.files.row_error import RowError
from deploy.local.people.campaign import STAFF, Campaign, Story, campaign
from deploy.local.runs.demo import View, cleaned_up, inspect, plan_of, run_directory
from deploy.local.servers.cache import Progress
from deploy.local.servers.infra import local_servers_async
from law.competition import Contender
from law.universities import Universities, load_universities

_STATES: Final = "select status, count(*) from grant_applications group by status order by status"
_APPLICANT: Final = (
    "iin", "language", "total", "profile_score", "other_min_score", "certificate_average", "preferential_rank", "quota",
    "rural", "choices", "registration_number", "profile_scores", "other_min_scores",
)  # fmt: skip
_SEAT: Final = ("specialty", "language", "seats", "rural")


@dataclass(slots=True)
class Options:
    """What the command line chose. `into` is the directory for the report and the competition's files."""

    file: Path
    seed: int = 705
    keep: bool = False
    into: Path = Path("build/campaign")
    environment: dict[str, str] = field(default_factory=dict)
    secure: bool = False


async def run(
    options: Options, console: Console, prepare: Callable[[Campaign], None] = lambda _campaign: None
) -> Report:
    """A campaign from nothing to its report; `prepare` may put more on its agenda.

    Raises LauncherError and TimeoutError with what went wrong.
    """
    universities = load_universities()
    rows, errors = read_campaign(options.file, universities)
    for error in errors:
        console.print(f"[yellow]{options.file.name}, {error}[/]", highlight=False, soft_wrap=True)
    if not rows:
        raise LauncherError(
            f"{options.file}: holds no good row. See deploy/local/files/data/README.md for the columns."
        )
    say: Progress = lambda text: console.print(text, highlight=False)  # noqa: E731 - one listener, used twice
    start = min(instant(row.filed_at, row.university, universities) for row in rows) - timedelta(days=1)
    environment = {"UNIVERSITY_IS_STAFF": STAFF, **options.environment}
    async with (
        run_directory("egov-campaign-", say, keep=options.keep) as directory,
        local_servers_async(directory, say, secure=options.secure) as servers,
    ):
        plan = plan_of(options.seed, environment, directory, servers, start)
        async with cleaned_up(plan, servers), running_chain(plan, say) as chain:
            story = await _told(chain, universities, rows, console, say, prepare)
            say("Auditing databases and topics, and holding the competition once more from the file…")
            databases, ledger = await inspect(plan)
            states = replay(databases)
            right = rightful(story.applied, states, universities)
            found = report(story, _lines(errors), states, right, ledger)
            write(found, right, options.into)
            return found


def _lines(errors: Sequence[RowError]) -> int:
    return len({each.line for each in errors})


async def _told(
    chain: Chain,
    universities: Universities,
    rows: list[CampaignRow],
    console: Console,
    say: Progress,
    prepare: Callable[[Campaign], None],
) -> Story:
    view = View(chain, len(rows), console, _STATES)
    async with watched(chain), view.shown(), campaign(chain, universities, view.show) as told:
        prepare(told)
        return await told.run(rows, say)


def write(found: Report, right: Rightful, into: Path) -> None:
    """The report, and what `egov competition` decides and explains the campaign from."""
    into.mkdir(parents=True, exist_ok=True)
    _json(into / "report.json", found.as_json())
    decision = {
        "awards": [each._asdict() for each in right.first.awards],
        "refused": [each._asdict() for each in right.first.refused],
        "ties": [each._asdict() for each in right.first.ties],
        "cutoffs": [each._asdict() for each in right.first.cutoffs],
        "awarded_again": [each._asdict() for each in right.second.awards],
    }
    _json(into / "decision.json", decision)
    _table(into / "applicants.csv", _APPLICANT, map(_applicant, sorted(right.contenders, key=lambda each: each.iin)))
    _table(into / "seats.csv", _SEAT, ({**dataclasses.asdict(row), "rural": int(row.rural)} for row in right.seats))


def _applicant(each: Contender) -> Mapping[str, object]:
    marks = [each.marks(number) for number in range(len(each.choices))]
    return {
        **{name: getattr(each, name, "") for name in _APPLICANT},
        "quota": each.quota or "",
        "rural": int(each.rural),
        "choices": "|".join(each.choices),
        "profile_scores": "|".join(str(mark.profile_score) for mark in marks),
        "other_min_scores": "|".join(str(mark.other_min_score) for mark in marks),
    }


def _table(path: Path, columns: Sequence[str], rows: Iterator[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _json(path: Path, found: Mapping[str, Any]) -> None:  # Any: JSON
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2, default=_plain) + "\n", encoding="utf-8")


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def show(found: Report, into: Path, console: Console) -> None:
    for each in (_ends(found), _cutoffs(found), deadlines(found.per_step), topics(found.per_topic)):
        if each.row_count:
            console.print(each)
    tallies = "\n".join(f"{what}: {count}" for what, count in found.tallies.items())
    console.print(
        f"{tallies}\n"
        f"turned away at the door: {_listed(found.rejected_by_code)}\n"
        f"refused: {_listed(found.refused_by_code)}\n"
        f"{sum(found.awards_by_via.values())} awards for {found.seats} seats: {_listed(found.awards_by_via)}; "
        f"{found.awarded_again} of them in the second round\n"
        f"by field: {_listed(found.awards_by_field)}\n"
        f"deadlines announced as breached: {_listed(found.breaches)}\n"
        f"lost {found.lost}, duplicated effects {found.duplicated_effects}, out of order {found.out_of_order}, "
        f"delivered again and dropped {found.repeated_deliveries}\n"
        f"{found.simulated_days:g} days of virtual time in {found.wall_seconds:g} s, {found.clock_jumps} jumps, "
        f"{found.applications_per_second:g} applications/s\n"
        f"log hash {found.log_hash}\n"
        f"Report and files are in {into}. Why somebody has a grant, or none:\n"
        f"  egov competition explain IIN --applicants {into}/applicants.csv --seats {into}/seats.csv --rules 2016",
        highlight=False,
        soft_wrap=True,
    )


def _ends(found: Report) -> Table:
    title = f"{found.applications} applications, {found.malformed_rows} malformed rows left out"
    shown = table(title, ["end", *found.by_end])
    for end in dict.fromkeys(end for ends in found.by_end.values() for end in ends):
        shown.add_row(end, *(str(ends.get(end, 0)) for ends in found.by_end.values()))
    return shown


def _cutoffs(found: Report) -> Table:
    title = "The hardest seats: the last who won a general one"
    shown = table(title, ["specialty", "language", "seats", "total", "profile"])
    for each in found.cutoffs:
        cells = (each["language"], str(each["seats"]), str(each["total"]), str(each["profile_score"]))
        shown.add_row(f"{each['specialty']} {each['name']}", *cells)
    return shown


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
