"""A page for each channel of a regulation and each language, with the block diagram that the published order lacks."""

from collections.abc import Callable, Sequence
from typing import Final

from contracts.event import Text
from contracts.generate import traceability
from contracts.generate.drawing import blocks, exchanges, lanes
from contracts.generate.outputs import output, topic_of
from contracts.generate.pages import table
from contracts.generate.words import LANGUAGES, Language
from law.regulation import Condition, Evidence, Regulation, Step, regulations

FOLDER: Final = "docs/procedures"
_NOTE: Final = (
    "<!-- Written by `python -m contracts.generate` from law/regulation/. Change the data, not this page. -->"
)


def files() -> dict[str, str]:
    """Text by path below the repository's root."""
    found = {f"{FOLDER}/README.md": _index(), **traceability.files()}
    for regulation in regulations().values():
        for channel in regulation.channels:
            for language in LANGUAGES:
                place = _place(regulation, channel, language)
                found[f"{FOLDER}/{place}.md"] = _page(regulation, channel, language)
                found[f"{FOLDER}/{place}.svg"] = _diagram(regulation, channel, language)
                found[f"{FOLDER}/{_lanes_place(regulation, channel, language)}"] = _lanes(regulation, channel, language)
                if exchanges.of(regulation.service, channel):
                    drawn = _interaction(regulation, channel, language)
                    found[f"{FOLDER}/{_interaction_place(regulation, channel, language)}"] = drawn
    return found


def _place(regulation: Regulation, channel: str, language: Language) -> str:
    return f"{regulation.id.lower()}-{channel}.{language.code}"


def _lanes_place(regulation: Regulation, channel: str, language: Language) -> str:
    return f"{regulation.id.lower()}-{channel}-directory.{language.code}.svg"


def _interaction_place(regulation: Regulation, channel: str, language: Language) -> str:
    return f"{regulation.id.lower()}-{channel}-interaction.{language.code}.svg"


def _index() -> str:
    rows = [
        (
            regulation.id,
            channel,
            *(f"[{each.name}]({_place(regulation, channel, each)}.md)" for each in LANGUAGES),
            _in_each(regulation, channel, _interaction_place) if exchanges.of(regulation.service, channel) else "",
            _in_each(regulation, channel, _lanes_place),
        )
        for regulation in regulations().values()
        for channel in regulation.channels
    ]
    return (
        "\n\n".join(
            (
                _NOTE,
                "# Procedures",
                (
                    "Each way to ask for a service, step by step, as the regulation's data say: who acts, how long it may "
                    "take, and in which words the order says so. The block diagrams stand in for those that the order's "
                    "appendices have lost. When each step is due for a given day: `egov regulation deadlines`."
                ),
                table(("regulation", "channel", "", "", "", "interaction of systems", "business processes"), rows),
                (
                    "For duplicates, the diagrams of interaction stand in for the order's appendices 2 and 3 (DUP-APP-2, "
                    "DUP-APP-3), the directory of business processes for appendix 4 (DUP-APP-4); for grants the block diagrams "
                    "on paper and over the portal stand in for appendices 1 and 2 (GRANT-APP-1, GRANT-APP-2), each followed by "
                    "the common steps. Which event ends each step and which tests prove it: "
                    "[traceability](traceability.md)."
                ),
            )
        )
        + "\n"
    )


def _in_each(regulation: Regulation, channel: str, place: Callable[[Regulation, str, Language], str]) -> str:
    return ", ".join(f"[{each.code}]({place(regulation, channel, each)})" for each in LANGUAGES)


def _page(regulation: Regulation, channel: str, language: Language) -> str:
    title = _in(regulation.titles, language)
    diagram = f"{_place(regulation, channel, language)}.svg"
    rows = [_row(step, language) for step in regulation.channel(channel).steps]
    parts = [
        _NOTE,
        f"# {title}: {_way(regulation, channel, language)}",
        f"`{regulation.id}`: {regulation.act}",
        f"## {language.steps}",
        table(language.head, rows),
        f"![{language.steps}]({diagram})",
    ]
    if regulation.overall_limit:
        limit = regulation.overall_limit
        parts.append(f"{language.overall}: {language.limit(limit)} ({language.evidence[limit.evidence]}).")
    if regulation.campaign:
        first, last = regulation.campaign.window.first_day, regulation.campaign.window.last_day
        said = language.evidence[last.evidence]
        parts.append(f"{language.window}: {language.day(first)} – {language.day(last)} ({said}).")
    if exchanges.of(regulation.service, channel):
        picture = _interaction_place(regulation, channel, language)
        parts += [f"## {language.interaction}", f"![{language.interaction}]({picture})"]
    picture = _lanes_place(regulation, channel, language)
    rows = _directory(regulation, channel, language)
    parts += [f"## {language.directory}", table(language.directory_head, rows), f"![{language.directory}]({picture})"]
    return "\n\n".join(parts) + "\n"


