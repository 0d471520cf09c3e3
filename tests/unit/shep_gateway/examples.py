"""What the tests of the gateway have in common: one application and three notices of it."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from contracts.common import Notice, NoticeKind
from contracts.event import Text

NOON: Final = datetime(2016, 2, 15, 6, 0, tzinfo=UTC)
ID: Final = UUID("0152e3a0-0000-8000-8000-000000000001")
FIRST: Final = UUID("0152e3a0-0000-8000-9000-000000000001")
SECOND: Final = UUID("0152e3a0-0000-8000-9000-000000000002")
THIRD: Final = UUID("0152e3a0-0000-8000-9000-000000000003")


def notice(notice_id: UUID = FIRST, words: str = "Registered") -> Notice:
    return Notice(
        notice_id=notice_id,
        application_id=ID,
        kind=NoticeKind.REGISTERED,
        text=Text(kk="Тіркелді", ru="Зарегистрировано", en=words),
        at=NOON,
    )
