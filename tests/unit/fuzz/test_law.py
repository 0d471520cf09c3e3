"""The judge of `egov fuzz` knows the published contract, and nothing of the services' code."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from contracts.topics import all_topics
from deploy.local.fuzz.law import Doubtful, Law, strictly
from deploy.local.fuzz.shots import message
from deploy.local.fuzz.stock import Sample, Stock
from deploy.local.fuzz.wire import Record

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
STOCK = Stock(Random(1), [each.name for each in all_topics()], lambda: NOON)  # noqa: S311 - one seed, one series
SAMPLES = [each for samples in STOCK.samples.values() for each in samples]
CASES = "university.cases.v1"
LAW = Law()


def named(sample: Sample) -> str:
    return f"{sample.topic.name} {sample.type}"


def of_cases() -> dict[str, object]:
    return STOCK.fresh(STOCK.samples[CASES][0])


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_every_published_message_about_strangers_is_lawful(sample: Sample) -> None:
    verdict = LAW.judge(sample.topic.name, message(STOCK.fresh(sample)))

    assert verdict.why == ""
    assert verdict.id is not None


def test_a_message_whose_key_is_not_its_subject_is_unlawful() -> None:
    record = message(of_cases())

    assert LAW.judge(CASES, Record(b"another", record.value)).why == "the key is not the subject"


def test_a_message_of_another_than_the_owner_is_unlawful() -> None:
    assert "does not write" in LAW.judge(CASES, message(of_cases() | {"source": "/portal"})).why


def test_an_event_of_another_topic_is_unlawful() -> None:
    assert "is no event of" in LAW.judge("esuvo.blanks.v1", message(of_cases())).why


def test_a_header_that_says_another_mode_is_unlawful() -> None:
    record = message(of_cases())

    assert "content-type" in LAW.judge(CASES, replace(record, headers=((b"content-type", b"text/plain"),))).why
    assert LAW.judge(CASES, replace(record, headers=())).why == ""


@pytest.mark.parametrize("time", [1_455_508_800, "2016-02-15 10:00:00Z", "2016-02-15T10:00:00", "soon"])
def test_a_time_that_is_not_written_by_rfc_3339_is_unlawful(time: object) -> None:
    assert "/time" in LAW.judge(CASES, message(of_cases() | {"time": time})).why


@pytest.mark.parametrize(
    "text",
    [b"", b"NaN", b'{"a":1,"a":2}', b"\xef\xbb\xbf{}", b'"caf\xe9"', b"{} {}", b"'a'", "{}".encode("utf-16"), b"\x00"],
)
def test_what_is_no_json_is_unlawful(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        strictly(text)


@pytest.mark.parametrize("text", [b"1e400", b'"\\ud800"', b"[" * 200 + b"]" * 200, b"9" * 5_000])
def test_what_json_leaves_to_the_reader_is_in_doubt(text: bytes) -> None:
    with pytest.raises(Doubtful):
        strictly(text)


def test_moments_move_together_so_that_the_last_one_is_now() -> None:
    sample = next(each for each in SAMPLES if each.type == "kz.egov.con.application-accepted.v1")

    data = STOCK.fresh(sample)["data"]

    assert datetime.fromisoformat(data["accepted_at"]) == NOON
    assert (NOON - datetime.fromisoformat(data["handed_in_at"])).total_seconds() == 41 * 60


def test_a_stranger_bears_one_name_in_all_of_a_message() -> None:
    sample = next(each for each in SAMPLES if each.type == "kz.egov.university.notice-sent.v1")
    before = sample.envelope["subject"]

    envelope = STOCK.fresh(sample)

    assert before not in json.dumps(envelope)
    assert envelope["subject"] == envelope["data"]["notice"]["application_id"] == envelope["correlationid"]
    assert envelope["subject"] in STOCK.strangers
