"""The words of the papers for what the contracts name by a code, as official papers of Kazakhstan write them."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from contracts import common
from contracts.event import Text
from contracts.grants import AttachmentKind, CertificateKind, PreferentialRight, Quota, StudyLanguage, Subject, Via
from contracts.issued_documents import PaperKind

TITLES: Final[Mapping[PaperKind, Text]] = {
    PaperKind.GRANT_RECEIPT: Text(
        kk="Құжаттарды қабылдау туралы қолхат",
        ru="Расписка о приёме документов",
        en="Receipt of documents",
    ),
    PaperKind.PARTICIPATION_CERTIFICATE: Text(
        kk="Конкурсқа қатысу туралы анықтама",
        ru="Справка об участии в конкурсе",
        en="Certificate of participation in the competition",
    ),
    PaperKind.SUMMARY_SHEET: Text(kk="Жиынтық ведомость", ru="Сводная ведомость", en="Summary sheet"),
    PaperKind.PROTOCOL: Text(kk="Хаттама", ru="Протокол", en="Protocol"),
    PaperKind.AWARD_ORDER: Text(
        kk="Бұйрық: білім беру гранттарын тағайындау туралы",
        ru="Приказ о присуждении образовательных грантов",
        en="Order on the award of educational grants",
    ),
    PaperKind.AWARD_CERTIFICATE: Text(
        kk="Білім беру грантын тағайындау туралы куәлік",
        ru="Свидетельство о присуждении образовательного гранта",
        en="Grant award certificate",
    ),
    PaperKind.SCHOLARSHIP_ORDER: Text(
        kk="Бұйрық: стипендия тағайындау туралы",
        ru="Приказ о назначении стипендии",
        en="Scholarship order",
    ),
    PaperKind.REFERENCE_NOTE: Text(
        kk="Деректер бойынша анықтама", ru="Справка по данным", en="Reference note on the data"
    ),
    PaperKind.READINESS_NOTICE: Text(
        kk="Телнұсқаның дайындығы туралы хабарлама",
        ru="Уведомление о готовности дубликата",
        en="Notice that the duplicate is ready",
    ),
}
LANGUAGES: Final[Mapping[StudyLanguage, Text]] = {
    StudyLanguage.KAZAKH: Text(kk="қазақ", ru="казахский", en="Kazakh"),
    StudyLanguage.RUSSIAN: Text(kk="орыс", ru="русский", en="Russian"),
}
SUBJECTS: Final[Mapping[Subject, Text]] = {
    Subject.LANGUAGE: Text(kk="Оқыту тілі", ru="Язык обучения", en="Language of instruction"),
    Subject.HISTORY: Text(kk="Қазақстан тарихы", ru="История Казахстана", en="History of Kazakhstan"),
    Subject.MATHEMATICS: Text(kk="Математика", ru="Математика", en="Mathematics"),
    Subject.PHYSICS: Text(kk="Физика", ru="Физика", en="Physics"),
    Subject.CHEMISTRY: Text(kk="Химия", ru="Химия", en="Chemistry"),
    Subject.BIOLOGY: Text(kk="Биология", ru="Биология", en="Biology"),
    Subject.GEOGRAPHY: Text(kk="География", ru="География", en="Geography"),
    Subject.FOREIGN_LANGUAGE: Text(kk="Шет тілі", ru="Иностранный язык", en="Foreign language"),
    Subject.LITERATURE: Text(kk="Әдебиет", ru="Литература", en="Literature"),
    Subject.WORLD_HISTORY: Text(kk="Дүниежүзі тарихы", ru="Всемирная история", en="World history"),
    Subject.CREATIVE: Text(kk="Шығармашылық емтихан", ru="Творческий экзамен", en="Creative exam"),
}
CERTIFICATES: Final[Mapping[CertificateKind, Text]] = {
    CertificateKind.ENT: Text(kk="ҰБТ сертификаты", ru="сертификат ЕНТ", en="UNT certificate"),
    CertificateKind.KTA: Text(kk="КТА сертификаты", ru="сертификат КТА", en="KTA certificate"),
}
QUOTAS: Final[Mapping[Quota, Text]] = {
    Quota.ORPHAN: Text(
        kk="жетім балалар және ата-анасының қамқорлығынсыз қалған балалар",
        ru="дети-сироты и дети, оставшиеся без попечения родителей",
        en="orphans and children without parental care",
    ),
    Quota.DISABLED: Text(
        kk="I, II топтағы мүгедектер, бала кезінен мүгедектер, мүгедек балалар",
        ru="инвалиды I, II групп, инвалиды с детства, дети-инвалиды",
        en="persons with disabilities of groups I and II or since childhood",
    ),
    Quota.VETERAN: Text(
        kk="жеңілдіктері бойынша ҰОС қатысушылары мен мүгедектеріне теңестірілген адамдар",
        ru="лица, приравненные по льготам к участникам и инвалидам ВОВ",
        en="persons equated to participants of the Great Patriotic War",
    ),
    Quota.ETHNIC_KAZAKH: Text(
        kk="ҚР азаматы болып табылмайтын ұлты қазақ адамдар",
        ru="лица казахской национальности, не являющиеся гражданами РК",
        en="ethnic Kazakhs who are not citizens",
    ),
}
RURAL: Final = Text(kk="ауыл жастары", ru="сельская молодёжь", en="rural youth")
PREFERENTIAL_RIGHTS: Final[Mapping[PreferentialRight, Text]] = {
    PreferentialRight.ALTYN_BELGI: Text(
        kk="«Алтын белгі» белгісінің иегері", ru="обладатель знака «Алтын белгі»", en="holder of Altyn Belgi"
    ),
    PreferentialRight.COLLEGE_EXPERIENCE: Text(
        kk="кемінде бір жыл жұмыс өтілі бар колледж түлегі",
        ru="выпускник колледжа со стажем работы не менее года",
        en="college graduate with a year of work",
    ),
    PreferentialRight.OLYMPIAD_WINNER: Text(
        kk="олимпиада немесе ғылыми жобалар конкурсының жеңімпазы",
        ru="победитель олимпиады или конкурса научных проектов",
        en="winner of an olympiad or competition",
    ),
    PreferentialRight.SOCIAL: Text(
        kk="әлеуметтік санатқа жататын тұлға", ru="лицо из социальной категории", en="person of a social category"
    ),
    PreferentialRight.HONOURS: Text(
        kk="үздік білім туралы құжат иегері",
        ru="обладатель документа об образовании с отличием",
        en="holder of an honours document",
    ),
}
VIAS: Final[Mapping[Via, Text]] = {
    Via.QUOTA: Text(kk="квота", ru="квота", en="quota"),
    Via.GENERAL: Text(kk="жалпы конкурс", ru="общий конкурс", en="general"),
    Via.RURAL: Text(kk="ауыл квотасы", ru="сельская квота", en="rural quota"),
}
ATTACHMENTS: Final[Mapping[AttachmentKind, Text]] = {
    AttachmentKind.EDUCATION_DOCUMENT: Text(
        kk="білім туралы құжат (түпнұсқа)", ru="документ об образовании (подлинник)", en="document of education"
    ),
    AttachmentKind.POINTS_CERTIFICATE: Text(
        kk="ҰБТ немесе КТА сертификаты", ru="сертификат ЕНТ или КТА", en="certificate of points"
    ),
    AttachmentKind.PHOTO: Text(kk="3×4 фотосурет", ru="фотографии 3×4", en="photographs 3×4"),
    AttachmentKind.MEDICAL_FORM: Text(kk="086-У медициналық анықтама", ru="справка 086-У", en="medical form 086-U"),
    AttachmentKind.IDENTITY_DOCUMENT: Text(
        kk="жеке куәліктің көшірмесі", ru="копия удостоверения личности", en="copy of the identity card"
    ),
    AttachmentKind.BENEFIT_PROOF: Text(
        kk="жеңілдікті растайтын құжат", ru="документ, подтверждающий льготу", en="proof of a benefit"
    ),
}
LOST_DOCUMENTS: Final[Mapping[common.DocumentKind, Text]] = {
    common.DocumentKind.DIPLOMA: Text(kk="диплом", ru="диплом", en="diploma"),
    common.DocumentKind.DIPLOMA_WITH_SUPPLEMENT: Text(
        kk="қосымшасымен диплом", ru="диплом с приложением", en="diploma with supplement"
    ),
    common.DocumentKind.SUPPLEMENT: Text(
        kk="дипломға қосымша", ru="приложение к диплому", en="supplement to the diploma"
    ),
}
REASONS: Final[Mapping[common.Reason, Text]] = {
    common.Reason.LOSS: Text(kk="жоғалуы", ru="утрата", en="loss"),
    common.Reason.DAMAGE: Text(kk="бүлінуі", ru="порча", en="damage"),
    common.Reason.NAME_CHANGE: Text(
        kk="аты-жөнінің өзгеруі", ru="изменение фамилии, имени, отчества", en="change of name"
    ),
}
MINISTRY: Final = Text(
    kk="Қазақстан Республикасы Білім және ғылым министрлігі",
    ru="Министерство образования и науки Республики Казахстан",
    en="Ministry of Education and Science of the Republic of Kazakhstan",
)
TESTING_CENTRE: Final = Text(
    kk="Ұлттық тестілеу орталығы", ru="Национальный центр тестирования", en="National Testing Centre"
)
COMMISSION: Final = Text(
    kk="Республикалық конкурстық комиссия",
    ru="Республиканская конкурсная комиссия",
    en="Republican Competition Commission",
)

_MONTHS_KK: Final = (
    *("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым"),
    *("шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"),
)
_MONTHS_RU: Final = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)


def day_kk(day: date) -> str:
    """As a Kazakh paper dates itself: «2016 жылғы 5 тамыз»."""
    return f"{day.year} жылғы {day.day} {_MONTHS_KK[day.month - 1]}"


def day_ru(day: date) -> str:
    """As a Russian paper dates itself: «5 августа 2016 года»."""
    return f"{day.day} {_MONTHS_RU[day.month - 1]} {day.year} года"
