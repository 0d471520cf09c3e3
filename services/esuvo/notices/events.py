"""What happens to a notice on its way to the gateway. Private. Pure."""

from typing import ClassVar, Final, TypeAlias, get_args

from pydantic import AwareDatetime

from contracts.common import Notice
from contracts.event import Catalogue, Event


class NoticeForwarded(Event):
    """`university` is the sender; None where ESUVO itself has something to say."""

    name: ClassVar[str] = "notice-forwarded"

    notice: Notice
    university: str | None
    attempt: int
    at: AwareDatetime


class NoticeRepeated(Event):
    """The sender sent again what we have: our answer did not reach it, so it is given again."""

    name: ClassVar[str] = "notice-repeated"

    at: AwareDatetime


class NoticeAccepted(Event):
    name: ClassVar[str] = "notice-accepted"

    at: AwareDatetime


class NoticeDelivered(Event):
    name: ClassVar[str] = "notice-delivered"

    at: AwareDatetime


class NoticeUndeliverable(Event):
    name: ClassVar[str] = "notice-undeliverable"

    at: AwareDatetime


NoticeEvent: TypeAlias = NoticeForwarded | NoticeRepeated | NoticeAccepted | NoticeDelivered | NoticeUndeliverable

EVENTS: Final = Catalogue(get_args(NoticeEvent))
