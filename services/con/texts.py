"""What the counter says to people: the documents, why one is missed, the receipts, the history."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from contracts.con import MissingDocument, PackageDocument
from contracts.event import Event, Text
from services.con.domain import events

DOCUMENTS: Final[Mapping[PackageDocument, Text]] = MappingProxyType(
    {
        PackageDocument.STATEMENT: Text(kk="Өтініш", ru="Заявление", en="Application"),
        PackageDocument.IDENTITY_DOCUMENT: Text(
            kk="Жеке басты куәландыратын құжат", ru="Документ, удостоверяющий личность", en="Identity document"
        ),
        PackageDocument.ORIGINAL_DOCUMENT: Text(
            kk="Білім туралы құжаттың түпнұсқасы",
            ru="Оригинал документа об образовании",
            en="Original of the education document",
        ),
        PackageDocument.NAME_CHANGE_CERTIFICATE: Text(
            kk="Тегін, атын, әкесінің атын өзгерту туралы куәлік",
            ru="Свидетельство о перемене фамилии, имени, отчества",
            en="Certificate of the change of name",
        ),
        PackageDocument.BIRTH_CERTIFICATE_COPY: Text(
            kk="Туу туралы куәліктің көшірмесі", ru="Копия свидетельства о рождении", en="Copy of the birth certificate"
        ),
        PackageDocument.LOSS_NOTICE: Text(
            kk="Құжаттың жоғалғаны туралы хабарландыру", ru="Объявление об утере документа", en="Notice of the loss"
        ),
        PackageDocument.PHOTO: Text(kk="Фотосурет", ru="Фотография", en="Photograph"),
    }
)

_FOR_EVERY_REASON: Final = Text(
    kk="кез келген негіз бойынша міндетті", ru="обязательно при любом основании", en="required for every reason"
)
_FOR_THIS_REASON: Final[Mapping[PackageDocument, Text]] = MappingProxyType(
    {
        PackageDocument.ORIGINAL_DOCUMENT: Text(
            kk="құжат бүлінген немесе тегі, аты өзгерген жағдайда міндетті",
            ru="обязателен при порче документа и при перемене фамилии, имени, отчества",
            en="required when the document is damaged or the name has changed",
        ),
        PackageDocument.NAME_CHANGE_CERTIFICATE: Text(
            kk="тегі, аты өзгерген жағдайда міндетті",
            ru="обязательно при перемене фамилии, имени, отчества",
            en="required when the name has changed",
        ),
    }
)

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


def missing(kind: PackageDocument) -> MissingDocument:
    """The line of a receipt of refusal: which document, and which rule asks for it."""
    name, why = DOCUMENTS[kind], _FOR_THIS_REASON.get(kind, _FOR_EVERY_REASON)
    rule = Text(kk=f"{name.kk}: {why.kk}", ru=f"{name.ru}: {why.ru}", en=f"{name.en}: {why.en}")
    return MissingDocument(kind=kind, rule=rule)


def of(event: Event) -> Text:
    """The line of an application's history that tells of `event`."""
    return _HISTORY[event.name]
