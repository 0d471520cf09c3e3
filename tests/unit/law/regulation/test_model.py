"""The regulations as shipped, and what a broken file is told."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from law.regulation import (
    Auth,
    Bound,
    CountFrom,
    Evidence,
    Limit,
    Regulation,
    RegulationInvalid,
    Unit,
    UnknownRegulation,
    governing,
    load,
    regulations,
)
from law.regulation.model import FOLDER

SHIPPED = FOLDER / "kz-mes-705-dup.yaml"
FILED = date(2016, 2, 15)

WORKING, CALENDAR, MINUTE = Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MINUTE
REGISTER_TO_ASK = [(1, WORKING), (4, WORKING), (2, WORKING), (1, WORKING)]

Break = Callable[[str, str], Path]


@pytest.fixture
def regulation() -> Regulation:
    return load("KZ-MES-705-DUP")


@pytest.fixture
def later() -> Regulation:
    return load("KZ-EGOV-2023-DUP")


@pytest.fixture
def broken(tmp_path: Path) -> Break:
    """The shipped file with its first `old` replaced by `new`."""

    def write(old: str, new: str) -> Path:
        text = SHIPPED.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "broken.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def version(regulation: Regulation, name: str, start: date | None, end: date | None) -> Regulation:
    bounds = {"effective_from": start and Bound(day=start), "effective_to": end and Bound(day=end)}
    return regulation.model_copy(update={"id": name, **bounds})


@pytest.mark.parametrize(
    ("channel", "limits"),
    [
        ("paper", [*REGISTER_TO_ASK, (22, CALENDAR), (1, WORKING), (1, WORKING)]),
        (
            "con",
            [
                *[(15, MINUTE), (15, MINUTE), (30, MINUTE), (15, MINUTE)],
                *[(2, WORKING), (4, WORKING), (2, WORKING), (1, WORKING), (22, CALENDAR), (1, WORKING)],
            ],
        ),
        ("portal", [None, None, None, *REGISTER_TO_ASK, (22, CALENDAR), (1, WORKING)]),
    ],
)
def test_each_channel_has_the_steps_and_limits_of_the_order(
    regulation: Regulation, channel: str, limits: list[tuple[int, Unit] | None]
) -> None:
    steps = regulation.channel(channel).steps

    assert [step.limit and (step.limit.value, step.limit.unit) for step in steps] == limits
    assert [step.id for step in steps] == [f"DUP-{channel.upper()}-{n}" for n in range(1, len(limits) + 1)]


def test_a_step_is_found_by_channel_and_id(regulation: Regulation) -> None:
    step = regulation.channel("portal").step("DUP-PORTAL-5")

    assert (step.actor, step.action) == ("academic_affairs", "verify")
    assert step.limit == Limit(value=4, unit=WORKING)


def test_the_shipped_counting_rule_and_overall_term_are_marked_as_assumptions(regulation: Regulation) -> None:
    assert regulation.counting.count_from is CountFrom.EVENT_DAY
    assert regulation.counting.evidence is Evidence.ASSUMED
    assert regulation.overall_limit == Limit(value=30, unit=CALENDAR, evidence=Evidence.ASSUMED)


def test_what_the_order_does_not_say_is_marked_as_assumed(regulation: Regulation) -> None:
    collection = regulation.channel("portal").step("DUP-PORTAL-9")
    bare_day = regulation.channel("con").step("DUP-CON-10").limit

    assert collection.evidence is Evidence.ASSUMED
    assert bare_day is not None
    assert bare_day.evidence is Evidence.ASSUMED


@pytest.mark.parametrize("channel", ["paper", "con", "portal"])
def test_a_blank_form_is_asked_for_only_when_none_is_in_stock(regulation: Regulation, channel: str) -> None:
    usual = regulation.path(channel, blank_in_stock=True)
    without = regulation.path(channel, blank_in_stock=False)

    assert {step.action for step in without} - {step.action for step in usual} == {"request_blank"}


def test_a_regulation_without_the_blank_branch_never_asks_for_a_blank_form(regulation: Regulation) -> None:
    branch = regulation.blank_branch.model_copy(update={"enabled": False})
    later = regulation.model_copy(update={"blank_branch": branch})

    assert "request_blank" not in {step.action for step in later.path("paper", blank_in_stock=False)}


def test_every_step_is_titled_in_three_languages_and_the_kazakh_is_kazakh(regulation: Regulation) -> None:
    steps = [step for channel in regulation.channels.values() for step in channel.steps]

    for step in steps:
        assert set(step.titles.kk.lower()) & set("әғқңөұүһі"), step.id
        assert step.titles.kk != step.titles.ru
        assert step.titles.en.isascii()
        assert step.citation


def test_every_shipped_regulation_is_listed_by_its_id_and_read_once() -> None:
    assert "KZ-MES-705-DUP" in regulations()
    assert regulations() is regulations()


def test_the_shipped_regulation_governs_the_years_of_the_order() -> None:
    assert governing(FILED, service="duplicate").id == "KZ-MES-705-DUP"


@pytest.mark.parametrize(
    ("filed", "expected"),
    [
        (date(1995, 1, 1), "KZ-MES-705-DUP"),
        (date(2020, 7, 20), "KZ-MES-705-DUP"),
        (date(2022, 12, 31), "KZ-MES-705-DUP"),
        (date(2023, 1, 1), "KZ-EGOV-2023-DUP"),
        (date(2027, 12, 31), "KZ-EGOV-2023-DUP"),
    ],
)
def test_edge_37_each_filing_date_has_one_version_with_no_gap_between_them(filed: date, expected: str) -> None:
    assert governing(filed).id == expected


def test_the_change_of_versions_is_marked_as_an_assumption(regulation: Regulation, later: Regulation) -> None:
    assert regulation.effective_to == later.effective_from == Bound(day=date(2023, 1, 1), evidence=Evidence.ASSUMED)


def test_the_version_of_2023_differs_by_its_data(regulation: Regulation, later: Regulation) -> None:
    assert later.overall_limit == Limit(value=15, unit=WORKING, evidence=Evidence.FOUND)
    assert (regulation.blank_branch.enabled, later.blank_branch.enabled) == (True, False)
    assert regulation.pre_refusal_hearing is None
    assert later.pre_refusal_hearing
    assert later.pre_refusal_hearing.not_earlier_than == Limit(value=3, unit=WORKING, evidence=Evidence.ASSUMED)
    assert (regulation.auth, later.auth) == ((Auth.EDS,), (Auth.EDS, Auth.OTP))


def test_the_version_of_2023_names_the_state_corporation(later: Regulation) -> None:
    actors = {step.actor for step in later.channel("con").steps}
    titles = " ".join(f"{step.titles.kk} {step.titles.ru}" for step in later.channel("con").steps)

    assert {"state_corporation", "state_corporation_operator"} < actors
    assert "ЦОН" not in titles
    assert "ХҚО" not in titles


def test_no_limit_of_the_version_of_2023_passes_for_the_acts_own_text(later: Regulation) -> None:
    steps = [step for channel in later.channels.values() for step in channel.steps]

    assert {step.evidence for step in steps} | {step.limit.evidence for step in steps if step.limit} == {
        Evidence.ASSUMED
    }


def test_an_id_means_the_same_action_in_every_version(regulation: Regulation, later: Regulation) -> None:
    for channel in later.channels:
        known = {step.id: step.action for step in regulation.channel(channel).steps}

        assert {step.id: step.action for step in later.channel(channel).steps}.items() <= known.items()


@pytest.mark.parametrize(
    ("filed", "expected"),
    [(date(2020, 7, 19), "OLD-1"), (date(2020, 7, 20), "NEW-1"), (date(2030, 1, 1), "NEW-1")],
)
def test_the_filing_date_decides_which_version_governs(regulation: Regulation, filed: date, expected: str) -> None:
    change = date(2020, 7, 20)
    versions = [version(regulation, "OLD-1", None, change), version(regulation, "NEW-1", change, None)]

    assert governing(filed, among=versions).id == expected


def test_a_filing_date_that_no_version_covers_is_refused(regulation: Regulation) -> None:
    with pytest.raises(UnknownRegulation, match=r"filed: .*2016-02-15; check"):
        governing(FILED, among=[version(regulation, "NEW-1", date(2020, 7, 20), None)])


def test_a_filing_date_that_two_versions_cover_is_refused(regulation: Regulation) -> None:
    twins = [version(regulation, "OLD-1", None, None), version(regulation, "NEW-1", None, None)]

    with pytest.raises(RegulationInvalid, match=r"effective_from: OLD-1, NEW-1 all govern 2016-02-15; end one"):
        governing(FILED, among=twins)


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(UnknownRegulation, match="'passport'"):
        governing(FILED, service="passport")


def test_an_unknown_regulation_is_told_which_there_are() -> None:
    with pytest.raises(UnknownRegulation, match=r"'KZ-NONE' not found; use one of .*KZ-MES-705-DUP"):
        load("KZ-NONE")


def test_an_unknown_channel_is_told_which_there_are(regulation: Regulation) -> None:
    with pytest.raises(UnknownRegulation, match=r"has no 'fax'; use one of con, paper, portal"):
        regulation.channel("fax")


def test_an_unknown_step_is_told_which_there_are(regulation: Regulation) -> None:
    with pytest.raises(UnknownRegulation, match=r"'DUP-CON-1'.*DUP-PAPER-1, DUP-PAPER-2"):
        regulation.channel("paper").step("DUP-CON-1")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "[4, working_day]",
            "[4, fortnight]",
            r"broken.yaml: /channels/paper/1/limit/unit: .*'working_day'.*; use one",
        ),
        ("[4, working_day]", "[0, working_day]", r"/channels/paper/1/limit/value: .*greater than 0"),
        ("[4, working_day]", "4", r"/channels/paper/1/limit: "),
        ("      actor: management\n", "", r"/channels/paper/2/actor: Field required.*; add it"),
        ("actor: management", "agent: management", r"/channels/paper/2/agent: .*; remove it, or correct its spelling"),
        ("count_from: event_day", "count_from: today", r"/regulation/counting/count_from: .*found 'today'"),
        ("[con]", "[fax]", r"/regulation: .*exclude_receipt_day must name channels of this file; not: fax"),
        ("DUP-PAPER-2", "DUP-PAPER-1", r"step ids must be unique; twice: DUP-PAPER-1"),
        (
            "pre_refusal_hearing: null",
            "pre_refusal_hearing: {not_earlier_than: [3, calendar_day], evidence: assumed}",
            r"broken.yaml: /regulation/pre_refusal_hearing: .*must be in working_day.*; correct the file as said",
        ),
        (
            "pre_refusal_hearing: null",
            "pre_refusal_hearing: true",
            r"/regulation/pre_refusal_hearing: .*\(found True\); correct the value",
        ),
        (
            "unit: minute, evidence: assumed}}",
            "unit: calendar_day}}",
            r"/regulation/deadline_warning/before|_warning: ",
        ),
        ("auth: [eds]", "auth: [fax]", r"/regulation/auth/0: .*'eds' or 'otp'.*; use one of the values named"),
        ("auth: [eds]", "auth: []", r"/regulation/auth: "),
        ("enabled: true", "enabled: false", r"blank_branch is off, yet DUP-CON-8, .* asks for a blank form; remove"),
        ("day: 2023-01-01, ", "", r"/regulation/effective_to/day: Field required.*; add it"),
        ("day: 2023-01-01", "day: soon", r"/regulation/effective_to/day: .*found 'soon'"),
        (
            'citation: "рассматривает пакет документов и передает в учебную часть вуза"\n',
            "\n",
            r"/channels/paper/2: .*must cite it: add citation, or mark it assumed",
        ),
        ("channels:", "canals:", r"broken.yaml: /: must hold 'regulation' and 'channels'"),
        ("regulation:", "regulation: [", r"broken.yaml: /: not YAML: .*(?s:.*)correct the syntax"),
        (
            "effective_to: {day: 2023-01-01, evidence: assumed}",
            "effective_to: 2015-01-01\n  effective_from: 2016-01-01",
            r"effective_from must be before",
        ),
    ],
)
def test_a_broken_file_is_told_file_path_rule_and_remedy(broken: Break, old: str, new: str, says: str) -> None:
    path = broken(old, new)

    with pytest.raises(RegulationInvalid, match=says):
        load(path)


def test_all_faults_of_a_file_are_told_at_once(broken: Break) -> None:
    path = broken("[4, working_day]", "[4, fortnight]\n      colour: red")

    with pytest.raises(RegulationInvalid) as refusal:
        load(path)
    assert len(str(refusal.value).splitlines()) == 2


def test_a_regulation_cannot_be_changed_in_place(regulation: Regulation) -> None:
    with pytest.raises(ValueError, match="frozen"):
        regulation.provider = "ministry"  # type: ignore[misc]  # the point of the test


GRANT_FILE = FOLDER / "kz-mes-705-grant.yaml"


@pytest.fixture
def grant() -> Regulation:
    return load("KZ-MES-705-GRANT")


@pytest.mark.parametrize(
    ("channel", "limits"),
    [
        ("paper", [(15, MINUTE), None, (1, WORKING), (1, WORKING), (3, WORKING)]),
        ("portal", [(30, MINUTE), None, (2, WORKING), (1, WORKING), (3, WORKING)]),
        ("common", [(3, WORKING), (2, WORKING), (3, WORKING), (3, WORKING), None, None, None]),
        ("interaction", [None] * 11),
    ],
)
def test_each_channel_of_the_grants_service_has_the_limits_of_the_order(
    grant: Regulation, channel: str, limits: list[tuple[int, Unit] | None]
) -> None:
    steps = grant.channel(channel).steps

    assert [step.limit and (step.limit.value, step.limit.unit) for step in steps] == limits


def test_the_grants_service_has_the_orders_steps_and_the_two_that_its_text_lost(grant: Regulation) -> None:
    ids = {channel: " ".join(step.id for step in grant.channel(channel).steps) for channel in grant.channels}
    assumed = [step.id for each in grant.channels.values() for step in each.steps if step.evidence is Evidence.ASSUMED]

    assert ids["paper"] == "GRANT-P-1 GRANT-P-1a GRANT-P-1b GRANT-P-2 GRANT-P-3"
    assert ids["portal"] == "GRANT-E-1 GRANT-E-1a GRANT-E-2 GRANT-E-3 GRANT-E-4"
    assert ids["common"] == "GRANT-C-5 GRANT-C-6 GRANT-C-7 GRANT-C-8 GRANT-C-8e GRANT-C-9 GRANT-C-9s"
    assert assumed == ["GRANT-PORTAL-7a", "GRANT-PORTAL-7b"]


def test_inc_16_the_two_fixed_dates_are_in_the_orders_text(grant: Regulation) -> None:
    fixed = {step.id: step.backstop for step in grant.channel("common").steps if step.backstop}

    assert {step: (day.day, day.evidence) for step, day in fixed.items()} == {
        "GRANT-C-9": ("08-15", Evidence.SEED),
        "GRANT-C-9s": ("08-25", Evidence.SEED),
    }


def test_inc_13_an_unconfirmed_signature_ends_the_order_and_is_no_step_on_the_way(grant: Regulation) -> None:
    way = [step.id for step in grant.path("interaction", blank_in_stock=True)]

    assert "GRANT-PORTAL-6" not in way
    assert grant.channel("interaction").step("GRANT-PORTAL-7").after == ("GRANT-PORTAL-5",)


def test_what_is_not_of_the_order_is_marked_in_the_campaign(grant: Regulation) -> None:
    campaign = grant.campaign

    assert campaign
    assert (campaign.window.first_day.day, campaign.window.last_day.day) == ("07-23", "07-31")
    assert (campaign.choices.most, campaign.choices.evidence) == (4, Evidence.FOUND)
    assert (campaign.enrolment_until.day, campaign.enrolment_until.evidence) == ("08-25", Evidence.ASSUMED)
    assert (campaign.paid_from.day, campaign.paid_from.evidence) == ("09-01", Evidence.FOUND)
    assert campaign.paid_from.of(2016) == date(2016, 9, 1)


def test_the_citations_of_the_grants_service_are_words_of_the_order_in_russian(grant: Regulation) -> None:
    for channel in grant.channels.values():
        for step in channel.steps:
            assert set(step.titles.kk.lower()) & set("әғқңөұүһі"), step.id
            assert step.titles.kk != step.titles.ru
            assert step.titles.en.isascii()
            assert step.citation or step.evidence is Evidence.ASSUMED


@pytest.mark.parametrize("filed", [date(2016, 7, 25), date(2020, 7, 19)])
def test_order_705_governs_grants_until_order_286_repeals_it(filed: date) -> None:
    assert governing(filed, service="grant").id == "KZ-MES-705-GRANT"


def test_grants_after_order_286_are_refused_since_its_rules_are_not_here() -> None:
    with pytest.raises(UnknownRegulation, match="no regulation of 'grant' governs 2020-07-20"):
        governing(date(2020, 7, 20), service="grant")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("after: [GRANT-P-1]", "after: [GRANT-P-9]", r"GRANT-P-1a: after must name steps that stand above it; not: GR"),
        ("after: [GRANT-P-1]", "after: [GRANT-P-1b]", r"stand above it; not: GRANT-P-1b"),
        ('backstop: "08-15"', 'backstop: "02-29"', r"common/5/backstop: .*day must be one that every year has"),
        ('backstop: "08-15"', 'backstop: "15 August"', r"common/5/backstop/day: .*pattern.*write it to that pattern"),
        ('first_day: {day: "07-23"', 'first_day: {day: "08-23"', r"campaign/window: .*first_day must not be after"),
        ("most: 4", "most: 0", r"/regulation/campaign/choices/most: .*greater than 0"),
        ("id: GRANT-P-1a", "id: GRANT-P-1ab", r"/channels/paper/1/id: .*; write it to that pattern"),
        ("condition: signature_not_confirmed", "condition: sometimes", r"/condition: .*; use one of the values named"),
        (
            "condition: signature_not_confirmed",
            "condition: no_blank_in_stock",
            r"blank_branch is off, yet GRANT-PORTAL-6 asks for a blank form",
        ),
    ],
)
def test_a_broken_campaign_is_told_path_rule_and_remedy(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = GRANT_FILE.read_text(encoding="utf-8")
    path = tmp_path / "broken.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    assert old in text
    with pytest.raises(RegulationInvalid, match=says):
        load(path)


def test_only_a_service_with_a_campaign_may_leave_out_the_blank_branch(broken: Break) -> None:
    path = broken("  blank_branch: {enabled: true, suspend_clock: false, fulfilment_agent: null}\n", "")

    with pytest.raises(RegulationInvalid, match="blank_branch must say whether blank forms are used; add it"):
        load(path)
