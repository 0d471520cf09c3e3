"""What ESUVO finds overdue by its own watch is what the universities themselves announce, and none of them trips its order."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from deploy.local.audit.ledger import Database
from services.esuvo.duplicates.request.events import OverdueFound
from services.university_is.duplicates.case.events import DeadlineMissed
from tests.support.chain import Outcome

# Whether a blank form lies in stock the university alone knows, so its request for one is not watched from outside.
KNOWN_TO_THE_UNIVERSITY_ALONE = {"DUP-PORTAL-7"}


def of_requests(
    database: Database, category: str, event: type[OverdueFound | DeadlineMissed]
) -> set[tuple[UUID, str, datetime]]:
    return {
        (UUID(stream.partition(":")[2]), each.event.step, each.event.due_at)
        for stream, history in database.streams.items()
        if stream.startswith(f"{category}:")
        for each in history
        if isinstance(each.event, event)
    }


def routed(databases: Mapping[str, Database]) -> set[UUID]:
    return {UUID(stream.partition(":")[2]) for stream in databases["esuvo"].streams if stream.startswith("request:")}


def test_esuvo_finds_overdue_what_the_universities_announce_and_nothing_else(undisturbed: Outcome) -> None:
    found = of_requests(undisturbed.databases["esuvo"], "request", OverdueFound)
    announced = of_requests(undisturbed.databases["university_is"], "case", DeadlineMissed)
    ours = routed(undisturbed.databases)

    assert found == {each for each in announced if each[0] in ours and each[1] not in KNOWN_TO_THE_UNIVERSITY_ALONE}


def test_the_chains_own_universities_never_contradict_themselves(undisturbed: Outcome) -> None:
    told = {each.event.name for history in undisturbed.databases["esuvo"].streams.values() for each in history}

    assert undisturbed.ledger.dead == {}
    assert "contradiction-found" not in told
    assert "applicant-told" in told


def test_the_watch_leaves_no_timer_behind(undisturbed: Outcome) -> None:
    assert undisturbed.databases["esuvo"].timers == 0
