"""The registry of documents: what universities and the Ministry issued, so that anybody can check a paper by its code."""

from collections.abc import Sequence
from typing import ClassVar, Final

from contracts.documents import registry
from contracts.documents.registry import DocumentIssued
from contracts.event import Catalogue, Event
from services._chassis.aggregate import Aggregate, Message, Projection, Row, Subscription, on


class Entered(Event):
    """A document of this code stands in the registry."""

    name: ClassVar[str] = "document-entered"

    document: DocumentIssued


def enter(known: DocumentIssued | None, message: Message[DocumentIssued]) -> Sequence[Event]:
    """What stands in the registry stays as it is: a code is a document's for good."""
    return [] if known else [Entered(document=message.data)]


def row(code: str, document: DocumentIssued | None) -> Row | None:
    """What the page shows. Which document replaces which is asked of the rows, so the two may come in any order."""
    if document is None:
        return None
    return {
        "code": code,
        "kind": document.kind.value,
        "number": document.number,
        "issuer": document.issuer.model_dump(),
        "holder": document.holder,
        "masked_iin": document.masked_iin,
        "about": document.about.model_dump(),
        "replaces": document.replaces,
        "issued_at": document.issued_at.isoformat(),
    }


ISSUED: Final = Aggregate[DocumentIssued | None](
    category="issued",
    logged=False,  # its streams are named by codes, which follow from secrets; who issued them is in the log
    initial=None,
    evolve=lambda _known, event: event.document,
    events=Catalogue([Entered]),
    projection=Projection[DocumentIssued | None](
        table="issued_documents",
        key=("code",),
        columns=(
            *("code", "kind", "number", "issuer", "holder", "masked_iin", "about", "replaces"),
            "issued_at",
        ),
        row=row,
    ),
)

SUBSCRIPTIONS: Final = tuple(
    Subscription(
        topic=topic,
        catalogue=registry.CATALOGUE,
        routes=(on(DocumentIssued, stream=lambda message: ISSUED.stream(message.data.code), handle=enter),),
    )
    for topic in (registry.UNIVERSITY_TOPIC, registry.ESUVO_TOPIC)
)

# Letters that look like those of a code: Cyrillic ones from the other keyboard, and those that codes do without.
_LOOKALIKES: Final = str.maketrans("АВСЕНКМРТХУОOIL", "ABCEHKMPTXY0011")


def normalised(typed: str) -> str | None:
    """The code that somebody meant: any case, with or without spaces and dashes; None when it cannot be one."""
    letters = "".join(each for each in typed.upper() if each.isalnum()).translate(_LOOKALIKES)
    groups = "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return groups if registry.is_code(groups) else None
