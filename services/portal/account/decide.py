"""The person's account, and a challenge that opens one session."""

from collections.abc import Sequence
from typing import ClassVar, Final

from pydantic import AwareDatetime

from contracts.event import Catalogue, Event
from services._chassis.decider import Refused


class AccountOpened(Event):
    """A person registered with EDS (DUP-PORTAL-1). `jws` is the signed challenge."""

    name: ClassVar[str] = "account-opened"
    volatile: ClassVar[frozenset[str]] = frozenset({"jws"})

    surname: str
    given_name: str
    patronymic: str | None
    certificate_serial: str
    at: AwareDatetime
    jws: str


class ChallengeAnswered(Event):
    """A challenge was signed and used; it opens nothing a second time."""

    name: ClassVar[str] = "challenge-answered"

    at: AwareDatetime


ACCOUNT_EVENTS: Final = Catalogue([AccountOpened])
CHALLENGE_EVENTS: Final = Catalogue([ChallengeAnswered])


def answer_challenge(at: AwareDatetime, *, used: bool) -> Sequence[Event]:
    if used:
        raise Refused(
            "session.challenge-used",
            "a challenge opens one session only",
            field="/signed",
            remedy="ask for a new challenge and sign that",
        )
    return [ChallengeAnswered(at=at)]
