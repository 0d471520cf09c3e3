"""What the service centre says to people: receipts, notices, the history."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from contracts.common import NoticeKind
from contracts.event import Event, Text
from services.con.application import events, terms
from services.con.application.state import NOTICES, Package

_Language: TypeAlias = Literal["kk", "ru", "en"]

REFUSED: Final = Text(
    kk="Құжаттар топтамасын қабылдаудан бас тарту туралы қолхат: топтама толық емес",
    ru="Расписка об отказе в приёме пакета документов: пакет неполный",
    en="Receipt of refusal to accept the document package: it is incomplete",
)
ACCEPTED: Final = Text(
    kk="Құжаттардың қабылданғаны туралы қолхат",
    ru="Расписка о приёме документов",
    en="Receipt of acceptance of the documents",
)

_HISTORY: Final[Mapping[str, Text]] = MappingProxyType(
    {
        events.PackageIncomplete.name: REFUSED,
        events.PackageHandedIn.name: Text(
            kk="Құжаттар топтамасы тапсырылды", ru="Пакет документов сдан", en="Document package handed in"
        ),
        events.ApplicationRegistered.name: Text(
            kk="Өтініш тіркелді", ru="Заявление зарегистрировано", en="Application registered"
        ),
        events.FormFilled.name: Text(
            kk="Сұрау нысаны толтырылды, құжаттар сканерленді",
            ru="Форма запроса заполнена, документы отсканированы",
            en="Request form filled in, documents scanned",
        ),
        events.ReceiptIssued.name: Text(kk="Қолхат берілді", ru="Расписка выдана", en="Receipt issued"),
        events.Dispatched.name: Text(
            kk="Топтама курьерге берілді", ru="Пакет передан курьеру", en="Package given to the courier"
        ),
        events.Delivered.name: Text(
            kk="Топтама жоғары оқу орнына жеткізілді",
            ru="Пакет доставлен в вуз",
            en="Package delivered to the university",
        ),
        events.ProgressNoted.name: Text(
            kk="Жоғары оқу орны істі қарауда", ru="Вуз рассматривает дело", en="The university is at work on the case"
        ),
        events.ReturnedForCorrection.name: Text(
            kk="Жоғары оқу орны түзетуге қайтарды",
            ru="Вуз вернул заявление на исправление",
            en="Returned by the university for correction",
        ),
        events.Corrected.name: Text(kk="Өтініш түзетілді", ru="Заявление исправлено", en="Application corrected"),
        events.WithdrawalRequested.name: Text(
            kk="Өтінішті қайтарып алу сұралды", ru="Подано заявление об отзыве", en="Withdrawal asked for"
        ),
        events.WithdrawalDeclined.name: Text(
            kk="Қайтарып алудан бас тартылды", ru="В отзыве отказано", en="Withdrawal declined"
        ),
        events.Withdrawn.name: Text(kk="Өтініш қайтарып алынды", ru="Заявление отозвано", en="Application withdrawn"),
        events.HearingAnnounced.name: Text(
            kk="Жоғары оқу орны тыңдау тағайындады", ru="Вуз назначил заслушивание", en="Hearing at the university"
        ),
        events.Declined.name: Text(kk="Жоғары оқу орны бас тартты", ru="Вуз отказал", en="Refused by the university"),
        events.DuplicateSent.name: Text(
            kk="Телнұсқа ХҚО-ға жіберілді", ru="Дубликат направлен в ЦОН", en="Duplicate sent to the service centre"
        ),
        events.DuplicateArrived.name: Text(
            kk="Телнұсқа ХҚО-ға келді", ru="Дубликат поступил в ЦОН", en="Duplicate received at the service centre"
        ),
        events.Reminded.name: Text(
            kk="Өтініш берушіге еске салынды", ru="Заявителю направлено напоминание", en="Applicant reminded"
        ),
        events.HandedOver.name: Text(kk="Телнұсқа берілді", ru="Дубликат выдан", en="Duplicate handed over"),
        events.SentBack.name: Text(
            kk="Алынбаған телнұсқа қайтаруға жіберілді",
            ru="Невостребованный дубликат отправлен обратно",
            en="Uncollected duplicate sent back",
        ),
        events.Returned.name: Text(
            kk="Телнұсқа жоғары оқу орнына қайтарылды",
            ru="Дубликат возвращён в вуз",
            en="Duplicate returned to the university",
        ),
        events.IssuedAtUniversity.name: Text(
            kk="Телнұсқа жоғары оқу орнында берілді",
            ru="Дубликат выдан в вузе",
            en="Duplicate handed over at the university",
        ),
        events.DeadlineMissed.name: Text(kk="Мерзім бұзылды", ru="Срок нарушен", en="Deadline missed"),
    }
)


def of(event: Event) -> Text:
    """The line of an application's history that tells of `event`."""
    return _HISTORY[event.name]


