"""Good messages for every topic, made from the published samples and about people whom nobody knows."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, Final, TypeAlias
from uuid import UUID

from contracts import sim_clock
from contracts.topics import Topic, all_topics

Json: TypeAlias = Any  # Any: JSON
SAMPLES: Final = Path(__file__).parents[3] / "contracts" / "samples"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of a document's code
_DATA: Final = "data"
_QUIET_WEIGHT: Final = 0.25  # of a topic that no service hears


@dataclass(frozen=True, slots=True)
class Sample:
    """A version of an event that may stand on a topic, as it was published: `envelope` is a whole message."""

    topic: Topic
    type: str
    envelope: Mapping[str, Json]


class Stock:
    """What there is to send, on the topics that a chain has. `now` is the virtual time; `strangers` are those whom the
    messages made so far are about.
    """

    def __init__(self, random: Random, names: Collection[str], now: Callable[[], datetime]) -> None:
        self.random = random
        self.topics: Final[Sequence[Topic]] = tuple(each for each in all_topics() if each.name in names)
        self._now = now
        self.strangers: set[str] = set()

    @cached_property
    def samples(self) -> Mapping[str, Sequence[Sample]]:
        """By topic."""
        return {each.name: list(_samples(each)) for each in self.topics}

    @cached_property
    def _weights(self) -> Sequence[float]:
        return [1.0 if _is_heard(each) else _QUIET_WEIGHT for each in self.topics]

    def topic(self) -> Topic:
        """Any of the chain's, those that are heard more often."""
        return self.random.choices(self.topics, self._weights)[0]

    def sample(self, topic: Topic | None = None) -> Sample:
        return self.random.choice(self.samples[(topic or self.topic()).name])

    def uuid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def fresh(self, sample: Sample) -> dict[str, Json]:
        """The sample as its owner would say it now, about an application, a campaign or a document that nobody has."""
        envelope: dict[str, Json] = json.loads(json.dumps(sample.envelope))
        data, subject = envelope[_DATA], envelope["subject"]
        names = {each for each in (subject, data.get("application_id"), envelope["correlationid"]) if each}
        strangers = {each: self._stranger(each) for each in sorted(names)}
        if sample.topic.name == sim_clock.TOPIC:
            data["sequence"] = 1  # the conductor's are newer: a good state of ours is old news
            strangers = {}
        data = _moved(_renamed(data, strangers), self._now())
        envelope |= {"subject": strangers.get(subject, subject), _DATA: self._own_serials(data)}
        envelope |= {"id": self.uuid(), "causationid": self.uuid(), "source": f"/{sample.topic.owner}"}
        envelope |= {"correlationid": strangers.get(envelope["correlationid"], self.uuid())}
        envelope |= {"time": self._now().isoformat(), "recordedtime": datetime.now(UTC).isoformat()}
        return envelope

    def _stranger(self, name: str) -> str:
        """Somebody else's name of the same form."""
        try:
            UUID(name)
        except ValueError:
            found = "".join(each if each == "-" else self.random.choice(_LETTERS) for each in name)
        else:
            found = self.uuid()
        self.strangers.add(found)
        return found

    def _own_serials(self, data: dict[str, Json]) -> dict[str, Json]:
        """Blank forms that no university has had yet."""
        for blank in data.get("blanks", ()):
            if isinstance(blank, dict) and "serial" in blank:
                blank["serial"] = f"{blank['serial'][:-7]}{self.random.randrange(9_000_000, 9_999_999)}"
        return data


def _samples(topic: Topic) -> Iterator[Sample]:
    for event, version in topic.versions():
        name = f"{event.name}.v{version}"
        yield Sample(topic, name, json.loads((SAMPLES / "envelopes" / f"{name}.json").read_text(encoding="utf-8")))


def _is_heard(topic: Topic) -> bool:
    return bool(topic.consumers)


def _renamed(value: Json, names: Mapping[str, str]) -> Json:
    match value:
        case str():
            return names.get(value, value)
        case list():
            return [_renamed(each, names) for each in value]
        case dict():
            return {key: _renamed(each, names) for key, each in value.items()}
        case _:
            return value


def _moved(data: dict[str, Json], now: datetime) -> dict[str, Json]:
    """All moments by as much as makes the last of them now."""
    moments = [each for each in map(moment_of, _leaves(data)) if each]
    return _shifted(data, now - max(moments)) if moments else data


def _shifted(value: Json, by: timedelta) -> Json:
    moment = moment_of(value)
    if moment:
        return (moment + by).isoformat()
    if isinstance(value, list):
        return [_shifted(each, by) for each in value]
    return {key: _shifted(each, by) for key, each in value.items()} if isinstance(value, dict) else value


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    else:
        yield value


def moment_of(value: Json) -> datetime | None:
    """Only what has a date, a time and an offset."""
    if not isinstance(value, str) or len(value) < len("2016-02-15T10:06Z") or value[10:11] != "T":
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def latest_moment(envelope: Mapping[str, Json]) -> datetime | None:
    """The last moment that a message names, the wall clock's aside."""
    told = [envelope.get("time"), *_leaves(envelope.get(_DATA))]
    return max((each for each in map(moment_of, told) if each), default=None)


def dumped(value: Json) -> bytes:
    """As the services write it; what is no Unicode text is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()
