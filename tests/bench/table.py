"""The figures in plain words: each ratio with both of its sides beside it."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from rich.table import Table

from tests.bench.parts import COMPETITION, CROWD, THREE_CHANNELS, best_peer
from tests.bench.rounds import Results

Line: TypeAlias = tuple[str, str, str]


def table(results: Results, found: Mapping[str, float | None]) -> Table:
    made = Table("what", "figure", "beside it", title="Medians of the rounds; read ratios, not single figures")
    lines = (
        *_ratios(results, found),
        *_rates(results),
        *_chain(results),
        *_three_channels(results),
        *_competition(results),
        *_memory(results),
    )
    for what, figure, beside in lines:
        made.add_row(what, figure, beside)
    return made


def _ratios(results: Results, found: Mapping[str, float | None]) -> Iterator[Line]:
    for key, what, other in (
        ("hop_vs_floor", "a hop against its floor", "floor"),
        ("hop_vs_batch_of_one", "a hop against batches of one", "hop, batches of one"),
        ("hop_vs_faststream_orm", "a hop against FastStream and ORM", "hop with FastStream and ORM"),
    ):
        yield from _against(found[key], what, results, "hop", other, "messages")
    peer = best_peer(results)
    if peer:
        ours = f"append, {CROWD} at once"
        yield from _against(
            found["append_vs_eventsourcing"], "appends against eventsourcing", results, ours, peer, "appends"
        )
    if ratio := results.middle("growth", "many_vs_few"):
        few, many = (results.middle("growth", f"{side}_us_per_event") for side in ("few", "many"))
        size = _rate(results.middle("growth", "events_many"))
        yield (
            "an event in a large store against a small",
            _ratio(ratio),
            f"{many:.1f} µs in {size}, {few:.1f} in 10,000",
        )


def _against(ratio: float | None, what: str, results: Results, one: str, other: str, things: str) -> Iterator[Line]:
    if ratio:
        beside = f"{_rate(results.middle(one))} against {_rate(results.middle(other))} {things}/s ({other})"
        yield what, _ratio(ratio), beside


def _rates(results: Results) -> Iterator[Line]:
    if rate := results.middle("relay"):
        yield "outbox rows published", _rate(rate), "a second"
    if rate := results.middle("replay"):
        bare = _rate(results.middle("replay", "bare_rows_per_second"))
        yield "events replayed", _rate(rate), f"a second into states and read-model rows; bare rows {bare}"
    for name in results.rounds:
        if name.startswith(("append", "eventsourcing")):
            yield name, _rate(results.middle(name)), "appends a second"
        if (count := results.middle(name, "messages")) and not name.startswith(("chain", THREE_CHANNELS)):
            yield f"CPU of a message: {name}", *_cpu(results, name, count)


def _cpu(results: Results, name: str, count: float) -> tuple[str, str]:
    own, *servers = (
        (results.middle(name, f"{whose}cpu_seconds") or 0) / count * 1e6 for whose in ("", "postgres_", "kafka_")
    )
    return f"{own:.0f} µs", "{:.0f} µs of PostgreSQL, {:.0f} µs of the broker".format(*servers)


def _chain(results: Results) -> Iterator[Line]:
    for name in results.rounds:
        if name.startswith("chain"):
            yield f"applications through the {name}", _rate(results.middle(name)), "a second"
    p50, p99 = results.middle("chain", "p50_ms"), results.middle("chain", "p99_ms")
    if p50 and p99:
        yield "a round trip through the chain", f"{p50:.0f} ms", f"{p99:.0f} ms at most for 99 of 100"


def _three_channels(results: Results) -> Iterator[Line]:
    """The whole service over all its channels: what counts is the jumps of the clock."""
    if seconds := results.middle(THREE_CHANNELS, "seconds"):
        count, jumps, days = (
            results.middle(THREE_CHANNELS, figure) or 0 for figure in ("applications", "clock_jumps", "simulated_days")
        )
        beside = f"for {_rate(count)} applications in {days:.0f} days, {jumps:.0f} jumps of the clock"
        yield "all three channels", f"{seconds:.1f} s", beside
        used = sum(
            results.middle(THREE_CHANNELS, figure) or 0
            for figure in results.rounds[THREE_CHANNELS][0]
            if figure.startswith("cpu_seconds of ")
        )
        yield "CPU of all three channels", f"{used:.1f} s", "of both cores, all processes together"


def _competition(results: Results) -> Iterator[Line]:
    """How long it takes to decide, by how many apply."""
    for figure in next(iter(results.rounds.get(COMPETITION, [])), {}):
        if figure.startswith("seconds_"):
            size = int(figure.removeprefix("seconds_"))
            seconds = results.middle(COMPETITION, figure) or 0
            beside = (
                f"{_rate(results.middle(COMPETITION, f'awards_{size}'))} grants, {seconds / size * 1e6:.0f} µs each"
            )
            yield f"competition of {size:,} applicants", f"{seconds:.2f} s", f"of CPU; {beside}"


def _memory(results: Results) -> Iterator[Line]:
    """Of each service of a chain that is at rest."""
    for figure in next(iter(results.rounds.get("chain", [])), {}):
        if figure.startswith("rss_mb of "):
            service = figure.removeprefix("rss_mb of ")
            rss, pss, uss = (results.middle("chain", f"{kind}_mb of {service}") or 0 for kind in ("rss", "pss", "uss"))
            yield (
                f"memory of {service}",
                f"{rss:.0f} MB",
                f"{pss:.0f} MB with its part of what is shared, {uss:.0f} its own",
            )


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