def _directory(regulation: Regulation, channel: str, language: Language) -> list[tuple[str, ...]]:
    """By actor, in the order in which they first act."""
    steps = regulation.channel(channel).steps
    rows: list[tuple[str, ...]] = []
    for actor in dict.fromkeys(step.actor for step in steps):
        for step in steps:
            if step.actor == actor:
                event = output(regulation.service, channel, step)
                name = f"{_in(event.title, language)} (`{event.name}`)" if event else ""
                rows.append((language.actors[actor], f"`{step.id}`", _in(step.titles, language), name))
    return rows


def _lanes(regulation: Regulation, channel: str, language: Language) -> str:
    steps = regulation.channel(channel).steps
    actors = list(dict.fromkeys(step.actor for step in steps))
    cells = [
        lanes.Cell(
            lane=actors.index(step.actor),
            head=step.id,
            limit=language.term(step),
            does=_in(step.titles, language),
            only=language.condition(step),
            after=waits_for,
        )
        for step, waits_for in zip(steps, _before(steps), strict=True)
    ]
    title = f"{language.directory}. {_in(regulation.titles, language)}: {_way(regulation, channel, language)}"
    return lanes.draw(title, [language.actors[actor] for actor in actors], cells)


def _interaction(regulation: Regulation, channel: str, language: Language) -> str:
    agreed = [each for each in exchanges.of(regulation.service, channel) if _applies(each, regulation)]
    taking_part = {name for each in agreed for name in (each.sender, each.receiver)}
    participants = [each for each in exchanges.PARTICIPANTS[channel] if each in taking_part]
    messages = [
        exchanges.Message(
            sender=participants.index(each.sender),
            receiver=participants.index(each.receiver),
            says=_said(each, regulation, channel, language),
            topic=topic_of(each.event).name if each.event else "",
            only=_only(each, language),
        )
        for each in agreed
    ]
    title = f"{language.interaction}. {_in(regulation.titles, language)}: {_way(regulation, channel, language)}"
    names = [_participant(each, regulation, language) for each in participants]
    return exchanges.draw(title, names, messages)


def _only(exchange: exchanges.Exchange, language: Language) -> str:
    """When the message goes, if not always."""
    if exchange.condition:
        return language.only[exchange.condition]
    return language.before_refusal if exchange.refusal else ""


def _applies(exchange: exchanges.Exchange, regulation: Regulation) -> bool:
    if exchange.condition is Condition.NO_BLANK_IN_STOCK:
        return regulation.blank_branch.enabled
    return regulation.pre_refusal_hearing is not None or not exchange.refusal


def _said(exchange: exchanges.Exchange, regulation: Regulation, channel: str, language: Language) -> str:
    """The step's number and the event's title; the step's own title where people act."""
    steps = (each for each in regulation.channel(channel).steps if each.action == exchange.step)
    step = next(steps, None)
    if exchange.event is None:
        return f"{step.id}. {_in(step.titles, language)}" if step else language.supply
    title = _in(exchange.event.title, language)
    return f"{step.id}. {title}" if step else title


def _participant(name: str, regulation: Regulation, language: Language) -> str:
    if name == exchanges.CON:
        name = _service_centre(regulation)
    return language.systems.get(name) or language.actors[name]


def _way(regulation: Regulation, channel: str, language: Language) -> str:
    return language.way(regulation.service, _service_centre(regulation) if channel == exchanges.CON else channel)


def _service_centre(regulation: Regulation) -> str:
    """As the regulation calls who sends the package to the university: `con`, later `state_corporation`."""
    return next(each.actor for each in regulation.channel(exchanges.CON).steps if each.action == "dispatch")


def _row(step: Step, language: Language) -> tuple[str, ...]:
    does = "; ".join(filter(None, (_in(step.titles, language), language.condition(step))))
    said = f"{step.point}: «{step.citation}»" if step.evidence is Evidence.SEED else language.evidence[step.evidence]
    return f"`{step.id}`", language.actors[step.actor], does, language.term(step), said


def _diagram(regulation: Regulation, channel: str, language: Language) -> str:
    steps = regulation.channel(channel).steps
    before = _before(steps)
    main = _main(before)
    found = [
        blocks.Block(
            head=f"{step.id} · {language.term(step)}",
            who=language.actors[step.actor],
            does=_in(step.titles, language),
            only=language.condition(step),
            beside=number not in main,
            after=max(before[number], default=0),
        )
        for number, step in enumerate(steps)
    ]
    return blocks.draw(f"{_in(regulation.titles, language)}: {_way(regulation, channel, language)}", found)


def _before(steps: Sequence[Step]) -> list[tuple[int, ...]]:
    """For each step, the numbers of those of this channel that it waits for; without a word on it, the one above."""
    numbers = {step.id: number for number, step in enumerate(steps)}
    return [
        tuple(numbers[each] for each in step.after if each in numbers)
        if step.after
        else tuple(range(max(number - 1, 0), number))
        for number, step in enumerate(steps)
    ]


def _main(before: Sequence[tuple[int, ...]]) -> set[int]:
    """The steps that the last one waits for, and what those wait for in turn."""
    found, ahead = set[int](), [len(before) - 1]
    while ahead:
        number = ahead.pop()
        found.add(number)
        ahead += before[number]
    return found


def _in(titles: Text | object, language: Language) -> str:
    return str(getattr(titles, language.code))
