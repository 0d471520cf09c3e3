"""What the counter says to people: the documents, why one is missed, the receipts, the history."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from contracts.event import Event, Text
from services.con.domain import events

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
        events.DeadlineMissed.name: Text(kk="Мерзім бұзылды", ru="Срок нарушен", en="Deadline missed"),
    }
)


def of(event: Event) -> Text:
    """The line of an application's history that tells of `event`."""
    return _HISTORY[event.name]
