"""What ESUVO makes of a university's request for blank forms: it lies on the Ministry's desk."""

from collections.abc import Sequence
from typing import Final

from contracts import university_cases as university
from services._chassis.aggregate import Message, on
from services.esuvo.duplicates.blanks.commands import Ask
from services.esuvo.duplicates.blanks.decide import BLANK_REQUEST
from services.esuvo.duplicates.blanks.events import BlankEvent
from services.esuvo.duplicates.blanks.state import State
from services.esuvo.streams import ministry_stream


def ask(state: State, message: Message[university.BlankFormRequested]) -> Sequence[BlankEvent]:
    data = message.data
    command = Ask(data.application_id, data.university, data.kinds, requested_at=data.at, at=message.at)
    return BLANK_REQUEST.decide(command, state)


FROM_UNIVERSITY: Final = (
    on(
        university.BlankFormRequested,
        stream=lambda message: ministry_stream(message.data.application_id),
        handle=ask,
    ),
)
