"""`egov demo --secure`: the chain works under its rights, and what it leaves behind is its owner's alone."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.servers.identities import USERS
from tests.support.chain import iin, row, write_rows
from tests.support.command import Done, egov

ROWS = [
    row(1, "2016-02-15T10:00"),
    row(2, "2016-02-15T11:00", channel="con"),
    row(3, "2016-02-15T12:00", channel="paper"),
]


@dataclass(frozen=True, slots=True)
class Ran:
    done: Done
    kept: Path


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ran(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ran]:
    rows = write_rows(tmp_path_factory.mktemp("secure") / "few.jsonl", ROWS)
    before = os.umask(0)
    try:
        done = await egov("demo", "--secure", "--keep", "--applications", str(rows), environ={})
    finally:
        os.umask(before)
    kept = re.search(r"Logs and data are kept in (\S+)\.", done.said)
    assert kept, done.said
    yield Ran(done, Path(kept[1]))
    shutil.rmtree(kept[1])


def test_every_application_reaches_its_end_where_services_have_only_their_own_rights(ran: Ran) -> None:
    assert ran.done.code == 0, ran.done.said
    assert "Every application reached its rightful end" in ran.done.said


def test_the_broker_knew_everybody_and_refused_nobody_who_belongs(ran: Ran) -> None:
    logs = [each.read_text() for each in (ran.kept / "logs").iterdir()]

    assert sorted(each.name for each in (ran.kept / "kafka" / "identities").iterdir()) == sorted(USERS)
    assert not [
        line for text in logs for line in text.splitlines() if "Authorization" in line or "Authentication" in line
    ]


def test_what_a_run_leaves_behind_is_closed_to_others_whatever_the_umask(ran: Ran) -> None:
    everything = [ran.kept, *ran.kept.rglob("*")]

    assert any(iin(1).encode() in each.read_bytes() for each in everything if each.suffix == ".log" and each.is_file())
    assert [each for each in everything if each.stat().st_mode & 0o007] == []
    assert [each for each in everything if each.is_file() and each.stat().st_mode & 0o077] == []
