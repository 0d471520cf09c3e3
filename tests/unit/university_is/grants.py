"""An application for a grant and the moments of the campaign of 2016 that the tests of committee and rector share."""

from datetime import datetime
from uuid import UUID

from contracts import esuvo_competition, esuvo_requests
from contracts.common import Channel, Collector, CollectorKind, Refusal, RefusalCode
from contracts.event import Event, Text
from contracts.grants import REQUIRED_ATTACHMENTS, Attachment, AttachmentKind, GrantRequest, StudyLanguage, Via
from contracts.issued_documents import Codes, DocumentIssued
from law.left_open import Unproven
from law.universities import load_universities
from services._actors.policy import StaffPolicy
from services.university_is.grants.application import commands as c
from services.university_is.grants.application.decide import GRANT, decide
from services.university_is.grants.application.events import GrantEvent
from services.university_is.grants.application.state import Grant, State, Status
from services.university_is.service import service
from services.university_is.simulated.actors import actors
from services.university_is.simulated.staff import Simulated
from tests.support.memory import InMemory
from tests.support.papers import CODES
from tests.support.scenario import Given, Scenario
from tests.unit.university_is.examples import local

UNIVERSITIES = load_universities()
ID = UUID("0156270a-0000-8000-8000-000000000042")
OTHER_ID = UUID("0156270a-0000-8000-8000-000000000043")
NUMBER = "027-2016-059778"
IIN = "980412200214"
COMMITTEE, WINNING = "027", "017"
WHOLE = REQUIRED_ATTACHMENTS
PROVEN = (*WHOLE, AttachmentKind.BENEFIT_PROOF)
APPLICANT = Collector(kind=CollectorKind.APPLICANT)
ORDER = "2016-1"


