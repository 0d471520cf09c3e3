"""The registry of topics agrees with what the services say of themselves."""

import pytest

from contracts.topics import DEAD, SERVICES, TOPICS, Topic, all_topics, topic
from deploy.local.chain.services import BOTH_LEGS, definitions
from services._chassis.aggregate import Service
from services._chassis.dead_letters import SUFFIX

CLOCK = "sim.clock.v1"


def services() -> list[Service]:
    return list(definitions().values())


def however_wired() -> list[Service]:
    """With the gateway on the way back only, and on both ways (INC-09)."""
    return [*services(), *definitions(BOTH_LEGS).values()]


def test_every_service_is_named_once() -> None:
    assert sorted(service.name for service in services()) == sorted(SERVICES)


def test_the_registry_knows_who_hears_which_topic() -> None:
    heard = {(each.topic, service.name) for service in however_wired() for each in service.subscriptions}
    registered = {(each.name, name) for each in TOPICS for name in each.consumers if each.name != CLOCK}

    assert registered == heard


def test_the_registry_knows_who_owns_which_topic_and_what_is_on_it() -> None:
    published = {name: (service.name, set(on)) for service in however_wired() for name, on in service.publishes.items()}

    assert {each.name: (each.owner, set(each.catalogue)) for each in TOPICS if each.name != CLOCK} == published


@pytest.mark.parametrize("each", TOPICS, ids=[each.name for each in TOPICS])
def test_a_topic_is_named_in_three_languages(each: Topic) -> None:
    for text in (each.title, each.carries):
        assert len(set(text.model_dump().values())) == 3


def test_the_chassis_and_the_registry_call_dead_letter_topics_alike() -> None:
    assert DEAD == SUFFIX
    assert topic("portal.applications.v1.dead").writers == ("portal", "esuvo", "shep_gateway")


def test_the_clock_has_no_dead_letters() -> None:
    assert topic(CLOCK).dead is None
    assert f"{CLOCK}.dead" not in {each.name for each in all_topics()}


def test_an_unknown_topic_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(KeyError, match=r"no topic is called portal\.gone\.v1; there are .*portal\.applications\.v1"):
        topic("portal.gone.v1")


def test_esuvo_hears_requests_on_one_way_only_inc_09() -> None:
    """Two topics that say the same of one application would race (docs/adr/0004)."""
    ways = {"portal.applications.v1", "shep.requests.v1"}
    for wiring, way in ((None, "portal.applications.v1"), (BOTH_LEGS, "shep.requests.v1")):
        heard = {each.topic for each in definitions(wiring)["esuvo"].subscriptions}
        assert heard & ways == {way}
