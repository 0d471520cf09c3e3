"""What is measured, by part, and the figures that follow from it."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from tests.bench import campaign, chain, competition, three_channels
from tests.bench.append import WARM_UP
from tests.bench.growth import BEFORE, FEW
from tests.bench.programs import Figures
from tests.bench.rounds import Measurement, Results
from tests.bench.stage import PARTITIONS, Stage, check_count, hop, make_topics

THREE_CHANNELS: Final = "three_channels"
COMPETITION: Final = "competition"
_DUPLICATES: Final = 1_000  # in all three channels together
CROWD: Final = 64  # clients at once
_CLIENTS: Final = (1, 8, CROWD)
_INSTANCES: Final = (1, 2, 4)
_MANY: Final = 1_000_000  # what the name of the figure says


@dataclass(frozen=True, slots=True)
class Sizes:
    """What takes a millisecond a piece gets a twentieth of the messages of what takes microseconds; several instances,
    which are slower here, a quarter of the applications.
    """

    messages: int
    events: int
    applications: int

    @property
    def few(self) -> int:
        return max(20, self.messages // 20)


def measurements(sizes: Sizes) -> list[Measurement]:
    ours = [
        Measurement("append", f"append, {clients} at once", partial(_append, sizes.few * clients, clients))
        for clients in _CLIENTS
    ]
    theirs = [
        Measurement("append", _peer(clients, functions=functions), partial(_append_peer, sizes.few, clients, functions))
        for functions in (False, True)
        for clients in _CLIENTS
    ]
    return [
        Measurement("hop", "floor", lambda stage: hop(stage, "floor", sizes.messages)),
        Measurement("hop", "hop", lambda stage: hop(stage, "hop", sizes.messages)),
        Measurement("hop", "hop, batches of one", lambda stage: hop(stage, "hop", sizes.few, batch_size=1)),
        Measurement("hop", "hop with FastStream and ORM", lambda stage: hop(stage, "orm", sizes.few)),
        *ours,
        *theirs,
        Measurement("relay", "relay", partial(_relay, sizes.messages)),
        Measurement("replay", "replay", partial(_replay, sizes.messages)),
        *(Measurement("chain", _chain_of(each), partial(_chain, sizes, each)) for each in _INSTANCES),
        Measurement("three_channels", THREE_CHANNELS, _three_channels),
        *(Measurement("campaign", _campaign_of(size), partial(_campaign, size)) for size in campaign.USUAL),
        Measurement("competition", COMPETITION, _competition),
        # The last, for the server has long to do with what it leaves behind.
        Measurement("growth", "growth", partial(_growth, sizes.events)),
    ]


def _peer(clients: int, *, functions: bool) -> str:
    return f"eventsourcing, {clients} at once" + (", database functions" if functions else "")


def _chain_of(instances: int) -> str:
    return "chain" if instances == 1 else f"chain, {instances} instances of each service"


def best_peer(results: Results) -> str | None:
    """The library's fastest way here; None unless every way of it was measured."""
    names = [_peer(clients, functions=functions) for functions in (False, True) for clients in _CLIENTS]
    rates = {name: rate for name in names if (rate := results.middle(name))}
    return max(rates, key=lambda name: rates[name]) if len(rates) == len(names) else None


def figures(results: Results) -> dict[str, float | None]:
    """The top level of the file; None is what was not measured."""
    peer = best_peer(results)
    return {
        "hop_vs_floor": results.ratio("hop", "floor"),
        "hop_vs_batch_of_one": results.ratio("hop", "hop, batches of one"),
        "hop_vs_faststream_orm": results.ratio("hop", "hop with FastStream and ORM"),
        "append_vs_eventsourcing": results.ratio(f"append, {CROWD} at once", peer) if peer else None,
        "relay_per_second": results.middle("relay"),
        "chain_applications_per_second": results.middle(_chain_of(1)),
        "chain_p50_ms": results.middle(_chain_of(1), "p50_ms"),
        "chain_p99_ms": results.middle(_chain_of(1), "p99_ms"),
        "competition_100k_seconds": results.middle(COMPETITION, f"seconds_{competition.SIZES[-1]}"),
        "cost_growth_10k_to_1m": (
            results.middle("growth", "many_vs_few") if results.middle("growth", "events_many") == _MANY else None
        ),
    }


