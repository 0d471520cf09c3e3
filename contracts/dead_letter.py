"""What stands on a dead-letter topic `<topic>.dead`: the message as it came, and why nobody could use it."""

from enum import StrEnum
from typing import ClassVar, Final

from pydantic import AwareDatetime

from contracts.event import Catalogue, Event, Text


class DeadReason(StrEnum):
    """Not a CloudEvent, unknown event or version, wrong data, a contradiction to the state, a bug of the handler."""

    NOT_AN_ENVELOPE = "not-an-envelope"
    UNKNOWN_EVENT = "unknown-event"
    INVALID_DATA = "invalid-data"
    REFUSED = "refused"
    HANDLER_ERROR = "handler-error"


class DeadLettered(Event):
    """A consumer set a message (or a timer) aside and went on. `value` is text where it is UTF-8, else base64."""

    name: ClassVar[str] = "kz.egov.chassis.dead-lettered"
    title: ClassVar[Text] = Text(kk="Өңделмеген хабар", ru="Необработанное сообщение", en="Dead-lettered")

    reason: DeadReason
    field: str
    rule: str
    remedy: str
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str | None
    value: str | None
    value_encoding: str
    stack: str | None = None
    at: AwareDatetime


CATALOGUE: Final = Catalogue([DeadLettered])
