"""What academic affairs make of an application when they hold it against the register of graduates (EDGE-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from unicodedata import normalize

from contracts.common import Correction, DuplicateRequest, Reason, Refusal, RefusalCode
from contracts.event import Text
from law.name_change import fault
from services.university_is.duplicates.register.decide import GraduateRecord


@dataclass(frozen=True, slots=True)
class Reliable:
    """`record` is what the register holds, and what is printed."""

    reference_note: str
    record: GraduateRecord


@dataclass(frozen=True, slots=True)
class Correctable:
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Unreliable:
    refusal: Refusal


Finding: TypeAlias = Reliable | Correctable | Unreliable


def assess(request: DuplicateRequest, records: Sequence[GraduateRecord], *, returned_before: bool) -> Finding:
    """Compare with the closest record; an application may be returned once, then a difference refuses it (B.1)."""
    if not records:
        return Unreliable(_NOT_IN_REGISTER)
    record = min(records, key=lambda each: (len(_differences(request, each)), each.model_dump_json()))
    differences = _differences(request, record)
    if not differences:
        return Reliable(_note(request, record), record)
    if returned_before:
        return Unreliable(_STILL_DIFFERENT)
    return Correctable(tuple(Correction(field=each, rule=_RULES[each]) for each in differences))


def _differences(request: DuplicateRequest, record: GraduateRecord) -> list[str]:
    found = [
        field
        for field, given, held in (
            ("specialty", request.specialty, record.specialty),
            ("graduation_year", request.graduation_year, record.graduation_year),
        )
        if given != held
    ]
    if request.reason is Reason.NAME_CHANGE:
        found += _of_name_change(request, record)
    elif _plain(request.applicant.surname) != _plain(record.surname):
        found.append("applicant.surname")
    return found


def _of_name_change(request: DuplicateRequest, record: GraduateRecord) -> list[str]:
    """The certificate must be there, and the name before must be the register's; the name now is the applicant's."""
    certificate = request.name_change_certificate
    if certificate is None or fault(request.reason, certificate, request.applicant):
        return ["name_change_certificate"]
    before = (certificate.former_surname, certificate.former_name, certificate.former_patronymic or "")
    held = (record.surname, record.name, record.patronymic or "")
    same = all(_plain(one) == _plain(other) for one, other in zip(before, held, strict=True))
    return [] if same else ["name_change_certificate.former_surname"]


def note_after_hearing(request: DuplicateRequest) -> str:
    """The reference note where a hearing, not the register, showed that the data are true."""
    applicant = request.applicant
    full_name = " ".join(filter(None, (applicant.surname, applicant.name, applicant.patronymic)))
    return (
        f"Справка по данным: {full_name}, вуз {request.university}, специальность {request.specialty}, "
        f"год окончания {request.graduation_year}. Данные заявления № {request.number} признаны достоверными по итогам "
        "заслушивания."
    )


def _plain(name: str) -> str:
    return " ".join(normalize("NFC", name).casefold().split())


def _note(request: DuplicateRequest, record: GraduateRecord) -> str:
    """The reference note (справка по данным), in the language of the order. It carries the register's surname (B.1)."""
    full_name = " ".join(filter(None, (record.surname, record.name, record.patronymic)))
    return (
        f"Справка по данным: {full_name}, вуз {request.university}, специальность {record.specialty}, "
        f"год окончания {record.graduation_year}. Данные заявления № {request.number} достоверны.{_renamed(request)}"
    )


def _renamed(request: DuplicateRequest) -> str:
    certificate, now = request.name_change_certificate, request.applicant
    if request.reason is not Reason.NAME_CHANGE or certificate is None:
        return ""
    full_name = " ".join(filter(None, (now.surname, now.name, now.patronymic)))
    return (
        f" Ныне: {full_name}, свидетельство о перемене имени № {certificate.number} от {certificate.issued_on:%d.%m.%Y}, "
        f"{certificate.issued_by}."
    )


