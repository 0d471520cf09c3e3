"""An application, a graduate and a few moments of February 2016 that the tests of the university share."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts import esuvo_requests
from contracts.common import Applicant, Blank, BlankKind, Channel, DocumentKind, DuplicateRequest, Reason
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.decide import CASE, decide
from services.university_is.duplicates.case.events import CaseEvent
from services.university_is.duplicates.case.state import Case, State
from services.university_is.duplicates.register.decide import GraduateRecord
from tests.support.scenario import Given, Scenario

ALMATY = ZoneInfo("Asia/Almaty")
ID = UUID("0152e3b0-0000-8000-8000-000000000001")
OTHER_ID = UUID("0152e3b0-0000-8000-8000-000000000002")
IIN = "711207100122"


def local(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 2) -> datetime:
    """A moment of 2016 in Almaty, as events carry it."""
    return datetime(2016, month, day, hour, minute, second, tzinfo=ALMATY).astimezone(UTC)


FILED = local(15, 9)  # a Monday

RECORD = GraduateRecord(
    surname="Өмірбеков", name="Қайрат", patronymic="Нұрланұлы", specialty="050301", graduation_year=2010
)


def request(**changes: object) -> DuplicateRequest:
    whole: dict[str, object] = {
        "number": "20160215000001",
        "applicant": Applicant(iin=IIN, surname="Өмірбеков", name="Қайрат", patronymic="Нұрланұлы"),
        "university": "027",
        "specialty": "050301",
        "graduation_year": 2010,
        "document_kind": DocumentKind.DIPLOMA_WITH_SUPPLEMENT,
        "reason": Reason.LOSS,
        **changes,
    }
    return DuplicateRequest.model_validate(whole)


def routed(
    application_id: UUID = ID, particulars: DuplicateRequest | None = None, at: datetime = FILED
) -> esuvo_requests.RequestRouted:
    return esuvo_requests.RequestRouted(
        application_id=application_id,
        request=particulars or request(),
        channel=Channel.PORTAL,
        filed_at=at,
        routed_at=at,
    )


def diploma(number: int) -> Blank:
    return Blank(kind=BlankKind.DIPLOMA, serial=f"ЖБ{number:07d}")


def supplement(number: int) -> Blank:
    return Blank(kind=BlankKind.SUPPLEMENT, serial=f"ҚС{number:07d}")


def given(*history: c.Command) -> Given[State, c.Command, CaseEvent]:
    """A case to which these commands came before: what one decision writes is what the next one reads."""
    state: State = CASE.initial
    events: list[CaseEvent] = []
    for command in history:
        decided = decide(command, state)
        assert decided, f"{command} changed nothing"
        events += decided
        state = CASE.replay(events)
    return Scenario(CASE).given(*events)


def case_after(*history: c.Command) -> Case:
    state = CASE.replay(given(*history).history)
    assert isinstance(state, Case)
    return state
