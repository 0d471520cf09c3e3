"""Several instances of one service, and one that comes back: the work is shared, and done once."""

import asyncio
import random
from collections import defaultdict

from deploy.local.servers.processes import wait_until
from tests.support.process import WITHIN, Stand, everything, once, stand
from tests.support.servers import Place
from tests.support.tally import IN, OUT, SERVICE, Number, tally_of

SUBJECTS = [f"s{number}" for number in range(20)]


async def share_the_partitions(*instances: Stand) -> None:
    def shared() -> bool:
        sizes = [len(each.parts.consumer.positions) for each in instances]
        return min(sizes) > 0 and sum(sizes) == instances[0].settings.partitions

    await wait_until(shared, WITHIN, "every instance to have partitions")


async def totals(place: Place) -> dict[str, list[object]]:
    found = defaultdict[str, list[object]](list)
    for each in once(await everything(place, OUT)):
        found[each.subject].append(each.data["total"])
    return dict(found)


async def test_what_a_crashed_instance_left_is_finished_by_the_other_once_and_in_order(tables: Place) -> None:
    async with (
        stand(SERVICE, tables, instance="1", session_timeout_ms=1_500) as first,
        stand(SERVICE, tables, instance="2", session_timeout_ms=1_500) as second,
    ):
        await share_the_partitions(first, second)
        sending = asyncio.create_task(send_all(first))
        await first.read(OUT, 20)
        await first.crash()
        await sending
        told = await second.read(OUT, 20 * len(SUBJECTS))
        await second.settled()

        assert len(told) == 20 * len(SUBJECTS)
        assert first.counted("egov_events_total", source="kafka") > 0
        assert second.counted("egov_events_total", source="kafka") > 0
        assert await totals(tables) == {subject: [n * (n + 1) // 2 for n in range(1, 21)] for subject in SUBJECTS}


async def send_all(outside: Stand) -> None:
    for value in range(1, 21):
        for subject in SUBJECTS:
            await outside.send(IN, Number(value=value), subject)


async def test_writers_of_one_stream_in_two_instances_and_from_kafka_lose_nothing(tables: Place) -> None:
    async with stand(SERVICE, tables, instance="1") as first, stand(SERVICE, tables, instance="2") as second:
        await share_the_partitions(first, second)
        asking = [one.ask("a", 1) for _ in range(40) for one in (first, second)]
        sending = [first.send(IN, Number(value=1), "a") for _ in range(40)]
        await asyncio.gather(*asking, *sending)
        told = await first.read(OUT, 120)
        found = await second.parts.store.read(tally_of("a"))

        assert (found.state, found.version) == (120, 120)
        assert [each.data["total"] for each in told] == list(range(1, 121))


async def test_a_clash_of_many_writers_is_decided_again_until_all_are_through(tables: Place) -> None:
    """Both instances write both streams in turn, and the journal that all of them tell."""
    chance = random.Random(7)  # noqa: S311 - no secret
    async with stand(SERVICE, tables, instance="1") as first, stand(SERVICE, tables, instance="2") as second:

        async def write(own: Stand) -> None:
            for _ in range(50):
                await own.ask(chance.choice("ab"), 1)

        await asyncio.gather(*(write(own) for own in (first, second, first, second)))
        sums = [(await first.parts.store.read(tally_of(subject))).state for subject in "ab"]
        journal = await first.parts.store.read("journal:all")
        conflicts = sum(own.counted("egov_conflicts_total", source="http") for own in (first, second))

        assert sum(sums) == journal.state == journal.version == 200
        assert conflicts > 0


async def test_an_instance_that_stops_in_order_leaves_nothing_undone_or_to_do_again(tables: Place) -> None:
    async with stand(SERVICE, tables) as first:
        for value in range(1, 51):
            await first.send(IN, Number(value=value), "a")
        await first.read(OUT, 10)
        await first.stop()
        handled = first.counted("egov_messages_consumed_total", topic=f"{tables.topic_prefix}{IN}", result="understood")
        left, _ = await first.parts.store.pending()
        published = len(await everything(tables, OUT))
    async with stand(SERVICE, tables) as again:
        await again.send(IN, Number(value=51), "a")
        told = await again.read(OUT, 51)
        await again.settled()
        taken = again.counted("egov_messages_consumed_total", topic=f"{tables.topic_prefix}{IN}", result="understood")

    assert left == 0
    assert published == handled
    assert taken == 51 - handled
    assert [each.data["value"] for each in told] == list(range(1, 52))
