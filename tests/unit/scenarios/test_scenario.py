"""Scenario files: what is read, how a broken one is explained, and what is documented."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.scenarios import scenario
from deploy.local.scenarios.document import document
from deploy.local.scenarios.run import blanks, settings
from deploy.local.scenarios.scenario import Scenario, ScenarioError, load, read, shipped
from law.universities import load_universities
from services._actors.policy import Mood

ROOT = Path(__file__).parents[3]
UNIVERSITIES = load_universities()
GOOD = """
story: "Ten people"
period: {first_day: 2016-02-15, last_day: 2016-02-19}
arrivals:
  applicants: 10
"""

Written = Callable[[str], Path]


@pytest.fixture
def file(tmp_path: Path) -> Written:
    def written(text: str) -> Path:
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_at_least_six_are_shipped_and_each_can_be_loaded_by_its_name() -> None:
    names = [name for name, _ in shipped()]

    wanted = {
        "calm", "diploma-season", "ministry-silent", "last-blank-contested", "staff-on-holiday", "careless-applicants",
    }  # fmt: skip
    assert wanted <= set(names)
    assert [load(name)[0] for name in names] == names


def test_shipped_scenarios_lie_in_the_package() -> None:
    assert scenario.SHIPPED == ROOT / "deploy" / "scenarios"


def test_a_short_file_is_as_usual_in_all_it_does_not_say(file: Written) -> None:
    found = read(file(GOOD), UNIVERSITIES)

    assert (found.arrivals.applicants, found.seed, found.faults) == (10, 705, ())
    assert settings(found) == {}
    assert blanks(found, UNIVERSITIES)["020"] == UNIVERSITIES["020"].blanks


def test_the_page_is_what_the_model_says() -> None:
    assert (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8") == document(), (
        "run python -m deploy.local.scenarios.document --out docs/scenarios.md"
    )


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("applicants: 10", "applicants: 0", ["arrivals.applicants 0:", "greater than or equal to 1"]),
        ("applicants: 10", "applicants: ten", ["arrivals.applicants 'ten':", "valid integer"]),
        ("applicants: 10", "people: 10", ["arrivals.applicants: this field is missing", "arrivals.people 10: no such"]),
        ("applicants: 10", "people: 10", ["the fields here are applicants, channels"]),
        ("applicants: 10", "applicants: 10\n  channels: {post: 1}", ["arrivals.channels.post", "'portal'"]),
        ("applicants: 10", "applicants: 10\n  universities: ['999']", ["universities.0: 999 is no university; use 003"]),
        (
            "applicants: 10", "applicants: 10\n  careless: {missing_documents: 0.1}",
            ["arrivals: missing_documents needs a counter; add paper or con"],
        ),
        (
            "applicants: 10", "applicants: 10\n  careless: {wrong_year: 0.6, doubles: 0.6}",
            ["arrivals.careless: the shares come to 1.2, more than all; make them smaller"],
        ),
        (
            "applicants: 10", "applicants: 10\n  spread: {from_hour: 9, to_hour: 10, every_minutes: 720}",
            ["arrivals.spread: no multiple of every_minutes lies between the hours"],
        ),
        ("2016-02-19", "2016-02-01", ["period: last_day comes before first_day; give a later last_day"]),
        ("2016-02-19", "2017-02-20", ["period: the period is longer than 366 days"]),
        ("arrivals:", "ministry: {mood: angry}\narrivals:", ["ministry.mood 'angry':", "'silent'"]),
        ("arrivals:", "staff: {desks: {porter: {}}}\narrivals:", ["staff.desks.porter", "'chancellery'"]),
        ("arrivals:", "faults: [{kind: kill, victim: dean, at: 2016-02-15T10:00}]\narrivals:", ["no victim; use one of portal"]),
        ("arrivals:", "faults: [{kind: outage, victim: esuvo, at: 2016-02-15T10:00}]\narrivals:", ["faults.0: an outage ends"]),
        (
            "arrivals:", "faults: [{kind: outage, victim: portal, at: 2016-02-15T10:00, until: 2016-02-16T10:00}]\narrivals:",
            ["faults.0: portal cannot be away", "use kill, or esuvo or shep_gateway"],
        ),
        ("arrivals:", "blanks: {at: {'999': {diploma: 1}}}\narrivals:", ["blanks.at.999: 999 is no university"]),
        ("story:", "story: 'a'\nstory:", ["is no YAML", "comes twice"]),
        ("story:", "story: [", ["is no YAML"]),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_file_place_rule_and_remedy(
    file: Written, before: str, after: str, words: list[str]
) -> None:
    with pytest.raises(ScenarioError) as refused:
        read(file(GOOD.replace(before, after)), UNIVERSITIES)

    said = str(refused.value)
    assert "mine.yaml: " in said
    assert [word for word in words if word not in said] == [], said


def test_all_faults_of_a_file_are_told_at_once(file: Written) -> None:
    with pytest.raises(ScenarioError) as refused:
        read(file(GOOD.replace("10", "0").replace("story", "stories")), UNIVERSITIES)

    assert len(str(refused.value).splitlines()) == 3


@pytest.mark.parametrize("content", ["", "- 1\n", "7\n", "\x00", "a: " + "[" * 3_000])
def test_a_file_that_is_no_mapping_is_refused(file: Written, content: str) -> None:
    with pytest.raises(ScenarioError, match=r"mine\.yaml: "):
        read(file(content), UNIVERSITIES)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ScenarioError, match="no scenario has this name; use one of calm, careless-applicants"):
        load("storm")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load(str(tmp_path / "none.yaml"))


def test_the_services_are_told_what_is_not_as_usual() -> None:
    _, silent = load("ministry-silent")
    _, holiday = load("staff-on-holiday")

    assert settings(silent).keys() == {"ESUVO_MINISTRY"}
    assert f'"mood":"{Mood.SILENT}"' in settings(silent)["ESUVO_MINISTRY"]
    assert settings(holiday).keys() == {"UNIVERSITY_IS_STAFF", "CON_STAFF"}


def test_blank_forms_are_as_the_file_says_and_else_as_usual() -> None:
    _, contested = load("last-blank-contested")
    found = blanks(contested, UNIVERSITIES)

    assert found["020"] == {"diploma": 3, "supplement": 0}
    assert found["017"] == UNIVERSITIES["017"].blanks


def test_a_scenario_cannot_be_changed_by_an_unknown_word() -> None:
    assert Scenario.model_config["extra"] == "forbid"
