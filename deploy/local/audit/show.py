"""The report for people, and as the file of `--report`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from deploy.local.audit.report import Report

_SHOWN_FAULTS: Final = 20
_VERDICTS: Final = ("met", "missed", "without")


def write(found: Report, path: Path) -> None:
    path.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def show(found: Report, console: Console) -> None:
    shown = (
        _outcomes(found),
        _by_regulation(found),
        deadlines(found.per_step),
        _blanks(found),
        topics(found.per_topic),
    )
    for each in shown:
        if each.row_count:
            console.print(each)
    if found.turned_away:
        console.print(
            f"{found.turned_away} packages were turned away as incomplete; their applicants came again", highlight=False
        )
    console.print(
        f"{_counted('deadlines announced as breached', found.breaches)}\n"
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
    shown = table(
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
            shown.add_row(name.replace("_", " ") + detail, *each, str(count))
    return shown


def _by_regulation(found: Report) -> Table:
    """Only where more than one governs."""
    ends = sorted({end for counts in found.by_regulation.values() for end in counts})
    shown = table("Cases at the universities", ["regulation", *ends])
    if len(found.by_regulation) > 1:
        for name, counts in found.by_regulation.items():
            shown.add_row(name, *(str(counts.get(end, 0)) for end in ends))
    return shown


def deadlines(per_step: Mapping[str, Mapping[str, int]]) -> Table:
    """How often each step was done in time, late, or is without a verdict yet."""
    shown = table("Deadlines", ["step", *_VERDICTS])
    for step, counts in per_step.items():
        shown.add_row(step, *(str(counts[each]) for each in _VERDICTS))
    return shown


def _blanks(found: Report) -> Table:
    """Only where something of note happened: blank forms used, spoilt or still held."""
    states = sorted({state for counts in found.blanks.values() for state in counts})
    shown = table("Blank forms", ["university", *states])
    for code, counts in found.blanks.items():
        shown.add_row(code, *(str(counts.get(state, 0)) for state in states))
    return shown


def topics(per_topic: Mapping[str, int]) -> Table:
    shown = table("Messages", ["topic", "messages"])
    for topic, count in per_topic.items():
        shown.add_row(topic, str(count))
    return shown


def table(title: str, columns: Iterable[str]) -> Table:
    """An empty table: names on the left, numbers on the right."""
    shown = Table(title=title)
    for number, column in enumerate(columns):
        shown.add_column(column, justify="right" if number else "left")
    return shown


def _counted(what: str, counts: Mapping[str, int]) -> str:
    there = [f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if count]
    return f"{what}: {', '.join(there) or 'none'}"
