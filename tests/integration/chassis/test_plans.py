"""What a decision costs does not grow with what others have stored, also while the planner knows nothing of a table."""

from deploy.local.servers.processes import wait_until
from tests.support.process import NOON, WITHIN, Stand

OTHERS = """
insert into events (stream, version, id, name, schema_version, data, at, correlation, causation)
select 'tally:other-' || number, 1, gen_random_uuid(), 'test.counted', 1, '{"value": 1, "total": 1}', $1,
       gen_random_uuid(), gen_random_uuid()
from generate_series(1, 5000) as number
"""
READ = "select seq_tup_read, idx_scan from pg_stat_user_tables where relname = 'events'"
ASKED = 30


async def test_streams_are_found_by_their_key_in_a_table_of_many(service: Stand) -> None:
    await service.parts.store.rows(OTHERS, NOON)
    (before,) = await service.parts.store.rows(READ)

    async def counted() -> bool:
        """The server's statistics follow within a second or two."""
        (now,) = await service.parts.store.rows(READ)
        return int(str(now["idx_scan"])) >= int(str(before["idx_scan"])) + ASKED

    for number in range(ASKED):
        await service.ask(f"mine-{number}", 1)
    await wait_until(counted, WITHIN, "the look-ups to be counted", every_seconds=0.2)
    (after,) = await service.parts.store.rows(READ)

    assert after["seq_tup_read"] == before["seq_tup_read"]
