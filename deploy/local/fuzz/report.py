"""What `egov fuzz` found, for people and for programs."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from deploy.local.fuzz.account import Fate

_MOST_FAULTS: Final = 30  # as many as fit on a screen


@dataclass(slots=True)
class Finding:
    """`fates` by family; a record that several services hear counts at each. `faults` is empty if all of it holds."""

    seed: int
    records: int
    by_topic: dict[str, int]
    fates: dict[str, dict[str, int]]
    set_aside_for: dict[str, int]
    consequences: int
    applications: int
    outcomes: dict[str, int]
    counter_visits: int
    messages: int
    restarts: dict[str, int]
    memory_mib: dict[str, int]
    virtual_end: str
    seconds: float
    faults: list[str]

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        return asdict(self)

    def fate(self, name: Fate) -> int:
        """How often it befell a record."""
        return sum(each.get(name, 0) for each in self.fates.values())


def write(found: Finding, path: Path) -> None:
    path.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def show(found: Finding, console: Console) -> None:
    """The finding for people."""
    table = Table(title="What became of the hostile records, at each service that hears them")
    table.add_column("family")
    for fate in Fate:
        table.add_column(fate, justify="right")
    for family, fates in found.fates.items():
        table.add_row(family, *(str(fates.get(fate, 0) or "") for fate in Fate))
    table.add_section()
    table.add_row("all", *(str(found.fate(fate)) for fate in Fate))
    console.print(table)
    outcomes = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in found.outcomes.items())
    reasons = ", ".join(f"{count} {reason}" for reason, count in found.set_aside_for.items())
    memory = ", ".join(f"{name} {size}" for name, size in found.memory_mib.items())
    console.print(
        f"{found.records} hostile records on {len(found.by_topic)} topics; set aside: {reasons}\n"
        f"{found.consequences} messages that they led to were set aside, too\n"
        f"{found.applications} applications: {outcomes}; {found.counter_visits} visits to the counter\n"
        f"{found.messages} messages of the services; virtual time ended at {found.virtual_end}\n"
        f"most memory, MiB: {memory}\n{found.seconds:g} s",
        highlight=False,
        soft_wrap=True,
    )
    if not found.faults:
        console.print(
            "[green]Every record came to one lawful end, and every application to its own; no process ended.[/]"
        )
    for fault in found.faults[:_MOST_FAULTS]:
        console.print(fault, style="red", markup=False, highlight=False, soft_wrap=True)
    if len(found.faults) > _MOST_FAULTS:
        console.print(f"[red]… and {len(found.faults) - _MOST_FAULTS} more; --json lists them all[/]")
    if found.faults:
        console.print(
            f"The same records come again with --seed {found.seed} --messages {found.records}.", highlight=False
        )
