"""What the history of an application says to its applicant."""

from typing import Final

from contracts.event import Event, Text
from services.portal.domain import application, notices

_HISTORY: Final = {
    application.Filed.name: Text(
        kk="Өтініш берілді және ЭЦҚ-мен қол қойылды",
        ru="Заявление подано и подписано ЭЦП",
        en="Application filed and signed with EDS",
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


def of(event: Event) -> Text:
    """A notice speaks for itself; the other events have a sentence each."""
    return event.notice.text if isinstance(event, notices.NoticeArrived) else _HISTORY[event.name]
