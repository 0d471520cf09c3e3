"""`egov demo`, as a person at a terminal has it: its report, its exit codes, its refusals, and what it leaves behind."""

import json
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

import asyncpg
import psutil
import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.audit.ends import replay
from deploy.local.audit.ledger import Database
from deploy.local.audit.report import report
from deploy.local.files.applications import ApplicationRow
from deploy.local.servers.infra import RunningServers, Servers
from deploy.local.servers.processes import wait_until
from law.universities import load_universities
from tests.support.chain import Outcome, row, rows, write_rows
from tests.support.command import Done, egov, existing, open_directory, read_until, start

NOWHERE = Servers("127.0.0.1:1", "postgresql://egov:secret@127.0.0.1:1/postgres")
MALFORMED = (
    row(70, "2016-02-15T10:00", iin="880115240566"),
    row(71, "2016-02-15T10:00", document_kind="certificate"),
    row(72, "2016-02-30T10:00"),
)


@dataclass(frozen=True, slots=True)
class OnExistingServers:
    """One run of the command on the session's servers, and what these held before and after it."""

    done: Done
    report: Mapping[str, object]
    before: set[str]
    after: set[str]
    temporary: Sequence[Path]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ran(running_servers: RunningServers, tmp_path_factory: pytest.TempPathFactory) -> OnExistingServers:
    """The file of the undisturbed run, with three malformed rows behind its good ones."""
    directory, servers = tmp_path_factory.mktemp("ran"), running_servers.servers
    file, into = directory / "applications.jsonl", directory / "report.json"
    write_rows(file, [*rows(), *MALFORMED])
    before = await names(servers)
    with open_directory() as temporary:
        done = await egov(
            "demo", "--applications", str(file), "--report", str(into),
            environ={**existing(servers), "TMPDIR": str(temporary)},
        )  # fmt: skip
        left = list(temporary.iterdir())
    assert into.exists(), done.said
    return OnExistingServers(done, json.loads(into.read_text()), before, await names(servers), left)


async def names(servers: Servers) -> set[str]:
    """Every database and topic that stands on these servers."""
    connection = await asyncpg.connect(servers.postgres_url)
    databases = {row["datname"] for row in await connection.fetch("select datname from pg_database")}
    await connection.close()
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.bootstrap_servers)
    await admin.start()
    topics = set(await admin.list_topics())
    await admin.close()
    return databases | topics


def test_the_command_ends_with_0_when_every_application_reached_its_rightful_end(ran: OnExistingServers) -> None:
    assert ran.done.code == 0, ran.done.said
    assert "Every application reached its rightful end in every service." in ran.done.said


def test_the_report_says_what_was_asked_of_it(ran: OnExistingServers) -> None:
    found = ran.report
    asked = {
        "applications", "by_outcome", "refused_by_code", "rejected_by_code", "per_step", "per_topic", "lost",
        "duplicated_effects", "wall_seconds", "simulated_days", "log_hash",
    }  # fmt: skip

    assert asked <= found.keys()
    assert found["applications"] == 21
    assert found["malformed_rows"] == len(MALFORMED)
    assert found["refused_by_code"] == {"unknown-university": 1, "unreliable-data": 2}
    assert (found["lost"], found["duplicated_effects"], found["faults"]) == (0, 0, [])


def test_the_report_counts_deadlines_per_step_and_messages_per_topic(ran: OnExistingServers) -> None:
    steps, topics = ran.report["per_step"], ran.report["per_topic"]
    assert isinstance(steps, dict)
    assert isinstance(topics, dict)
    portal_steps = {f"DUP-PORTAL-{number}" for number in range(4, 10)}

    assert portal_steps <= steps.keys()
    assert all({"met", "missed"} <= counts.keys() for counts in steps.values())
    assert steps["DUP-PORTAL-9"]["met"] + steps["DUP-PORTAL-9"]["missed"] == 15  # as many as were issued
    assert topics["portal.applications.v1"] > 0
    assert topics["shep.deliveries.v1"] > 0


def test_bad_rows_are_reported_with_line_field_rule_and_remedy_and_good_ones_go_on(
    ran: OnExistingServers,
) -> None:
    said = ran.done.said

    assert "line 22: iin '88********66': the 12th digit of the IIN does not match its check sum; look for a" in said
    assert "line 23: document_kind 'certificate': is not a value of this field; use one of diploma," in said
    assert "line 24: filed_at '2016-02-30T10:00': is a date or time that does not exist; use YYYY-MM-DD" in said


def test_servers_of_others_are_given_back_as_they_were(ran: OnExistingServers) -> None:
    assert ran.after - ran.before <= {"__consumer_offsets"}  # the broker's own, made with the first group
    assert ran.temporary == []


