"""`egov regulation`: what a regulation's data say, without running anything."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.errors import LauncherError
from law.regulation import (
    SERVICE_CENTRE_HOURS,
    CountFrom,
    Counting,
    Due,
    PlannedStep,
    Regulation,
    RegulationInvalid,
    UnknownRegulation,
    WorkCalendar,
    load,
    overall,
    plan,
)
from law.regulation.campaign import campaign_plan, campaign_year, infeasible, window

app = typer.Typer(no_args_is_help=True, help="what a regulation's data say")
console = Console()
_CAPITAL: Final = "Asia/Almaty"
_SERVICE_CENTRE: Final = WorkCalendar(6, ZoneInfo(_CAPITAL), SERVICE_CENTRE_HOURS)
_AT_THE_SERVICE_CENTRE: Final = ("con", "con_operator", "state_corporation", "state_corporation_operator")


class Channel(StrEnum):
    PAPER = "paper"
    CON = "con"
    PORTAL = "portal"


@app.callback()
def group() -> None:
    """A group of its own, also while it has one command."""


@app.command()
def deadlines(
    channel: Annotated[Channel, typer.Option(help="the way in: the university's counter, ЦОН, or the portal")],
    filed: Annotated[
        str, typer.Option(help="when it was filed, 2016-02-15T10:00; without an offset, on the zone's clock")
    ],
    regulation: Annotated[str, typer.Option(help="an id, or the path of a YAML file")] = "KZ-MES-705-DUP",
    counting: Annotated[
        CountFrom | None, typer.Option(help="is the day of the event day 1; without it, the regulation's own rule")
    ] = None,
    no_blank: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--no-blank", help="no blank form is in stock: the Ministry is asked")
    ] = False,
    zone: Annotated[str, typer.Option(help="of the university's town")] = _CAPITAL,
    week: Annotated[int, typer.Option(min=5, max=6, help="working days in the university's week")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,  # noqa: FBT002 - a flag
) -> None:
    """The latest moment of every step and of the whole term, each step beginning when the one before is due.

    Of a campaign, KZ-MES-705-GRANT, also the steps common to both ways in, and whether they can meet their fixed dates.
    """
    if zone not in available_timezones():
        raise LauncherError(f"zone: {zone!r} is not a time zone of the tz database. Write Asia/Aqtau, for example.")
    town = ZoneInfo(zone)
    university = WorkCalendar(5 if week == 5 else 6, town)  # noqa: PLR2004 - the literal type of a week
    at = _moment(filed, town)
    try:
        law = load(regulation)
        rule = law.counting.model_copy(update={"count_from": counting}) if counting else law.counting
        said: dict[str, Any] = {}  # Any: JSON
        if law.campaign:
            steps = _of_campaign(law, channel, at, university, rule)
            late = infeasible(law, campaign_year(at), university, rule, filed=at, channels=[channel])
            said["infeasible"] = late and {
                "step": late.step,
                "begins": _due(late.planned, town)["due_at"],
                "fixed": _due(late.backstop, town)["due_at"],
            }
        else:
            steps = plan(
                law,
                channel,
                at,
                university,
                rule,
                blank_in_stock=not no_blank,
                by_actor=dict.fromkeys(_AT_THE_SERVICE_CENTRE, _SERVICE_CENTRE),
            )
        found: dict[str, Any] = {  # Any: JSON
            "regulation": law.id,
            "channel": channel,
            "filed": at.isoformat(),
            "counting": rule.count_from,
            "steps": [{"id": step.id, **_due(step.due, town)} for step in steps],
            "overall": _due(overall(law, channel, at, university, rule), town),
            **said,
        }
    except (UnknownRegulation, RegulationInvalid) as wrong:
        raise LauncherError(str(wrong)) from None
    except (ValueError, OverflowError) as wrong:
        raise LauncherError(
            f"filed: {at.isoformat()}: a day of this plan lies outside the years whose holidays are known ({wrong}). "
            "Choose a moment further within 1991 to 2100."
        ) from None
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found)


def _of_campaign(
    law: Regulation, channel: str, at: datetime, university: WorkCalendar, rule: Counting
) -> list[PlannedStep]:
    filing = window(law, campaign_year(at))
    if not filing.covers(at):
        opens, closes = (
            f"{each.astimezone(ZoneInfo(_CAPITAL)):%Y-%m-%dT%H:%M}" for each in (filing.opens, filing.closes)
        )
        raise LauncherError(f"filed: {law.id} takes applications from {opens} up to {closes}. Write a moment within.")
    return campaign_plan(law, campaign_year(at), university, rule, filed=at, channels=[channel])


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise LauncherError(f"filed: {text!r} is not a moment. Write 2016-02-15T10:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _due(due: Due | None, zone: ZoneInfo) -> dict[str, str | None]:
    """Null where the regulation sets no limit."""
    if due is None:
        return {"due": None, "due_at": None}
    return {"due": due.date.isoformat(), "due_at": due.at.astimezone(zone).isoformat()}


def _show(found: dict[str, Any]) -> None:  # Any: JSON
    table = Table(title=f"{found['regulation']}, {found['channel']}, filed {found['filed']}, {found['counting']}")
    for column in ("step", "due", "at the latest"):
        table.add_column(column)
    for step in found["steps"]:
        table.add_row(step["id"], step["due"] or "no limit", step["due_at"] or "")
    if "infeasible" not in found:
        table.add_row("the whole term", found["overall"]["due"] or "no limit", found["overall"]["due_at"] or "")
    console.print(table)
    if late := found.get("infeasible"):
        console.print(
            f"{late['step']} could begin only at {late['begins']}: its fixed date is {late['fixed']} (INC-20)."
        )
