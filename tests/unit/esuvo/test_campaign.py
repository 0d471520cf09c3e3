"""A campaign from the first application in the register to the end of the second round, within ESUVO."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import pytest

from contracts import esuvo_competition as wire
from contracts import university_grants
from contracts.common import Channel, RefusalCode
from contracts.esuvo_notifications import NoticeForwarded
from contracts.event import Event
from deploy.local.files.competition import read_applicants, read_seats
from law.competition import decide, rules
from law.regulation import CountFrom
from law.specialties import SeatRow
from services._actors.commission import CommissionPolicy
from services._actors.policy import Mode
from services.esuvo.grants.campaign.competition import applicants, digest_of, seats_table
from services.esuvo.grants.campaign.state import Phase
from services.esuvo.grants.contender.state import ContenderStatus
from services.esuvo.grants.schedule import schedule
from services.esuvo.streams import campaign_stream
from tests.support.memory import InMemory
from tests.unit.esuvo.campaign_examples import (
    END,
    FORWARDED_AT,
    FULL,
    PHYSICS,
    SEATS,
    YEAR,
    campaign,
    contender,
    esuvo,
    forwarded,
    hear,
    id_of,
    run,
)

E = TypeVar("E", bound=Event)
ALMATY: Final = ZoneInfo("Asia/Almaty")
PEOPLE: Final = [forwarded(number, 24 - number) for number in range(1, 6)]  # the first has most points


def told(memory: InMemory, kind: type[E]) -> list[E]:
    return [event for _, event in memory.published if isinstance(event, kind)]


def moment(event: Event) -> str:
    at: datetime = event.at  # type: ignore[attr-defined] # every event of a campaign has it
    return f"{at.astimezone(ALMATY):%m-%d %H:%M}"


def held(policy: CommissionPolicy = FULL, until: datetime = END) -> InMemory:
    memory = esuvo(policy)
    hear(memory, *PEOPLE)
    run(memory, until)
    return memory


@pytest.mark.step("GRANT-P-3", "GRANT-E-4", "GRANT-C-5", "GRANT-C-6", "GRANT-C-7", "GRANT-C-8")
def test_the_steps_of_a_campaign_are_told_in_their_order() -> None:
    memory = held()
    steps = [event for _, event in memory.published if isinstance(event, wire.CampaignEvent)]

    assert [(type(each).__name__, moment(each)) for each in steps] == [
        ("CampaignOpened", "08-02 10:00"),
        ("SummarySheetsPrepared", "08-04 17:00"),
        ("ProtocolSigned", "08-05 11:00"),
        ("OrderIssued", "08-08 12:00"),
        ("ListPublished", "08-10 10:00"),
        ("CertificatesPrepared", "08-10 14:00"),
    ]
    assert campaign(memory).phase is Phase.CLOSED


@pytest.mark.step("GRANT-C-5", "GRANT-C-6")
def test_the_protocol_awards_by_points_and_the_order_is_dated() -> None:
    memory = held()
    [signed], [order] = told(memory, wire.ProtocolSigned), told(memory, wire.OrderIssued)

    assert (signed.awarded, signed.refused, signed.members, signed.present) == (3, 2, 9, 9)
    assert (order.number, f"{order.order_date}", order.awarded) == ("2016-1", "2016-08-08", 3)
    assert [contender(memory, number).status.value for number in range(1, 6)] == [
        "awarded",
        "awarded",
        "awarded",
        "not-awarded",
        "not-awarded",
    ]
    third = contender(memory, 3).award
    assert third is not None
    assert third.choice == 2


@pytest.mark.step("GRANT-C-8e")
def test_everybody_is_told_with_the_list_and_the_refused_with_the_reason() -> None:
    memory = held()
    published = told(memory, wire.ListPublished)[0].at
    awarded, refused = told(memory, wire.GrantAwarded), told(memory, wire.GrantNotAwarded)
    notices = [each.notice for each in told(memory, NoticeForwarded) if each.notice.kind != "accepted"]

    assert {each.application_id for each in awarded} == {id_of(1), id_of(2), id_of(3)}
    assert {each.application_id for each in refused} == {id_of(4), id_of(5)}
    assert {each.at for each in (*awarded, *refused)} == {published}
    assert all(each.refusal.code is RefusalCode.NO_SEAT for each in refused)
    assert all("86" in each.refusal.reason.en for each in refused)  # the points of the last who got a seat
    assert sorted(each.kind for each in notices) == ["awarded"] * 3 + ["not-awarded"] * 2


def test_who_applied_on_paper_gets_no_notice_inc_23() -> None:
    memory = esuvo()
    hear(memory, forwarded(1, 20, channel=Channel.PAPER))
    run(memory)

    assert [each.application_id for each in told(memory, wire.GrantAwarded)] == [id_of(1)]
    assert told(memory, NoticeForwarded) == []


@pytest.mark.step("GRANT-C-7")
def test_inc_25_each_winner_has_a_certificate_on_its_way_to_the_university() -> None:
    memory = held()
    sent = told(memory, wire.CertificateDispatched)

    assert {each.application_id for each in sent} == {id_of(1), id_of(2), id_of(3)}
    assert {each.certificate_number for each in sent} == {"2016-1-000001", "2016-1-000002", "2016-1-000003"}


def test_the_digest_of_the_sheets_is_that_of_the_published_table() -> None:
    memory = held(until=schedule(YEAR).sheets.at)

    assert told(memory, wire.SummarySheetsPrepared)[0].digest == digest_of(applicants(memory.rows("contenders")))


def test_others_who_decide_from_the_two_tables_come_to_the_same_awards(tmp_path: Path) -> None:
    memory = held()
    people, seats = tmp_path / "applicants.csv", tmp_path / "seats.csv"
    people.write_text(applicants(memory.rows("contenders")), encoding="utf-8")
    seats.write_text(seats_table(SEATS), encoding="utf-8")
    (contenders, wrong), (rows, wrong_seats) = read_applicants(people), read_seats(seats)
    awards = decide(contenders, rows, rules(YEAR)).awards

    assert (wrong, wrong_seats) == ([], [])
    assert {(each.iin, each.specialty, each.choice) for each in awards} == {
        (row["iin"], row["awarded_specialty"], row["choice"])
        for row in memory.rows("contenders")
        if row["status"] == "awarded"
    }


def test_the_order_in_which_applications_came_changes_nothing() -> None:
    memory = esuvo()
    hear(memory, *reversed(PEOPLE))
    run(memory)
    digests = [told(each, wire.ProtocolSigned)[0].digest for each in (memory, held())]

    assert digests[0] == digests[1]


def test_what_reaches_the_register_too_late_is_refused_and_the_campaign_goes_on() -> None:
    memory = esuvo()
    hear(memory, PEOPLE[0])
    late = schedule(YEAR).register_closes
    run(memory, late)
    hear(memory, PEOPLE[1], at=late)
    run(memory)

    assert told(memory, wire.SummarySheetsPrepared)[0].contenders == 1
    assert told(memory, wire.GrantApplicationRejected)[0].refusal.code is RefusalCode.TOO_LATE


@pytest.mark.step("GRANT-C-5")
@pytest.mark.parametrize(("absent_share", "members", "flaw"), [(0.5, 9, "quorum"), (0.0, 8, "even")])
def test_edge_32_a_meeting_without_quorum_or_of_an_even_number_is_repeated(
    absent_share: float, members: int, flaw: str
) -> None:
    memory = held(CommissionPolicy(absent_share=absent_share, members=members))
    invalid, [signed] = told(memory, wire.MeetingInvalid), told(memory, wire.ProtocolSigned)
    breaches = [each.step for each in told(memory, wire.CampaignDeadlineBreached)]

    assert invalid
    assert all(flaw in each.reason.en for each in invalid)
    assert signed.members % 2 == 1
    assert 3 * signed.present >= 2 * signed.members
    assert moment(invalid[0]) == "08-05 11:00"
    assert (breaches == ["GRANT-C-5"]) == (signed.at > schedule(YEAR).protocol.due_at)


@pytest.mark.step("GRANT-C-5")
def test_edge_15_a_late_protocol_is_a_breach_and_the_order_has_its_whole_term() -> None:
    memory = held(CommissionPolicy(absent_share=0.5))
    [breach] = told(memory, wire.CampaignDeadlineBreached)

    assert (breach.step, breach.limit, breach.counting) == ("GRANT-C-5", "3 working_day", "event_day")
    assert told(memory, wire.OrderIssued)[0].at > told(memory, wire.ProtocolSigned)[0].at > breach.due_at


@pytest.mark.step("GRANT-C-8")
def test_media_that_are_late_breach_their_term_and_everybody_is_told_later() -> None:
    memory = held(CommissionPolicy(absent_share=0, media_delay_days=2))
    [breach], [published] = told(memory, wire.CampaignDeadlineBreached), told(memory, wire.ListPublished)

    assert (breach.step, moment(published)) == ("GRANT-C-8", "08-12 10:00")
    assert {each.at for each in told(memory, wire.GrantAwarded)} == {published.at}
    assert told(memory, wire.CertificateDispatched)[0].at < published.at  # parallel: one does not wait for the other


@pytest.mark.step("GRANT-C-6", "GRANT-C-8")
def test_edge_33_an_error_in_the_order_is_corrected_by_another_and_a_new_list() -> None:
    memory = held(CommissionPolicy(absent_share=0, order_error_share=1))
    first, second = told(memory, wire.OrderIssued)
    lists = told(memory, wire.ListPublished)

    assert (second.corrects, second.number) == (first.number, "2016-1-1")
    assert [each.order_number for each in lists] == ["2016-1", "2016-1-1"]
    assert len(told(memory, wire.GrantAwarded)) == 3  # nobody is told twice


@pytest.mark.step("GRANT-C-7")
def test_a_misprinted_certificate_is_replaced_edge_33() -> None:
    memory = held(CommissionPolicy(absent_share=0, misprint_share=1))
    sent = told(memory, wire.CertificateDispatched)
    replaced = {each.replaces for each in sent if each.replaces}

    assert len(sent) == 6
    assert replaced == {each.certificate_number for each in sent if not each.replaces}
    assert contender(memory, 1).certificate_number in {f"{number}-2" for number in replaced}


def test_exact_ties_at_the_last_seat_are_told_edge_30() -> None:
    memory = esuvo(seats=(SeatRow(PHYSICS, "kk", 1, rural=False),))
    hear(memory, forwarded(1, 20, choices=[PHYSICS]), forwarded(2, 20, choices=[PHYSICS]))
    run(memory)
    [tie] = told(memory, wire.TieUnresolved)

    assert (tie.specialty, tie.won, tie.lost) == (PHYSICS, (id_of(1),), (id_of(2),))


def test_counted_from_the_next_day_the_schedule_is_known_to_be_infeasible_edge_34() -> None:
    """INC-20."""
    memory = esuvo(count_from=CountFrom.NEXT_DAY)
    hear(memory, PEOPLE[0])
    run(memory)
    [infeasible] = told(memory, wire.CampaignScheduleInfeasible)

    assert infeasible.step == "GRANT-C-9"
    assert infeasible.planned_end > infeasible.backstop
    assert told(memory, wire.ListPublished)[0].at > infeasible.backstop


def declined(number: int) -> university_grants.GrantDeclined:
    return university_grants.GrantDeclined(
        application_id=id_of(number), university="027", at=schedule(YEAR).enrolment_closes - timedelta(minutes=10)
    )


def with_second_round() -> InMemory:
    closes = schedule(YEAR).enrolment_closes
    memory = held(until=closes - timedelta(minutes=10))
    memory.hear(university_grants.TOPIC, declined(1), id_of(1), closes - timedelta(minutes=10))
    run(memory)
    return memory


def test_a_seat_that_came_free_goes_by_points_to_somebody_without_a_grant_edge_35() -> None:
    memory = with_second_round()
    awarded = [each for each in told(memory, wire.GrantAwarded) if each.round == 2]
    second = [event for _, event in memory.published if isinstance(event, wire.CampaignEvent)][6:]

    assert [(each.application_id, each.specialty, each.order_number) for each in awarded] == [
        (id_of(4), PHYSICS, "2016-2")
    ]
    assert [(type(each).__name__, moment(each)) for each in second] == [
        ("ProtocolSigned", "08-29 11:00"),
        ("OrderIssued", "08-31 12:00"),
        ("ListPublished", "09-02 10:00"),
        ("CertificatesPrepared", "09-02 14:00"),
    ]
    assert contender(memory, 4).status is ContenderStatus.AWARDED
    assert contender(memory, 4).certificate_number == "2016-2-000001"
    assert contender(memory, 1).status is ContenderStatus.RELEASED
    assert len([each for each in told(memory, wire.GrantNotAwarded) if each.application_id == id_of(5)]) == 1
    assert campaign(memory).phase is Phase.CLOSED


def test_without_a_free_seat_there_is_no_second_round() -> None:
    memory = held()

    assert len(told(memory, wire.ProtocolSigned)) == 1
    assert campaign(memory).phase is Phase.CLOSED
    assert not [row for row in memory.timers.values() if row.stream.startswith(("campaign:", "annex:"))]


def test_a_commission_of_people_does_nothing_by_itself() -> None:
    memory = held(CommissionPolicy(mode=Mode.MANUAL))

    assert campaign(memory).phase is Phase.SHEETS_PREPARED
    assert [each.step for each in told(memory, wire.CampaignDeadlineBreached)] == ["GRANT-C-5"]


def test_deciding_again_gives_the_same_events_ids_and_bytes() -> None:
    """Whatever a process that was killed had decided, and not committed, the next one decides alike."""
    one, other = with_second_round(), with_second_round()
    mine = [event for event in one.events if event.name.startswith(("campaign-", "annex-"))]

    assert mine == [event for event in other.events if event.name.startswith(("campaign-", "annex-"))]
    assert [event for topic, event in one.published if topic == wire.TOPIC] == [
        event for topic, event in other.published if topic == wire.TOPIC
    ]


def test_a_protocol_is_stored_without_its_annexes_which_are_stored_once() -> None:
    memory = held()
    [signed] = [event for event in memory.events if event.name == "campaign-protocol-signed"]
    drawn = [stream for stream in memory.streams if stream.startswith("annex:")]

    assert "drawn" not in signed.model_dump_json()
    assert len(drawn) == 3  # two people in each
    assert datetime(2016, 9, 1, tzinfo=UTC) > FORWARDED_AT
    assert campaign_stream(YEAR) in memory.streams