def test_one_seed_gives_one_log(ran: OnExistingServers, undisturbed: Outcome) -> None:
    assert ran.report["log_hash"] == undisturbed.ledger.log_hash


@pytest.fixture
def judged(undisturbed: Outcome) -> "Judge":
    return Judge(undisturbed, dict(undisturbed.databases))


@dataclass
class Judge:
    """The undisturbed run, to be spoilt in one place and judged again."""

    outcome: Outcome
    databases: dict[str, Database]

    def cut(self, service: str, category: str, *events: str) -> None:
        """As if a service had stopped before these events in the first stream that has one of them."""
        database = self.databases[service]
        stream = next(
            name
            for name, rows in sorted(database.streams.items())
            if name.startswith(category) and any(each.event.name in events for each in rows)
        )
        kept = list(takewhile(lambda each: each.event.name not in events, database.streams[stream]))
        self.databases[service] = replace(database, streams={**database.streams, stream: kept})

    def faults(self) -> list[str]:
        states, seen = replay(self.databases), self.outcome
        return report(seen.story, 0, states, seen.ledger, load_universities()).faults

    def expect(self, line: int, **fields: object) -> None:
        """As if the file had said something else of this line."""
        story = self.outcome.story
        filed = [
            replace(each, row=changed(each.row, fields)) if each.row.line == line else each for each in story.filed
        ]
        self.outcome = replace(self.outcome, story=replace(story, filed=filed))

    def refuse_at_the_portal(self) -> None:
        story = self.outcome.story
        filed = [replace(story.filed[0], rejected="eds.expired", application_id="", first=False), *story.filed[1:]]
        self.outcome = replace(self.outcome, story=replace(story, filed=filed))


def changed(before: ApplicationRow, fields: Mapping[str, object]) -> ApplicationRow:
    return before.model_copy(update=fields)


@pytest.mark.parametrize(
    ("service", "category", "events", "words"),
    [
        ("portal", "application:", ["application-ended"], "open at the portal"),
        ("esuvo", "request:", ["request-ended", "request-closed"], "at ESUVO"),
        ("university_is", "case:", ["issued"], "at the university"),
        ("shep_gateway", "conversation:", ["delivery-confirmed"], "nobody confirmed"),
    ],
)
def test_an_end_that_one_service_did_not_reach_is_a_fault(
    judged: Judge, service: str, category: str, events: list[str], words: str
) -> None:
    judged.cut(service, category, *events)

    assert any(words in fault for fault in judged.faults())


def test_an_end_that_is_not_the_rightful_one_is_a_fault(judged: Judge) -> None:
    judged.expect(1, in_register=False)

    assert any("line 1" in fault and "expected one of" in fault for fault in judged.faults())


def test_a_good_row_that_the_portal_rejects_is_a_fault(judged: Judge) -> None:
    judged.refuse_at_the_portal()

    assert any("rejected at the portal, eds.expired" in fault for fault in judged.faults())


async def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = await egov("demo", "--applications", str(tmp_path / "none.csv"), environ={})

    assert done.code == 1
    assert "file: cannot be read (No such file or directory); check the path" in done.said


async def test_a_file_without_a_good_row_runs_nothing_and_says_why(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "bad.jsonl", list(MALFORMED))
    done = await egov("demo", "--applications", str(file), environ={})

    assert done.code == 1
    assert "holds no good row" in done.said
    assert "Starting" not in done.said


@pytest.mark.parametrize("variable", ["KAFKA_BOOTSTRAP_SERVERS", "EGOV_POSTGRES_URL"])
async def test_a_server_that_does_not_answer_is_named_by_its_variable(
    running_servers: RunningServers, applications: Path, variable: str
) -> None:
    environ = {**existing(running_servers.servers), variable: existing(NOWHERE)[variable]}
    done = await egov("demo", "--applications", str(applications), environ=environ)

    assert done.code == 1
    assert variable in done.said
    assert "Start that" in done.said
    assert "secret" not in done.said


@pytest.mark.parametrize(("background", "ending"), [(False, signal.SIGINT), (True, signal.SIGTERM)])
async def test_an_interrupted_run_leaves_no_process_and_no_directory(
    applications: Path, *, background: bool, ending: signal.Signals
) -> None:
    with open_directory() as temporary:
        environ = {"TMPDIR": str(temporary)}
        process = await start("demo", "--applications", str(applications), environ=environ, background=background)
        await read_until(process, "Filing applications")
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(ending)
        said, _ = await process.communicate()
        await wait_until(lambda: not any(alive(each) for each in started), 30, "what was started to end")
        left = [path.name for path in temporary.iterdir() if path.name != "egov-chain"]  # programs, not data

    assert process.returncode == 130, said.decode()
    assert len(started) >= 7
    assert left == []


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
