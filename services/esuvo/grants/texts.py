"""What applicants for a grant are told: the first result (GRANT-E-1a, INC-12) and the second (GRANT-C-8e). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.event import Text
from law.competition import Ground
from law.specialties import GrantSpecialty


def unknown_choice(code: str) -> Text:
    return Text(
        kk=f"Тізімде {code} коды бар жоғары оқу орны жоқ.",
        ru=f"Вуза с кодом {code} нет в перечне.",
        en=f"There is no university with the code {code}.",
    )


def accepted(number: str) -> Text:
    return Text(
        kk=f"Өтінішіңіз білім беру гранттарын тағайындау конкурсына қабылданды. Тіркеу нөмірі: {number}. "
        "Конкурстың нәтижесі жеке кабинетіңізге келеді.",
        ru=f"Заявление принято к конкурсу на присуждение образовательных грантов. Регистрационный номер: {number}. "
        "О результате конкурса сообщат в личный кабинет.",
        en=f"The application is accepted to the competition for educational grants. Registration number: {number}. "
        "The result of the competition will come to the personal account.",
    )


BENEFIT_NOT_COUNTED: Final = Text(
    kk="Жеңілдік немесе басым құқық құжатпен расталмағандықтан есепке алынбайды.",
    ru="Льгота или преимущественное право не учитывается: подтверждающего документа нет.",
    en="The benefit or preferential right is not counted: there is no document that proves it.",
)
BENEFIT_NOT_PROVEN: Final = Text(
    kk="Жеңілдікті немесе басым құқықты растайтын құжат жоқ.",
    ru="Нет документа, подтверждающего льготу или преимущественное право.",
    en="There is no document that proves the benefit or the preferential right.",
)


def merged(number: str) -> Text:
    """`number` is the registration number of the application that counts."""
    return Text(
        kk=f"Конкурсқа тіркеу нөмірі {number} бірінші өтінішіңізбен қатысасыз: бір адамның бір ғана өтініші есептеледі.",
        ru=f"Вы участвуете в конкурсе по первому заявлению, регистрационный номер {number}: учитывается одно заявление.",
        en=f"You take part by your first application, registration number {number}: one application of a person counts.",
    )


def too_late(closed_on: date) -> Text:
    day = f"{closed_on:%d.%m.%Y}"
    return Text(
        kk=f"Өтініш Ұлттық тестілеу орталығына деректер қоры жабылғаннан кейін ({day}) келді, конкурсқа қатыспайды.",
        ru=f"Заявление поступило в Национальный центр тестирования после закрытия базы данных ({day}) "
        "и в конкурсе не участвует.",
        en=f"The application reached the National Testing Centre after the database was closed ({closed_on.isoformat()}) "
        "and takes no part in the competition.",
    )


INELIGIBLE: Final = {
    Ground.TOTAL_BELOW_THRESHOLD: Text(
        kk="Балдардың қосындысы шекті балдан төмен.",
        ru="Сумма баллов ниже порогового.",
        en="The total of points is below the threshold.",
    ),
    Ground.PROFILE_BELOW_THRESHOLD: Text(
        kk="Бейінді пән бойынша балл шекті балдан төмен.",
        ru="Балл по профильному предмету ниже порогового.",
        en="The points in the profile subject are below the threshold.",
    ),
    Ground.SUBJECT_BELOW_THRESHOLD: Text(
        kk="Пәндердің бірі бойынша балл шекті балдан төмен.",
        ru="Балл по одному из предметов ниже порогового.",
        en="The points in one of the subjects are below the threshold.",
    ),
    Ground.CREATIVE_BELOW_THRESHOLD: Text(
        kk="Шығармашылық емтиханның балы шекті балдан төмен.",
        ru="Балл творческого экзамена ниже порогового.",
        en="The points of the creative exam are below the threshold.",
    ),
    Ground.CHOICES_INVALID: Text(
        kk="Таңдалған мамандықтар тізімі ережеге сай емес.",
        ru="Перечень выбранных специальностей не соответствует правилам.",
        en="The list of chosen specialties does not keep to the rules.",
    ),
}


def awarded(order: str, specialty: Text, code: str, university: Text, collect_by: date) -> Text:
    day = f"{collect_by:%d.%m.%Y}"
    return Text(
        kk=f"Министрліктің {order} бұйрығымен сізге білім беру гранты тағайындалды: {code} {specialty.kk}, {university.kk}. "
        f"Куәлікті сол жоғары оқу орнының қабылдау комиссиясынан {day} дейін (осы күнді қоса) алыңыз.",
        ru=f"Приказом министерства {order} вам присуждён образовательный грант: {code} {specialty.ru}, {university.ru}. "
        f"Свидетельство выдаёт приёмная комиссия этого вуза по {day} включительно.",
        en=f"By order {order} of the Ministry you are awarded an educational grant: {code} {specialty.en}, {university.en}. "
        f"Collect the certificate at the admission committee of that university by {collect_by.isoformat()}.",
    )


def committee_of(university: Text) -> Text:
    """Where the certificate is collected."""
    return Text(
        kk=f"Қабылдау комиссиясы, {university.kk}",
        ru=f"Приёмная комиссия, {university.ru}",
        en=f"Admission committee, {university.en}",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A choice of the applicant's and the points of the last who got a seat there; None where nobody did."""

    specialty: GrantSpecialty
    total: int | None
    profile_score: int | None


def not_awarded(order: str, lines: Iterable[Line]) -> Text:
    """The reasoned refusal (GRANT-GEN-5): for each choice, where it ended."""
    refused = Text(
        kk=f"Министрліктің {order} бұйрығы бойынша грант тағайындалмады: таңдаған мамандықтарыңызға орын жетпеді.",
        ru=f"Приказом министерства {order} грант не присуждён: на выбранные специальности не хватило мест.",
        en=f"By order {order} of the Ministry no grant is awarded: no seat was left for the chosen specialties.",
    )
    return joined([refused, *map(_line, lines)])


def joined(said: Iterable[Text]) -> Text:
    """One sentence after the other."""
    all_said = list(said)
    return Text(
        kk=" ".join(each.kk for each in all_said),
        ru=" ".join(each.ru for each in all_said),
        en=" ".join(each.en for each in all_said),
    )


def _line(line: Line) -> Text:
    code, name, total = line.specialty.code, line.specialty.name, line.total
    if total is None:
        return Text(
            kk=f"{code} {name.kk}: орын болмады.",
            ru=f"{code} {name.ru}: мест не было.",
            en=f"{code} {name.en}: there were no seats.",
        )
    points = line.profile_score
    return Text(
        kk=f"{code} {name.kk}: соңғы орын {total} балмен"
        + (f" (бейінді пән: {points})" if points else "")
        + " берілді.",
        ru=f"{code} {name.ru}: последнее место занято с суммой {total}"
        + (f" (профильный предмет: {points})" if points else "")
        + ".",
        en=f"{code} {name.en}: the last seat was won with {total} points"
        + (f" ({points} in the profile subject)" if points else "")
        + ".",
    )
