"""What holds of every competition, against a slow one that is written down as the rules tell it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.grants import Quota, Via
from law.competition import Contender, Course, Result, Rules, SeatRow, decide, decide_again, explain, ineligible, rules

CODES = ("A", "B", "C")
# Shares that give seats of every kind already to a row of four.
SHARES = {Quota.DISABLED: "0.25", Quota.ORPHAN: "0.25"}


def _law() -> Rules:
    law = rules(2016)
    quotas = {quota: law.rural.model_copy(update={"share": Decimal(share)}) for quota, share in SHARES.items()}
    return law.model_copy(update={"quotas": quotas, "rural": law.rural.model_copy(update={"share": Decimal("0.25")})})


LAW = _law()


@st.composite
def competitions(draw: st.DrawFn, most: int = 14) -> tuple[list[Contender], list[SeatRow]]:
    count = draw(st.integers(1, most))
    contenders = [
        Contender(
            iin=f"{number:012}",
            language=draw(st.sampled_from(["kk", "kk", "ru"])),
            total=draw(st.integers(49, 54)),
            profile_score=draw(st.integers(6, 9)),
            other_min_score=draw(st.integers(3, 6)),
            certificate_average=draw(st.sampled_from([Decimal("4.5"), Decimal(5)])),
            preferential_rank=draw(st.sampled_from([0, 0, 0, 1, 2])),
            quota=draw(st.sampled_from([None, None, *SHARES])),
            rural=draw(st.booleans()),
            choices=tuple(draw(st.permutations(CODES))[: draw(st.integers(1, 3))]),
        )
        for number in range(count)
    ]
    seats = [
        SeatRow(code, language, draw(st.integers(0, 5)), rural=draw(st.booleans()))
        for code in CODES
        for language in ("kk", "ru")
    ]
    return contenders, seats


def merit(each: Contender) -> tuple[object, ...]:
    """The best has the least."""
    return (
        -each.total,
        each.preferential_rank or 99,
        -each.certificate_average,
        -each.profile_score,
        each.registration_number,
        each.iin,
    )


def exact(each: Contender) -> tuple[object, ...]:
    return merit(each)[:4]


def told(asking: Sequence[Contender], row: SeatRow) -> dict[str, Via]:
    """Who of those asking gets a seat, and by which: quotas, general with what they left, rural, then the rest."""
    left = sorted(asking, key=merit)
    got: dict[str, Via] = {}
    sizes = {quota: int(row.seats * Decimal(share)) for quota, share in SHARES.items()}
    rural = int(row.seats * Decimal("0.25")) if row.rural else 0

    def award(via: Via, seats: int, who: Sequence[Contender]) -> int:
        for each in who[:seats]:
            got[each.iin] = via
            left.remove(each)
        return seats - len(who[:seats])

    general = row.seats - sum(sizes.values()) - rural
    for quota, size in sizes.items():
        general += award(Via.QUOTA, size, [each for each in left if each.quota is quota])
    award(Via.GENERAL, general, list(left))
    unclaimed = award(Via.RURAL, rural, [each for each in left if each.rural])
    award(Via.GENERAL, unclaimed, list(left))
    return got


def eligible(each: Contender) -> bool:
    return each.total >= 50 and each.profile_score >= 7 and each.other_min_score >= 4


def step_by_step(contenders: Sequence[Contender], seats: Sequence[SeatRow]) -> dict[str, tuple[str, Via]]:
    """Everybody asks at once; who is refused asks for the next choice; until nobody is refused."""
    by_row = {(row.specialty, row.language): row for row in seats}
    people = {each.iin: each for each in contenders if eligible(each)}
    at = dict.fromkeys(people, 0)
    while True:
        got: dict[str, tuple[str, Via]] = {}
        for (code, language), row in by_row.items():
            asking = [
                each
                for each in people.values()
                if each.language == language and code in each.choices[at[each.iin] :][:1]
            ]
            got |= {iin: (code, via) for iin, via in told(asking, row).items()}
        refused = [iin for iin, each in people.items() if iin not in got and at[iin] < len(each.choices)]
        if not refused:
            return got
        for iin in refused:
            at[iin] += 1


def awarded(result: Result) -> dict[str, tuple[str, Via]]:
    return {each.iin: (each.specialty, each.via) for each in result.awards}


def wanted_more(result: Result, contenders: Sequence[Contender]) -> Iterator[tuple[Contender, str]]:
    """Each choice that an eligible applicant would rather have had."""
    choice = {each.iin: each.choice for each in result.awards}
    for each in contenders:
        if ineligible(each, LAW) is None:
            for code in each.choices[: choice.get(each.iin, len(each.choices) + 1) - 1]:
                yield each, code


def holders(result: Result, contenders: Sequence[Contender], row: SeatRow) -> list[tuple[Contender, Via]]:
    people = {each.iin: each for each in contenders}
    return [
        (people[each.iin], each.via)
        for each in result.awards
        if each.specialty == row.specialty and people[each.iin].language == row.language
    ]


@given(competitions())
@settings(max_examples=150)
def test_it_ends_as_the_rules_tell_it_step_by_step(case: tuple[list[Contender], list[SeatRow]]) -> None:
    contenders, seats = case

    assert awarded(decide(contenders, seats, LAW)) == step_by_step(contenders, seats)


@given(competitions())
@settings(max_examples=100)
def test_no_one_who_lost_a_seat_outranks_one_who_won_it(case: tuple[list[Contender], list[SeatRow]]) -> None:
    """No justified envy, within the seats that each may take."""
    contenders, seats = case
    result = decide(contenders, seats, LAW)
    rows = {(row.specialty, row.language): row for row in seats}

    for loser, code in wanted_more(result, contenders):
        for winner, via in holders(result, contenders, rows[code, loser.language]):
            may = {
                Via.GENERAL: True,
                Via.RURAL: loser.rural,
                Via.QUOTA: loser.quota is not None and loser.quota is winner.quota,
            }[via]
            assert not (may and merit(loser) < merit(winner))


@given(competitions())
@settings(max_examples=100)
def test_no_seat_stays_empty_that_an_eligible_applicant_wanted_edge_31(
    case: tuple[list[Contender], list[SeatRow]],
) -> None:
    contenders, seats = case
    result = decide(contenders, seats, LAW)
    rows = {(row.specialty, row.language): row for row in seats}

    for loser, code in wanted_more(result, contenders):
        row = rows[code, loser.language]
        assert len(holders(result, contenders, row)) == row.seats


@given(competitions(), st.randoms())
@settings(max_examples=100)
def test_the_result_does_not_depend_on_the_order_of_the_input(
    case: tuple[list[Contender], list[SeatRow]], random: Random
) -> None:
    contenders, seats = case
    before = decide(contenders, seats, LAW)
    random.shuffle(contenders)
    random.shuffle(seats)

    assert decide(contenders, seats, LAW) == before


@given(competitions())
@settings(max_examples=100)
def test_every_award_is_within_the_seats_the_quotas_and_the_list_of_choices(
    case: tuple[list[Contender], list[SeatRow]],
) -> None:
    contenders, seats = case
    result = decide(contenders, seats, LAW)
    people = {each.iin: each for each in contenders}

    assert sorted([*(each.iin for each in result.awards), *(each.iin for each in result.refused)]) == sorted(people)
    for each in result.awards:
        assert people[each.iin].choices[each.choice - 1] == each.specialty
    for row in seats:
        held = holders(result, contenders, row)
        by_quota = Counter(who.quota for who, via in held if via is Via.QUOTA)
        rural = [who for who, via in held if via is Via.RURAL]
        assert len(held) <= row.seats
        assert all(quota and count <= int(row.seats * Decimal(SHARES[quota])) for quota, count in by_quota.items())
        assert len(rural) <= (int(row.seats * Decimal("0.25")) if row.rural else 0)
        assert all(who.rural for who in rural)


@given(competitions(most=5))
@settings(max_examples=150)
def test_everybody_has_the_earliest_choice_that_any_stable_outcome_gives_them(
    case: tuple[list[Contender], list[SeatRow]],
) -> None:
    """All outcomes are tried. Stable: each row keeps whom it has, also when all who would rather be there ask too."""
    contenders, seats = case
    people = [each for each in contenders if eligible(each)]
    best = {each.iin: len(each.choices) for each in people}
    for picked in product(*(range(len(each.choices) + 1) for each in people)):
        if _stable(people, picked, seats):
            for each, choice in zip(people, picked, strict=True):
                best[each.iin] = min(best[each.iin], choice)
    result = {each.iin: each.choice - 1 for each in decide(contenders, seats, LAW).awards}

    assert {each.iin: result.get(each.iin, len(each.choices)) for each in people} == best


def _stable(people: Sequence[Contender], picked: Sequence[int], seats: Sequence[SeatRow]) -> bool:
    for row in seats:
        here, would = set(), []
        for each, choice in zip(people, picked, strict=True):
            if each.language != row.language or row.specialty not in each.choices:
                continue
            wish = each.choices.index(row.specialty)
            if wish == choice:
                here.add(each.iin)
            if wish <= choice:
                would.append(each)
        if told(would, row).keys() != here:
            return False
    return True


@given(competitions(), st.randoms())
@settings(max_examples=150)
def test_where_no_tie_is_reported_the_registration_numbers_decide_nothing_edge_30(
    case: tuple[list[Contender], list[SeatRow]], random: Random
) -> None:
    contenders, seats = case
    result = decide(contenders, seats, LAW)
    numbers = random.sample(range(100), len(contenders))
    renumbered = [
        replace(each, registration_number=f"{number:02}") for each, number in zip(contenders, numbers, strict=True)
    ]
    other = decide(renumbered, seats, LAW)

    if not result.ties:
        assert {each.iin: each.specialty for each in other.awards} == {
            each.iin: each.specialty for each in result.awards
        }


@given(competitions())
@settings(max_examples=100)
def test_who_loses_the_last_seat_to_an_equal_is_reported_edge_30(case: tuple[list[Contender], list[SeatRow]]) -> None:
    contenders, seats = case
    result = decide(contenders, seats, LAW)
    rows = {(row.specialty, row.language): row for row in seats}
    reported = {
        (tie.specialty, tie.language, winner, loser) for tie in result.ties for winner in tie.won for loser in tie.lost
    }
    people = {each.iin: each for each in contenders}

    for loser, code in wanted_more(result, contenders):
        for winner, via in holders(result, contenders, rows[code, loser.language]):
            if via is Via.GENERAL and exact(winner) == exact(loser):
                assert (code, loser.language, winner.iin, loser.iin) in reported
    for tie in result.ties:
        assert len({exact(people[iin]) for iin in (*tie.won, *tie.lost)}) == 1
        assert not set(tie.won) & set(tie.lost)


@given(competitions(most=8))
@settings(max_examples=80)
def test_who_leaves_out_a_choice_that_was_not_won_changes_nothing(case: tuple[list[Contender], list[SeatRow]]) -> None:
    contenders, seats = case
    before = awarded(decide(contenders, seats, LAW))

    for number, each in enumerate(contenders):
        won = before.get(each.iin)
        if won and len(each.choices) > 1:
            only = replace(each, choices=(won[0],))
            again = awarded(decide([*contenders[:number], only, *contenders[number + 1 :]], seats, LAW))
            assert again[each.iin][0] == won[0]


@given(competitions(most=8), st.sampled_from(CODES))
@settings(max_examples=80)
def test_one_seat_more_makes_nobody_worse_off(case: tuple[list[Contender], list[SeatRow]], code: str) -> None:
    """In the general order: a seat more may move a boundary between quotas, so the rules here are by points."""
    contenders, seats = case
    law = LAW.by_points()
    before = {each.iin: each.choice for each in decide(contenders, seats, law).awards}
    more = [replace(row, seats=row.seats + (row.specialty == code)) for row in seats]
    after = {each.iin: each.choice for each in decide(contenders, more, law).awards}

    assert all(after.get(iin, 99) <= choice for iin, choice in before.items())


@given(competitions())
@settings(max_examples=100)
def test_seats_that_came_free_go_by_points_to_those_without_a_grant_edge_35(
    case: tuple[list[Contender], list[SeatRow]],
) -> None:
    contenders, seats = case
    first = decide(contenders, seats, LAW)
    again = decide_again(contenders, [each.iin for each in first.awards], [replace(row, seats=1) for row in seats], LAW)

    assert not {each.iin for each in again.awards} & {each.iin for each in first.awards}
    assert {each.via for each in again.awards} <= {Via.GENERAL}
    assert len(again.awards) + len(again.refused) == len(contenders) - len(first.awards)


@given(competitions())
@settings(max_examples=60)
def test_an_explanation_agrees_with_the_result(case: tuple[list[Contender], list[SeatRow]]) -> None:
    contenders, seats = case
    result = decide(contenders, seats, LAW)
    who = contenders[0]
    found = explain(who.iin, contenders, seats, LAW)

    assert (found.award is None) == (who.iin in {each.iin for each in result.refused})
    assert [each.specialty for each in found.considered] == list(who.choices)
    if found.award:
        assert [each.course for each in found.considered].index(Course.WON) == found.award.choice - 1


@given(competitions(most=7), st.permutations(CODES), st.integers(1, 3))
@settings(max_examples=100)
def test_nobody_gains_by_another_list_of_choices(
    case: tuple[list[Contender], list[SeatRow]], order: list[str], count: int
) -> None:
    contenders, seats = case
    who, others = contenders[0], contenders[1:]
    lied = replace(who, choices=tuple(order[:count]))
    honest = awarded(decide(contenders, seats, LAW)).get(who.iin)
    other = awarded(decide([lied, *others], seats, LAW)).get(who.iin)

    rank = {code: number for number, code in enumerate(who.choices)}
    assert rank.get(other[0] if other else "", 9) >= rank.get(honest[0] if honest else "", 9)
