"""What should become of a campaign, worked out from its file alone: the judge of `egov demo --campaign`."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from random import Random

import pytest

from contracts.grants import CertificateKind, Choice, Quota, StudyLanguage, Subject, Via
from deploy.local.audit.campaign_ends import (
    ANSWERED_BEFORE,
    AT_THE_DOOR,
    DECLINED,
    MERGED,
    NOT_AWARDED,
    REFUSED,
    SCHOLARSHIP,
    Rightful,
    States,
    rightful,
    wrong_ends,
)
from deploy.local.files.applications import instant
from deploy.local.files.campaign import CampaignRow, Door, Signature
from deploy.local.made_up.people import People
from deploy.local.people.campaign import Applied
from law.specialties import SeatRow
from law.universities import load_universities

UNIVERSITIES = load_universities()
NOBODY_YET = States({}, {}, {})
ONE_SEAT = (SeatRow("5B050900", "ru", 1, rural=False),)
FIRST, SECOND = "991225249542", "820708212592"
MANY = [person.iin for person in islice(People(Random(1)), 99)]  # noqa: S311 - a sample that must repeat, no secret
NOON = datetime(2016, 7, 25, 12)  # noqa: DTZ001 - on the wall clock of the committee's town


def row(line: int, iin: str = FIRST, /, **changed: object) -> CampaignRow:
    return CampaignRow.model_validate(
        {
            "line": line,
            "channel": Door.PORTAL,
            "filed_at": NOON,
            "university": "013",
            "iin": iin,
            "surname": "Ким",
            "name": "Анна",
            "language": StudyLanguage.RUSSIAN,
            "certificate_kind": CertificateKind.ENT,
            "certificate_number": "12345678",
            "score_language": 20,
            "score_history": 20,
            "score_mathematics": 20,
            "score_elective": 20,
            "elective": Subject.GEOGRAPHY,
            "certificate_average": Decimal("4.50"),
            "choices": (Choice(specialty="5B050900", university="013"),),
        }
        | changed
    )


def applied(*rows: CampaignRow) -> list[Applied]:
    return [Applied(each, instant(each.filed_at, each.university, UNIVERSITIES)) for each in rows]


def judged(*rows: CampaignRow, seats: Sequence[SeatRow] = ONE_SEAT) -> Rightful:
    return rightful(applied(*rows), NOBODY_YET, UNIVERSITIES, seats)


def test_who_wins_and_enrols_has_a_scholarship() -> None:
    assert judged(row(2)).ends == {2: SCHOLARSHIP}


@pytest.mark.parametrize(("door", "end"), [(Door.PORTAL, REFUSED), (Door.PAPER, AT_THE_DOOR)])
def test_total_57_with_6_in_the_profile_subject_is_refused_edge_26(door: Door, end: str) -> None:
    golden = {"score_language": 19, "score_history": 18, "score_mathematics": 6, "score_elective": 14}

    assert judged(row(2, channel=door, **golden)).ends == {2: end}


@pytest.mark.parametrize(
    "changed",
    [
        {"choices": (Choice(specialty="5B050900", university="013"),) * 2},
        {
            "choices": tuple(
                Choice(specialty=f"5B05{code}00", university="013") for code in ("06", "07", "08", "09", "10")
            )
        },
        {"choices": (Choice(specialty="5B130100", university="022"),)},
        {"choices": (Choice(specialty="5B999999", university="022"),)},
        {"choices": (Choice(specialty="5B011700", university="026"),), "elective": Subject.LITERATURE},
        {"filed_at": NOON.replace(day=22)},
        {"filed_at": NOON.replace(month=8, day=1)},
        {"filed_at": datetime(2016, 7, 31, 23, 30), "university": "037"},  # noqa: DTZ001 - past midnight in the capital
        {"signature": Signature.EXPIRED},
        {"signature": Signature.OTHER_PERSON},
    ],
)
def test_the_door_itself_turns_away_edge_27_edge_34(changed: dict[str, object]) -> None:
    assert judged(row(2, **changed), row(3, SECOND)).ends[2] == AT_THE_DOOR


def test_two_doors_are_one_record_of_the_competition_edge_28() -> None:
    later = NOON.replace(day=27)

    assert judged(row(2, channel=Door.PAPER), row(3, filed_at=later)).ends == {2: SCHOLARSHIP, 3: MERGED}


def test_the_portal_answers_with_the_application_that_is_open_edge_11() -> None:
    later = NOON.replace(day=27)

    assert judged(row(2), row(3, filed_at=later)).ends == {2: SCHOLARSHIP, 3: ANSWERED_BEFORE}


@pytest.mark.parametrize(("proof", "winner"), [(True, FIRST), (False, SECOND)])
def test_a_quota_counts_with_its_proof_only_edge_29(proof: bool, winner: str) -> None:  # noqa: FBT001 - a parameter of the test
    seats = [SeatRow("5B050900", "ru", 100, rural=False)]
    crowd = [row(10 + n, iin, score_history=25) for n, iin in enumerate(MANY)]
    claimed = row(2, quota=Quota.ORPHAN, proof=proof)

    found = judged(claimed, row(3, SECOND, score_history=21), *crowd, seats=seats)

    assert (found.ends[2] == SCHOLARSHIP) == (winner == FIRST)
    if proof:
        assert next(each for each in found.first.awards if each.iin == FIRST).via is Via.QUOTA


def test_a_seat_that_its_winner_leaves_goes_to_the_next_edge_35() -> None:
    found = judged(row(2, score_history=25, enrols=False), row(3, SECOND))

    assert found.ends == {2: DECLINED, 3: SCHOLARSHIP}
    assert [award.iin for award in found.second.awards] == [SECOND]


def test_without_a_seat_nobody_is_awarded() -> None:
    assert judged(row(2, score_history=25), row(3, SECOND)).ends == {2: SCHOLARSHIP, 3: NOT_AWARDED}


def test_a_service_that_knows_nothing_of_an_application_is_found_out() -> None:
    those = applied(row(2))
    those[0].application_id, those[0].first = "015613c3-9500-828c-9c1a-5a072c727e1c", True

    faults = list(wrong_ends(those, NOBODY_YET, rightful(those, NOBODY_YET, UNIVERSITIES, ONE_SEAT)))

    assert [fault.rpartition(": ")[2] for fault in faults] == [
        "at the university it is unfinished",
        "at the portal it is unknown",
        "in the register it is unknown",
    ]


def test_a_door_that_takes_what_it_should_not_is_found_out_edge_27() -> None:
    those = applied(row(2, signature=Signature.EXPIRED))
    those[0].application_id, those[0].first = "015613c3-9500-828c-9c1a-5a072c727e1c", True

    faults = list(wrong_ends(those, NOBODY_YET, rightful(those, NOBODY_YET, UNIVERSITIES, ONE_SEAT)))

    assert faults == ["line 2: should have ended as rejected at the door: the door said yes"]
