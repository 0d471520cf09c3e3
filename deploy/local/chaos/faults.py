"""What can happen to a chain at work: drawn by a seed, done to real processes, and mended again."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Final, NamedTuple

from deploy.local.chain.chain import Chain
from deploy.local.chain.conductor import Conductor
from deploy.local.chaos.small_disk import SmallDisk
from deploy.local.errors import LauncherError
from deploy.local.servers.kafka import Kafka
from deploy.local.servers.postgres import Postgres
from deploy.local.servers.processes import Process, wait_until

KAFKA: Final = "kafka"
POSTGRES: Final = "postgres"
_PAUSE_SECONDS: Final = (3.5, 6.0)  # longer than the sessions of a chain under test, so that its members are put out
_SLOW_SECONDS: Final = 10.0
_SLOW_STOPPED, _SLOW_RUNNING = 0.2, 0.05
_FULL_SECONDS: Final = (2.0, 5.0)
_BACK: Final = timedelta(days=30)
_MOST_IN_A_ROW: Final = 10
_MOVES_WITHIN_SECONDS: Final = 600.0


class Fault(StrEnum):
    """`egov chaos --help` says what each is."""

    KILL = "kill"
    PAUSE = "pause"
    RESTART = "restart"
    SLOW_BROKER = "slow broker"
    FULL_DISK = "full disk"
    CLOCK_BACK = "clock back"


class Card(NamedTuple):
    """One thing that will happen, and to whom; nobody where all are concerned."""

    fault: Fault
    victim: str = ""


def deal(wanted: Mapping[Fault, int], victims: list[str], random: Random) -> list[Card]:
    """As many cards of each kind as are wanted, in the seed's order; kills and pauses spread evenly over the victims."""
    cards = [
        Card(fault, victim)
        for fault, count in wanted.items()
        for victim in (_spread(victims, count, random) if fault in {Fault.KILL, Fault.PAUSE} else [""] * count)
    ]
    random.shuffle(cards)
    return cards


def _spread(victims: list[str], count: int, random: Random) -> list[str]:
    rounds, rest = divmod(count, len(victims))
    return [*(victims * rounds), *random.sample(victims, rest)]


@dataclass(slots=True)
class Streak:
    """Faults since virtual time last moved. A chain that is hit again and again before it gets anywhere shows little, and
    never comes to rest on a slow machine.
    """

    moved: int = -1
    faults: int = 0

    def one_more(self, jumps: int) -> None:
        """A fault, after so many jumps of the clock in all."""
        self.faults = self.faults + 1 if jumps == self.moved else 1
        self.moved = jumps

    def too_long(self, jumps: int) -> bool:
        """Whether the next one should wait for a jump."""
        return jumps == self.moved and self.faults >= _MOST_IN_A_ROW


@dataclass(slots=True)
class Faults:
    """Plays the cards while work flows, at most `between` seconds apart unless the chain gets nowhere.

    `disk` is there if the database's is to run full.
    """

    chain: Chain
    conductor: Conductor
    kafka: Kafka
    postgres: Postgres
    disk: SmallDisk | None
    cards: list[Card]
    random: Random
    between: float
    told: Callable[[Card, int], None] = lambda _card, _number: None
    done: Counter[Card] = field(default_factory=Counter)
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)
    _acting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _recovering: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _streak: Streak = field(default_factory=Streak)

    async def run(self) -> None:
        """Each card at a random moment. Raises LauncherError or TimeoutError when a victim does not come back."""
        ways: Mapping[Fault, Callable[[str], Awaitable[None]]] = {
            Fault.KILL: self._kill,
            Fault.PAUSE: self._pause,
            Fault.RESTART: self._restart_all,
            Fault.SLOW_BROKER: self._slow_broker,
            Fault.FULL_DISK: self._full_disk,
            Fault.CLOCK_BACK: self._clock_back,
        }
        for number, card in enumerate(self.cards, start=1):
            await asyncio.sleep(self.random.uniform(self.between / 10, self.between))
            await wait_until(self._may_strike, _MOVES_WITHIN_SECONDS, f"virtual time to move after {number - 1} faults")
            await self._flowing.wait()
            async with self._acting:
                await self._recovered(card.victim)
                await ways[card.fault](card.victim)
            self.done[card] += 1
            self._streak.one_more(self.conductor.jumps)
            self.told(card, number)
        await self._all_recovered()

    async def strike(self, card: Card) -> None:
        """One kill, and on return its victim has come back."""
        await self._kill(card.victim)
        await self._recovered(card.victim)

    def flow(self) -> None:
        """Work flows from now on."""
        self._flowing.set()

    async def ebb(self) -> None:
        """No more faults until work flows again; on return every victim has come back."""
        self._flowing.clear()
        async with self._acting:
            await self._all_recovered()

    def _may_strike(self) -> bool:
        """Not while the chain is yet to get anywhere; between two rounds nothing is to be waited for here."""
        return not (self._flowing.is_set() and self._streak.too_long(self.conductor.jumps))

    def _process(self, victim: str) -> Process:
        ours = {KAFKA: self.kafka.process, POSTGRES: self.postgres.process}
        return ours.get(victim) or self.chain.processes[victim]

    async def _kill(self, victim: str) -> None:
        self._process(victim).kill()
        self._recovering[victim] = asyncio.create_task(self._come_back(victim))

    async def _come_back(self, victim: str) -> None:
        """Services are started again by whoever watches the chain."""
        if victim == KAFKA:
            await self.kafka.start()
        elif victim == POSTGRES:
            await self.postgres.start()
        else:
            await self.chain.serving(victim)

    async def _recovered(self, victim: str) -> None:
        """None is hit again before it has answered, so that every hit finds something at work."""
        if recovering := self._recovering.pop(victim, None):
            await recovering

    async def _all_recovered(self) -> None:
        for victim in list(self._recovering):
            await self._recovered(victim)

    async def _pause(self, victim: str) -> None:
        process = self._process(victim)
        process.pause()
        try:
            await asyncio.sleep(self.random.uniform(*_PAUSE_SECONDS))
        finally:
            process.resume()

    async def _restart_all(self, _victim: str) -> None:
        """A rolling restart: each service is asked to stop, and is back before the next one goes."""
        await self._all_recovered()
        for name, process in self.chain.processes.items():
            restarts = self.chain.restarts.get(name, 0)
            process.terminate()
            await self.chain.restarted(name, restarts)
            await self.chain.serving(name)

    async def _slow_broker(self, _victim: str) -> None:
        """It gets a fifth of the time, in slices too short for a session to end."""
        await self._recovered(KAFKA)
        loop = asyncio.get_running_loop()
        until = loop.time() + _SLOW_SECONDS
        try:
            while loop.time() < until:
                self.kafka.process.pause()
                await asyncio.sleep(_SLOW_STOPPED)
                self.kafka.process.resume()
                await asyncio.sleep(_SLOW_RUNNING)
        finally:
            self.kafka.process.resume()

    async def _full_disk(self, _victim: str) -> None:
        """No byte is left for a while. A PostgreSQL that gave up over it is started again once there is room."""
        await self._recovered(POSTGRES)
        if self.disk is None:
            raise LauncherError("The database has no small disk to fill. Ask for full disks before the chain starts.")
        self.disk.fill()
        try:
            await asyncio.sleep(self.random.uniform(*_FULL_SECONDS))
        finally:
            self.disk.empty()
        if not self.postgres.process.alive:
            await self.postgres.start()

    async def _clock_back(self, _victim: str) -> None:
        await self._all_recovered()
        await self.conductor.step_back(_BACK)
