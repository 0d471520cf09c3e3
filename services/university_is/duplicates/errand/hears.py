"""The Ministry's answer to a request for blank forms."""

from collections.abc import Sequence

from contracts import esuvo_blanks
from contracts.event import Event
from services._chassis.aggregate import Message, Subscription, on
from services.university_is import streams
from services.university_is.duplicates.errand import decide as errand
from services.university_is.duplicates.errand.decide import Errands


def supplies() -> Subscription:
    return Subscription(
        esuvo_blanks.TOPIC,
        esuvo_blanks.CATALOGUE,
        (
            on(esuvo_blanks.BlanksSupplied, stream=_errand, handle=_supply),
            on(esuvo_blanks.BlanksRefused, stream=_errand, handle=_refuse_supply),
        ),
    )


def _errand(message: Message[esuvo_blanks.BlanksSupplied] | Message[esuvo_blanks.BlanksRefused]) -> str:
    return streams.errand(message.data.application_id)


def _supply(errands: Errands, message: Message[esuvo_blanks.BlanksSupplied]) -> Sequence[Event]:
    return errand.supply(errands, message.data.university, message.data.blanks, message.at)


def _refuse_supply(errands: Errands, message: Message[esuvo_blanks.BlanksRefused]) -> Sequence[Event]:
    return errand.supply(errands, message.data.university, (), message.at, refused=True)
