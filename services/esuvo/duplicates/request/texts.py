"""What ESUVO itself tells an applicant for a duplicate when an earlier notice was wrong (docs/adr/0035)."""

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.common import Notice, NoticeKind
from contracts.event import Text
from services.esuvo.duplicates.request.events import ContradictionFound
from services.esuvo.duplicates.request.state import Known

_ZONE: Final = ZoneInfo("Asia/Almaty")
_SAID: Final = {
    NoticeKind.READY: Text(kk="телнұсқа дайын", ru="дубликат готов", en="the duplicate is ready"),
    NoticeKind.ISSUED: Text(kk="телнұсқа берілді", ru="дубликат выдан", en="the duplicate was issued"),
    NoticeKind.REFUSED: Text(kk="өтінішке бас тартылды", ru="в заявлении отказано", en="the application was refused"),
    NoticeKind.WITHDRAWN: Text(
        kk="өтініш қайтарып алынды", ru="заявление отозвано", en="the application was withdrawn"
    ),
}


def correction_notice(notice_id: UUID, state: Known, found: ContradictionFound) -> Notice:
    """What ESUVO tells the applicant when the case came to something else than a notice of the university said."""
    return Notice(
        notice_id=notice_id,
        application_id=state.application_id,
        kind=found.outcome,
        text=corrected(found.kind, found.told_at, found.outcome),
        at=found.at,
        refusal=state.refusal,
        corrects=found.notice_id,
    )


def corrected(told: NoticeKind, told_at: datetime, came_to: NoticeKind) -> Text:
    """An earlier notice was wrong: what it said, what the case really came to, and whom to ask."""
    before, after, day = _SAID[told], _SAID[came_to], f"{told_at.astimezone(_ZONE):%d.%m.%Y}"
    return Text(
        kk=f"Түзету. {day} күні Сізге «{before.kk}» деп хабарланды. Жоғары оқу орнының ісі бойынша: {after.kk}. "
        "Осы хабарлама күшінде. Келіспесеңіз, жоғары оқу орнына хабарласыңыз.",
        ru=f"Исправление. {day} Вам сообщили: «{before.ru}». По делу вуза: {after.ru}. "
        "Действует это уведомление. Если Вы не согласны, обратитесь в вуз.",
        en=f"Correction. On {day} you were told: “{before.en}”. By the university's case {after.en}. "
        "This notice stands. If you disagree, ask the university.",
    )
