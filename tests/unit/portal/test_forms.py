"""Signed forms are read to the letter, and each does its work once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.forms import AUDIENCE, ApplicationForm, CorrectionForm, GrantApplicationForm
from contracts.grants import REQUIRED_ATTACHMENTS
from services._chassis.decider import Ignored, Refused
from services._chassis.http import Problem
from services._eds.forms import AHEAD, OLDEST
from services._eds.signature import Signed, Signer
from services.portal.forms import decide as filings
from services.portal.forms.decide import Filings, FilingsEvent, FormTaken
from services.portal.forms.http import read, require_timely
from services.portal.holder import AlreadyOpen
from tests.support.chain import iin
from tests.unit.portal.examples import DIGESTS, statement

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
STAMP = {"audience": AUDIENCE, "moment": NOON.isoformat(), "nonce": "n" * 16}
DUPLICATE = {
    "form": "duplicate-application/2",
    **STAMP,
    "applicant": {"iin": iin(1), "surname": "Есқалиева", "name": "Гауһар"},
    "university": "049",
    "specialty": "5B050900",
    "graduation_year": 2011,
    "document_kind": "supplement",
    "reason": "loss",
}
GRANT = {
    "form": "grant-application/2",
    **STAMP,
    **statement(),
    "attachments": [{"kind": kind, "digest": DIGESTS[kind]} for kind in REQUIRED_ATTACHMENTS],
}
CORRECTION = {
    "form": "duplicate-correction/2",
    **STAMP,
    "application_id": "0152e3b0-0000-8000-8000-000000000001",
    "specialty": "5B050900",
    "graduation_year": 2011,
}
MODELS = {
    "duplicate": (ApplicationForm, DUPLICATE),
    "grant": (GrantApplicationForm, GRANT),
    "correction": (CorrectionForm, CORRECTION),
}


def signed(payload: bytes) -> Signed:
    return Signed(payload, Signer(iin(1), "Есқалиева", "Гауһар", None, "0a"), "d" * 64, "e30.e30.x", "")


def problems(model: type[Any], payload: bytes) -> dict[str, str]:
    """The rule by field, of what is refused."""
    with pytest.raises(Problem) as refusal:
        read(model, signed(payload))
    assert (refusal.value.status, refusal.value.code) == (422, "form.invalid")
    assert all(each.remedy for each in refusal.value.violations)
    return {each.field: each.rule for each in refusal.value.violations}


@pytest.mark.parametrize(("model", "form"), MODELS.values(), ids=MODELS)
def test_a_form_that_says_all_it_must_is_read(model: type[Any], form: dict[str, object]) -> None:
    assert read(model, signed(json.dumps(form).encode())).nonce == "n" * 16


def objects(form: object, place: str = "") -> list[str]:
    """Where in the form an object stands."""
    match form:
        case dict():
            return [place, *(each for name, value in form.items() for each in objects(value, f"{place}/{name}"))]
        case list():
            return [each for number, value in enumerate(form) for each in objects(value, f"{place}/{number}")]
        case _:
            return []


PLACES = [(model, form, place) for model, form in MODELS.values() for place in objects(form)]
NAMES = [f"{model.__name__}{place}" for model, _, place in PLACES]


def changed(form: dict[str, object], place: str, change: Callable[[dict[str, object]], object]) -> bytes:
    copy = json.loads(json.dumps(form))
    target: Any = copy
    for step in filter(None, place.split("/")):
        target = target[int(step)] if isinstance(target, list) else target[step]
    change(target)
    return json.dumps(copy).encode()


@pytest.mark.parametrize(("model", "form", "place"), PLACES, ids=NAMES)
def test_an_unknown_field_is_refused_at_every_depth(model: type[Any], form: dict[str, object], place: str) -> None:
    payload = changed(form, place, lambda target: target.update(patronomic="Тілегенқызы"))

    assert f"/signed/payload{place}/patronomic" in problems(model, payload)


@pytest.mark.parametrize(("model", "form", "place"), PLACES, ids=NAMES)
def test_a_doubled_field_is_refused_at_every_depth(model: type[Any], form: dict[str, object], place: str) -> None:
    payload = changed(form, place, lambda target: target.update({f"{next(iter(target))}\0": 1})).replace(
        rb"\u0000", b""
    )

    (rule,) = problems(model, payload).values()
    assert "doubled" in rule


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "another audience": ({"audience": "urn:egov-chain:con"}, "audience"),
    "a moment without its zone": ({"moment": "2016-02-15T12:00:00"}, "moment"),
    "a moment as a number": ({"moment": 1455508800}, "moment"),
    "a short nonce": ({"nonce": "n" * 15}, "nonce"),
    "a long nonce": ({"nonce": "n" * 65}, "nonce"),
    "a nonce of other characters": ({"nonce": "н" * 16}, "nonce"),
    "a year as a text": ({"graduation_year": "2011"}, "graduation_year"),
    "a year with a fraction": ({"graduation_year": 2011.5}, "graduation_year"),
    "version 1": ({"form": "duplicate-application/1"}, "form"),
    "another form": ({"form": "duplicate-correction/2"}, "form"),
    "no form": ({"form": None}, "form"),
}


@pytest.mark.parametrize(("change", "field"), WRONG.values(), ids=WRONG)
def test_a_form_is_refused_for(change: dict[str, object], field: str) -> None:
    assert list(problems(ApplicationForm, json.dumps({**DUPLICATE, **change}).encode())) == [f"/signed/payload/{field}"]


@pytest.mark.parametrize("name", STAMP)
def test_a_form_that_does_not_say_what_it_is_for_is_refused(name: str) -> None:
    form = {each: value for each, value in DUPLICATE.items() if each != name}

    assert list(problems(ApplicationForm, json.dumps(form).encode())) == [f"/signed/payload/{name}"]


UNREADABLE = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "a byte-order mark": b"\xef\xbb\xbf" + json.dumps(DUPLICATE).encode(),
    "UTF-16": json.dumps(DUPLICATE).encode("utf-16"),
    "NaN": json.dumps({**DUPLICATE, "graduation_year": float("nan")}).encode(),
    "half a surrogate": json.dumps(DUPLICATE).encode().replace(b'"loss"', rb'"\ud83d"'),
    "a number of 5,000 digits": json.dumps(DUPLICATE).encode().replace(b"2011", b"1" * 5_000),
    "depth": b'{"form":' + b"[" * 400 + b"]" * 400 + b"}",
    "great depth": b"[" * 30_000,
    "many values": json.dumps({**DUPLICATE, "x": list(range(600))}).encode(),
    "many fields": json.dumps({**DUPLICATE, **{str(each): each for each in range(600)}}).encode(),
    "many bytes": json.dumps({**DUPLICATE, "x": "x" * 40_000}).encode(),
}


@pytest.mark.parametrize("payload", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_form_is_refused_in_few_words(payload: bytes) -> None:
    found = problems(ApplicationForm, payload)

    assert len(found) == 1


def untimely(after: timedelta) -> tuple[str, str] | None:
    """Code and field of the refusal of a form at that time from its moment; None where it is taken."""
    try:
        require_timely(read(ApplicationForm, signed(json.dumps(DUPLICATE).encode())), NOON + after)
    except Problem as refusal:
        (violation,) = refusal.violations
        return refusal.code, violation.field
    return None


@pytest.mark.parametrize("after", [-AHEAD, timedelta(0), OLDEST])
def test_a_form_is_taken_within_a_day_of_its_moment(after: timedelta) -> None:
    assert untimely(after) is None


@pytest.mark.parametrize(
    ("after", "code"),
    [(OLDEST + timedelta(seconds=1), "form.too-old"), (-AHEAD - timedelta(seconds=1), "form.of-the-future")],
)
def test_a_form_of_another_day_is_refused(after: timedelta, code: str) -> None:
    assert untimely(after) == (code, "/signed/payload/moment")


def form(number: int, nonce: str = "", digest: str = "", *, opens: bool = True) -> FormTaken:
    return FormTaken(
        nonce=nonce or f"nonce-{number}",
        digest=digest or f"{number:064x}",
        application_id=UUID(int=number),
        opens=opens,
        at=NOON,
    )


def after(*forms: FormTaken) -> Filings:
    known = Filings()
    for each in forms:
        for event in filings.take(each, known):
            assert isinstance(event, FilingsEvent)
            known = filings.evolve(known, event)
    return known


def test_the_same_form_again_changes_nothing() -> None:
    assert filings.take(form(1), after(form(1))) == Ignored("form-already-taken")


def test_the_same_form_does_not_file_a_second_application() -> None:
    with pytest.raises(AlreadyOpen) as first:
        filings.take(form(2, form(1).nonce, form(1).digest), after(form(1)))

    assert first.value.application_id == UUID(int=1)


@pytest.mark.parametrize("opens", [True, False])
def test_a_nonce_is_of_one_form_only(opens: bool) -> None:  # noqa: FBT001 - a parameter of the test
    with pytest.raises(Refused) as refusal:
        filings.take(form(2, form(1).nonce, opens=opens), after(form(1)))

    assert (refusal.value.code, refusal.value.field) == ("form.nonce-used", "/signed/payload/nonce")


def test_a_person_may_have_twenty_open_applications_and_another_after_one_ended() -> None:
    known = after(*(form(number) for number in range(1, 21)))
    with pytest.raises(Refused) as refusal:
        filings.take(form(21), known)
    (ended,) = filings.end(UUID(int=7), known)

    assert refusal.value.code == "application.too-many-open"
    assert filings.take(form(21), filings.evolve(known, ended)) == [form(21)]
    assert filings.take(form(22, opens=False), known) == [form(22, opens=False)]
    assert filings.end(UUID(int=99), known) == Ignored("already-ended")
