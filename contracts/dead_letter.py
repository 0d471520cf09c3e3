"""What stands on a dead-letter topic `<topic>.dead`: the message as it came, and why nobody could use it."""

from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

from contracts.event import Catalogue, Event, JsonObject, Text
from contracts.kinds import Moment, whole


class DeadReason(StrEnum):
    """Bytes that cannot be read, not a CloudEvent, another service's word, unknown event or version, wrong data, a time out
    of bounds, an id that says something else, a contradiction to the state, a bug of the handler, a message that the
    broker does not take.
    """

    UNREADABLE = "unreadable"

    NOT_AN_ENVELOPE = "not-an-envelope"
    WRONG_SOURCE = "wrong-source"
    UNKNOWN_EVENT = "unknown-event"
    INVALID_DATA = "invalid-data"
    TIME_OUT_OF_BOUNDS = "time-out-of-bounds"
    ID_REUSED = "id-reused"
    REFUSED = "refused"
    HANDLER_ERROR = "handler-error"
    UNSENDABLE = "unsendable"


class Header(BaseModel):
    """A header of the record that was set aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = Field(max_length=1_000, description="its name, shortened where it is longer")
    value: str | None = Field(max_length=1_000, description="its bytes as text, shortened; null where it had none")


class DeadLettered(Event):
    """A consumer set a message (or a timer) aside and went on. `value` is text where it is UTF-8, else base64."""

    subject_field: ClassVar[str | None] = None
    name: ClassVar[str] = "kz.egov.chassis.dead-lettered"
    version: ClassVar[int] = 2
    title: ClassVar[Text] = Text(kk="Өңделмеген хабар", ru="Необработанное сообщение", en="Dead-lettered")

    reason: DeadReason = Field(description="the kind of fault")
    field: str = Field(
        max_length=2_000,
        description="JSON pointer to what is wrong, from the envelope's root; empty for the whole value",
    )
    rule: str = Field(max_length=4_000, description="the rule that is broken")
    remedy: str = Field(max_length=2_000, description="what to do about it")
    consumer: str = Field(max_length=100, description="the service that could not use the message")
    topic: str = Field(max_length=300, description="where the message stood")
    partition: Annotated[int, whole(-1, 2**31 - 1)] = Field(
        description="its partition; -1 for what came over no topic: a timer, a message that was not sent"
    )
    offset: Annotated[int, whole(-1, 2**53 - 1)] = Field(description="its offset; -1 for what came over no topic")
    key: str | None = Field(max_length=1_000, description="its key as text, null where it had none")
    value: str | None = Field(max_length=90_000, description="its bytes as they came, null where it had none")
    value_encoding: str = Field(
        max_length=20, description='how to read `value`: utf-8, base64 or none; ", cut" after it: shortened'
    )
    headers: tuple[Header, ...] = Field(max_length=32, description="the record's headers, the first 32 of them")
    stack: str | None = Field(default=None, max_length=10_000, description="the stack of a handler's bug")
    at: Moment = Field(description="wall clock when it was set aside")


def _lettered_v1(data: JsonObject) -> JsonObject:
    """v1 did not keep the record's headers."""
    return {**data, "headers": []}


CATALOGUE: Final = Catalogue([DeadLettered], {(DeadLettered.name, 1): _lettered_v1})
