"""What ESUVO decides of an application for a grant, and of a person in the common database."""

from datetime import date
from typing import Final

import pytest

from contracts.common import Channel, PublicService, Refusal, RefusalCode
from contracts.grants import Quota, Via
from services.esuvo.grants.application import commands as g
from services.esuvo.grants.application import events as gs
from services.esuvo.grants.application.decide import GRANT
from services.esuvo.grants.contender import commands as c
from services.esuvo.grants.contender import events as cs
from services.esuvo.grants.contender.decide import CONTENDER
from services.esuvo.notices.own import refusal_notice
from tests.support.scenario import Scenario
from tests.unit.esuvo.campaign_examples import FORWARDED_AT as AT
from tests.unit.esuvo.campaign_examples import forwarded, id_of
from tests.unit.esuvo.examples import NOTICE_ID, WORDS

FIRST, SECOND = forwarded(1, 20), forwarded(1, 21).model_copy(update={"application_id": id_of(2)})
REQUEST: Final = FIRST.standing.request
REFUSAL: Final = Refusal(code=RefusalCode.THRESHOLD_NOT_MET, reason=WORDS)
BY: Final = date(2016, 8, 15)
given = Scenario(GRANT).given
in_register = Scenario(CONTENDER).given

take = g.Take(id_of(1), REQUEST, (), AT, None, NOTICE_ID, AT)
refuse = g.Refuse("027", Channel.PORTAL, REFUSAL, NOTICE_ID, AT)
forward = g.Forward(id_of(1), "027", Channel.PORTAL, 2016, FIRST.standing, AT)
routed = gs.GrantRouted(application_id=id_of(1), university="027", request=REQUEST, attachments=(), filed_at=AT, at=AT)
sent = gs.GrantForwarded(
    application_id=id_of(1), university="027", channel=Channel.PORTAL, campaign=2016, standing=FIRST.standing, at=AT
)
reached = gs.RegisterReached(at=AT)
register = g.Register("027", Channel.PORTAL, FIRST.standing.registration_number, AT)
registered = gs.GrantRegistered(registration_number=FIRST.standing.registration_number, at=AT)
verify = g.Verify("027", FIRST.standing.benefits_proven, AT)
verified = gs.GrantVerified(benefits_proven=FIRST.standing.benefits_proven, at=AT)
notice = refusal_notice(NOTICE_ID, id_of(1), REFUSAL, AT, PublicService.GRANT)
refused = gs.IntakeRefused(notice=notice, at=AT)

COUNTED: Final = cs.Counted(
    total=80,
    profile_scores=(20, 20),
    other_min_scores=(20, 20),
    creative_score=None,
    preferential_rank=0,
    quota=None,
    rural=False,
)
enter = c.Enter(id_of(1), "027", Channel.PORTAL, 2016, FIRST.standing, COUNTED, AT)
enter_again = c.Enter(id_of(2), "027", Channel.PAPER, 2016, SECOND.standing, COUNTED, AT)
entered = cs.ContenderEntered(
    application_id=id_of(1),
    university="027",
    channel=Channel.PORTAL,
    campaign=2016,
    standing=FIRST.standing,
    counted=COUNTED,
    at=AT,
)
rejected = cs.ContenderRejected(
    application_id=id_of(1),
    university="027",
    channel=Channel.PORTAL,
    campaign=2016,
    standing=FIRST.standing,
    refusal=REFUSAL,
    at=AT,
)
awarded = cs.GrantAwarded(order_number="1", round=1, choice=1, via=Via.GENERAL, collect_by=BY, at=AT)
award = c.Award("1", 1, 1, Via.GENERAL, BY, AT)


def test_an_application_goes_to_the_committee_of_its_first_choice_once() -> None:
    given().when(take).then(routed)
    given(routed).when(take).then_ignored("already-taken")


def test_other_particulars_under_the_same_id_are_refused() -> None:
    other = REQUEST.model_copy(update={"quota": Quota.ORPHAN})

    given(routed).when(g.Take(id_of(1), other, (), AT, None, NOTICE_ID, AT)).then_refused("grant.changed")


