"""ESUVO in memory, as the tests of its tables drive it."""

from datetime import datetime
from uuid import UUID

from contracts import portal_applications, shep_deliveries, university_cases
from contracts.event import Event
from services.esuvo.duplicates.request.state import Known
from services.esuvo.service import service
from services.esuvo.simulated.ministry import Ministry
from tests.support.memory import InMemory
from tests.unit.esuvo.examples import DIRECTORY, ID, MINISTRY, NOON


class Esuvo(InMemory):
    """The service in memory, with an application on its way."""

    def __init__(self, ministry: Ministry | None = MINISTRY) -> None:
        described = service(DIRECTORY)
        super().__init__(described.with_actors(ministry.actors()) if ministry else described)

    def portal(self, event: Event, subject: UUID = ID, at: datetime = NOON) -> list[Event]:
        self.hear(portal_applications.TOPIC, event, subject, at)
        return self.take_published()

    def university(self, event: university_cases.CaseEvent, at: datetime = NOON) -> list[Event]:
        self.hear(university_cases.TOPIC, event, event.application_id, at)
        return self.take_published()

    def shep(self, event: Event, at: datetime = NOON) -> list[Event]:
        self.hear(shep_deliveries.TOPIC, event, ID, at)
        return self.take_published()

    def known(self) -> Known:
        state = self.state(f"request:{ID}")
        assert isinstance(state, Known)
        return state