_RULES: Final = {
    "specialty": Text(
        kk="мамандық түлектер тізіліміндегі жазбаға сәйкес болуы тиіс: дипломның көшірмесін қарап, кодын түзетіңіз",
        ru="специальность должна совпадать с записью в реестре выпускников: сверьтесь с копией диплома и исправьте код",
        en="the specialty must agree with the register of graduates: check a copy of the diploma and correct the code",
    ),
    "graduation_year": Text(
        kk="бітірген жылы түлектер тізіліміндегі жазбаға сәйкес болуы тиіс: диплом көшірмесін қарап, жылды түзетіңіз",
        ru="год окончания должен совпадать с записью в реестре выпускников: сверьтесь с копией диплома и исправьте год",
        en="the graduation year must agree with the register of graduates: check a copy of the diploma and correct it",
    ),
    "applicant.surname": Text(
        kk="тегі түлектер тізіліміндегі жазбаға сәйкес болуы тиіс: тегіңіз өзгерген болса, осы өтінішті қайтарып алып, "
        "«аты-жөнінің өзгеруі» негізімен жаңа өтініш беріңіз",
        ru="фамилия должна совпадать с записью в реестре выпускников: если она изменилась, отзовите это заявление и "
        "подайте новое с основанием «изменение фамилии, имени, отчества»",
        en="the surname must agree with the register of graduates: if it has changed, withdraw this application and "
        "file a new one with the reason name_change",
    ),
    "name_change_certificate": Text(
        kk="аты-жөнінің өзгергені куәлікпен расталуы тиіс: осы өтінішті қайтарып алып, куәліктің нөмірін, күнін, берген "
        "органын және бұрынғы аты-жөніңізді көрсетіп, жаңа өтініш беріңіз",
        ru="перемена имени подтверждается свидетельством: отзовите это заявление и подайте новое, указав номер, дату и орган "
        "свидетельства и прежние фамилию, имя, отчество",
        en="a change of name is proven by its certificate: withdraw this application and file a new one that states number, "
        "date and office of the certificate, and the name before",
    ),
    "name_change_certificate.former_surname": Text(
        kk="куәліктегі бұрынғы аты-жөні түлектер тізіліміндегі жазбаға сәйкес болуы тиіс: осы өтінішті қайтарып алып, куәлік "
        "бойынша жаңа өтініш беріңіз",
        ru="прежнее имя по свидетельству должно совпадать с записью в реестре выпускников: отзовите это заявление и подайте "
        "новое, переписав свидетельство точно",
        en="the name before the change must agree with the register of graduates: withdraw this application and file a new "
        "one with the certificate copied exactly",
    ),
}

_NOT_IN_REGISTER: Final = Refusal(
    code=RefusalCode.UNRELIABLE_DATA,
    reason=Text(
        kk="түлектер тізілімінде бұл ЖСН бойынша жазба жоқ",
        ru="в реестре выпускников нет записи с этим ИИН",
        en="the register of graduates has no record of this IIN",
    ),
)
_STILL_DIFFERENT: Final = Refusal(
    code=RefusalCode.UNRELIABLE_DATA,
    reason=Text(
        kk="түзетуден кейін де өтініштің деректері түлектер тізіліміне сәйкес келмейді",
        ru="и после исправления данные заявления не совпадают с реестром выпускников",
        en="even as corrected, the application does not agree with the register of graduates",
    ),
)
# What a clerk writes who misread the register: the applicant cannot tell it from a true refusal, and may file again.
MISREAD: Final = Refusal(
    code=RefusalCode.UNRELIABLE_DATA,
    reason=Text(
        kk="өтініштің деректері түлектер тізіліміне сәйкес келмейді",
        ru="данные заявления не совпадают с реестром выпускников",
        en="the particulars of the application do not agree with the register of graduates",
    ),
)
