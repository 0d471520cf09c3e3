"""What stands on a dead-letter topic `<topic>.dead`: the message as it came, and why nobody could use it."""

from enum import StrEnum
from typing import ClassVar, Final

from pydantic import AwareDatetime, Field

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

    reason: DeadReason = Field(description="the kind of fault")
    field: str = Field(description="JSON pointer to what is wrong, from the envelope's root; empty for the whole value")
    rule: str = Field(description="the rule that is broken")
    remedy: str = Field(description="what to do about it")
    consumer: str = Field(description="the service that could not use the message")
    topic: str = Field(description="where the message stood")
    partition: int = Field(description="its partition; -1 for a timer, which came over no topic")
    offset: int = Field(description="its offset; -1 for a timer")
    key: str | None = Field(description="its key as text, null where it had none")
    value: str | None = Field(description="its bytes as they came, null where it had none")
    value_encoding: str = Field(description='how to read `value`: utf-8, base64 or none; ", cut" after it: shortened')
    stack: str | None = Field(default=None, description="the stack of a handler's bug")
    at: AwareDatetime = Field(description="wall clock when it was set aside")


CATALOGUE: Final = Catalogue([DeadLettered])
