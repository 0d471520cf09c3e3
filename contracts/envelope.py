"""CloudEvents 1.0, JSON format, structured mode: one Kafka value is one envelope."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict
from pydantic_core import to_json

from contracts import strict_json
from contracts.event import Catalogue, Event, JsonObject
from contracts.kinds import Id, Moment, anything_by_name, form

CONTENT_TYPE: Final = "application/cloudevents+json"
_TYPE: Final = r"^[a-z0-9]+(?:[.-][a-z0-9]+)*\.v[1-9][0-9]{0,3}$"
_TRACEPARENT: Final = r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
# RFC 9110, 8.3: a media type in any case, with parameters. Which charset it may name is said apart.
_WORD: Final = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_JSON: Final = (
    "^[Aa][Pp][Pp][Ll][Ii][Cc][Aa][Tt][Ii][Oo][Nn]/[Jj][Ss][Oo][Nn]"
    rf"(?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|\"[ !#-\[\]-~]*\"))*[ \t]*$"
)
_CHARSET: Final = r";[ \t]*[Cc][Hh][Aa][Rr][Ss][Ee][Tt]="
_UTF_8: Final = _CHARSET + r"(?:[Uu][Tt][Ff]-8|\"[Uu][Tt][Ff]-8\")[ \t]*(?:;|$)"
_TWO_CHARSETS: Final = f"{_CHARSET}.*{_CHARSET}"
_MOST_OF_A_TYPE: Final = 200
_WHAT_DATA_IS: Final[JsonDict] = {
    "anyOf": [
        {
            "type": "string",
            "pattern": _JSON,
            "maxLength": _MOST_OF_A_TYPE,
            "not": {"pattern": rf"\n|{_TWO_CHARSETS}"},
            "if": {"pattern": _CHARSET},
            "then": {"pattern": _UTF_8},
        },
        {"type": "null"},
    ]
}


class SubjectMismatch(ValueError):  # noqa: N818 - it reads as a fact, like Refused
    """The envelope's subject is not the one that its event has."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the subject is data's {field}, letter by letter, so that one application keeps its order")
        self.field = field
        self.remedy = f"send {field} as subject and as the record's key"


def _published_type(schema: JsonDict) -> None:
    """Null means that the attribute is not set (CloudEvents, JSON format, 2.2)."""
    schema.pop("maxLength", None)
    schema.update(_WHAT_DATA_IS)


def _untitled(schema: JsonDict) -> None:
    """With a title, code generators make one class for the data of all messages."""
    schema.pop("title", None)


class Envelope(BaseModel):
    """The attributes of CloudEvents 1.0 with this chain's extensions; `data` is read by the topic's catalogue.

    Extension names are lower-case letters and digits only, as section 3.1 of the CloudEvents specification asks.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = Field(description="the version of CloudEvents")
    id: Id = Field(description="id of the message: receivers remember it and ignore repeats")
    source: Annotated[str, form("^[!-~]+$", 200)] = Field(
        description='a URI reference: the publishing service, "/portal"'
    )
    type: str = Field(
        max_length=200,
        description='event name and version, "kz.egov.portal.application-submitted.v2"',
        json_schema_extra={"pattern": _TYPE, "not": {"pattern": r"\n"}},
    )
    subject: str = Field(
        min_length=1, max_length=200, description="the id of the application, the same as in `data`; also the Kafka key"
    )
    time: Moment = Field(description="virtual time of what happened")
    datacontenttype: str | None = Field(
        default="application/json",
        max_length=_MOST_OF_A_TYPE,
        description="media type of `data`: JSON in UTF-8; no other type, not even one that ends in +json",
        json_schema_extra=_published_type,
    )
    correlationid: Id = Field(description="id of the conversation, which is the id of the application")
    causationid: Id = Field(description="id of the stored event that caused this message")
    recordedtime: Moment | None = Field(default=None, description="wall-clock time when it was recorded")
    traceparent: Annotated[str, form(_TRACEPARENT, 55)] | None = Field(default=None, description="W3C Trace Context")
    data: Annotated[JsonObject, anything_by_name()] = Field(
        description="the event; its schema is the one that `type` names", json_schema_extra=_untitled
    )

    @field_validator("type")
    @classmethod
    def _names_a_version(cls, value: str) -> str:
        if not _is_type(value):
            raise ValueError("write the event's name and version, for example kz.egov.portal.application-submitted.v2")
        return value

    @field_validator("datacontenttype")
    @classmethod
    def _is_json(cls, value: str | None) -> str:
        fault = None if value is None else _media_type_fault(value)
        if fault:
            raise ValueError(fault)
        return "application/json"

    @classmethod
    def read(cls, value: bytes | None) -> Self:
        """The envelope in a record. ValidationError for anything that `schemas/envelope.json` or I-JSON does not allow."""
        try:
            tree = strict_json.parse(value or b"")
        except strict_json.NotStrict as fault:
            raise strict_json.as_validation_error(cls.__name__, fault) from fault
        except ValueError:
            return cls.model_validate_json(value or b"")  # it says where the text ceases to be JSON
        return cls.model_validate(tree)

    def event(self, catalogue: Catalogue) -> Event:
        """The event that it carries, in its current version.

        Raises UnknownEvent, ValidationError as the catalogue does, and SubjectMismatch where the subject is not what `data` says.
        """
        event = catalogue.decode(self.event_name, self.event_version, self.data)
        field = event.subject_field
        if field is not None and self.data.get(field, self.subject) != self.subject:
            raise SubjectMismatch(field)
        return event

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
        """The same bytes as `wrap(…).to_bytes()` at a third of the cost: values of our own are not checked once more."""
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


@lru_cache(maxsize=100)
def _media_type_fault(text: str) -> str | None:
    if not re.fullmatch(_JSON[:-1], text):
        return "the media type of data is application/json; leave datacontenttype out, or write that"
    charsets = re.findall(_CHARSET, text)
    if len(charsets) > 1 or (charsets and not re.search(_UTF_8, text)):
        return "data is in UTF-8; send it so, and write application/json without a charset"
    return None


def content_type_violation(headers: Iterable[tuple[str, bytes | None]]) -> str | None:
    """What is wrong with a record's headers, None where nothing is.

    The header `content-type` may be absent. Where it is there, it names structured mode in JSON; binary mode is not read
    (CloudEvents, Kafka binding, 3.3).
    """
    named = [(name.lower(), value or b"") for name, value in headers]
    kinds = {
        value.decode("latin-1").partition(";")[0].strip(" \t").lower()
        for name, value in named
        if name == "content-type"
    }
    binary = not kinds and any(name == "ce_specversion" for name, _ in named)
    if not binary and kinds <= {CONTENT_TYPE}:
        return None
    return (
        f"a record's content-type is {CONTENT_TYPE}, which is structured mode; the header may be left out, "
        "and binary mode is not read"
    )


@lru_cache(maxsize=1_000)
def _is_type(text: str) -> bool:
    return re.fullmatch(_TYPE, text) is not None


@lru_cache(maxsize=1_000)
def _parts(type_name: str) -> tuple[str, int]:
    name, _, version = type_name.rpartition(".v")
    return name, int(version)
