"""When a chain counts as at rest, and whom the conductor asks to find out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from aiokafka import TopicPartition

from contracts.sim_clock import ClockSet
from deploy.local.chain.quiescence import NoAnswer, Rest

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
ASKED = TopicPartition("asked", 0)
TOLD = TopicPartition("told", 0)


@dataclass
class Process:
    """A service process as it answers the conductor."""

    hears: tuple[str, ...]
    positions: dict[TopicPartition, int]
    next_timer: datetime | None = None
    running: int = 0
    outbox: int = 0
    clock: int = 1
    reachable: bool = True
    published: dict[TopicPartition, int] = field(default_factory=dict)

    def answer(self) -> bytes:
        said = {"running": self.running, "outbox": self.outbox, "clock": self.clock, "hears": self.hears}
        timer = self.next_timer.isoformat() if self.next_timer else None
        offsets = {"positions": by_topic(self.positions), "published": by_topic(self.published)}
        return json.dumps({**said, "next_timer": timer, **offsets}).encode()


def by_topic(offsets: Mapping[TopicPartition, int]) -> dict[str, dict[str, int]]:
    return {topic: {str(n): end for (name, n), end in offsets.items() if name == topic} for topic, _ in offsets}


@dataclass
class Chain:
    """Two processes that hear each other, and the topics between them; notes who was asked, and for what."""

    clerk: Process = field(default_factory=lambda: Process(("asked",), {ASKED: 5}, NOON + HOUR))
    reader: Process = field(default_factory=lambda: Process(("told",), {TOLD: 7}))
    ends: dict[TopicPartition, int] = field(default_factory=lambda: {ASKED: 5, TOLD: 7})
    asked: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    looked_up: int = 0
    state: ClockSet = field(default_factory=lambda: ClockSet(sequence=1, virtual=NOON, wall=NOON, rate=0))
    rest: Rest = field(init=False)

    def __post_init__(self) -> None:
        self.rest = Rest(["http://clerk", "http://reader"], self._fetch, self._ends)

    async def _fetch(self, url: str) -> bytes:
        parts = urlsplit(url)
        self.asked.append(parts.netloc)
        self.heard += [value for name, value in parse_qsl(parts.query) if name == "heard"]
        process: Process = getattr(self, parts.netloc)
        if not process.reachable:
            raise NoAnswer("gone")
        return process.answer()

    async def _ends(self, _topics: set[str]) -> Mapping[TopicPartition, int]:
        self.looked_up += 1
        return self.ends

    async def quiet(self) -> bool:
        return (await self.rest.look(self.state)).quiet

    def jump(self, to: datetime) -> None:
        self.state = self.state.model_copy(update={"sequence": self.state.sequence + 1, "virtual": to})
        self.clerk.clock = self.reader.clock = self.state.sequence
        self.rest.moved(to)


async def test_a_chain_at_rest_that_has_handled_all_is_quiet_until_the_earliest_timer() -> None:
    chain = Chain()

    look = await chain.rest.look(chain.state)

    assert look.quiet
    assert look.next_timer == NOON + HOUR


async def test_who_is_at_work_has_to_publish_or_lags_behind_the_clock_is_named() -> None:
    chain = Chain()
    for change, reason in (
        ({"running": 2}, "2 pieces of work"),
        ({"outbox": 3}, "3 rows to publish"),
        ({"clock": 0}, "clock 0 instead of 1"),
        ({"next_timer": NOON}, "is due"),
    ):
        chain.reader = Process(("told",), {TOLD: 7}, **change)
        look = await chain.rest.look(chain.state)
        assert not look.quiet
        assert look.why_not.startswith("http://reader: ")
        assert reason in look.why_not


async def test_a_message_that_nobody_has_handled_yet_keeps_the_chain_from_rest() -> None:
    chain = Chain()
    chain.ends[TOLD] = 9

    look = await chain.rest.look(chain.state)

    assert not look.quiet
    assert look.why_not == "told/0 is not read to its end, 9"


async def test_who_has_yet_to_handle_a_message_is_asked_again_alone_until_it_has() -> None:
    chain = Chain()
    chain.ends[TOLD] = 9
    await chain.quiet()
    chain.asked.clear()
    chain.reader.positions[TOLD] = 9

    assert await chain.quiet()
    assert chain.asked == ["reader"]
    assert chain.heard == ["told/0:9"]


async def test_what_a_process_has_published_is_waited_for_before_the_topics_are_asked() -> None:
    chain = Chain()
    chain.ends[TOLD] = 9
    chain.clerk.published[TOLD] = 9

    look = await chain.rest.look(chain.state)

    assert not look.quiet
    assert look.at_once
    assert chain.looked_up == 0
    chain.reader.positions[TOLD] = 9
    assert await chain.quiet()
    assert chain.looked_up == 1


async def test_after_a_jump_only_those_with_a_due_timer_are_asked() -> None:
    chain = Chain()
    await chain.quiet()
    chain.asked.clear()
    chain.clerk.next_timer = None

    chain.jump(NOON + HOUR)

    assert await chain.quiet()
    assert chain.asked == ["clerk"]


async def test_what_a_due_timer_tells_others_is_waited_for_though_they_were_at_rest_before() -> None:
    chain = Chain()
    await chain.quiet()
    chain.clerk.next_timer = None
    chain.jump(NOON + HOUR)
    chain.ends[TOLD] = 8

    assert not await chain.quiet()
    chain.reader.positions[TOLD] = 8
    assert await chain.quiet()


async def test_after_people_have_acted_everybody_is_asked() -> None:
    chain = Chain()
    await chain.quiet()
    chain.asked.clear()

    chain.rest.forget()

    assert await chain.quiet()
    assert sorted(chain.asked) == ["clerk", "reader"]


async def test_a_process_that_does_not_answer_is_named_and_the_others_are_not_asked_twice() -> None:
    chain = Chain()
    chain.reader.reachable = False
    look = await chain.rest.look(chain.state)
    assert look.why_not == "http://reader: gone"

    chain.reader.reachable = True
    assert await chain.quiet()
    assert sorted(chain.asked) == ["clerk", "reader", "reader"]


async def test_two_processes_of_a_service_share_partitions_and_the_later_knows_its_timer() -> None:
    other = TopicPartition("asked", 1)
    chain = Chain()
    chain.ends[other] = 4
    chain.reader = Process(("asked",), {other: 4}, NOON + 2 * HOUR)
    del chain.ends[TOLD]

    look = await chain.rest.look(chain.state)

    assert look.quiet
    assert look.next_timer == NOON + 2 * HOUR


async def test_a_process_that_is_left_out_is_not_waited_for_until_it_is_taken_in_again() -> None:
    chain = Chain()
    chain.reader.running = 1
    chain.rest.leave_out("http://reader")
    assert await chain.quiet()

    chain.rest.take_in("http://reader")
    assert not await chain.quiet()
