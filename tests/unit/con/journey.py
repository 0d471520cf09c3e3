"""A service centre in memory with what it needs to be driven: people at the counter, a university that answers."""

from datetime import UTC, datetime, timedelta

from contracts import con_applications, university_cases
from contracts.common import Applicant, Correction, DocumentKind, Reason, Refusal, RefusalCode
from contracts.con_applications import AcceptedDocument
from contracts.event import Event, Text
from contracts.package import PackageDocument
from law.universities import load_universities
from services.con.application import streams
from services.con.application import use_cases as app
from services.con.application.events import Particulars
from services.con.application.state import Package
from services.con.service import SERVICE
from services.con.simulated.actors import actors
from services.con.simulated.staff import Simulated
from tests.support.memory import InMemory

MONDAY = datetime(2016, 2, 15, 4, tzinfo=UTC)  # ten o'clock at the counter
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OPERATOR = "Ахметова Ә. Б."
BASICS = frozenset({PackageDocument.STATEMENT, PackageDocument.IDENTITY_DOCUMENT})
SCANS = tuple(AcceptedDocument(kind=kind, paper_present=True, scan_digest="0f" * 32) for kind in sorted(BASICS))
WORDS = Text(kk="Себебі", ru="Причина", en="Reason")
CORRECTION = Correction(field="graduation_year", rule=WORDS)
REFUSAL = Refusal(code=RefusalCode.UNRELIABLE_DATA, reason=WORDS)


def asked(reason: Reason = Reason.LOSS) -> Particulars:
    return Particulars(
        applicant=Applicant(iin="900101100123", surname="Қасымов", name="Ерлан"),
        university="027",
        specialty="5B070400",
        graduation_year=2012,
        document_kind=DocumentKind.DIPLOMA,
        reason=reason,
    )


class Centre:
    """One application at a time, by default without simulated people.

    `published` is what others were told since it was last looked at.
    """

    def __init__(self, staff: Simulated | None = None) -> None:
        self.memory = InMemory(SERVICE.with_actors(actors(staff, load_universities())) if staff else SERVICE)

    def hand_in(self, at: datetime = MONDAY) -> None:
        handing_in = app.hand_in(asked(), BASICS, OPERATOR, None, at)
        self.id = handing_in.application_id
        self.act(handing_in.decide, at)

    def act(self, decide: app.Deciding, at: datetime) -> None:
        self.memory.command(streams.application(self.id), decide, at)

    def at_counter(self, at: datetime = MONDAY) -> "Centre":
        """All four acts, and the package waits for dispatch."""
        self.hand_in(at)
        self.act(app.register(self.id, OPERATOR), at + 5 * MINUTE)
        self.act(app.fill_form(SCANS, OPERATOR), at + 15 * MINUTE)
        self.act(app.issue_receipt(OPERATOR), at + 20 * MINUTE)
        return self

    def at_university(self, at: datetime = MONDAY) -> "Centre":
        self.at_counter(at)
        self.act(app.dispatch(self.id, OPERATOR), at + HOUR)
        self.act(app.deliver(), at + 2 * HOUR)
        return self

    def ready(self, at: datetime = MONDAY + 20 * DAY, filed: datetime = MONDAY) -> "Centre":
        self.at_university(filed)
        self.says(university_cases.DuplicateDispatched, at - HOUR, waybill="UNI-0000000001")
        self.act(app.take_in_duplicate(), at)
        return self

    def says(self, event: type[university_cases.CaseEvent], at: datetime, **more: object) -> None:
        """The university tells of the application."""
        told = event.model_validate({"application_id": self.id, "university": "027", "at": at, **more})
        self.memory.hear(university_cases.TOPIC, told, self.id, at)

    @property
    def package(self) -> Package:
        state = self.memory.state(streams.application(self.id))
        assert isinstance(state, Package)
        return state

    @property
    def holder(self) -> object:
        """The application that holds the document."""
        return self.memory.state(streams.document_of(asked()))

    def told(self) -> list[Event]:
        return self.memory.take_published()

    def notices(self) -> list[con_applications.ApplicantNotified]:
        return [each for each in self.told() if isinstance(each, con_applications.ApplicantNotified)]
