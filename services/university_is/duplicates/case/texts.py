"""What the applicant reads, in the three languages of the portal: what happened, where, and what to do."""

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from contracts.common import Channel, Correction, NoticeKind, Refusal
from contracts.event import Text

Language: TypeAlias = Literal["kk", "ru", "en"]

_WORDS: Final[Mapping[NoticeKind, Text]] = {
    NoticeKind.REGISTERED: Text(
        kk="№ {number} өтінішіңіз {university} кеңсесінде тіркелді, кіріс № {incoming}. Сізден әзірге ештеңе талап "
        "етілмейді.",
        ru="Ваше заявление № {number} зарегистрировано канцелярией ({university}), входящий № {incoming}. Сейчас от "
        "вас ничего не требуется.",
        en="Your application No {number} is registered by the chancellery of {university}, incoming No {incoming}. "
        "Nothing is asked of you now.",
    ),
    NoticeKind.RETURNED_FOR_CORRECTION: Text(
        kk="{university} № {number} өтінішті түзетуге қайтарды: {corrections}. Өтінішті порталда түзетіп, қайта қол "
        "қойыңыз.",
        ru="{university}: заявление № {number} возвращено на исправление: {corrections}. Исправьте заявление на "
        "портале и подпишите его снова.",
        en="{university} returned application No {number} for correction: {corrections}. Correct it on the portal and "
        "sign it again.",
    ),
    NoticeKind.REFUSED: Text(
        kk="{university} № {number} өтініш бойынша бас тартты: {refusal}. Деректерді тексеріп, порталда жаңа өтініш "
        "бере аласыз.",
        ru="{university}: по заявлению № {number} отказано: {refusal}. Проверьте данные; вы можете подать на портале "
        "новое заявление.",
        en="{university} refused application No {number}: {refusal}. Check the particulars; you may file a new "
        "application on the portal.",
    ),
    NoticeKind.HEARING: Text(
        kk="{university} № {number} өтініш бойынша алдын ала бас тарту шешімін қабылдады: {refusal}. Сізді тыңдау {hearing} "
        "басталады: {place}. Дәлелдеріңізді ұсына аласыз; келмесеңіз, шешім сізсіз қабылданады.",
        ru="{university}: по заявлению № {number} принято предварительное решение об отказе: {refusal}. Заслушивание "
        "состоится не ранее {hearing}: {place}. Вы можете представить возражения; без вас решение примут на основании дела.",
        en="{university} means to refuse application No {number}: {refusal}. You are heard from {hearing} on at {place}. "
        "You may object there; should you not come, the decision is made without you.",
    ),
    NoticeKind.READY: Text(
        kk="№ {number} өтініш бойынша телнұсқа дайын. Алатын орны: {university}, {place}. Жеке басыңызды куәландыратын "
        "құжатпен келіңіз.",
        ru="Дубликат по заявлению № {number} готов. Место получения: {university}, {place}. Возьмите с собой документ, "
        "удостоверяющий личность.",
        en="The duplicate of application No {number} is ready. Collect it at {university}, {place}. Bring your "
        "identity document.",
    ),
    NoticeKind.ISSUED: Text(
        kk="№ {number} өтініш бойынша телнұсқа берілді: {university}. Өтініш жабылды.",
        ru="Дубликат по заявлению № {number} выдан: {university}. Заявление закрыто.",
        en="The duplicate of application No {number} was handed over at {university}. The application is closed.",
    ),
    NoticeKind.WITHDRAWN: Text(
        kk="№ {number} өтініш қайтарып алынды: {university}. Телнұсқа қажет болса, жаңа өтініш беріңіз.",
        ru="Заявление № {number} отозвано: {university}. Если дубликат понадобится, подайте новое заявление.",
        en="Application No {number} to {university} is withdrawn. File a new one should you need the duplicate.",
    ),
    NoticeKind.WITHDRAWAL_DECLINED: Text(
        kk="№ {number} өтінішті қайтарып алуға болмайды: телнұсқа дайындалып қойған. Оны алатын орын: {university}, "
        "{place}.",
        ru="Заявление № {number} отозвать нельзя: дубликат уже подготовлен. Место получения: {university}, {place}.",
        en="Application No {number} can no longer be withdrawn: the duplicate is prepared. Collect it at {university}, "
        "{place}.",
    ),
    NoticeKind.REMINDER: Text(
        kk="Еске саламыз: № {number} өтініш бойынша телнұсқа дайын, бірақ алынған жоқ. Алатын орны: {university}, {place}. "
        "Жеке басыңызды куәландыратын құжатпен келіңіз немесе нотариалды сенімхаты бар өкіліңізді жіберіңіз.",
        ru="Напоминаем: дубликат по заявлению № {number} готов и ждёт вас. Место получения: {university}, {place}. "
        "Возьмите документ, удостоверяющий личность; представителю нужна нотариальная доверенность.",
        en="A reminder: the duplicate of application No {number} is ready and waits for you at {university}, {place}. "
        "Bring your identity document; a representative needs a notarised power of attorney.",
    ),
}

_WORDS_OF_LETTERS: Final[Mapping[NoticeKind, Text]] = {
    NoticeKind.RETURNED_FOR_CORRECTION: Text(
        kk="{university} № {number} өтінішті түзетуге қайтарды: {corrections}. Түзетілген өтінішті университет кеңсесіне "
        "тапсырыңыз.",
        ru="{university}: заявление № {number} возвращено на исправление: {corrections}. Сдайте исправленное заявление в "
        "канцелярию вуза.",
        en="{university} returned application No {number} for correction: {corrections}. Hand the corrected application "
        "in at the university's chancellery.",
    ),
    NoticeKind.REFUSED: Text(
        kk="{university} № {number} өтініш бойынша бас тартты: {refusal}. Деректерді тексеріп, университет кеңсесіне жаңа "
        "өтініш бере аласыз.",
        ru="{university}: по заявлению № {number} отказано: {refusal}. Проверьте данные; вы можете подать новое заявление "
        "в канцелярию вуза.",
        en="{university} refused application No {number}: {refusal}. Check the particulars; you may hand in a new "
        "application at the university's chancellery.",
    ),
}


def notice_text(
    kind: NoticeKind,
    *,
    channel: Channel,
    number: str,
    university: Text,
    place: Text,
    incoming: str | None,
    refusal: Refusal | None,
    corrections: tuple[Correction, ...],
    hearing: str = "",
) -> Text:
    """The words of a notice; `number` is the request number that the applicant knows, `incoming` the chancellery's."""
    words = (_WORDS_OF_LETTERS.get(kind) if channel is Channel.PAPER else None) or _WORDS[kind]

    def say(language: Language) -> str:
        said = _in(language)
        return said(words).format(
            number=number,
            university=said(university),
            place=said(place),
            incoming=incoming or "",
            refusal=said(refusal.reason) if refusal else "",
            hearing=hearing,
            corrections="; ".join(said(each.rule) for each in corrections),
        )

    return Text(kk=say("kk"), ru=say("ru"), en=say("en"))


def _in(language: Language) -> Callable[[Text], str]:
    match language:
        case "kk":
            return lambda text: text.kk
        case "ru":
            return lambda text: text.ru
        case "en":
            return lambda text: text.en
