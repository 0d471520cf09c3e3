"""The report for people, and as the file of `--report`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from deploy.local.report import Report

_SHOWN_FAULTS: Final = 20
_VERDICTS: Final = ("met", "missed", "without")


def write(found: Report, path: Path) -> None:
    path.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def show(found: Report, console: Console) -> None:
    for table in (_outcomes(found), _deadlines(found), _blanks(found), _topics(found)):
        if table.row_count:
            console.print(table)
    if found.turned_away:
        console.print(
            f"{found.turned_away} packages were turned away as incomplete; their applicants came again", highlight=False
        )
    console.print(
        f"{_counted('deadlines announced as missed', found.breaches)}\n"
        f"{_counted('alarms', found.alarms)}\n"
        f"lost {found.lost}, duplicated effects {found.duplicated_effects}, out of order {found.out_of_order}, "
        f"delivered again and dropped {found.repeated_deliveries}\n"
        f"{found.simulated_days:g} days of virtual time in {found.wall_seconds:g} s, {found.clock_jumps} jumps\n"
        f"log hash {found.log_hash}",
        highlight=False,
        soft_wrap=True,
    )


def show_faults(faults: Sequence[str], good: str, console: Console) -> None:
    """What is wrong, or that nothing is, in the words of `good`."""
    if not faults:
        console.print(f"[green]{good}[/]")
    for fault in faults[:_SHOWN_FAULTS]:
        console.print(f"[red]{fault}[/]", highlight=False, soft_wrap=True)
    if len(faults) > _SHOWN_FAULTS:
        console.print(f"[red]… and {len(faults) - _SHOWN_FAULTS} more; --report lists them all[/]")


def _outcomes(found: Report) -> Table:
    table = _table(
        f"{found.applications} applications, {found.malformed_rows} malformed rows left out",
        ["outcome", *found.by_channel, "all"],
    )
    for name, count in found.by_outcome.items():
        if count:
            codes = {"refused": found.refused_by_code}.get(
                name, found.rejected_by_code if name.startswith("rejected") else {}
            )
            detail = f" ({', '.join(f'{code}: {number}' for code, number in codes.items())})" if codes else ""
            each = [str(outcomes.get(name, 0)) for outcomes in found.by_channel.values()]
            table.add_row(name.replace("_", " ") + detail, *each, str(count))
    return table


def _deadlines(found: Report) -> Table:
    table = _table("Deadlines", ["step", *_VERDICTS])
    for step, counts in found.per_step.items():
        table.add_row(step, *(str(counts[each]) for each in _VERDICTS))
    return table


def _blanks(found: Report) -> Table:
    """Only where something of note happened: blank forms used, spoilt or still held."""
    states = sorted({state for counts in found.blanks.values() for state in counts})
    table = _table("Blank forms", ["university", *states])
    for code, counts in found.blanks.items():
        table.add_row(code, *(str(counts.get(state, 0)) for state in states))
    return table


def _topics(found: Report) -> Table:
    table = _table("Messages", ["topic", "messages"])
    for topic, count in found.per_topic.items():
        table.add_row(topic, str(count))
    return table


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def _counted(what: str, counts: Mapping[str, int]) -> str:
    there = [f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if count]
    return f"{what}: {', '.join(there) or 'none'}"
