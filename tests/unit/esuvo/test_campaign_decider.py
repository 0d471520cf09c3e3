"""What a campaign and an annex decide of their states: given, when, then."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from contracts.grants import Via
from law.regulation import Due
from law.regulation.campaign import Infeasible
from services.esuvo.grants.annex import commands as of_annex
from services.esuvo.grants.annex.decide import ANNEX
from services.esuvo.grants.annex.events import (
    AnnexDrawn,
    CertificatesReplaced,
    CertificatesSent,
    CertificationHeard,
    Last,
    Line,
    PublicationHeard,
    ResultsTold,
    Sheet,
)
from services.esuvo.grants.campaign import commands as ask
from services.esuvo.grants.campaign import decide as campaign
from services.esuvo.grants.campaign.commands import Decided
from services.esuvo.grants.campaign.decide import CAMPAIGN
from services.esuvo.grants.campaign.events import (
    CampaignClosed,
    CampaignOpened,
    CertificatesPrepared,
    DeadlineBreached,
    Flaw,
    ListPublished,
    MeetingHeld,
    MeetingInvalid,
    OrderIssued,
    ProtocolSigned,
    ScheduleInfeasible,
    SheetsPrepared,
)
from services.esuvo.grants.schedule import CampaignStep
from tests.support.scenario import Scenario

given = Scenario(CAMPAIGN).given
given_annex = Scenario(ANNEX).given

NOON: Final = datetime(2016, 8, 5, 6, tzinfo=UTC)
LATER: Final = NOON + timedelta(days=3)
DAY: Final = date(2016, 8, 8)
NOTHING: Final = "0" * 64
SHEET: Final = Sheet(
    campaign=2016,
    round=1,
    number=1,
    first=7,
    lines=(Line("a" * 32, 2, Via.GENERAL), Line("b" * 32), Line("c" * 32, 1, Via.RURAL)),
    lasts=(Last("5B070300", "kk", 90, 20),),
)

OPEN: Final = ask.Open(2016, "KZ-MES-705-GRANT", "KZ-GRANT-2016", 3, None, NOON)
opened: Final = CampaignOpened(campaign=2016, regulation="KZ-MES-705-GRANT", rules="KZ-GRANT-2016", seats=3, at=NOON)
prepared: Final = SheetsPrepared(contenders=3, digest=NOTHING, at=NOON)
held: Final = MeetingHeld(round=1, members=9, present=7, at=NOON)
DECIDED: Final = Decided(awarded=2, refused=1, digest=NOTHING, sheets=(SHEET,), ties=())
signed: Final = ProtocolSigned(
    number="2016-1",
    round=1,
    members=9,
    present=7,
    awarded=2,
    refused=1,
    digest=NOTHING,
    annexes=1,
    drawn=(SHEET,),
    at=NOON,
)
issued: Final = OrderIssued(number="2016-1", order_date=DAY, round=1, awarded=2, at=NOON)
published: Final = ListPublished(order_number="2016-1", round=1, holders=2, at=NOON)
certified: Final = CertificatesPrepared(round=1, certificates=2, at=NOON)
BEFORE_ORDER: Final = (opened, prepared, held, signed)
COMPLETE: Final = (*BEFORE_ORDER, issued, published, certified)


def test_the_first_application_opens_the_campaign_and_the_next_ones_change_nothing() -> None:
    given().when(OPEN).then(opened)
    given(opened).when(OPEN).then_ignored("already-open")


def test_a_schedule_that_cannot_be_kept_is_known_when_the_campaign_opens_edge_34() -> None:
    late = Infeasible("GRANT-C-9", Due(DAY, LATER), Due(DAY, NOON))
    open_late = ask.Open(2016, "KZ-MES-705-GRANT", "KZ-GRANT-2016", 3, late, NOON)
    told = ScheduleInfeasible(step="GRANT-C-9", planned_end=LATER, backstop=NOON, at=NOON)

    given().when(open_late).then(opened, told)


@pytest.mark.step("GRANT-P-3", "GRANT-E-4")
def test_summary_sheets_are_prepared_once() -> None:
    prepare = ask.PrepareSheets(3, NOTHING, NOON)
    given(opened).when(prepare).then(prepared)
    given(opened, prepared).when(prepare).then_ignored("sheets-already-prepared")


@pytest.mark.step("GRANT-C-5")
def test_two_thirds_of_an_odd_number_of_members_decide_edge_32() -> None:
    given(opened, prepared).when(ask.Meet(1, 9, 7, NOON)).then(held)
    few = MeetingInvalid(round=1, members=9, present=5, flaw=Flaw.NO_QUORUM, at=NOON)
    given(opened, prepared).when(ask.Meet(1, 9, 5, NOON)).then(few)
    even = MeetingInvalid(round=1, members=8, present=8, flaw=Flaw.EVEN, at=NOON)
    given(opened, prepared).when(ask.Meet(1, 8, 8, NOON)).then(even)


def test_six_of_nine_are_a_quorum_and_more_than_all_cannot_come() -> None:
    assert campaign.flaw_of(9, 6) is None

    given(opened, prepared).when(ask.Meet(1, 9, 10, NOON)).then_refused("campaign.presence-impossible")


def test_nobody_meets_before_the_sheets_or_before_the_campaign() -> None:
    given(opened).when(ask.Meet(1, 9, 9, NOON)).then_refused("campaign.out-of-turn")
    given().when(ask.Meet(1, 9, 9, NOON)).then_refused("campaign.out-of-turn")


@pytest.mark.step("GRANT-C-5")
def test_the_protocol_is_signed_once_and_only_of_a_meeting() -> None:
    sign = ask.Sign(1, DECIDED, NOON)
    given(opened, prepared, held).when(sign).then(signed)
    given(opened, prepared).when(sign).then_ignored("no-meeting-held")
    given(*BEFORE_ORDER).when(sign).then_ignored("already-decided")


@pytest.mark.step("GRANT-C-6")
def test_an_order_follows_a_protocol_once() -> None:
    issue = ask.IssueOrder(1, DAY, NOON)
    given(*BEFORE_ORDER).when(issue).then(issued)
    given(*BEFORE_ORDER, issued).when(issue).then_ignored("order-already-issued")
    given(opened, prepared, held).when(issue).then_refused("campaign.out-of-turn")


@pytest.mark.step("GRANT-C-7", "GRANT-C-8")
def test_list_and_certificates_follow_the_order_in_either_sequence() -> None:
    publish, certify = ask.Publish(1, NOON), ask.Certify(1, NOON)
    given(*BEFORE_ORDER).when(publish).then_refused("campaign.out-of-turn")
    given(*BEFORE_ORDER).when(certify).then_refused("campaign.out-of-turn")
    given(*BEFORE_ORDER, issued).when(publish).then(published)
    given(*BEFORE_ORDER, issued, certified).when(publish).then(published)
    given(*BEFORE_ORDER, issued).when(certify).then(certified)
    given(*COMPLETE).when(publish).then_ignored("list-already-published")
    given(*COMPLETE).when(certify).then_ignored("certificates-already-prepared")


@pytest.mark.step("GRANT-C-6", "GRANT-C-8")
def test_edge_33_an_order_is_corrected_once_its_list_is_out_and_the_list_with_it() -> None:
    correct = ask.IssueOrder(1, DAY, NOON, corrective=True)
    corrective = OrderIssued(number="2016-1-1", order_date=DAY, round=1, awarded=2, corrects="2016-1", at=NOON)
    given(*BEFORE_ORDER, issued).when(correct).then_refused("campaign.out-of-turn")
    given(*COMPLETE).when(correct).then(corrective)
    again = published.model_copy(update={"order_number": "2016-1-1"})
    given(*COMPLETE, corrective).when(ask.Publish(1, NOON)).then(again)
    given(*COMPLETE, corrective, again).when(ask.Publish(1, NOON)).then_ignored("list-already-published")


def test_a_missed_term_is_told_once_and_a_step_that_is_done_has_none_edge_15() -> None:
    breach = ask.Breach(CampaignStep.ORDER, 1, NOON, NOON)
    missed = DeadlineBreached(step=CampaignStep.ORDER, round=1, due_at=NOON, at=NOON)
    given(*BEFORE_ORDER).when(breach).then(missed)
    given(*BEFORE_ORDER, missed).when(breach).then_ignored("breach-already-found")
    given(*BEFORE_ORDER, issued).when(breach).then_ignored("done-in-time")


def test_edge_35_the_second_round_waits_for_the_first_and_ends_where_nothing_is_free() -> None:
    again = MeetingHeld(round=2, members=9, present=7, at=NOON)
    given(*BEFORE_ORDER).when(ask.Meet(2, 9, 7, NOON)).then_refused("campaign.out-of-turn")
    given(*COMPLETE).when(ask.Meet(2, 9, 7, NOON)).then(again)
    given(*COMPLETE, again).when(ask.Sign(2, DECIDED, NOON)).then(CampaignClosed(at=NOON))


# Annexes

drawn: Final = AnnexDrawn(sheet=SHEET, at=NOON)
heard: Final = PublicationHeard(order_number="2016-1", collect_by=DAY, at=NOON)
told: Final = ResultsTold(order_number="2016-1", collect_by=DAY, at=NOON)
misprinted: Final = CertificationHeard(misprinted=(2,), at=NOON)
sent: Final = CertificatesSent(at=NOON)


def test_an_annex_is_drawn_by_a_protocol_and_tells_its_results_once() -> None:
    given_annex().when(of_annex.Draw(SHEET, NOON)).then(drawn)
    given_annex().when(of_annex.TellResults(NOON)).then_refused("annex.unknown")
    given_annex(drawn).when(of_annex.TellResults(NOON)).then_ignored("not-published-yet")
    given_annex(drawn).when(of_annex.HearPublication("2016-1", DAY, NOON)).then(heard)
    given_annex(drawn, heard).when(of_annex.TellResults(NOON)).then(told)
    given_annex(drawn, heard, told).when(of_annex.TellResults(NOON)).then_ignored("already-done")


def test_an_annex_sends_its_certificates_once_and_replaces_the_misprinted_edge_33() -> None:
    given_annex(drawn).when(of_annex.HearCertification((2,), NOON)).then(misprinted)
    given_annex(drawn, misprinted).when(of_annex.SendCertificates(NOON)).then(sent)
    given_annex(drawn, misprinted, sent).when(of_annex.SendCertificates(NOON)).then_ignored("already-done")
    replaced = CertificatesReplaced(at=NOON)
    given_annex(drawn, misprinted, sent).when(of_annex.ReplaceCertificates(NOON)).then(replaced)
    given_annex(drawn, misprinted, sent, replaced).when(of_annex.ReplaceCertificates(NOON)).then_ignored("already-done")
    right = CertificationHeard(at=NOON)
    given_annex(drawn, right, sent).when(of_annex.ReplaceCertificates(NOON)).then_ignored("nothing-misprinted")


def test_certificates_are_numbered_over_the_annexes_of_a_protocol() -> None:
    state = ANNEX.replay([drawn])
    numbers = {index: number for index, (_, number) in state.certificates().items()}  # type: ignore[union-attr] # drawn

    assert numbers == {0: "2016-1-000007", 2: "2016-1-000008"}
