"""The words of the procedure pages and diagrams in Kazakh, Russian and English."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from law.regulation import Condition, Evidence, Limit, Step, Unit, YearDay


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
    window: str
    no_later: str
    months: str
    only: Mapping[Condition, str]
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

    def term(self, step: Step) -> str:
        """The step's limit, or its fixed date; both where it has both."""
        if step.backstop is None:
            return self.limit(step.limit)
        fixed = self.no_later.format(self.day(step.backstop))
        return f"{self.limit(step.limit)}, {fixed}" if step.limit else fixed

    def day(self, day: YearDay) -> str:
        month, number = day.day.split("-")
        return f"{int(number)} {self.months.split()[int(month) - 1]}"

    def way(self, service: str, channel: str) -> str:
        """How an application is filed: the service's own words for a channel, if there are any."""
        return self.channels.get(f"{service} {channel}") or self.channels[channel]

    def condition(self, step: Step) -> str:
        return self.only[step.condition] if step.condition else ""


LANGUAGES: Final = (
    Language(
        code="kk",
        name="қазақша",
        steps="Қадамдар",
        head=("қадам", "кім", "не істейді", "мерзімі", "бұйрықтың мәтіні"),
        no_limit="мерзімі белгіленбеген",
        overall="Қызмет көрсету мерзімі",
        window="Өтініш беру кезеңі",
        no_later="соңғы күні – {}",
        months="қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
        only={
            Condition.NO_BLANK_IN_STOCK: "бланк болмаса ғана",
            Condition.SIGNATURE_NOT_CONFIRMED: "ЭЦҚ расталмаса ғана",
        },
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
            "admission_committee": "қабылдау комиссиясы",
            "nct": "ҰТО",
            "competition_commission": "Республикалық конкурстық комиссия",
            "ministry": "БҒМ",
            "media": "БАҚ",
            "university": "ЖОО",
            "rector": "ректор",
            "portal": "портал",
        },
        units={
            Unit.WORKING_DAY: lambda _: "жұмыс күні",
            Unit.CALENDAR_DAY: lambda _: "күнтізбелік күн",
            Unit.MINUTE: lambda _: "минут",
        },
        evidence={Evidence.SEED: "бұйрық", Evidence.FOUND: "басқа дереккөз", Evidence.ASSUMED: "болжам"},
        channels={
            "paper": "ЖОО кеңсесі арқылы",
            "grant paper": "қабылдау комиссиясы арқылы",
            "con": "ХҚО арқылы",
            "state_corporation": "Мемлекеттік корпорация арқылы",
            "portal": "портал арқылы",
            "grant common": "қатысушылардың барлығына ортақ қадамдар",
            "grant interaction": "портал арқылы өтініш беру реті",
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
        window="Приём заявлений",
        no_later="не позднее {}",
        months="января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        only={
            Condition.NO_BLANK_IN_STOCK: "только если бланка нет в наличии",
            Condition.SIGNATURE_NOT_CONFIRMED: "только если ЭЦП не подтверждена",
        },
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
            "admission_committee": "приёмная комиссия вуза",
            "nct": "НЦТ",
            "competition_commission": "Республиканская конкурсная комиссия",
            "ministry": "МОН РК",
            "media": "СМИ",
            "university": "вуз",
            "rector": "ректор",
            "portal": "портал",
        },
        units={
            Unit.WORKING_DAY: _russian("рабочий день", "рабочих дня", "рабочих дней"),
            Unit.CALENDAR_DAY: _russian("календарный день", "календарных дня", "календарных дней"),
            Unit.MINUTE: _russian("минута", "минуты", "минут"),
        },
        evidence={Evidence.SEED: "приказ", Evidence.FOUND: "другой источник", Evidence.ASSUMED: "предположение"},
        channels={
            "paper": "через канцелярию вуза",
            "grant paper": "через приёмную комиссию вуза",
            "con": "через ЦОН",
            "state_corporation": "через Государственную корпорацию",
            "portal": "через портал",
            "grant common": "общие шаги",
            "grant interaction": "порядок обращения через портал",
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
        window="Applications are filed",
        no_later="not later than {}",
        months="January February March April May June July August September October November December",
        only={
            Condition.NO_BLANK_IN_STOCK: "only if no blank form is in stock",
            Condition.SIGNATURE_NOT_CONFIRMED: "only if the signature is not confirmed",
        },
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
            "admission_committee": "admission committee",
            "nct": "National Testing Centre",
            "competition_commission": "Republican Competition Commission",
            "ministry": "Ministry of Education and Science",
            "media": "mass media",
            "university": "university",
            "rector": "rector",
            "portal": "portal",
        },
        units={
            Unit.WORKING_DAY: _english("working day"),
            Unit.CALENDAR_DAY: _english("calendar day"),
            Unit.MINUTE: _english("minute"),
        },
        evidence={Evidence.SEED: "order", Evidence.FOUND: "another source", Evidence.ASSUMED: "assumption"},
        channels={
            "paper": "at the university's chancellery",
            "grant paper": "at the admission committee",
            "con": "at the public service centre (ЦОН)",
            "state_corporation": "at the State Corporation",
            "portal": "over the portal",
            "grant common": "steps common to both ways in",
            "grant interaction": "how to apply over the portal",
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
