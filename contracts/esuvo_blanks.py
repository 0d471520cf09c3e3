"""Published by ESUVO on `esuvo.blanks.v1`, keyed by application id: the Ministry and its blank forms."""

from typing import ClassVar, Final

from pydantic import Field

from contracts.common import (
    MOST_BLANKS,
    MOST_SERIALS,
    ApplicationId,
    Blank,
    BlankKind,
    UniversityCode,
)
from contracts.event import Catalogue, Event, Text
from contracts.kinds import Moment

TOPIC: Final = "esuvo.blanks.v1"


class BlankRequestReceived(Event):
    """The Ministry received a university's request for blank forms (BR-1)."""

    name: ClassVar[str] = "kz.egov.esuvo.blank-request-received"
    title: ClassVar[Text] = Text(
        kk="Бланкіге тапсырыс алынды", ru="Заявка на бланк принята", en="Blank request received"
    )

    application_id: ApplicationId
    university: UniversityCode
    kinds: tuple[BlankKind, ...] = Field(max_length=MOST_BLANKS, description="kinds of blank form, one of each")
    received_at: Moment = Field(description="virtual time of receipt")


class BlanksSupplied(Event):
    """The Ministry sends serial-numbered blank forms to a university, in answer to the request of `application_id`."""

    name: ClassVar[str] = "kz.egov.esuvo.blanks-supplied"
    title: ClassVar[Text] = Text(kk="Бланкілер берілді", ru="Бланки отпущены", en="Blank forms supplied")

    application_id: ApplicationId
    university: UniversityCode
    blanks: tuple[Blank, ...] = Field(min_length=1, max_length=MOST_SERIALS, description="blank forms by serial number")
    supplied_at: Moment = Field(
        description="virtual time of dispatch by the Ministry, or of delivery if it is delivered (INC-02)"
    )


class BlanksRefused(Event):
    """The Ministry sends no blank forms in answer to a request; the university may ask again (EDGE-13, INC-21)."""

    name: ClassVar[str] = "kz.egov.esuvo.blanks-refused"
    title: ClassVar[Text] = Text(kk="Бланкілер берілмеді", ru="В бланках отказано", en="Blank forms refused")

    application_id: ApplicationId
    university: UniversityCode
    kinds: tuple[BlankKind, ...] = Field(
        min_length=1, max_length=MOST_BLANKS, description="kinds of blank form that were asked for"
    )
    refused_at: Moment = Field(description="virtual time of the refusal")


CATALOGUE: Final = Catalogue([BlankRequestReceived, BlanksSupplied, BlanksRefused])
