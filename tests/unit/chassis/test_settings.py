"""A wrong setting is refused at the start, by name and rule, and secrets are not shown."""

import pytest
from pydantic import SecretStr, ValidationError

from services._chassis.settings import Settings

DATABASE = SecretStr("postgresql://user:hidden@127.0.0.1:5432/x")


def test_only_database_and_port_must_be_set_and_everything_stays_on_loopback() -> None:
    settings = Settings(database_url=DATABASE, port=8701)

    assert settings.host == "127.0.0.1"
    assert settings.bootstrap_servers == "127.0.0.1:9092"
    assert settings.operator_token is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 0),
        ("port", 65536),
        ("topic_prefix", "a b"),
        ("topic_prefix", "x" * 61),
        ("instance", ""),
        ("instance", "a/b"),
        ("partitions", 0),
        ("replication_factor", 0),
        ("log_level", "loud"),
        ("batch_size", 0),
        ("fetch_wait_ms", 501),
        ("session_timeout_ms", 999),
        ("database_pool", 2),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(name: str, value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        Settings.model_validate({"database_url": DATABASE, "port": 8701, name: value})

    assert [each["loc"] for each in refusal.value.errors()] == [(name,)]


def test_a_missing_database_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(ValidationError) as refusal:
        Settings.model_validate({"port": 8701})

    assert [(each["loc"], each["type"]) for each in refusal.value.errors()] == [(("database_url",), "missing")]


@pytest.mark.parametrize("alone", ["kafka_user", "kafka_password"])
def test_a_broker_s_user_without_a_password_logs_nobody_in(alone: str) -> None:
    with pytest.raises(ValidationError, match="kafka_user and kafka_password: one without the other"):
        Settings.model_validate({"database_url": DATABASE, "port": 8701, alone: "portal"})


def test_the_broker_s_password_is_shown_neither_with_the_settings_nor_with_the_place() -> None:
    settings = Settings(database_url=DATABASE, port=8701, kafka_user="portal", kafka_password=SecretStr("hidden"))

    assert "hidden" not in repr(settings) + repr(settings.broker)
    assert settings.broker.password == "hidden"


def test_the_password_is_not_shown_with_the_settings() -> None:
    assert "hidden" not in repr(Settings(database_url=DATABASE, port=8701))


@pytest.mark.parametrize(
    "token",
    ["", " ", "        ", "short", "1234567", " leading-space", "trailing-space ", "бір-құпия-сөз", "a\nnew-line"],
)
def test_a_token_that_is_none_or_short_does_not_start_a_service(token: str) -> None:
    for fields in ({"operator_token": token}, {"desk_tokens": {"management@027": token}}):
        with pytest.raises(ValidationError, match="8 or more printable ASCII characters"):
            Settings.model_validate({"database_url": DATABASE, "port": 8701, **fields})


@pytest.mark.parametrize(
    "name", ["management", "management@", "@027", "management@0 27", "management@027@049", "Management@027"]
)
def test_a_desks_token_names_its_university(name: str) -> None:
    with pytest.raises(ValidationError, match="names no place"):
        Settings.model_validate({"database_url": DATABASE, "port": 8701, "desk_tokens": {name: "long-enough"}})


@pytest.mark.parametrize(
    "fields",
    [
        {"operator_token": "long-enough", "desk_tokens": {"management@027": "long-enough"}},
        {"desk_tokens": {"management@027": "long-enough", "management@049": "long-enough"}},
    ],
)
def test_one_token_opens_one_door(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="one token opens one door"):
        Settings.model_validate({"database_url": DATABASE, "port": 8701, **fields})


def test_desks_of_several_universities_have_tokens_of_their_own() -> None:
    tokens = {"management@027": "long-enough", "management@*": "long-enough-too"}
    settings = Settings.model_validate({"database_url": DATABASE, "port": 8701, "desk_tokens": tokens})

    assert {name: each.get_secret_value() for name, each in settings.desk_tokens.items()} == tokens
