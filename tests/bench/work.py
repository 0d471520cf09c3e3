"""The work that every program of a hop does: one event in, one event stored, one event out; many subjects."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID

from contracts.envelope import Envelope
from contracts.event import Catalogue, Event
from services._chassis import ids
from services._chassis.aggregate import Aggregate, Effect, Message, Publish, Recorded, Service, Subscription, on

IN: Final = "bench.cases.v1"
OUT: Final = "bench.answers.v1"
NAME: Final = "bench"  # the consumer's group and its key in the inbox
NOON: Final = datetime(2016, 2, 15, 6, tzinfo=UTC)
MESSAGES_PER_SUBJECT: Final = 10


class Filed(Event):
    """What arrives: about as much as an application says."""

    name: ClassVar[str] = "kz.egov.bench.filed"

    number: int
    iin: str
    surname: str
    given: str
    university: str
    specialty: str
    document_kind: str
    reason: str


class Taken(Event):
    """What is stored."""

    name: ClassVar[str] = "kz.egov.bench.taken"

    number: int
    total: int
    iin: str
    university: str
    specialty: str


class Answered(Event):
    """What is said."""

    name: ClassVar[str] = "kz.egov.bench.answered"

    number: int
    total: int
    iin: str
    university: str
    surname: str


@dataclass(frozen=True, slots=True)
class Case:
    taken: int = 0
    total: int = 0
    surname: str = ""


def take(case: Case, message: Message[Filed]) -> Sequence[Event]:
    filed = message.data
    return [
        Taken(
            number=filed.number,
            total=case.total + filed.number,
            iin=filed.iin,
            university=filed.university,
            specialty=filed.specialty,
        )
    ]


def evolve(case: Case, event: Taken) -> Case:
    return Case(case.taken + 1, event.total, case.surname)


def react(_case: Case, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case Taken(number=number, total=total, iin=iin, university=university, specialty=specialty):
            answer = Answered(number=number, total=total, iin=iin, university=university, surname=specialty)
            yield Publish(OUT, recorded.stream.partition(":")[2], answer)


CASES: Final = Aggregate[Case](category="case", initial=Case(), evolve=evolve, events=Catalogue([Taken]), react=react)
SERVICE: Final = Service(
    name=NAME,
    aggregates=(CASES,),
    subscriptions=(
        Subscription(
            IN, Catalogue([Filed]), (on(Filed, stream=lambda message: CASES.stream(message.subject), handle=take),)
        ),
    ),
    publishes={OUT: Catalogue([Answered])},
)


def subject(number: int) -> UUID:
    """The application's id, in the order of time, as the portal gives them."""
    return ids.derive(NOON + timedelta(milliseconds=number), "bench", number)


def messages(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values, the subjects by turns."""
    subjects = [subject(number) for number in range(max(1, count // MESSAGES_PER_SUBJECT))]
    for number in range(count):
        about = subjects[number % len(subjects)]
        filed = Filed(
            number=number,
            iin="820708212592",
            surname="Есқалиева",
            given="Гауһар",
            university="049",
            specialty="5B050900",
            document_kind="supplement",
            reason="loss",
        )
        identity = ids.derive(NOON + timedelta(milliseconds=number), "message", number)
        value = Envelope.encode(
            filed,
            identity=identity,
            source="/bench",
            subject=str(about),
            time=NOON,
            correlation=about,
            causation=identity,
            recorded=NOON,
            traceparent=ids.trace_parent(None, about, identity),
        )
        yield str(about).encode(), value
