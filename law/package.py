"""What a complete document package (пакет документов) holds, and the rules that ask for it.

Both counters ask for the same: the service centre's and the university chancellery's (DUP-GEN-6, EDGE-01, EDGE-02).
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from contracts.common import Reason
from contracts.event import Text
from contracts.package import MissingDocument, PackageDocument

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

# Assumed (domain B.1): the list of point 9 of the Standard was not found.
_ALWAYS: Final = (PackageDocument.STATEMENT, PackageDocument.IDENTITY_DOCUMENT)
_BY_REASON: Final[Mapping[Reason, tuple[PackageDocument, ...]]] = MappingProxyType(
    {
        Reason.LOSS: (),
        Reason.DAMAGE: (PackageDocument.ORIGINAL_DOCUMENT,),
        Reason.NAME_CHANGE: (PackageDocument.ORIGINAL_DOCUMENT, PackageDocument.NAME_CHANGE_CERTIFICATE),
    }
)


def required_documents(reason: Reason) -> tuple[PackageDocument, ...]:
    """The documents that a complete package has (DUP-GEN-6): those for every reason, and those for this one (EDGE-02)."""
    return (*_ALWAYS, *_BY_REASON[reason])


def missing(kind: PackageDocument) -> MissingDocument:
    """The line of a receipt of refusal: which document, and which rule asks for it."""
    name, why = DOCUMENTS[kind], _FOR_THIS_REASON.get(kind, _FOR_EVERY_REASON)
    rule = Text(kk=f"{name.kk}: {why.kk}", ru=f"{name.ru}: {why.ru}", en=f"{name.en}: {why.en}")
    return MissingDocument(kind=kind, rule=rule)


def missing_documents(reason: Reason, presented: Iterable[PackageDocument]) -> tuple[MissingDocument, ...]:
    """What the package lacks; empty for a complete one."""
    there = frozenset(presented)
    return tuple(missing(each) for each in required_documents(reason) if each not in there)


def in_order(kinds: Iterable[PackageDocument]) -> tuple[PackageDocument, ...]:
    """Always in the same order, so that the same documents make the same event."""
    return tuple(sorted(kinds))
