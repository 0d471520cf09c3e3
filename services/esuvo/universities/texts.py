"""What ESUVO itself says to an applicant: why a request reaches no university, and what to do instead (EDGE-09)."""

from contracts.event import Text


def unknown_university(code: str) -> Text:
    return Text(
        kk=f"Өтініш ешбір жоғары оқу орнына жіберілген жоқ: {code} коды тізімде жоқ. "
        "Жоғары оқу орнының кодын тізімнен тексеріп, жаңа өтініш беріңіз.",
        ru=f"Заявление не направлено ни в один вуз: кода {code} нет в перечне. "
        "Проверьте код вуза по перечню и подайте новое заявление.",
        en=f"The application went to no university: there is no code {code} in the list. "
        "Check the university's code in the list and file a new application.",
    )


def closed_university(name: Text) -> Text:
    return Text(
        kk=f"Жоғары оқу орны жабылған: {name.kk}. "
        "Құжаттары мемлекеттік архивте: архивтік анықтаманы сол жерден сұраңыз.",
        ru=f"Вуз закрыт: {name.ru}. "
        "Его документы хранятся в государственном архиве: обратитесь туда за архивной справкой.",
        en=f"The university is closed: {name.en}. "
        "Its records are in the state archive: ask there for an archive certificate.",
    )


def closed_committee(name: Text) -> Text:
    return Text(
        kk=f"Жоғары оқу орны жабылған: {name.kk}. Басқа жоғары оқу орнын таңдап, қабылдау мерзімі біткенше жаңа өтініш беріңіз.",
        ru=f"Вуз закрыт: {name.ru}. Выберите другой вуз и подайте новое заявление до конца срока приёма.",
        en=f"The university is closed: {name.en}. "
        "Choose another university and file a new application before the window closes.",
    )


def merged_university(name: Text, successor: Text, code: str) -> Text:
    """`successor` and its `code` are where the application belongs now."""
    return Text(
        kk=f"Жоғары оқу орны қайта ұйымдастырылған: {name.kk}. Құқықтық мирасқоры: {successor.kk} (коды {code}). "
        "Сол жоғары оқу орнына жаңа өтініш беріңіз.",
        ru=f"Вуз реорганизован: {name.ru}. Правопреемник: {successor.ru} (код {code}). Подайте новое заявление туда.",
        en=f"The university was merged: {name.en}. Its successor is {successor.en} (code {code}). "
        "File a new application there.",
    )
