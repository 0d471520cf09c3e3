"""Every topic of the chain: who writes it, who reads it, what it carries. A new topic is one more row of TOPICS."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contracts import (
    con_applications,
    dead_letter,
    esuvo_blanks,
    esuvo_competition,
    esuvo_notifications,
    esuvo_requests,
    issued_documents,
    portal_applications,
    shep_deliveries,
    shep_requests,
    sim_clock,
    university_cases,
    university_grants,
)
from contracts.event import Catalogue, Event, Text

DEAD: Final = ".dead"
SERVICES: Final = ("portal", "esuvo", "university_is", "shep_gateway", "con")


@dataclass(frozen=True, slots=True)
class Topic:
    """`writers` begins with the owner; `key` describes the record's key.

    `partitions` is None where the installation decides (`partitions` of its settings).
    """

    name: str
    writers: tuple[str, ...]
    consumers: tuple[str, ...]
    catalogue: Catalogue
    title: Text
    carries: Text
    key: str = "the id of the application, the same as the envelope's `subject`"
    partitions: int | None = None
    compacted: bool = False
    dead_lettered: bool = True

    @property
    def owner(self) -> str:
        return self.writers[0]

    @property
    def dead(self) -> str | None:
        """The name of its dead-letter topic, None where it has none."""
        return self.name + DEAD if self.dead_lettered else None

    def versions(self) -> Iterator[tuple[type[Event], int]]:
        """Every event with every version of it that may stand on the topic, the newest first."""
        for event in self.catalogue:
            for version in range(event.version, 0, -1):
                yield event, version


def dead_letters(topic: Topic) -> Topic:
    """The dead-letter topic of `topic`: its owner and its readers write there, people read it."""
    title = topic.title
    return Topic(
        name=topic.name + DEAD,
        writers=(topic.owner, *(each for each in topic.consumers if each != topic.owner)),
        consumers=(),
        catalogue=dead_letter.CATALOGUE,
        title=Text(
            kk=f"{title.kk}: өңделмеген хабарлар", ru=f"{title.ru}: необработанное", en=f"{title.en}: dead letters"
        ),
        carries=Text(
            kk=f"{topic.name} топигінен ешкім пайдалана алмаған хабарлар, себебімен бірге.",
            ru=f"Сообщения топика {topic.name}, которые никто не смог использовать, с причиной.",
            en=f"Messages of {topic.name} that nobody could use, with the reason.",
        ),
        key="the key of the message that was set aside",
        partitions=1,
        dead_lettered=False,
    )


def topic(name: str) -> Topic:
    """The topic or dead-letter topic of this name, without a prefix. KeyError with the names that there are."""
    known = {each.name: each for each in all_topics()}
    if name not in known:
        raise KeyError(f"no topic is called {name}; there are {', '.join(sorted(known))}")
    return known[name]


def all_topics() -> Iterator[Topic]:
    """TOPICS, and after each the dead-letter topic that it has."""
    for each in TOPICS:
        yield each
        if each.dead_lettered:
            yield dead_letters(each)


TOPICS: Final = (
    Topic(
        name=portal_applications.TOPIC,
        writers=("portal",),
        consumers=("esuvo", "shep_gateway"),
        catalogue=portal_applications.CATALOGUE,
        title=Text(kk="Портал өтініштері", ru="Заявления портала", en="Applications at the portal"),
        carries=Text(
            kk="Өтініштің берілуі, түзетілуі, қайтарып алынуы, хабарламаның алынуы және өтініштің жабылуы.",
            ru="Подача, исправление и отзыв заявления, получение уведомления и завершение заявления.",
            en="Applications submitted, corrected, withdrawn and closed, and notices received in the personal account.",
        ),
    ),
    Topic(
        name=esuvo_requests.TOPIC,
        writers=("esuvo",),
        consumers=("university_is",),
        catalogue=esuvo_requests.CATALOGUE,
        title=Text(kk="ЕСУВО сұраулары", ru="Запросы ЕСУВО", en="Requests of ESUVO"),
        carries=Text(
            kk="Университетке жіберілген сұраулар, түзетулер мен қайтарып алулар; университет табылмаған жағдайлар.",
            ru="Запросы, исправления и отзывы, направленные в вуз; случаи, когда вуз не найден.",
            en="Requests, corrections and withdrawals sent to a university, and requests to an unknown university.",
        ),
    ),
    Topic(
        name=esuvo_notifications.TOPIC,
        writers=("esuvo",),
        consumers=("shep_gateway", "university_is"),
        catalogue=esuvo_notifications.CATALOGUE,
        title=Text(kk="ЕСУВО хабарламалары", ru="Уведомления ЕСУВО", en="Notices of ESUVO"),
        carries=Text(
            kk="Шлюзге берілген хабарламалар және олардың жеткізілген-жеткізілмегені.",
            ru="Уведомления, переданные шлюзу, и то, доставлены ли они.",
            en="Notices handed to the gateway, and whether they arrived.",
        ),
    ),
    Topic(
        name=esuvo_blanks.TOPIC,
        writers=("esuvo",),
        consumers=("university_is",),
        catalogue=esuvo_blanks.CATALOGUE,
        title=Text(kk="Бланкілер", ru="Бланки", en="Blank forms"),
        carries=Text(
            kk="Министрлікке түскен бланк тапсырыстары және берілген бланкілер.",
            ru="Заявки на бланки у министерства и отпущенные бланки.",
            en="Requests for blank forms at the Ministry, and the blank forms it supplies.",
        ),
    ),
    Topic(
        name=university_cases.TOPIC,
        writers=("university_is",),
        consumers=("esuvo", "con"),
        catalogue=university_cases.CATALOGUE,
        title=Text(kk="Университет істері", ru="Дела вуза", en="Cases at a university"),
        carries=Text(
            kk="Университеттегі істің әр қадамы, хабарламалар мен мерзім бұзылулары.",
            ru="Каждый шаг дела в вузе, уведомления и нарушения сроков.",
            en="Every step of a case at a university, its notices and its breached deadlines.",
        ),
    ),
    Topic(
        name=shep_deliveries.TOPIC,
        writers=("shep_gateway",),
        consumers=("esuvo", "portal"),
        catalogue=shep_deliveries.CATALOGUE,
        title=Text(kk="Шлюз жеткізулері", ru="Доставки шлюза", en="Deliveries of the gateway"),
        carries=Text(
            kk="Хабарламаның шлюзде қабылдануы, порталға жіберілуі, расталуы немесе тоқтатылуы.",
            ru="Приём уведомления шлюзом, передача порталу, подтверждение или прекращение попыток.",
            en="Notices accepted by the gateway, dispatched to the portal, confirmed or abandoned.",
        ),
    ),
    Topic(
        name=shep_requests.TOPIC,
        writers=("shep_gateway",),
        consumers=("esuvo",),
        catalogue=shep_requests.CATALOGUE,
        title=Text(kk="Шлюз арқылы сұраулар", ru="Запросы через шлюз", en="Requests over the gateway"),
        carries=Text(
            kk="Портал өтініштері шлюз арқылы, айтылған күйінде; тек шлюз сұрау жолында болса (INC-09).",
            ru="Заявления портала через шлюз, как они сказаны; только если шлюз стоит и на пути запроса (INC-09).",
            en="The portal's events on applications, unchanged; only if requests go over the gateway as well (INC-09).",
        ),
    ),
    Topic(
        name=con_applications.TOPIC,
        writers=("con",),
        consumers=("university_is",),
        catalogue=con_applications.CATALOGUE,
        title=Text(kk="ХҚО өтініштері", ru="Заявления ЦОН", en="Applications at a service centre"),
        carries=Text(
            kk="Қызмет көрсету орталығындағы топтамалар: қабылдаудан телнұсқаны беруге дейін, мерзім бұзылулары.",
            ru="Пакеты в центре обслуживания: от приёма до выдачи дубликата, и нарушения сроков.",
            en="Packages at a service centre, from the counter to the hand-over of the duplicate, and breached deadlines.",
        ),
    ),
    Topic(
        name=university_grants.TOPIC,
        writers=("university_is",),
        consumers=("esuvo",),
        catalogue=university_grants.CATALOGUE,
        title=Text(kk="Қабылдау комиссиялары", ru="Приёмные комиссии", en="Admission committees"),
        carries=Text(
            kk="Грантқа өтініштердің тіркелуі, тексерілуі, ҰТО-ға жіберілуі; куәліктердің табысталуы, стипендиялар.",
            ru="Заявления на гранты в приёмной комиссии, передача в НЦТ, выдача свидетельств, приказы о стипендии.",
            en="Applications for grants at the committees, forwarded to the Testing Centre; certificates and scholarships.",
        ),
    ),
    Topic(
        name=esuvo_competition.TOPIC,
        writers=("esuvo",),
        consumers=("university_is",),
        catalogue=esuvo_competition.CATALOGUE,
        title=Text(kk="Грант конкурсы", ru="Конкурс грантов", en="Grant competition"),
        carries=Text(
            kk="Конкурсқа қабылдау, комиссия хаттамасы, министрлік бұйрығы, куәліктер, тізімнің жариялануы.",
            ru="Приём к конкурсу, протокол комиссии, приказ министерства, свидетельства, публикация списка.",
            en="Acceptance to the competition, the commission's protocol, the Ministry's order, certificates, publication.",
        ),
        key="the id of the application, or of the campaign for events of the whole campaign",
    ),
    Topic(
        name=issued_documents.UNIVERSITY_TOPIC,
        writers=("university_is",),
        consumers=("portal",),
        catalogue=issued_documents.CATALOGUE,
        title=Text(kk="ЖОО құжаттары", ru="Документы вузов", en="Documents of universities"),
        carries=Text(
            kk="Университеттер берген құжаттар: порталда кодымен тексеріледі.",
            ru="Документы, выданные вузами: на портале их проверяют по коду.",
            en="Papers that universities issued: the portal's page checks them by their verification code.",
        ),
        key="the verification code of the paper",
    ),
    Topic(
        name=issued_documents.ESUVO_TOPIC,
        writers=("esuvo",),
        consumers=("portal",),
        catalogue=issued_documents.CATALOGUE,
        title=Text(kk="Министрлік құжаттары", ru="Документы министерства", en="Documents of the Ministry"),
        carries=Text(
            kk="ҰТО, комиссия және министрлік берген құжаттар: порталда кодымен тексеріледі.",
            ru="Документы НЦТ, комиссии и министерства: на портале их проверяют по коду.",
            en="Papers of the Testing Centre, the commission and the Ministry, checked by their verification code.",
        ),
        key="the verification code of the paper",
    ),
    Topic(
        name=sim_clock.TOPIC,
        writers=("conductor",),
        consumers=SERVICES,
        catalogue=sim_clock.CATALOGUE,
        title=Text(kk="Виртуалды сағат", ru="Виртуальные часы", en="Virtual clock"),
        carries=Text(
            kk="Виртуалды уақыттың күйі: соңғысы ғана маңызды.",
            ru="Состояние виртуального времени: важно только последнее.",
            en="The state of virtual time: only the newest counts.",
        ),
        key=f"`{sim_clock.KEY}`, the only one",
        partitions=1,
        compacted=True,
        dead_lettered=False,
    ),
)