@pytest.mark.step("GRANT-PORTAL-8")
def test_a_committees_refusal_is_the_first_result() -> None:
    given(routed).when(refuse).then(refused)
    given(routed, refused).when(refuse).then_ignored("already-refused")
    given(routed, refused).when(forward).then_refused("grant.out-of-turn")
    given(routed, sent).when(refuse).then_refused("grant.out-of-turn")


def test_a_refusal_on_paper_is_told_at_the_counter_inc_23() -> None:
    given().when(g.Refuse("027", Channel.PAPER, REFUSAL, NOTICE_ID, AT)).then_ignored("of-paper")


@pytest.mark.step("GRANT-E-3")
def test_a_committee_forwards_an_application_once_and_only_its_own() -> None:
    given(routed, verified).when(forward).then(sent)
    given(routed, sent).when(forward).then_ignored("already-forwarded")
    given(routed, sent, reached).when(forward).then_ignored("already-forwarded")
    given(routed).when(g.Forward(id_of(1), "013", Channel.PORTAL, 2016, FIRST.standing, AT)).then_refused(
        "grant.other-committee"
    )
    given(routed, sent).when(
        g.Forward(
            id_of(1), "027", Channel.PORTAL, 2016, FIRST.standing.model_copy(update={"benefits_proven": False}), AT
        )
    ).then_refused("grant.changed")


def test_a_committee_forwards_what_the_applicant_signed() -> None:
    altered = FIRST.standing.model_copy(update={"request": SECOND.standing.request})

    given(routed).when(g.Forward(id_of(1), "027", Channel.PORTAL, 2016, altered, AT)).then_refused(
        "grant.not-as-signed"
    )


@pytest.mark.step("GRANT-P-2")
def test_an_application_on_paper_is_first_heard_of_when_it_is_forwarded() -> None:
    on_paper = sent.model_copy(update={"channel": Channel.PAPER})

    given().when(g.Forward(id_of(1), "027", Channel.PAPER, 2016, FIRST.standing, AT)).then(on_paper)
    given().when(forward).then_refused("grant.unknown")


@pytest.mark.step("GRANT-E-2", "GRANT-E-3")
def test_a_committees_steps_come_in_their_order_and_once() -> None:
    other_number, other_finding = (
        g.Register("027", Channel.PORTAL, "7", AT),
        g.Verify("027", not verify.benefits_proven, AT),
    )

    given(routed).when(register).then(registered)
    given(routed, registered).when(register).then_ignored("already-registered")
    given(routed, registered).when(other_number).then_refused("grant.step-changed")
    given(routed, registered, verified, sent).when(register).then_ignored("already-registered")
    given(routed, verified).when(register).then_refused("grant.out-of-turn")
    given(routed, registered).when(verify).then(verified)
    given(routed, registered, verified, sent).when(verify).then_ignored("already-verified")
    given(routed, verified).when(other_finding).then_refused("grant.step-changed")
    given(routed).when(forward).then_refused("grant.out-of-turn")
    given(routed, registered.model_copy(update={"registration_number": "7"}), verified).when(forward).then_refused(
        "grant.step-changed"
    )
    given(routed, verified).when(refuse).then_refused("grant.out-of-turn")
    given(routed, refused).when(verify).then_refused("grant.out-of-turn")
    given(routed).when(g.Verify("013", verify.benefits_proven, AT)).then_refused("grant.other-committee")
    given().when(g.Register("027", Channel.PAPER, "7", AT)).then_ignored("of-paper")
    given().when(register).then_refused("grant.unknown")


def test_an_application_takes_part_in_the_campaign_of_its_own_year() -> None:
    given(routed).when(g.Forward(id_of(1), "027", Channel.PORTAL, 2017, FIRST.standing, AT)).then_refused(
        "grant.other-campaign"
    )


@pytest.mark.step("GRANT-PORTAL-7b")
def test_an_application_reaches_the_register_once() -> None:
    given(routed, sent).when(g.Arrive(AT)).then(reached)
    given(routed, sent, reached).when(g.Arrive(AT)).then_ignored("already-in-register")


