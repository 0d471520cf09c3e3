"""Bad input is named by field, rule and remedy, and never repeated: it may be somebody's personal data."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services._chassis.errors import Violation, violations

SECRET = "900101300123-Сейткали"


class Kind(StrEnum):
    FIRST = "first"


class WrongDigitError(ValueError):
    remedy = "correct the last digit"


def digit(value: str) -> str:
    if value:
        raise WrongDigitError("the check digit is wrong")
    return value


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID | None = None
    kind: Kind | None = None
    literal: Literal["one"] = "one"
    at: AwareDatetime | None = None
    short: str = Field(default="", max_length=3)
    shaped: str = Field(default="a", pattern="^a$")
    number: int = 0
    iin: Annotated[str, AfterValidator(digit)] = ""
    inner: dict[str, int] = {}


def found(**data: object) -> list[Violation]:
    with pytest.raises(ValidationError) as error:
        Form.model_validate(data)
    return violations(error.value)


@pytest.mark.parametrize("name", ["id", "kind", "literal", "at", "short", "shaped", "number", "iin"])
def test_the_value_itself_is_never_shown(name: str) -> None:
    (violation,) = found(**{name: SECRET})

    assert violation.field == f"/{name}"
    assert violation.rule
    assert violation.remedy
    assert not [part for part in ("900101", "300123", "Сейткали") if part in str(violation)]


@given(st.dictionaries(st.sampled_from(["number", "literal", "short", "shaped"]), st.just(SECRET), min_size=1))
def test_every_violation_is_found_at_once(data: dict[str, str]) -> None:
    assert {each.field for each in found(**data)} == {f"/{name}" for name in data}


def test_a_rule_of_ours_brings_its_own_remedy_and_reads_as_we_wrote_it() -> None:
    assert found(iin="x") == [Violation("/iin", "the check digit is wrong", "correct the last digit")]


def test_a_missing_and_an_unknown_field_have_remedies_of_their_own() -> None:
    assert found(unknown=1)[0].remedy == "remove this field or correct its name"
    with pytest.raises(ValidationError) as error:
        Violated.model_validate({})
    assert violations(error.value) == [Violation("/needed", "Field required", "add this field")]


class Violated(BaseModel):
    needed: int


def test_a_pointer_starts_at_the_root_and_escapes_its_own_characters() -> None:
    with pytest.raises(ValidationError) as error:
        Form.model_validate({"inner": {"a/b~c": "x"}})

    assert violations(error.value, "/data")[0].field == "/data/inner/a~1b~0c"
