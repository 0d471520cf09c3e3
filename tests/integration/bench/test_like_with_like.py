"""What is compared does the same work: the same messages leave the same rows and the same answers behind."""

from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest
from pydantic import JsonValue

from contracts.envelope import Envelope
from deploy.local.servers.infra import RunningServers
from tests.bench.stage import Stage, carried
from tests.bench.work import NAME, OUT
from tests.support.process import everything
from tests.support.servers import Place

COUNT = 120
_EVENTS = """
select stream, version, name, schema_version, data::text, at, correlation, causation
from events order by stream, version
"""
# By source and id together, and each message once. The digest of what it said is the chassis' alone.
_INBOX = "select message_id from inbox where consumer = $1 order by message_id"

Rows: TypeAlias = list[tuple[object, ...]]
Answer: TypeAlias = tuple[str, str, object, object, object, JsonValue]


async def left_behind(own: Place) -> tuple[Rows, Rows, list[Answer]]:
    connection = await asyncpg.connect(own.database_url)
    events, inbox = await connection.fetch(_EVENTS), await connection.fetch(_INBOX, NAME)
    await connection.close()
    answers = sorted(map(_answer, await everything(own, OUT)), key=lambda each: (each[0], str(each[5])))
    return [tuple(row) for row in events], [tuple(row) for row in inbox], answers


def _answer(each: Envelope) -> Answer:
    return each.subject, each.type, each.time, each.correlationid, each.traceparent, each.data


@pytest.mark.parametrize(("program", "batch_size"), [("floor", 50), ("orm", 50), ("hop", 1)])
async def test_each_program_leaves_the_same_rows_and_answers_as_the_chassis(
    running_servers: RunningServers, tmp_path: Path, program: str, batch_size: int
) -> None:
    stage = Stage(running_servers, tmp_path)
    async with carried(stage, "hop", COUNT, 50) as (own, _):
        events, inbox, answers = await left_behind(own)
    async with carried(stage, program, COUNT, batch_size) as (own, figures):
        other = await left_behind(own)

    assert len(events) == len(inbox) == len(answers) == figures["messages"] == COUNT
    assert other == (events, inbox, answers)
