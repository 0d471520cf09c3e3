"""`python -m tests.bench`: measures, prints, and writes build/bench.json; exit code 1 if any part failed."""

import json
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
import uvloop
from rich.console import Console

from deploy.local.errors import LauncherError
from deploy.local.servers.infra import local_servers_async
from tests.bench.machine import Facts, durability, machine
from tests.bench.parts import Sizes, figures, measurements
from tests.bench.rounds import Measurement, Results, run
from tests.bench.stage import Stage, hop
from tests.bench.table import table

_WARM_UP: Final = 2_000

console = Console(soft_wrap=True)


def main(
    only: Annotated[
        str,
        typer.Option(help="parts to measure: hop,append,relay,replay,growth,chain,three_channels,campaign,competition"),
    ] = "",
    rounds: Annotated[int, typer.Option(min=1, help="how often each takes its turn")] = 3,
    messages: Annotated[int, typer.Option(min=100, help="messages through a hop, rows of an outbox, events")] = 40_000,
    events: Annotated[int, typer.Option(min=20_000, help="size of the large store")] = 1_000_000,
    applications: Annotated[int, typer.Option(min=10, help="through the whole chain")] = 10_000,
    out: Annotated[Path, typer.Option(help="where the figures are written")] = Path("build/bench.json"),
) -> None:
    """Measure this copy of the chain on this machine. Stop everything else first: two cores show every neighbour."""
    asked = measurements(Sizes(messages, events, applications))
    parts = {each.part for each in asked}
    wanted = set(only.split(",")) if only else parts
    if unknown := wanted - parts:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: the parts are {', '.join(sorted(parts))}")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it warns of each topic that is still to be made
    try:
        results, facts, promises = uvloop.run(_measured([each for each in asked if each.part in wanted], rounds))
    except LauncherError as reason:
        console.print(f"Nothing was measured: {reason}", style="red", markup=False)
        raise typer.Exit(1) from reason
    found = figures(results)
    console.print(table(results, found))
    out.parent.mkdir(parents=True, exist_ok=True)
    written = {**found, "raw": results.raw() | {"database": promises}, "machine": facts}
    out.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
    say(f"Written to {out}.")
    for name, trouble in results.failed.items():
        console.print(f"{name} failed, and has no figure: {trouble}", style="red", markup=False)
    if results.failed:
        raise typer.Exit(1)


async def _measured(asked: Sequence[Measurement], rounds: int) -> tuple[Results, Facts, Facts]:
    with tempfile.TemporaryDirectory(prefix="egov-bench-") as directory:
        async with local_servers_async(Path(directory), say) as running:
            stage = Stage(running, Path(directory))
            facts, promises = await machine(running), await durability(running)
            if any(each.part == "hop" for each in asked):
                await hop(stage, "hop", _WARM_UP)  # the broker compiles what it does often
            return await run(asked, rounds, stage, say), facts, promises


def say(line: str) -> None:
    console.print(line, style="dim", markup=False, highlight=False)


if __name__ == "__main__":
    typer.run(main)