_NOTICES: Final[Mapping[NoticeKind, Text]] = MappingProxyType(
    {
        NoticeKind.RETURNED_FOR_CORRECTION: Text(
            kk="Жоғары оқу орны № {number} өтінішті түзетуге қайтарды: {corrections}. Түзету үшін ХҚО-ға келіңіз.",
            ru="Вуз вернул заявление № {number} на исправление: {corrections}. Исправьте его в ЦОНе.",
            en="The university returned application No {number} for correction: {corrections}. Correct it at the "
            "service centre.",
        ),
        NoticeKind.HEARING: Text(
            kk="Жоғары оқу орны № {number} өтініш бойынша бас тартуды көздейді: {preliminary}. Сізді {hearing} бастап "
            "жоғары оқу орнында тыңдайды; келмесеңіз, шешім сізсіз қабылданады.",
            ru="По заявлению № {number} вуз намерен отказать: {preliminary}. Заслушивание в вузе не ранее {hearing}; "
            "без вас решение примут на основании дела.",
            en="The university means to refuse application No {number}: {preliminary}. You are heard there from "
            "{hearing} on; should you not come, the decision is made without you.",
        ),
        NoticeKind.REFUSED: Text(
            kk="Жоғары оқу орны № {number} өтініш бойынша бас тартты: {refusal}. Құжаттарыңызды ХҚО-дан алып кетіңіз; "
            "жаңа өтініш бере аласыз.",
            ru="По заявлению № {number} вуз отказал: {refusal}. Заберите документы в ЦОНе; вы можете подать новое "
            "заявление.",
            en="The university refused application No {number}: {refusal}. Collect your documents at the service "
            "centre; you may hand in a new application.",
        ),
        NoticeKind.READY: Text(
            kk="№ {number} өтініш бойынша телнұсқа ХҚО-да. Жеке басыңызды куәландыратын құжатпен {until} дейін алып "
            "кетіңіз.",
            ru="Дубликат по заявлению № {number} в ЦОНе. Заберите его до {until}, возьмите удостоверение личности.",
            en="The duplicate of application No {number} is at the service centre. Collect it by {until} with your "
            "identity document.",
        ),
        NoticeKind.REMINDER: Text(
            kk="№ {number} өтініш бойынша телнұсқа ХҚО-да сізді күтуде. {until} кейін ол жоғары оқу орнына "
            "қайтарылады.",
            ru="Дубликат по заявлению № {number} ждёт вас в ЦОНе. После {until} он будет возвращён в вуз.",
            en="The duplicate of application No {number} is waiting at the service centre. After {until} it goes back "
            "to the university.",
        ),
        NoticeKind.WITHDRAWN: Text(
            kk="№ {number} өтініш қайтарып алынды. Құжаттарыңызды ХҚО-дан алып кетіңіз.",
            ru="Заявление № {number} отозвано. Заберите документы в ЦОНе.",
            en="Application No {number} is withdrawn. Collect your documents at the service centre.",
        ),
        NoticeKind.WITHDRAWAL_DECLINED: Text(
            kk="№ {number} өтінішті қайтарып алуға болмайды: телнұсқа дайындалып қойған.",
            ru="Заявление № {number} отозвать нельзя: дубликат уже подготовлен.",
            en="Application No {number} can no longer be withdrawn: its duplicate is prepared.",
        ),
    }
)


def notice_of(state: Package, event: Event) -> tuple[NoticeKind, Text] | None:
    """What the applicant is told about `event`, if anything; `state` is the one after it (INC-08)."""
    kind = NOTICES.get(type(event))
    return (kind, notice(state, kind)) if kind else None


def notice(state: Package, kind: NoticeKind) -> Text:
    """The words of a notice, as the state fills them in."""

    def say(language: _Language) -> str:
        words: str = getattr(_NOTICES[kind], language)
        return words.format(
            number=state.number or "-",
            until=_day(state.send_back_at),
            refusal=getattr(state.refusal.reason, language) if state.refusal else "",
            preliminary=getattr(state.hearing.refusal.reason, language) if state.hearing else "",
            hearing=_day(state.hearing.held_at if state.hearing else None),
            corrections="; ".join(getattr(each.rule, language) for each in state.corrections),
        )

    return Text(kk=say("kk"), ru=say("ru"), en=say("en"))


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(terms.ZONE):%Y-%m-%d}" if at else "-"