async def _append(count: int, clients: int, stage: Stage) -> Figures:
    async with stage.corner() as own:
        found = await stage.figures("append", stage.job(own, count, clients=clients))
        await check_count(own, "events", count + WARM_UP)
        return found


async def _append_peer(count: int, clients: int, functions: bool, stage: Stage) -> Figures:  # noqa: FBT001 - for partial
    async with stage.corner(tables=False) as own:
        job = stage.job(own, count, clients=clients, database_functions=functions)
        found = await stage.figures("append_peer", job)
        await check_count(own, "application_events", count + WARM_UP)
        return found


async def _relay(count: int, stage: Stage) -> Figures:
    async with stage.corner() as own:
        await make_topics(own)
        return await stage.figures("relay", stage.job(own, count))


async def _replay(count: int, stage: Stage) -> Figures:
    async with stage.corner() as own:
        return await stage.figures("replay", stage.job(own, count))


async def _growth(count: int, stage: Stage) -> Figures:
    async with stage.corner() as own, stage.corner() as other:
        ours = stage.running.postgres is not None
        job = stage.job(own, count, other_database_url=other.database_url, servers_are_ours=ours)
        found = await stage.figures("growth", job)
        appended = round(found["events_appended_to_each"]) + BEFORE
        await check_count(own, "events", FEW + appended)
        await check_count(other, "events", count + appended)
    return {**found, "many_vs_few": found["many_us_per_event"] / found["few_us_per_event"]}


def _campaign_of(size: int) -> str:
    return f"campaign of {size}"


async def _campaign(size: int, stage: Stage) -> Figures:
    found = await campaign.measure(stage.running, stage.directory, size)
    return {
        "applications": found.applications,
        "per_second": found.applications_per_second,
        "seconds": found.seconds,
        "filing_seconds": found.filing_seconds,
        "clock_jumps": found.clock_jumps,
        "cpu_ms_per_application": found.cpu_ms_per_application,
        **{f"cpu_seconds of {name}": seconds for name, seconds in found.cpu_seconds.items()},
    }


async def _competition(_stage: Stage) -> Figures:
    return competition.measure()


async def _three_channels(stage: Stage) -> Figures:
    found = await three_channels.measure(stage.running, stage.directory, _DUPLICATES)
    return {
        "applications": found.applications,
        "per_second": found.applications / found.seconds,
        "seconds": found.seconds,
        "simulated_days": found.simulated_days,
        "clock_jumps": found.clock_jumps,
        "jumps_per_second": found.clock_jumps / found.seconds,
        "messages": found.messages,
        **{f"applications of {channel}": count for channel, count in found.by_channel.items()},
        **{f"cpu_seconds of {name}": seconds for name, seconds in found.cpu_seconds.items()},
    }


async def _chain(sizes: Sizes, instances: int, stage: Stage) -> Figures:
    count = sizes.applications if instances == 1 else max(2, sizes.applications // 4)
    paths = min(400, max(2, count // 5)) if instances == 1 else 0
    partitions = PARTITIONS * instances  # so that each has as many as the only one had
    found = await chain.measure(stage.running, stage.directory, count, instances, partitions, paths)
    return {
        "applications": found.applications,
        "instances": instances,
        "partitions": partitions,
        "seconds": found.seconds,
        "per_second": found.applications_per_second,
        "filing_seconds": found.filing_seconds,
        "messages": found.messages,
        "clock_jumps": found.clock_jumps,
        **({"p50_ms": found.path(50), "p99_ms": found.path(99)} if paths else {}),
        **{f"cpu_seconds of {name}": seconds for name, seconds in found.cpu_seconds.items()},
        **{f"{kind}_mb of {name}": mb for name, used in found.memory_mb.items() for kind, mb in used.items()},
    }
