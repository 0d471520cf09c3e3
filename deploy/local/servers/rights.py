"""Who may do what at the broker, as it follows from contracts/topics.py, and how the broker is told (KIP-11's ACLs).

`python -m deploy.local.servers.rights [PREFIX]` prints all rights, for whoever sets them at a broker of their own.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.admin import (
    CreateAclsRequest_v0,
    CreateAclsRequest_v1,
    DeleteAclsRequest_v0,
    DeleteAclsRequest_v1,
    DescribeAclsRequest,
)
from aiokafka.protocol.api import Request

from contracts import sim_clock
from contracts.generate import plainly
from contracts.topics import SERVICES, TOPICS, all_topics, dead_letters
from deploy.local.errors import known
from deploy.local.servers.identities import AUTHORITY, BROKER, CONDUCTOR, OPERATOR
from deploy.local.servers.infra import Servers
from deploy.local.servers.processes import wait_until
from services._chassis.broker import Broker, client_options
from services._chassis.topics import make

_CLUSTER_NAME: Final = "kafka-cluster"
_PRINCIPAL: Final = "User:"
_ANY_HOST: Final = "*"
_WITHIN_SECONDS: Final = 60.0


class Kind(IntEnum):
    """What a right is about, by the protocol's numbers."""

    TOPIC = 2
    GROUP = 3
    CLUSTER = 4


class Operation(IntEnum):
    """What it allows. To read or to write includes to describe."""

    READ = 3
    WRITE = 4
    CREATE = 5
    DESCRIBE = 8
    DESCRIBE_CONFIGS = 10


class Pattern(IntEnum):
    """How the name is meant."""

    LITERAL = 3
    PREFIXED = 4


_ANY: Final = 1
_ALLOW: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One thing that one user may do."""

    user: str
    operation: int
    kind: int
    name: str
    pattern: int = Pattern.LITERAL

    def fields(self) -> tuple[int, str, int, str, str, int, int]:
        """As the protocol has them."""
        principal = _PRINCIPAL + self.user
        return self.kind, self.name, self.pattern, principal, _ANY_HOST, self.operation, _ALLOW


def rights(prefix: str = "") -> frozenset[Right]:
    """All of them, for a chain whose topics and groups have this prefix. The broker itself needs none: it may do all."""
    found = {right for service in SERVICES for right in _of_service(service, prefix)}
    return frozenset(
        {*found, *_of_conductor(prefix), *_of_operator(prefix), _reads(AUTHORITY, prefix + sim_clock.TOPIC)}
    )


def _of_service(service: str, prefix: str) -> Iterator[Right]:
    """Writes what it owns, reads what it hears, as its own group; sets aside what it could not use.

    The dead letters of its own topics are its own words come back: it reads them, and no other service's.
    """
    for topic in TOPICS:
        if service in topic.writers:
            yield _writes(service, prefix + topic.name)
        if service in topic.consumers:
            yield _reads(service, prefix + topic.name)
        if topic.dead:
            if service in dead_letters(topic).writers:
                yield _writes(service, prefix + topic.dead)
            if service == topic.owner:
                yield _reads(service, prefix + topic.dead)
    yield Right(service, Operation.READ, Kind.GROUP, prefix + service)


def _of_conductor(prefix: str) -> Iterator[Right]:
    for topic in all_topics():
        name = prefix + topic.name
        yield _reads(CONDUCTOR, name)
        yield Right(CONDUCTOR, Operation.CREATE, Kind.TOPIC, name)
        if CONDUCTOR in topic.writers:
            yield _writes(CONDUCTOR, name)


def _of_operator(prefix: str) -> Iterator[Right]:
    """Tools of bystanders look at groups and settings, and read as groups of names that begin with `operator`."""
    for topic in all_topics():
        yield _reads(OPERATOR, prefix + topic.name)
        yield Right(OPERATOR, Operation.DESCRIBE_CONFIGS, Kind.TOPIC, prefix + topic.name)
    yield Right(OPERATOR, Operation.DESCRIBE, Kind.GROUP, "*")
    yield Right(OPERATOR, Operation.READ, Kind.GROUP, prefix + OPERATOR, Pattern.PREFIXED)
    yield Right(OPERATOR, Operation.DESCRIBE, Kind.CLUSTER, _CLUSTER_NAME)


def _reads(user: str, topic: str) -> Right:
    return Right(user, Operation.READ, Kind.TOPIC, topic)


def _writes(user: str, topic: str) -> Right:
    return Right(user, Operation.WRITE, Kind.TOPIC, topic)


class _Create(Request[CreateAclsRequest_v0 | CreateAclsRequest_v1]):  # type: ignore[misc] # aiokafka ships no types
    """aiokafka's own takes one at a time."""

    API_KEY = CreateAclsRequest_v1.API_KEY

    def __init__(self, wanted: Iterable[Right]) -> None:
        self._wanted = [each.fields() for each in wanted]

    def build(self, version: Any) -> Any:  # Any: aiokafka ships no types
        return version(self._wanted)


