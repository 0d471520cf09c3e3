"""The registry of documents: what universities and the Ministry issued, so that anybody can check a paper by its code."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from contracts import issued_documents
from contracts.event import Catalogue, Event
from contracts.issued_documents import KINDS, DocumentIssued
from services._chassis.aggregate import Aggregate, Effect, Message, Projection, Recorded, Row, Subscription, Tell, on
from services._chassis.decider import Ignored, Refused


class Entered(Event):
    """A document of this code stands in the registry."""

    name: ClassVar[str] = "document-entered"

    document: DocumentIssued


def enter(topic: str, known: DocumentIssued | None, message: Message[DocumentIssued]) -> Sequence[Event]:
    """What stands in the registry stays as it is: a code is a document's for good."""
    document = message.data
    if document.kind not in KINDS[topic]:
        raise Refused(
            "document.other-issuer",
            f"{topic} tells of no {document.kind}",
            field="/data/kind",
            remedy="let a document be told of by whoever issues documents of its kind",
        )
    if document.replaces == document.code:
        raise Refused(
            "document.replaces-itself",
            "a document takes the place of another one, not its own",
            field="/data/replaces",
            remedy="give the new document a code of its own, or leave replaces out",
        )
    if known and known != document:
        raise Refused(
            "document.changed",
            "a document of this code was issued before with other words",
            field="/data/code",
            remedy="give another document a code of its own",
        )
    return Ignored("already-entered") if known else [Entered(document=document)]


def _react(_document: DocumentIssued | None, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case Entered(document=document) if document.replaces:
            yield Tell(ISSUED.stream(document.replaces), partial(_give_way, document))


def _give_way(newer: DocumentIssued, older: DocumentIssued | None, _at: datetime) -> Sequence[Event]:
    """The older one decides whether it lets its place be taken; while it is not here, the page does (`page._FOUND`)."""
    if older and not takes_place_of(newer, older):
        raise Refused(
            "document.replaces-anothers",
            "a document is replaced by its own issuer, with a later one of its kind about the same person and application",
            field="/data/replaces",
            remedy="name the code of the document whose place the new one takes, or leave replaces out",
        )
    return Ignored("gives-way")


def takes_place_of(newer: DocumentIssued, older: DocumentIssued) -> bool:
    """Kinds are an issuer's own (registry.KINDS), and universities tell themselves apart by name."""
    return newer.issued_at >= older.issued_at and all(
        getattr(newer, each) == getattr(older, each) for each in ("kind", "issuer", "masked_iin", "application_id")
    )


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
    react=_react,
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
        catalogue=issued_documents.CATALOGUE,
        routes=(
            on(DocumentIssued, stream=lambda message: ISSUED.stream(message.data.code), handle=partial(enter, topic)),
        ),
    )
    for topic in (issued_documents.UNIVERSITY_TOPIC, issued_documents.ESUVO_TOPIC)
)

# Letters that look like those of a code: Cyrillic ones from the other keyboard, and those that codes do without.
_LOOKALIKES: Final = str.maketrans("АВСЕНКМРТХУОOIL", "ABCEHKMPTXY0011")


def normalised(typed: str) -> str | None:
    """The code that somebody meant: any case, with or without spaces and dashes; None when it cannot be one."""
    letters = "".join(each for each in typed.upper() if each.isalnum()).translate(_LOOKALIKES)
    groups = "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return groups if issued_documents.is_code(groups) else None
