"""CloudEvents 1.0, JSON format, structured mode: one Kafka value is one envelope."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from pydantic_core import to_json

from contracts.event import Event, JsonObject

CONTENT_TYPE: Final = "application/cloudevents+json"
_TYPE: Final = r"^[a-z0-9]+(?:[.-][a-z0-9]+)*\.v[1-9][0-9]{0,3}$"
_TRACEPARENT: Final = r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"


class Envelope(BaseModel):
    """The attributes of CloudEvents 1.0 with this chain's extensions; `data` is read by the topic's catalogue.

    Extension names are lower-case letters and digits only, as section 3.1 of the CloudEvents specification asks.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = Field(description="the version of CloudEvents")
    id: UUID = Field(description="the message: receivers remember it and drop repeats")
    source: str = Field(min_length=1, max_length=200, description='the publishing service, "/portal"')
    type: str = Field(
        max_length=200,
        description='event name and version, "kz.egov.portal.application-submitted.v2"',
        json_schema_extra={"pattern": _TYPE},
    )
    subject: str = Field(min_length=1, max_length=200, description="the application's id; also the Kafka key")
    time: AwareDatetime = Field(description="virtual time of the fact")
    datacontenttype: Literal["application/json"] = Field(default="application/json", description="what `data` is")
    correlationid: UUID = Field(description="the conversation: the application's id")
    causationid: UUID = Field(description="the stored event that made the publisher speak")
    recordedtime: AwareDatetime | None = Field(default=None, description="wall clock when it was recorded")
    traceparent: str | None = Field(default=None, pattern=_TRACEPARENT, description="W3C Trace Context")
    data: JsonObject = Field(description="the event, by the schema that `type` names")

    @field_validator("type")
    @classmethod
    def _names_a_version(cls, value: str) -> str:
        if not _is_type(value):
            raise ValueError("write the event's name and version, for example kz.egov.portal.application-submitted.v2")
        return value

    @property
    def event_name(self) -> str:
        return _parts(self.type)[0]

    @property
    def event_version(self) -> int:
        return _parts(self.type)[1]

    @classmethod
    def wrap(
        cls,
        event: Event,
        *,
        identity: UUID,
        source: str,
        subject: str,
        time: datetime,
        correlation: UUID,
        causation: UUID,
        recorded: datetime | None = None,
        traceparent: str | None = None,
    ) -> Self:
        """An envelope around `event`, as its publisher sends it."""
        return cls(
            specversion="1.0",
            id=identity,
            source=source,
            type=event.type_name(),
            subject=subject,
            time=time,
            correlationid=correlation,
            causationid=causation,
            recordedtime=recorded,
            traceparent=traceparent,
            data=event.model_dump(mode="json"),
        )

    @staticmethod
    def encode(
        event: Event,
        *,
        identity: UUID,
        source: str,
        subject: str,
        time: datetime,
        correlation: UUID,
        causation: UUID,
        recorded: datetime,
        traceparent: str,
    ) -> bytes:
        """The bytes of `wrap(…).to_bytes()`, without checking what a publisher of ours cannot get wrong: a third of the cost."""
        attributes = {
            "specversion": "1.0",
            "id": identity,
            "source": source,
            "type": event.type_name(),
            "subject": subject,
            "time": time,
            "datacontenttype": "application/json",
            "correlationid": correlation,
            "causationid": causation,
            "recordedtime": recorded,
            "traceparent": traceparent,
        }
        return to_json(attributes)[:-1] + b',"data":' + event.model_dump_json().encode() + b"}"

    def to_bytes(self) -> bytes:
        return self.model_dump_json(exclude_none=True).encode()


@lru_cache(maxsize=1_000)
def _is_type(text: str) -> bool:
    return re.fullmatch(_TYPE, text) is not None


@lru_cache(maxsize=1_000)
def _parts(type_name: str) -> tuple[str, int]:
    name, _, version = type_name.rpartition(".v")
    return name, int(version)
