"""Every line of a process is one JSON object with the service's name, and shows no whole IIN."""

import json
import re
import subprocess
import sys
import time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.iin import mask_in_text

IIN, MASKED = "900101300123", "90********23"
REAL, REAL_MASKED = "820708212592", "82********92"  # with the check digit of a whole IIN; nobody's
MANY_SECONDS = 10.0  # a machine under load needs one; a square of the length would take hours


def lines(code: str, level: str = "INFO") -> list[dict[str, Any]]:  # Any: JSON
    """What a process logs: its settings are global, so it is another process than ours."""
    begin = f"""
import logging, uuid, structlog
from services._chassis.logging import configure
configure("desk", "7", {level!r})
log = structlog.get_logger()
"""
    done = subprocess.run([sys.executable, "-c", begin + code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "text",
    ["{}", "iin={}", "applicant-{}", "ИИН {}.", "({}, {})", "tally:{}", "{}-x", '{{"iin":"{}"}}', "a/{}/b", "жсн{}"],
)
def test_an_iin_that_stands_free_is_masked(text: str) -> None:
    assert mask_in_text(text.format(IIN, IIN)) == text.format(MASKED, MASKED)


@pytest.mark.parametrize(
    "text",
    [
        "IIN{}",
        "x{}y",
        "iin_{}",
        "ab{}cd",
        "%2C{}%2C",
        "?iin=%20{}%20&x=1",
        "b'{}'",
        "1{}",
        "{}1",
        "700{}99",
        "018e0000-0000-8000-8000-{}",
        "deadbeefdeadbeefdeadbeef{}",
    ],
)
def test_an_iin_is_masked_whatever_stands_beside_it(text: str) -> None:
    assert mask_in_text(text.format(REAL)) == text.format(REAL_MASKED)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("820708 212592", "82**** ****92"),
        ("820708-212592", "82****-****92"),
        ("820708 - 212592", "82**** - ****92"),
        ("82.07.08 2125 92", "82.**.** **** 92"),
        ("820708%20212592", "82****%20****92"),
        ("820708+212592", "82****+****92"),
        ("8 2 0 7 0 8 2 1 2 5 9 2", "8 2 * * * * * * * * 9 2"),
        ("820708\u00a0212592", "82****\u00a0****92"),
        ("８２０７０８２１２５９２", "８２********９２"),
        ("٨٢٠٧٠٨٢١٢٥٩٢", "٨٢********٩٢"),
    ],
)
def test_an_iin_is_masked_however_it_is_written(text: str, masked: str) -> None:
    assert mask_in_text(f"for {text}.") == f"for {masked}."


@pytest.mark.parametrize(
    "text",
    [
        "1999999999999",
        "ab999999999999",
        "90010130012",
        "2016-02-15T06:00:00.123456Z",
        "offset 1764547200000",
        "+7 701 123 45 67",
        "018e0000-0000-8000-8000-123456789012",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_in_text(text) == text


def without_twelve_digits_in_a_row(identity: UUID) -> UUID:
    """With a letter in the eleventh and the twenty-second place, so that no run is as long as an IIN."""
    return UUID(f"{identity.hex[:10]}a{identity.hex[11:21]}b{identity.hex[22:]}")


@given(st.uuids().map(without_twelve_digits_in_a_row))
def test_uuids_stay(identity: UUID) -> None:
    assert mask_in_text(f"id={identity} hex={identity.hex}") == f"id={identity} hex={identity.hex}"


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_neighbourhood_shows_an_iin(before: str, after: str) -> None:
    assert REAL not in mask_in_text(before + REAL + after)


@pytest.mark.parametrize("text", ["1 " * 200_000, "1" * 400_000, "%20" * 100_000, "a-" * 100_000])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.process_time()
    mask_in_text(text)

    assert time.process_time() - began < MANY_SECONDS


def test_a_line_says_service_instance_level_and_time() -> None:
    (line,) = lines("log.info('started', port=1, who='Қайрат')")

    assert (line["service"], line["instance"], line["level"], line["event"]) == ("desk", "7", "info", "started")
    assert (line["port"], line["who"]) == (1, "Қайрат")
    assert line["timestamp"].endswith("Z")


def test_what_is_below_the_level_is_not_logged() -> None:
    assert [each["event"] for each in lines("log.info('quiet'); log.warning('loud')", "WARNING")] == ["loud"]


@pytest.mark.parametrize(
    "logged",
    [
        f"log.info('{IIN}')",
        f"log.info('x', deep={{'list': ['{IIN}', ('{IIN}',)], '{IIN}': 1}})",
        f"log.info('x', error=ValueError('{IIN}'), found={{'{IIN}'}})",
        f"logging.getLogger('uvicorn.error').warning('for %s', '{IIN}')",
        f"try: raise ValueError('{IIN}')\nexcept ValueError: log.exception('x')",
        f"try: raise ValueError('{IIN}')\nexcept ValueError: logging.getLogger('asyncio').exception('x')",
    ],
)
def test_no_line_shows_an_iin(logged: str) -> None:
    (line,) = lines(logged)

    assert IIN not in json.dumps(line)
    assert MASKED in json.dumps(line)


@pytest.mark.parametrize(
    "logged",
    [
        f"log.info('x', iin={REAL})",
        "log.info('x', iin=10101500122, deep=[{'iin': 101500120}])",
        f"log.info('x', **{{'iin {REAL}': 1}})",
        f"log.info('x', found=b'{REAL}', path=__import__('pathlib').Path('/iin{REAL}'))",
        f"import warnings; warnings.warn('of IIN{REAL}')",
        f"log.info('x', where=uuid.UUID('018e0000-0000-8000-8000-{REAL}'))",
    ],
)
def test_no_value_of_any_kind_shows_an_iin(logged: str) -> None:
    (line,) = lines(logged)

    assert not re.search(f"{REAL}|10101500122|101500120", json.dumps(line))


def test_numbers_that_are_no_iin_stay_numbers() -> None:
    (line,) = lines("log.info('x', offset=123456789, port=8701, big=10**15, yes=True, share=0.5)")

    assert (line["offset"], line["port"], line["big"], line["yes"], line["share"]) == (
        123456789,
        8701,
        10**15,
        True,
        0.5,
    )


def test_an_error_that_nobody_catches_ends_as_a_line_without_an_iin() -> None:
    code = f"""
from services._chassis.logging import configure
configure("desk", "7", "INFO")
raise ValueError("IIN{REAL}")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter

    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["kind"] == "ValueError"
    # Of the traceback's line of code the interpreter shows what stands there.
    assert REAL not in done.stdout


def test_records_of_libraries_come_out_in_the_same_form_with_words_and_stack() -> None:
    warned, failed = lines(
        """
logging.getLogger("uvicorn.error").warning("it took %s s", 3)
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("asyncpg.pool").exception("no way")
"""
    )

    assert (warned["event"], warned["level"], warned["logger"]) == ("it took 3 s", "warning", "uvicorn.error")
    assert (warned["service"], failed["event"], failed["level"]) == ("desk", "no way", "error")
    assert "ZeroDivisionError" in failed["exception"]


def test_what_the_kafka_client_says_while_topics_are_being_made_is_no_error_of_ours() -> None:
    assert lines("logging.getLogger('aiokafka.cluster').error('Topic x not found in cluster metadata')") == []