def test_only_an_application_that_competed_can_give_a_grant_up() -> None:
    given(routed).when(g.GiveUp("027", AT)).then_refused("grant.out-of-turn")
    given(routed, sent, reached).when(g.GiveUp("027", AT)).then(gs.GrantGivenUp(university="027", at=AT))


def test_the_first_application_counts_and_the_second_is_merged_into_it_edge_28() -> None:
    merged = cs.ContenderMerged(application_id=id_of(2), channel=Channel.PAPER, into=id_of(1), at=AT)

    in_register().when(enter).then(entered)
    in_register(entered).when(enter_again).then(merged)
    in_register(entered, merged).when(enter_again).then_ignored("already-in-register")
    in_register(entered).when(enter).then_ignored("already-in-register")


def test_who_was_turned_away_may_have_another_application_that_competes() -> None:
    again = cs.ContenderEntered(
        application_id=id_of(2),
        university="027",
        channel=Channel.PAPER,
        campaign=2016,
        standing=SECOND.standing,
        counted=COUNTED,
        at=AT,
    )

    in_register(rejected).when(enter_again).then(again)
    in_register(rejected, again).when(enter).then_ignored("already-in-register")


def test_nothing_is_decided_on_somebody_who_does_not_compete() -> None:
    in_register().when(award).then_refused("contender.unknown")
    in_register(rejected).when(award).then_refused("contender.rejected")
    in_register(entered).when(c.Award("1", 1, 3, Via.GENERAL, BY, AT)).then_refused("contender.choice-unknown")


def test_an_order_awards_once_and_another_may_correct_it_edge_33() -> None:
    in_register(entered).when(award).then(awarded)
    in_register(entered, awarded).when(award).then_ignored("already-awarded")
    in_register(entered, awarded).when(c.Award("1", 1, 2, Via.GENERAL, BY, AT)).then_refused(
        "contender.already-awarded"
    )
    in_register(entered, awarded).when(c.Award("2", 1, 2, Via.RURAL, BY, AT)).then(
        cs.GrantAwarded(order_number="2", round=1, choice=2, via=Via.RURAL, collect_by=BY, at=AT)
    )


def test_a_refusal_may_be_followed_by_an_award_of_a_seat_that_came_free_edge_35() -> None:
    no = cs.GrantNotAwarded(order_number="1", round=1, code=RefusalCode.NO_SEAT, cutoffs=(), at=AT)
    late = cs.GrantAwarded(order_number="2", round=2, choice=1, via=Via.GENERAL, collect_by=BY, at=AT)

    in_register(entered).when(c.Refuse("1", 1, (), AT)).then(no)
    in_register(entered, no).when(c.Refuse("1", 1, (), AT)).then_ignored("already-without-grant")
    in_register(entered, no).when(c.Award("2", 2, 1, Via.GENERAL, BY, AT)).then(late)


@pytest.mark.step("GRANT-C-7")
def test_a_certificate_may_be_ready_before_the_list_is_published() -> None:
    issued = cs.CertificateIssued(number="К-1", choice=1, at=AT)

    in_register(entered).when(c.Certify("К-1", 1, None, AT)).then(issued)
    in_register(entered, issued, awarded).when(c.Certify("К-1", 1, None, AT)).then_ignored("certificate-already-issued")
    in_register(entered, issued, awarded).when(c.Certify("К-2", 1, "К-1", AT)).then(
        cs.CertificateIssued(number="К-2", choice=1, replaces="К-1", at=AT)
    )


def test_a_winner_who_does_not_enrol_frees_the_seat_and_gets_no_other_edge_35() -> None:
    released = cs.GrantReleased(at=AT)

    in_register(entered, awarded).when(c.Release(id_of(1), "027", AT)).then(released)
    in_register(entered, awarded, released).when(c.Release(id_of(1), "027", AT)).then_ignored("already-given-up")
    in_register(entered).when(c.Release(id_of(1), "027", AT)).then_refused("contender.no-grant")
    in_register(entered, awarded).when(c.Release(id_of(1), "013", AT)).then_refused("contender.other-university")
    in_register(entered, awarded, released).when(c.Award("2", 2, 1, Via.GENERAL, BY, AT)).then_refused(
        "contender.released"
    )
