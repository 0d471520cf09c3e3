"""Named and versioned facts, and how an old version is read as the current one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, Final, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from contracts.kinds import Words

JsonObject: TypeAlias = dict[str, JsonValue]
Upcaster: TypeAlias = Callable[[JsonObject], JsonObject]

_OBJECT: Final = TypeAdapter(JsonObject)


class Text(BaseModel):
    """A text that a person reads, in the three languages of the portal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kk: Words = Field(description="in Kazakh")
    ru: Words = Field(description="in Russian")
    en: Words = Field(description="in English")


class Event(BaseModel):
    """A fact, identified by `name` and `version`: the class may be renamed without changing what is stored.

    Unknown fields are ignored when read, so that a producer may add an optional one within a version.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: ClassVar[str]
    version: ClassVar[int] = 1
    title: ClassVar[Text | None] = None
    # The field of `data` that is the envelope's subject and the record's key; None where no field is.
    subject_field: ClassVar[str | None] = "application_id"
    # Left out of the log hash: fields that a new key pair or a retry changes without changing what was decided.
    volatile: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def type_name(cls) -> str:
        """The CloudEvents `type`: the name and the version that this class writes."""
        return f"{cls.name}.v{cls.version}"


class UnknownEvent(Exception):  # noqa: N818 - it reads as a fact, like Refused
    """Nobody here reads this name, or it comes from a newer release than ours."""


class Catalogue:
    """The events of one topic (or of one service's store) with the upcasters from old versions to the current ones."""

    def __init__(
        self,
        events: Iterable[type[Event]],
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
    ) -> None:
        self._upcasters = upcasters or {}
        self._events: dict[str, type[Event]] = {}
        for event in events:
            if event.name in self._events:
                raise ValueError(f"two classes are named {event.name}")
            for version in range(1, event.version):
                if (event.name, version) not in self._upcasters:
                    raise ValueError(f"{event.name} cannot be read from v{version}: add an upcaster for that step")
            self._events[event.name] = event

    def __iter__(self) -> Iterator[type[Event]]:
        return iter(self._events.values())

    def __contains__(self, name: str) -> bool:
        return name in self._events

    def decode(self, name: str, version: int, data: JsonObject) -> Event:
        """The event in its current version, upcast step by step.

        Raises UnknownEvent for a name or version that this release does not know, ValidationError for wrong data.
        """
        event = self._events.get(name)
        if event is None:
            raise UnknownEvent(f"{name} is not one of {', '.join(sorted(self._events)) or 'no events at all'}")
        if not 1 <= version <= event.version:
            raise UnknownEvent(f"{name} v{version} is not known: this release reads v1 to v{event.version}")
        for step in range(version, event.version):
            data = self._upcasters[name, step](data)
        return event.model_validate(data)

    def decode_json(self, name: str, version: int, data: str | bytes) -> Event:
        """As `decode`, from JSON text; the current version is read without a step in between."""
        event = self._events.get(name)
        if event is not None and version == event.version:
            return event.model_validate_json(data)
        return self.decode(name, version, _OBJECT.validate_json(data))
