"""A page per channel of a regulation and language, and its block diagram, which the order's appendices have lost."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from contracts.event import Text
from contracts.generate import blocks, exchanges, lanes, traceability
from contracts.generate.outputs import output, topic_of
from contracts.generate.pages import table
from contracts.regulation import Condition, Evidence, Limit, Regulation, Step, Unit, regulations

FOLDER: Final = "docs/procedures"
_NOTE: Final = (
    "<!-- Written by `python -m contracts.generate` from contracts/regulation/. Change the data, not this page. -->"
)


def _russian(one: str, few: str, many: str) -> Callable[[int], str]:
    def form(count: int) -> str:
        if count % 10 == 1 and count % 100 != 11:  # noqa: PLR2004 - Russian grammar
            return one
        return few if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14} else many

    return form


def _english(one: str) -> Callable[[int], str]:
    return lambda count: one if count == 1 else f"{one}s"


class Language(NamedTuple):
    """The words of one language. Kazakh nouns keep their form after a number."""

    code: str
    name: str
    steps: str
    head: tuple[str, str, str, str, str]
    no_limit: str
    overall: str
    unless: str
    actors: Mapping[str, str]
    units: Mapping[Unit, Callable[[int], str]]
    evidence: Mapping[Evidence, str]
    channels: Mapping[str, str]
    interaction: str
    directory: str
    directory_head: tuple[str, str, str, str]
    before_refusal: str
    supply: str
    systems: Mapping[str, str]

    def limit(self, limit: Limit | None) -> str:
        return f"{limit.value} {self.units[limit.unit](limit.value)}" if limit else self.no_limit

    def condition(self, step: Step) -> str:
        return self.unless if step.condition is Condition.NO_BLANK_IN_STOCK else ""


LANGUAGES: Final = (
    Language(
        code="kk",
        name="қазақша",
        steps="Қадамдар",
        head=("қадам", "кім", "не істейді", "мерзімі", "бұйрықтың мәтіні"),
        no_limit="мерзімі белгіленбеген",
        overall="Қызмет көрсету мерзімі",
        unless="бланк болмаса ғана",
        actors={
            "applicant": "көрсетілетін қызметті алушы",
            "chancellery": "ЖОО кеңсесі",
            "academic_affairs": "ЖОО оқу бөлімі",
            "management": "ЖОО басшылығы",
            "con": "ХҚО",
            "con_operator": "ХҚО операторы",
            "state_corporation": "Мемлекеттік корпорация",
            "state_corporation_operator": "Мемлекеттік корпорацияның операторы",
            "esuvo": "ЖБББЖ (ЕСУВО)",
        },
        units={
            Unit.WORKING_DAY: lambda _: "жұмыс күні",
            Unit.CALENDAR_DAY: lambda _: "күнтізбелік күн",
            Unit.MINUTE: lambda _: "минут",
        },
        evidence={Evidence.SEED: "бұйрық", Evidence.FOUND: "басқа дереккөз", Evidence.ASSUMED: "болжам"},
        channels={
            "paper": "ЖОО кеңсесі арқылы",
            "con": "ХҚО арқылы",
            "state_corporation": "Мемлекеттік корпорация арқылы",
            "portal": "портал арқылы",
        },
        interaction="Ақпараттық жүйелердің өзара іс-қимылы",
        directory="Бизнес-процестер анықтамалығы",
        directory_head=("кім", "қадам", "не істейді", "нәтижесі (оқиға)"),
        before_refusal="бас тартар алдында ғана",
        supply="Бланкілерді беру",
        systems={
            "portal": "«Электрондық үкімет» порталы",
            "shep_gateway": "«Электрондық үкімет» шлюзі (ШЭП)",
            "esuvo": "ЖБББЖ (ЕСУВО)",
            "university_is": "ЖОО ақпараттық жүйесі",
            "ministry": "БҒМ",
        },
    ),
    Language(
        code="ru",
        name="русский",
        steps="Шаги",
        head=("шаг", "кто", "что делает", "срок", "слова приказа"),
        no_limit="срок не установлен",
        overall="Срок оказания услуги",
        unless="только если бланка нет в наличии",
        actors={
            "applicant": "услугополучатель",
            "chancellery": "канцелярия вуза",
            "academic_affairs": "учебная часть вуза",
            "management": "руководство вуза",
            "con": "ЦОН",
            "con_operator": "оператор ЦОН",
            "state_corporation": "Государственная корпорация",
            "state_corporation_operator": "оператор Государственной корпорации",
            "esuvo": "ЕСУВО",
        },
        units={
            Unit.WORKING_DAY: _russian("рабочий день", "рабочих дня", "рабочих дней"),
            Unit.CALENDAR_DAY: _russian("календарный день", "календарных дня", "календарных дней"),
            Unit.MINUTE: _russian("минута", "минуты", "минут"),
        },
        evidence={Evidence.SEED: "приказ", Evidence.FOUND: "другой источник", Evidence.ASSUMED: "предположение"},
        channels={
            "paper": "через канцелярию вуза",
            "con": "через ЦОН",
            "state_corporation": "через Государственную корпорацию",
            "portal": "через портал",
        },
        interaction="Взаимодействие информационных систем",
        directory="Справочник бизнес-процессов",
        directory_head=("кто", "шаг", "что делает", "результат (событие)"),
        before_refusal="только перед отказом",
        supply="Поставка бланков",
        systems={
            "portal": "портал «электронного правительства»",
            "shep_gateway": "шлюз «электронного правительства» (ШЭП)",
            "esuvo": "ЕСУВО",
            "university_is": "ИС вуза",
            "ministry": "МОН РК",
        },
    ),
    Language(
        code="en",
        name="English",
        steps="Steps",
        head=("step", "who", "does what", "limit", "the order's words"),
        no_limit="no limit is set",
        overall="Term of the service",
        unless="only if no blank form is in stock",
        actors={
            "applicant": "applicant",
            "chancellery": "university chancellery",
            "academic_affairs": "academic affairs office",
            "management": "university management",
            "con": "public service centre",
            "con_operator": "operator of the service centre",
            "state_corporation": "State Corporation",
            "state_corporation_operator": "operator of the State Corporation",
            "esuvo": "ESUVO",
        },
        units={
            Unit.WORKING_DAY: _english("working day"),
            Unit.CALENDAR_DAY: _english("calendar day"),
            Unit.MINUTE: _english("minute"),
        },
        evidence={Evidence.SEED: "order", Evidence.FOUND: "another source", Evidence.ASSUMED: "assumption"},
        channels={
            "paper": "at the university's chancellery",
            "con": "at the public service centre (ЦОН)",
            "state_corporation": "at the State Corporation",
            "portal": "over the portal",
        },
        interaction="Interaction of the information systems",
        directory="Directory of business processes",
        directory_head=("who", "step", "does what", "output (event)"),
        before_refusal="only before a refusal",
        supply="Supply of blank forms",
        systems={
            "portal": "e-government portal",
            "shep_gateway": "e-government gateway (ShEP)",
            "esuvo": "ESUVO",
            "university_is": "university's information system",
            "ministry": "Ministry of Education and Science",
        },
    ),
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
                if channel in exchanges.EXCHANGES:
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
            _in_each(regulation, channel, _interaction_place) if channel in exchanges.EXCHANGES else "",
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
                    "The diagrams of interaction stand in for the order's appendices 2 and 3 (DUP-APP-2, DUP-APP-3), the "
                    "directory of business processes for appendix 4 (DUP-APP-4). Which event ends each step and which tests "
                    "prove it: [traceability](traceability.md)."
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
    if channel in exchanges.EXCHANGES:
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
                event = output(channel, step)
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
            limit=language.limit(step.limit),
            does=_in(step.titles, language),
            only=language.condition(step),
        )
        for step in steps
    ]
    title = f"{language.directory}. {_in(regulation.titles, language)}: {_way(regulation, channel, language)}"
    return lanes.draw(title, [language.actors[actor] for actor in actors], cells)


def _interaction(regulation: Regulation, channel: str, language: Language) -> str:
    agreed = [each for each in exchanges.EXCHANGES[channel] if _applies(each, regulation)]
    taking_part = {name for each in agreed for name in (each.sender, each.receiver)}
    participants = [each for each in exchanges.PARTICIPANTS[channel] if each in taking_part]
    messages = [
        exchanges.Message(
            sender=participants.index(each.sender),
            receiver=participants.index(each.receiver),
            says=_said(each, regulation, channel, language),
            topic=topic_of(each.event).name if each.event else "",
            only=language.unless if each.blank else language.before_refusal if each.refusal else "",
        )
        for each in agreed
    ]
    title = f"{language.interaction}. {_in(regulation.titles, language)}: {_way(regulation, channel, language)}"
    names = [_participant(each, regulation, language) for each in participants]
    return exchanges.draw(title, names, messages)


def _applies(exchange: exchanges.Exchange, regulation: Regulation) -> bool:
    if exchange.blank:
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
    return language.channels[_service_centre(regulation) if channel == exchanges.CON else channel]


def _service_centre(regulation: Regulation) -> str:
    """As the regulation calls who sends the package to the university: `con`, later `state_corporation`."""
    return next(each.actor for each in regulation.channel(exchanges.CON).steps if each.action == "dispatch")


def _row(step: Step, language: Language) -> tuple[str, ...]:
    does = "; ".join(filter(None, (_in(step.titles, language), language.condition(step))))
    said = f"{step.point}: «{step.citation}»" if step.evidence is Evidence.SEED else language.evidence[step.evidence]
    return f"`{step.id}`", language.actors[step.actor], does, language.limit(step.limit), said


def _diagram(regulation: Regulation, channel: str, language: Language) -> str:
    found = [
        blocks.Block(
            head=f"{step.id} · {language.limit(step.limit)}",
            who=language.actors[step.actor],
            does=_in(step.titles, language),
            only=language.condition(step),
        )
        for step in regulation.channel(channel).steps
    ]
    return blocks.draw(f"{_in(regulation.titles, language)}: {_way(regulation, channel, language)}", found)


def _in(titles: Text | object, language: Language) -> str:
    return str(getattr(titles, language.code))
