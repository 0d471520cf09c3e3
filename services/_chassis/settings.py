"""What every service is told by its environment. Nothing here changes behaviour of the domain."""

import re
import sys
from typing import Annotated, Any, Final, Self, TypeAlias, TypeVar

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from services._chassis.broker import Broker, client_options

S = TypeVar("S", bound="Settings")
CHAIN_HEADER: Final = "x-egov-chain"
"""The response header of /health that says `chain_id`."""


_SHORTEST: Final = 8
_OF_A_DESK: Final = re.compile(r"[a-z_]{1,40}@(\*|[0-9A-Za-z_-]{1,40})")


def _opens(token: SecretStr) -> SecretStr:
    """A token that somebody could type by accident, or that is none at all, opens nothing: the service does not start."""
    text = token.get_secret_value()
    if len(text) < _SHORTEST or text != text.strip() or not (text.isascii() and text.isprintable()):
        raise ValueError(f"a token has {_SHORTEST} or more printable ASCII characters and no space at its ends")
    return token


Token: TypeAlias = Annotated[SecretStr, AfterValidator(_opens)]


class Settings(BaseSettings):
    """Read from `<SERVICE>_…` variables; a service adds its own fields in a subclass."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: SecretStr = Field(description="postgresql://user:password@host:port/database")
    bootstrap_servers: str = "127.0.0.1:9092"
    kafka_user: str = Field(default="", description="logs in at the broker, by SASL/SCRAM; empty where none is asked")
    kafka_password: SecretStr = Field(default=SecretStr(""), description="of that user")
    topic_prefix: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,60}$")
    partitions: int = Field(default=4, ge=1, le=512)
    replication_factor: int = Field(default=1, ge=1, le=7)
    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    instance: str = Field(
        default="1", pattern=r"^[A-Za-z0-9_-]{1,40}$", description="tells instances of a service apart"
    )
    chain_id: str = Field(
        default="", pattern=r"^[A-Za-z0-9_-]{0,64}$", description="said on /health, for whoever started this process"
    )
    listen_fd: int | None = Field(
        default=None, ge=3, description="a socket that listens already, handed down; host and port only name it"
    )
    operator_token: Token | None = Field(
        default=None, description="opens the operator's endpoints; unset, they are shut"
    )
    desk_tokens: dict[str, Token] = Field(
        default_factory=dict,
        description='each opens one desk of one place, for its people; JSON: {"management@027": "…"}; @*: of all',
    )
    log_level: str = Field(default="INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")
    batch_size: int = Field(default=500, ge=1, le=5000)
    fetch_wait_ms: int = Field(default=500, ge=1, le=500, description="how long an idle fetch may sit at the broker")
    session_timeout_ms: int = Field(default=10_000, ge=1_000, le=300_000)
    database_pool: int = Field(default=6, ge=3, le=50)

    @model_validator(mode="after")
    def _one_token_opens_one_door(self) -> Self:
        for name in self.desk_tokens:
            if not _OF_A_DESK.fullmatch(name):
                raise ValueError(
                    f"desk_tokens: {name} names no place; write {name}@027, the place's code, or {name}@* for all of them"
                )
        tokens = [each.get_secret_value() for each in (self.operator_token, *self.desk_tokens.values()) if each]
        if len(set(tokens)) < len(tokens):
            raise ValueError("operator_token, desk_tokens: one token opens one door; give each a token of its own")
        return self

    @property
    def broker(self) -> Broker:
        """Where the broker is, and as whom we come to it."""
        return Broker(self.bootstrap_servers, self.kafka_user, self.kafka_password.get_secret_value())

    @property
    def kafka(self) -> dict[str, Any]:
        """The arguments of a Kafka client, with which it finds the broker and logs in. Any: they are of several types."""
        return client_options(self.broker)

    @model_validator(mode="after")
    def _user_and_password_come_together(self) -> Self:
        if bool(self.kafka_user) != bool(self.kafka_password.get_secret_value()):
            raise ValueError(
                "kafka_user and kafka_password: one without the other logs nobody in; give both or neither"
            )
        return self


def read(settings: type[S]) -> S:
    """From the environment; wrong settings end the service with what is wrong, without the values: some are secret."""
    try:
        return settings()
    except ValidationError as invalid:
        prefix = settings.model_config.get("env_prefix", "")
        said = (f"{prefix}{'.'.join(map(str, each['loc']))}".upper() + f": {each['msg']}" for each in invalid.errors())
        sys.exit("wrong settings:\n" + "\n".join(said))
    except SettingsError as invalid:
        sys.exit(f"wrong settings: {invalid}; lists and mappings are written as JSON")
