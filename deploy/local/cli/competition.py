"""`egov competition`: the competition alone, on files, so that others can check it (docs/competition.md)."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from contracts.iin import mask
from deploy.local.errors import LauncherError
from deploy.local.files.competition import applicant_rows, dangling, read_seats
from deploy.local.files.row_error import RowError
from law.competition import (
    Award,
    Considered,
    Contender,
    Course,
    Cutoff,
    Explanation,
    Refused,
    Result,
    Rules,
    RulesInvalid,
    SeatRow,
    Stage,
    Tie,
    UnknownRules,
    decide,
    decide_again,
    explain,
    load_rules,
)

app = typer.Typer(no_args_is_help=True, help="the competition for grants, alone, on files")
console = Console(soft_wrap=True, highlight=False)
to_stderr: Final = Console(stderr=True, soft_wrap=True, highlight=False)

Applicants = Annotated[Path, typer.Option(help="a .csv file of applicants; its columns: docs/competition.md")]
SeatsFile = Annotated[Path, typer.Option(help="a .csv file with the columns specialty, language, seats, rural")]
RulesOption = Annotated[str, typer.Option("--rules", help="a year, or the path of a YAML file")]
AsJson = Annotated[bool, typer.Option("--json", help="for machines")]


class _Read(NamedTuple):
    contenders: Sequence[Contender]
    seats: Sequence[SeatRow]
    law: Rules
    bad: int


@app.command("decide")
def decide_files(applicants: Applicants, seats: SeatsFile, law: RulesOption = "2016", as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Who gets which seat. Bad rows are named on the standard error and left out; then the exit code is 1."""
    read = _read(applicants, seats, law)
    _answer(decide(read.contenders, read.seats, read.law), read, as_json=as_json)


@app.command()
def reaward(
    applicants: Applicants,
    seats: SeatsFile,
    freed: Annotated[Path, typer.Option(help="a file like --seats: the seats that came free")],
    law: RulesOption = "2016",
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Award seats that winners did not take up, by points, among those whom the competition left without a grant."""
    read = _read(applicants, seats, law)
    again, errors = read_seats(freed)
    _report(freed, errors)
    holders = [award.iin for award in decide(read.contenders, read.seats, read.law).awards]
    found = decide_again(read.contenders, holders, again, read.law)
    _answer(found, read._replace(bad=read.bad + len(errors)), as_json=as_json)


@app.command("explain")
def explain_one(
    iin: Annotated[str, typer.Argument(help="of the applicant")],
    applicants: Applicants,
    seats: SeatsFile,
    law: RulesOption = "2016",
) -> None:
    """Which choice was considered when, who took the last seat, with how many points. Others' IINs are masked."""
    read = _read(applicants, seats, law)
    try:
        found = explain(iin, read.contenders, read.seats, read.law)
    except LookupError:
        raise LauncherError(
            f"iin: {mask(iin)} is not among the good rows of {applicants}. Give the IIN of an applicant."
        ) from None
    for line in lines(found):
        console.print(line, markup=False)
    raise typer.Exit(1 if read.bad else 0)


def _read(applicants: Path, seats: Path, law: str) -> _Read:
    try:
        rules = load_rules(law)
    except (UnknownRules, RulesInvalid) as wrong:
        raise LauncherError(str(wrong)) from None
    people, bad_applicants = applicant_rows(applicants)
    rows, bad_seats = read_seats(seats)
    _report(applicants, bad_applicants)
    _report(seats, bad_seats)
    for warning in dangling(people, rows):
        to_stderr.print(f"{applicants.name}: warning: {warning}", markup=False)
    return _Read([each.contender() for each in people], rows, rules, len(bad_applicants) + len(bad_seats))


def _report(file: Path, errors: Sequence[RowError]) -> None:
    for error in errors:
        to_stderr.print(f"{file.name}: {error}", markup=False)


def _answer(result: Result, read: _Read, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(as_document(result), ensure_ascii=False, indent=2))
    else:
        _show(result, read)
    raise typer.Exit(1 if read.bad else 0)


def as_document(result: Result) -> dict[str, list[dict[str, object]]]:
    """The answer for machines: the same words as the columns of the files."""
    parts: dict[str, Sequence[Award | Refused | Tie | Cutoff]] = {
        "awards": result.awards,
        "refused": result.refused,
        "ties": result.ties,
        "cutoffs": result.cutoffs,
    }
    return {
        name: [{key: _plain(value) for key, value in row._asdict().items()} for row in rows]
        for name, rows in parts.items()
    }


def _plain(value: object) -> object:
    """An average mark is text, so that no reader rounds it."""
    return str(value) if isinstance(value, Decimal) else value


def _show(result: Result, read: _Read) -> None:
    seats = sum(row.seats for row in read.seats)
    console.print(
        f"{read.law.id}: {len(read.contenders)} applicants, {seats} seats; {len(result.awards)} grants, "
        f"{len(result.refused)} without one; ties that the rules do not break: {len(result.ties)}"
    )
    table = Table("specialty", "language", "seats of", "set aside", "awarded", "last total", title="Cut-offs")
    for each in result.cutoffs:
        total = "" if each.total is None else str(each.total)
        table.add_row(each.specialty, each.language, each.quota or each.via, str(each.seats), str(each.awarded), total)
    console.print(table)
    for tie in result.ties:
        won, lost = (", ".join(map(mask, side)) or "nobody" for side in (tie.won, tie.lost))
        console.print(
            f"tie for the last {tie.via} seat of {tie.specialty} ({tie.language}): {won} got one, {lost} did not"
        )


def lines(found: Explanation) -> list[str]:
    """The explanation in words."""
    who = found.contender
    quota = who.quota or "none"
    head = (
        f"{mask(who.iin)}: total {who.total}, profile subject {who.profile_score}, lowest other {who.other_min_score}, "
        f"average {who.certificate_average}, preferential right {who.preferential_rank or 'none'}, quota {quota}, "
        f"rural {'yes' if who.rural else 'no'}"
    )
    if found.award:
        end = f"Result: choice {found.award.choice}, {found.award.specialty}, by a {found.award.via} seat."
    else:
        end = f"Result: no grant, {found.reason}."
    return [head, *(line for each in found.considered for line in _choice(each)), end]


def _choice(each: Considered) -> list[str]:
    said = {
        Course.WON: "won",
        Course.LOST: "considered, no seat",
        Course.NOT_NEEDED: "not needed, an earlier choice was won",
        Course.KEPT_OUT: f"not considered, {each.ground}",
        Course.NO_SEATS: "not considered, the state order has no seats in this language",
    }[each.course]
    stages = each.stages if each.course in {Course.WON, Course.LOST} else ()
    return [f"choice {each.choice}, {each.specialty}: {said}", *(f"  {_stage(stage)}" for stage in stages)]


def _stage(stage: Stage) -> str:
    last = stage.last
    kind = f"{last.via} seats ({last.quota})" if last.quota else f"{last.via} seats"
    count = f"{kind}: {last.awarded} awarded, {last.seats} set aside"
    if last.iin is None:
        return f"{count}; nobody took one"
    points = (
        f"total {last.total}, preferential right {last.preferential_rank or 'none'}, "
        f"average {last.certificate_average}, profile subject {last.profile_score}"
    )
    behind = {
        None: "",
        "registration_number": "; an exact tie, the registration number decided",
    }.get(stage.behind_by, f"; the applicant is behind by {str(stage.behind_by).replace('_', ' ')}")
    return f"{count}; the last went to {mask(last.iin)} with {points}{behind}"
