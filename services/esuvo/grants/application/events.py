"""What happens to an application for a grant at ESUVO. Private. Pure."""

from typing import ClassVar, Final, TypeAlias, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Channel, Notice, RefusalCode
from contracts.esuvo_requests import StepLimit
from contracts.event import Catalogue, Event
from contracts.grants import Attachment, GrantRequest, Standing
from law.regulation import Week


class GrantRouted(Event):
    name: ClassVar[str] = "grant-routed"
    volatile: ClassVar[frozenset[str]] = frozenset({"signed"})

    application_id: UUID
    university: str
    request: GrantRequest
    attachments: tuple[Attachment, ...]
    filed_at: AwareDatetime
    at: AwareDatetime
    signed: str | None = None  # the form, to be passed on as it came
    regulation: str | None = None
    zone: str = "Asia/Almaty"
    week: Week = 5


class GrantRoutingFailed(Event):
    """No committee takes the application; the notice that says so starts here."""

    name: ClassVar[str] = "grant-routing-failed"

    application_id: UUID
    university: str
    request: GrantRequest
    filed_at: AwareDatetime
    code: RefusalCode
    notice: Notice
    at: AwareDatetime


class GrantRegistered(Event):
    """The committee has the application under this number."""

    name: ClassVar[str] = "grant-registered"

    registration_number: str
    at: AwareDatetime


class GrantVerified(Event):
    """The committee has checked the application (GRANT-E-2)."""

    name: ClassVar[str] = "grant-verified"

    benefits_proven: bool
    at: AwareDatetime


class GrantOverdueFound(Event):
    """The committee was silent past the limit (EDGE-15)."""

    name: ClassVar[str] = "grant-overdue-found"

    step: str
    limit: StepLimit
    began_at: AwareDatetime
    due_at: AwareDatetime
    at: AwareDatetime


class IntakeRefused(Event):
    """The committee refused the application: the applicant learns it as the first result (GRANT-E-1a, REF-2)."""

    name: ClassVar[str] = "grant-intake-refused"

    notice: Notice
    at: AwareDatetime


class GrantForwarded(Event):
    """A committee sent the application to the register. Of a paper one it is the first that ESUVO hears."""

    name: ClassVar[str] = "grant-forwarded"

    application_id: UUID
    university: str
    channel: Channel
    campaign: int
    standing: Standing
    at: AwareDatetime


class RegisterReached(Event):
    name: ClassVar[str] = "grant-register-reached"

    at: AwareDatetime


class GrantGivenUp(Event):
    """The winner did not enrol at `university`: the seat is free (EDGE-35)."""

    name: ClassVar[str] = "grant-given-up"

    university: str
    at: AwareDatetime


GrantEvent: TypeAlias = (
    GrantRouted
    | GrantRoutingFailed
    | GrantRegistered
    | GrantVerified
    | GrantOverdueFound
    | IntakeRefused
    | GrantForwarded
    | RegisterReached
    | GrantGivenUp
)


EVENTS: Final = Catalogue(get_args(GrantEvent))
