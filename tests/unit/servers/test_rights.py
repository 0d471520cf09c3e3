"""What each user may do at the broker follows from contracts/topics.py, and nothing else is allowed."""

import pytest

from contracts import sim_clock
from contracts.topics import SERVICES, TOPICS, all_topics
from deploy.local.servers.identities import AUTHORITY, BROKER, CONDUCTOR, OPERATOR, Identities, broker_settings
from deploy.local.servers.rights import Kind, Operation, Pattern, Right, rights

ALL = rights()
LIVE = {each.name: each for each in TOPICS}


def names(user: str, operation: Operation, kind: Kind = Kind.TOPIC) -> set[str]:
    return {each.name for each in ALL if (each.user, each.operation, each.kind) == (user, operation, kind)}


@pytest.mark.parametrize("topic", LIVE)
def test_a_topic_is_written_by_its_writers_alone(topic: str) -> None:
    writers = {each.user for each in ALL if (each.name, each.operation) == (topic, Operation.WRITE)}

    assert writers == set(LIVE[topic].writers)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_what_it_hears_and_what_came_back_of_its_own_words(service: str) -> None:
    heard = {each.name for each in TOPICS if service in each.consumers}
    returned = {each.dead for each in TOPICS if service == each.owner and each.dead}

    assert names(service, Operation.READ) == heard | returned


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_sets_aside_where_it_hears_or_owns_and_nowhere_else(service: str) -> None:
    dead = {each for each in names(service, Operation.WRITE) if each not in LIVE}

    assert dead == {each.dead for each in TOPICS if each.dead and (service in each.consumers or service == each.owner)}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_own_group_makes_no_topic_and_administers_nothing(service: str) -> None:
    other = {each for each in ALL if each.user == service and each.kind != Kind.TOPIC}

    assert other == {Right(service, Operation.READ, Kind.GROUP, service, Pattern.LITERAL)}
    assert {each.operation for each in ALL if each.user == service} == {Operation.READ, Operation.WRITE}


def test_the_conductor_sets_the_clock_and_reads_and_makes_everything_else() -> None:
    everything = {each.name for each in all_topics()}

    assert names(CONDUCTOR, Operation.WRITE) == {sim_clock.TOPIC}
    assert names(CONDUCTOR, Operation.READ) == names(CONDUCTOR, Operation.CREATE) == everything


def test_a_bystander_reads_all_and_writes_nothing() -> None:
    operations = {each.operation for each in ALL if each.user == OPERATOR}

    assert names(OPERATOR, Operation.READ) == {each.name for each in all_topics()}
    assert operations == {Operation.READ, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS}


def test_the_authority_knows_the_time_and_nothing_more() -> None:
    assert {each for each in ALL if each.user == AUTHORITY} == {
        Right(AUTHORITY, Operation.READ, Kind.TOPIC, sim_clock.TOPIC)
    }


def test_a_chain_with_a_prefix_has_its_rights_under_it_alone() -> None:
    outside = {(each.kind, each.name) for each in rights("mine.") if not each.name.startswith("mine.")}

    assert outside == {(Kind.GROUP, "*"), (Kind.CLUSTER, "kafka-cluster")}


def test_the_broker_stands_above_the_rights_and_only_the_broker() -> None:
    assert BROKER not in {each.user for each in ALL}
    assert f"super.users = User:{BROKER}\n" in broker_settings("CLIENTS", "secret")
    assert "allow.everyone.if.no.acl.found = false\n" in broker_settings("CLIENTS", "secret")


def test_passwords_are_not_shown() -> None:
    assert "secret" not in repr(Identities({"portal": "secret"}))
