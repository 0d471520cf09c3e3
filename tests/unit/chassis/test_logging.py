"""Every line of a process is one JSON object with the service's name, and shows no whole IIN."""

import json
import subprocess
import sys
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services._chassis.logging import mask_iins

IIN, MASKED = "900101300123", "90********23"


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
    assert mask_iins(text.format(IIN, IIN)) == text.format(MASKED, MASKED)


@pytest.mark.parametrize("text", [f"1{IIN}", f"{IIN}1", f"ab{IIN}", f"{IIN}cd", "90010130012", "2016-02-15T06:00:00"])
def test_other_numbers_stay(text: str) -> None:
    assert mask_iins(text) == text


@given(st.uuids())
def test_uuids_stay(identity: UUID) -> None:
    assert mask_iins(f"id={identity} hex={identity.hex}") == f"id={identity} hex={identity.hex}"


def test_a_uuid_whose_last_group_is_all_digits_stays() -> None:
    text = f"018e0000-0000-8000-8000-{IIN}"

    assert mask_iins(text) == text


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


def test_records_of_libraries_come_out_in_the_same_form_with_their_words_and_their_stack() -> None:
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


def test_what_the_kafka_client_says_while_topics_are_still_being_made_is_not_an_error_of_ours() -> None:
    assert lines("logging.getLogger('aiokafka.cluster').error('Topic x not found in cluster metadata')") == []