class _Delete(Request[DeleteAclsRequest_v0 | DeleteAclsRequest_v1]):  # type: ignore[misc] # as above
    API_KEY = DeleteAclsRequest_v1.API_KEY

    def __init__(self, over: Iterable[Right]) -> None:
        self._over = [each.fields() for each in over]

    def build(self, version: Any) -> Any:  # Any: aiokafka ships no types
        return version(self._over)


async def grant(broker: Broker, prefix: str) -> None:
    """Tell the broker, as its super user. What an earlier release allowed under this prefix and this one does not, ends.

    Raises KafkaError when it refuses.
    """
    admin = AIOKafkaAdminClient(**client_options(broker))
    await admin.start()
    try:
        wanted, there = rights(prefix), await _there(admin)
        over = {each for each in there - wanted if each.name.startswith(prefix)}
        if missing := wanted - there:
            _check((await _ask(admin, _Create(sorted(missing)))).creation_responses)
        if over:
            _check((await _ask(admin, _Delete(sorted(over)))).filter_responses)
    finally:
        await admin.close()


async def _there(admin: Any) -> frozenset[Right]:  # Any: aiokafka ships no types
    answer = await _ask(admin, DescribeAclsRequest(_ANY, None, _ANY, None, None, _ANY, _ANY))
    _check([(answer.error_code, answer.error_message)])
    return frozenset(
        Right(principal.removeprefix(_PRINCIPAL), operation, kind, name, pattern)
        for kind, name, pattern, found in answer.resources
        for principal, _host, operation, _permission in found
    )


async def _ask(admin: Any, request: Any) -> Any:  # Any: aiokafka ships no types, nor a public way to ask for this
    return await admin._send_request(request)  # noqa: SLF001 - see above


def _check(answers: Iterable[tuple[Any, ...]]) -> None:  # Any: code, message, and what else an answer holds
    for code, message, *_ in answers:
        if code:
            raise KafkaError(f"the broker's rights could not be set: {message or 'no reason given'} (error {code})")


async def open_broker(servers: Servers, prefix: str) -> None:
    """Where the broker asks who comes: its rights are set and all topics made, before any service comes."""
    if servers.identities is None:
        return
    await grant(servers.broker(BROKER), prefix)

    async def made() -> bool:
        """The broker hears of a new right a moment after it has taken it."""
        try:
            await make(servers.broker(CONDUCTOR), prefix, (each.name for each in TOPICS if not each.compacted), 4, 1)
        except (KafkaError, OSError):
            return False
        return True

    await wait_until(made, _WITHIN_SECONDS, "the chain's topics to be made")


def main() -> None:
    for each in sorted(rights("".join(sys.argv[1:2]))):
        pattern = Pattern(each.pattern).name.lower()
        print(f"User:{each.user} {Operation(each.operation).name} {Kind(each.kind).name} {each.name} ({pattern})")


if __name__ == "__main__":
    sys.exit(plainly.run(main, known))
