"""What the history of an application says to its applicant, for either service."""

from datetime import datetime
from typing import Final

from contracts.common import NoticeKind
from contracts.event import Event, Text
from law.regulation import Unit
from services.portal import notices
from services.portal.duplicates import decide as application
from services.portal.duplicates.terms import ServiceTerm
from services.portal.grants.decide import GrantFiled

_HISTORY: Final = {
    application.Filed.name: Text(
        kk="Өтініш берілді және ЭЦҚ-мен қол қойылды",
        ru="Заявление подано и подписано ЭЦП",
        en="Application filed and signed with EDS",
    ),
    GrantFiled.name: Text(
        kk="Портал ЭЦҚ-мен қол қойылған грантқа өтінішті алды",
        ru="Портал получил заявление на грант, подписанное ЭЦП",
        en="The portal has received the grant application, signed with EDS",
    ),
    application.Corrected.name: Text(kk="Өтініш түзетілді", ru="Заявление исправлено", en="Application corrected"),
    application.WithdrawalAsked.name: Text(
        kk="Өтінішті қайтарып алу сұралды", ru="Запрошен отзыв заявления", en="Withdrawal asked for"
    ),
    notices.NoticeArrived.name: Text(kk="Хабарлама келді", ru="Получено уведомление", en="Notice received"),
    notices.NoticeRepeated.name: Text(
        kk="Хабарлама қайта келді", ru="Уведомление получено повторно", en="Notice received again"
    ),
    notices.Ended.name: Text(kk="Өтініш жабылды", ru="Заявление закрыто", en="Application closed"),
}


# The second result of an application for a grant closes it, whichever it is (GRANT-PORTAL-9).
_ENDS: Final = {
    NoticeKind.AWARDED: Text(
        kk="Өтініш жабылды: грант берілді",
        ru="Заявление закрыто: грант присуждён",
        en="Application closed: grant awarded",
    ),
    NoticeKind.NOT_AWARDED: Text(
        kk="Өтініш жабылды: грант берілмеді",
        ru="Заявление закрыто: грант не присуждён",
        en="Application closed: no grant awarded",
    ),
}


UNSETTLED: Final = Text(
    kk="Жоғары оқу орнының хабарламалары бір-біріне қайшы. ЕСУВО оны анықтап, түзететін хабарлама жібереді.",
    ru="Уведомления вуза противоречат друг другу. ЕСУВО выясняет это и пришлёт уведомление с исправлением.",
    en="The university's notices contradict one another. ESUVO looks into it and will send a notice that corrects.",
)
_UNITS: Final = {
    Unit.CALENDAR_DAY: Text(kk="күнтізбелік күн", ru="календарных дней", en="calendar days"),
    Unit.WORKING_DAY: Text(kk="жұмыс күні", ru="рабочих дней", en="working days"),
    Unit.MINUTE: Text(kk="минут", ru="минут", en="minutes"),
}


def of_term(term: ServiceTerm, answered_at: datetime | None, *, passed: bool) -> Text:
    """By when the service is due; that the term has passed, and what can be done about it."""
    unit, number, day = _UNITS[term.limit.unit], term.limit.value, f"{term.due_at.astimezone(term.zone):%d.%m.%Y %H:%M}"
    if not passed:
        return Text(
            kk=f"Қызмет көрсету мерзімі: {number} {unit.kk}, {day} дейін.",
            ru=f"Срок оказания услуги: {number} {unit.ru}, до {day}.",
            en=f"Term of the service: {number} {unit.en}, until {day}.",
        )
    if answered_at:
        return Text(
            kk=f"Жоғары оқу орны мерзімнен кеш жауап берді: {number} {unit.kk} {day} аяқталған.",
            ru=f"Вуз ответил позже срока: {number} {unit.ru} истекли {day}.",
            en=f"The university answered after the term: its {number} {unit.en} ended on {day}.",
        )
    return Text(
        kk=f"Қызмет көрсету мерзімі өтті: {number} {unit.kk} {day} аяқталды, жоғары оқу орны жауап бермеді. "
        "Жоғары оқу орнына немесе министрлікке шағымдана аласыз.",
        ru=f"Срок оказания услуги истёк: {number} {unit.ru} прошли {day}, ответа вуза нет. "
        "Вы можете обратиться с жалобой в вуз или в министерство.",
        en=f"The term of the service has passed: its {number} {unit.en} ended on {day} without an answer. "
        "You may complain to the university or to the Ministry.",
    )


def of(event: Event) -> Text:
    """A notice speaks for itself; the other events have a sentence each."""
    match event:
        case notices.NoticeArrived(notice=notice):
            return notice.text
        case notices.Ended(outcome=outcome) if outcome in _ENDS:
            return _ENDS[outcome]
        case _:
            return _HISTORY[event.name]
