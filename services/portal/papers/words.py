"""The words of the page that checks documents."""

from collections.abc import Mapping
from typing import Final, Literal

from contracts.event import Text

LANGUAGES: Final[Mapping[Literal["kk", "ru", "en"], str]] = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
WORDS: Final[Mapping[str, Text]] = {
    "portal": Text(
        kk="«Электрондық үкімет» порталы", ru="Портал «электронного правительства»", en="E-government portal"
    ),
    "heading": Text(kk="Құжатты тексеру", ru="Проверка документа", en="Check a document"),
    "lead": Text(
        kk="Қағаздағы тексеру кодын енгізіңіз: төрт таңбадан бес топ. Бас немесе кіші әріп, бос орын мен сызықша маңызды "
        "емес.",
        ru="Введите код проверки с документа: пять групп по четыре знака. Регистр, пробелы и дефисы не важны.",
        en="Type the code that is printed on the document: five groups of four characters. Case, spaces and dashes do "
        "not matter.",
    ),
    "code": Text(kk="Тексеру коды", ru="Код проверки", en="Verification code"),
    "check": Text(kk="Тексеру", ru="Проверить", en="Check"),
    "another": Text(kk="Басқа құжатты тексеру", ru="Проверить другой документ", en="Check another document"),
    "genuine": Text(kk="Құжат түпнұсқа", ru="Документ подлинный", en="The document is genuine"),
    "genuine_hint": Text(
        kk="Мұндай құжат шынымен берілген. Төмендегі мәліметтерді қағаздағымен салыстырыңыз: айырмашылық болса, қағаз "
        "өзгертілген.",
        ru="Такой документ действительно выдан. Сравните данные ниже с бумагой: если они расходятся, бумага изменена.",
        en="Such a document was issued. Compare what follows with the paper: where they differ, the paper was altered.",
    ),
    "replaced": Text(
        kk="Құжат ауыстырылған, жарамсыз", ru="Документ заменён и недействителен", en="The document was replaced"
    ),
    "replaced_hint": Text(
        kk="Оның орнына жаңа құжат берілген. Құжат иесінен жаңасын сұраңыз.",
        ru="Взамен него выдан новый документ. Попросите у владельца новый.",
        en="A newer document took its place and this one is void. Ask its holder for the new one.",
    ),
    "newer": Text(kk="Жаңа құжатты ашу", ru="Открыть новый документ", en="Open the newer document"),
    "older": Text(kk="Мына құжаттың орнына берілді", ru="Выдан взамен документа", en="Takes the place of"),
    "unknown": Text(kk="Мұндай құжат табылмады", ru="Документ не найден", en="No such document"),
    "unknown_hint": Text(
        kk="Бұл кодпен ешбір құжат тіркелмеген:",
        ru="Под этим кодом не зарегистрирован ни один документ:",
        en="No document is registered under this code:",
    ),
    "do_compare": Text(
        kk="Кодты қағазбен салыстырып, қайта теріңіз: кодта I, L, O, U әріптері болмайды.",
        ru="Сверьте код с бумагой и введите ещё раз: букв I, L, O, U в кодах нет.",
        en="Compare the code with the paper and type it again: codes have no letters I, L, O and U.",
    ),
    "do_ask": Text(
        kk="Код дұрыс болса, құжатта көрсетілген мекемеге хабарласыңыз: қағаз жалған болуы мүмкін.",
        ru="Если код верен, обратитесь в организацию, указанную на документе: бумага может быть поддельной.",
        en="If the code is right, ask the office that the document names: the paper may be a forgery.",
    ),
    "later": Text(kk="Кейінірек қайталаңыз", ru="Повторите позже", en="Try again later"),
    "too_many": Text(
        kk="Сіздің мекенжайыңыздан ешбір құжатта жоқ кодтар тым көп енгізілді. Бір минуттан кейін қайталаңыз.",
        ru="С вашего адреса введено слишком много кодов, которых нет ни у одного документа. Повторите через минуту.",
        en="Too many codes that no document has came from your address. Try again in a minute.",
    ),
    "busy": Text(
        kk="Қазір сұраулар тым көп. Бір минуттан кейін қайталаңыз.",
        ru="Сейчас слишком много запросов. Повторите через минуту.",
        en="Too many codes are being asked for at the moment. Try again in a minute.",
    ),
    "kind": Text(kk="Құжат", ru="Документ", en="Document"),
    "number": Text(kk="Нөмірі", ru="Номер", en="Number"),
    "date": Text(kk="Берілген күні", ru="Дата выдачи", en="Date of issue"),
    "issuer": Text(kk="Кім берді", ru="Кем выдан", en="Issued by"),
    "holder": Text(kk="Иесі", ru="Владелец", en="Holder"),
    "iin": Text(kk="ЖСН", ru="ИИН", en="IIN"),
    "about": Text(kk="Мазмұны", ru="Содержание", en="What it says"),
    "old": Text(
        kk="Ескі код: қағаздың кімдікі және не туралы екенін берген мекемеден сұраңыз, ол қағазды жаңа кодпен қайта басады.",
        ru="Код старого образца: чей это документ и о чём он, спросите у организации, которая его выдала; она напечатает его "
        "заново с новым кодом.",
        en="A code of the old form: ask the office that issued the document whose it is and what it says; it prints it anew "
        "under a new code.",
    ),
    "languages": Text(kk="Тіл", ru="Язык", en="Language"),
    "trial": Text(
        kk="Сынақ ортасы: мұндағы құжаттардың заңдық күші жоқ, адамдары ойдан шығарылған.",
        ru="Тестовая среда: документы не имеют юридической силы, люди вымышлены.",
        en="A trial environment: its documents have no legal force, its people are made up.",
    ),
}
