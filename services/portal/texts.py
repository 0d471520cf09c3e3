"""What the history of an application says to its applicant, for either service."""

from typing import Final

from contracts.common import NoticeKind
from contracts.event import Event, Text
from services.portal.domain import application, notices
from services.portal.domain.grant import GrantFiled

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


def of(event: Event) -> Text:
    """A notice speaks for itself; the other events have a sentence each."""
    match event:
        case notices.NoticeArrived(notice=notice):
            return notice.text
        case notices.Ended(outcome=outcome) if outcome in _ENDS:
            return _ENDS[outcome]
        case _:
            return _HISTORY[event.name]
