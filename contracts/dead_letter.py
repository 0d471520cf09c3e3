"""What stands on a dead-letter topic `<topic>.dead`: the message as it came, and why nobody could use it."""

from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

from contracts.event import Catalogue, Event, JsonObject, Text
from contracts.kinds import Moment, whole


class DeadReason(StrEnum):
    """Why a message was set aside, in the order of the values: its bytes cannot be read; it is no CloudEvent; it comes from
    a service that may not send it; its event or version is unknown; its data are wrong; its time is out of bounds; its
    id was used by a different message; it contradicts the state; the handler has a bug; the broker does not accept it.
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

    name: str = Field(max_length=1_000, description="name of the header, at most 1,000 characters of it")
    value: str | None = Field(
        max_length=1_000, description="its value as text, at most 1,000 characters of it; null if it had none"
    )


class DeadLettered(Event):
    """A consumer set a message (or a timer) aside and went on. `value` is text if it is UTF-8, else base64."""

    subject_field: ClassVar[str | None] = None
    name: ClassVar[str] = "kz.egov.chassis.dead-lettered"
    version: ClassVar[int] = 2
    title: ClassVar[Text] = Text(kk="Өңделмеген хабар", ru="Необработанное сообщение", en="Message set aside")

    reason: DeadReason = Field(description="the kind of fault")
    field: str = Field(
        max_length=2_000,
        description="JSON pointer to what is wrong, from the envelope's root; empty for the whole value",
    )
    rule: str = Field(max_length=4_000, description="the rule that is broken")
    remedy: str = Field(max_length=2_000, description="what to do about it")
    consumer: str = Field(max_length=100, description="the service that could not use the message")
    topic: str = Field(max_length=300, description="topic of the message")
    partition: Annotated[int, whole(-1, 2**31 - 1)] = Field(
        description="partition of the topic; -1 for a timer and for a message that was not sent"
    )
    offset: Annotated[int, whole(-1, 2**53 - 1)] = Field(
        description="offset in the partition; -1 for a timer and for a message that was not sent"
    )
    key: str | None = Field(max_length=1_000, description="key of the record as text, null if it had none")
    value: str | None = Field(max_length=90_000, description="value of the record as it came, null if it had none")
    value_encoding: str = Field(
        max_length=20, description='how to read `value`: utf-8, base64 or none; followed by ", cut" if it was shortened'
    )
    headers: tuple[Header, ...] = Field(max_length=32, description="headers of the record, at most the first 32")
    stack: str | None = Field(default=None, max_length=10_000, description="stack trace, if the handler has a bug")
    at: Moment = Field(description="wall-clock time when it was set aside")


def _lettered_v1(data: JsonObject) -> JsonObject:
    """v1 did not keep the record's headers."""
    return {**data, "headers": []}


CATALOGUE: Final = Catalogue([DeadLettered], {(DeadLettered.name, 1): _lettered_v1})