def july(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return local(day, hour, minute, second, month=7)


def august(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return local(day, hour, minute, second, month=8)


FILED = july(25, 9)  # a Monday, within the window
DECIDED = august(9, 12)


def request(*, scores: tuple[int, int, int, int] = (20, 21, 22, 20), **changes: object) -> GrantRequest:
    """`scores`: language, history, mathematics, geography."""
    language, history, mathematics, elective = scores
    whole: dict[str, object] = {
        "applicant": {"iin": IIN, "surname": "Әбдіқадыр", "name": "Аяулым", "patronymic": "Ерланқызы"},
        "language": "kk",
        "certificate": {
            "kind": "ent",
            "number": "20160042",
            "scores": {
                "language": language,
                "history": history,
                "mathematics": mathematics,
                "elective": elective,
                "elective_subject": "geography",
            },
        },
        "certificate_average": "4.75",
        "choices": [
            {"specialty": "5B050900", "university": COMMITTEE},
            {"specialty": "5B050600", "university": WINNING},
        ],
        **changes,
    }
    return GrantRequest.model_validate(whole)


GOLDEN = request(scores=(19, 18, 6, 14))  # total 57, the profile subject 6: refused


def register(
    particulars: GrantRequest | None = None,
    channel: Channel = Channel.PORTAL,
    documents: tuple[AttachmentKind, ...] = WHOLE,
    unproven: Unproven = Unproven.DROPPED,
    at: datetime = FILED,
) -> c.Register:
    return c.Register(
        application_id=ID,
        university=COMMITTEE,
        zone="Asia/Almaty",
        week=5,
        request=particulars or request(),
        channel=channel,
        documents=documents,
        filed_at=at,
        unproven=unproven,
        at=at,
        accepted_by="Сәрсенбай Г. Қ." if channel is Channel.PAPER else "",
    )


def verify(at: datetime, unproven: Unproven = Unproven.DROPPED) -> c.Verify:
    return c.Verify(unproven, at)


def awarded(at: datetime = DECIDED, *, number: int = 1, university: str = WINNING, order: str = ORDER) -> c.NoteAwarded:
    return c.NoteAwarded(
        university=university,
        zone="Asia/Almaty",
        week=5,
        specialty="5B050600",
        language=StudyLanguage.KAZAKH,
        via=Via.GENERAL,
        choice=2,
        round=number,
        order_number=order,
        at=at,
    )


def certificate(at: datetime = DECIDED, number: str = "ГР-0001", replaces: str | None = None) -> c.NoteCertificate:
    return c.NoteCertificate(WINNING, "5B050600", number, replaces, at)


NO_SEAT = Refusal(code=RefusalCode.NO_SEAT, reason=Text(kk="орын жоқ", ru="мест нет", en="no seat was left"))

FORWARDED = (register(), verify(july(26, 10)), c.Forward(july(26, 15)))
WON = (*FORWARDED, certificate(), awarded())
STUDENT = (*WON, c.HandOver(APPLICANT, august(11, 10)), c.Enrol(august(12, 10)))


def given(*history: c.Command) -> Given[State, c.Command, GrantEvent]:
    """An application to which these commands came before: what one decision writes is what the next one reads."""
    state: State = GRANT.initial
    events: list[GrantEvent] = []
    for command in history:
        decided = decide(command, state)
        assert decided, f"{command} changed nothing"
        events += decided
        state = GRANT.replay(events)
    return Scenario(GRANT).given(*events)


def grant_after(*history: c.Command) -> Grant:
    state = GRANT.replay(given(*history).history)
    assert isinstance(state, Grant)
    return state


def copies(*kinds: AttachmentKind) -> tuple[Attachment, ...]:
    return tuple(Attachment(kind=kind, digest="ab" * 32, media_type="image/jpeg", size=1_000) for kind in kinds)


def routed(
    application_id: UUID = ID,
    particulars: GrantRequest | None = None,
    kinds: tuple[AttachmentKind, ...] = WHOLE,
    at: datetime = FILED,
) -> esuvo_requests.GrantApplicationRouted:
    return esuvo_requests.GrantApplicationRouted(
        application_id=application_id,
        university=COMMITTEE,
        request=particulars or request(),
        attachments=copies(*kinds),
        filed_at=at,
        routed_at=at,
    )


def grant_awarded(
    application_id: UUID = ID, at: datetime = DECIDED, *, number: int = 1, university: str = WINNING
) -> esuvo_competition.GrantAwarded:
    return esuvo_competition.GrantAwarded(
        application_id=application_id,
        campaign=2016,
        at=at,
        university=university,
        specialty="5B050600",
        language=StudyLanguage.KAZAKH,
        via=Via.GENERAL,
        choice=2,
        round=number,
        order_number=ORDER,
    )


def dispatched(
    application_id: UUID = ID, at: datetime = DECIDED, number: str = "ГР-0001", replaces: str | None = None
) -> esuvo_competition.CertificateDispatched:
    return esuvo_competition.CertificateDispatched(
        application_id=application_id,
        campaign=2016,
        at=at,
        university=WINNING,
        specialty="5B050600",
        certificate_number=number,
        replaces=replaces,
    )


class Admission(InMemory):
    """The service in memory; ESUVO speaks by `tell`, what the university tells is kept."""

    def __init__(self, policy: StaffPolicy | None = None, seed: int = 1, codes: Codes = CODES) -> None:
        super().__init__(
            service(UNIVERSITIES, codes=codes).with_actors(*actors(Simulated(seed, policy or StaffPolicy())))
        )
        self.told: list[Event] = []
        self.documents: list[DocumentIssued] = []

    def take_published(self) -> list[Event]:
        """What was said of applications; what the registry was told is kept apart, in `documents`."""
        published = super().take_published()
        self.documents += [each for each in published if isinstance(each, DocumentIssued)]
        return [each for each in published if not isinstance(each, DocumentIssued)]

    def tell(self, event: Event, at: datetime, about: UUID = ID) -> None:
        topic = (
            esuvo_requests.TOPIC
            if isinstance(event, esuvo_requests.GrantApplicationRouted)
            else esuvo_competition.TOPIC
        )
        self.hear(topic, event, about, at)
        self.told += self.take_published()

    def act(self, command: c.Command, about: UUID = ID) -> None:
        self.command(f"grant:{about}", lambda state, _at: GRANT.decide(command, state), command.at)
        self.told += self.take_published()

    def live(self, until: datetime | None = None) -> list[tuple[str, datetime]]:
        """Fire timers until there are none (not after `until`); which and when."""
        fired = []
        while row := self.fire_next(until):
            self.told += self.take_published()
            fired.append((row.key, row.schedule.due_at))
        return fired

    def live_until(self, status: Status, about: UUID = ID) -> None:
        while self.grant(about).status is not status:
            assert self.fire_next(), f"nothing more happens: {self.grant(about).status}"
            self.told += self.take_published()

    def grant(self, application_id: UUID = ID) -> Grant:
        state = self.state(f"grant:{application_id}")
        assert isinstance(state, Grant)
        return state

    def names(self) -> list[str]:
        return [each.name.removeprefix("kz.egov.university.") for each in self.told]
